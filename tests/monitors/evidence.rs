//! What a failure carries beside its sentence: who answered what, over which redirects, and how the
//! body began.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hbmon::clock::Clock;
use hbmon::model::{Evidence, Failure, Observation, Signal, TargetId, Text};
use hbmon::monitors::dial::Dialers;
use hbmon::monitors::payload::Filter;
use hbmon::monitors::reporter::Reporter;
use hbmon::monitors::secrets::Secrets;
use hbmon::monitors::{End, Spec, socketio, sse, websocket};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use super::http::{endpoint, exchange, get};
use super::support::{closed_port, read_head, serve, terms, until_closed};

const LIMIT: Duration = Duration::from_secs(10);

/// One attempt under the supervisor's limit, and everything that is said of it.
async fn notes(spec: Spec, limit: Duration, secrets: &[&str]) -> Vec<Observation> {
    let (send, mut notes) = mpsc::channel(64);
    let secrets = Arc::new(Secrets::new(
        secrets.iter().map(|secret| (*secret).to_owned()).collect(),
    ));
    let mut out = Reporter::new(
        TargetId(1),
        spec.rhythm(),
        limit,
        Clock::start(),
        send,
        secrets,
    );
    let mut room = spec.open(&Dialers::new(), out.trace()).unwrap();
    out.begin(Duration::ZERO, 0).await;
    let trace = out.trace().clone();
    let end = tokio::time::timeout(limit, room.attempt(&mut out)).await;
    match end.unwrap_or_else(|_| Err(trace.timed_out(limit))) {
        Ok(End::Answered | End::Closed) => {}
        Err(failure) => out.ended(failure).await,
    }
    drop(out);
    let mut said = Vec::new();
    while let Some(note) = notes.recv().await {
        said.push(note);
    }
    said
}

/// How it failed first, and what was seen of that.
async fn failed(spec: Spec, limit: Duration, secrets: &[&str]) -> (Failure, Evidence) {
    let said = notes(spec, limit, secrets).await;
    let failures = said.into_iter().filter_map(|note| match note.signal {
        Signal::Failed {
            failure, evidence, ..
        } => Some((failure, evidence)),
        _ => None,
    });
    let (failure, evidence) = failures.into_iter().next().expect("a failure");
    (failure, Evidence::clone(&evidence.expect("evidence")))
}

/// A server that answers `PATH` with what the function makes of it, and leaves the connection open.
async fn answering(answer: fn(&str) -> String) -> SocketAddr {
    serve(move |mut stream, _| async move {
        let head = read_head(&mut stream).await;
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let _ = stream.write_all(answer(&path).as_bytes()).await;
        until_closed(&mut stream).await;
    })
    .await
}

fn http(url: &str) -> hbmon::monitors::http::HttpSpec {
    get(url)
}

fn body(evidence: &Evidence) -> &str {
    evidence.body.as_ref().map_or("", Text::as_str)
}

#[tokio::test]
async fn an_unexpected_status_shows_head_peer_headers_and_body() {
    let address = answering(|_| {
        "HTTP/1.1 500 Oh\r\nX-Request-Id: 7f\r\nSet-Cookie: a=b\r\nContent-Length: 42\r\n\r\n\
         {\"status\":\"degraded\",\"password\":\"hunter2\"}"
            .to_owned()
    })
    .await;
    let mut spec = http(&format!("http://{address}/"));
    terms(&mut spec.endpoint).capture = vec![
        "x-request-id".parse().unwrap(),
        "set-cookie".parse().unwrap(),
    ];
    let (failure, seen) = failed(Spec::Http(Arc::new(spec)), LIMIT, &["hunter2"]).await;
    assert_eq!(
        failure,
        Failure::Status {
            code: 500,
            note: None
        }
    );
    let head = seen.http.unwrap();
    assert_eq!(
        (head.status, head.version(), seen.peer),
        (500, "1.1".to_owned(), Some(address))
    );
    let named = [("x-request-id", "7f"), ("set-cookie", "***")]
        .map(|(name, value)| (Text::clean(name), Text::clean(value)));
    assert_eq!(seen.headers, named);
    assert_eq!(body(&seen), r#"{"status":"degraded","password":"***"}"#);
    assert!(seen.tried.is_empty() && seen.redirects.is_empty());
}

#[tokio::test]
async fn a_body_that_does_not_end_takes_no_verdict_away() {
    let address = answering(|_| {
        "HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n".to_owned()
    })
    .await;
    // Less than the body is waited for otherwise.
    let limit = Duration::from_millis(900);
    let (failure, seen) = failed(
        Spec::Http(Arc::new(http(&format!("http://{address}/")))),
        limit,
        &[],
    )
    .await;
    assert_eq!(
        failure,
        Failure::Status {
            code: 502,
            note: None
        }
    );
    assert_eq!(body(&seen), "<html>");
}

#[tokio::test]
async fn a_body_that_is_cut_off_shows_how_it_began() {
    let address = serve(|mut stream, _| async move {
        read_head(&mut stream).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"ok\":tr")
            .await;
    })
    .await;
    let (failure, seen) = failed(
        Spec::Http(Arc::new(http(&format!("http://{address}/")))),
        LIMIT,
        &[],
    )
    .await;
    assert!(matches!(failure, Failure::Closed { .. }), "{failure:?}");
    assert_eq!(body(&seen), "{\"ok\":tr");
}

#[tokio::test]
async fn redirects_are_told_without_their_secrets() {
    let address = answering(|path| match path {
        "/start" => "HTTP/1.1 302 Go\r\nLocation: /next?token=t0ken&a=1\r\nContent-Length: 0\r\n\r\n".to_owned(),
        _ => "HTTP/1.1 302 Go\r\nLocation: https://u:p@login.test/?sig=1\r\nContent-Length: 0\r\n\r\n".to_owned(),
    })
    .await;
    let mut spec = http(&format!("http://{address}/start"));
    exchange(&mut spec).redirects = 1;
    let (failure, seen) = failed(Spec::Http(Arc::new(spec)), LIMIT, &[]).await;
    let last = Text::clean("https://login.test/?sig=***");
    assert_eq!(
        failure,
        Failure::Redirects {
            limit: 1,
            to: Some(last.clone())
        }
    );
    assert_eq!(
        seen.redirects,
        [
            Text::clean(&format!("http://{address}/next?token=***&a=1")),
            last
        ]
    );
}

#[tokio::test]
async fn a_redirect_that_is_refused_says_where_it_leads() {
    let page = |_: &str| {
        "HTTP/1.1 307 Go\r\nLocation: http://away.test/x?token=t0ken\r\nContent-Length: 0\r\n\r\n"
            .to_owned()
    };
    let mut spec = http(&format!("http://{}/", answering(page).await));
    let asked = exchange(&mut spec);
    (asked.method, asked.body, asked.redirects) = (::http::Method::POST, Some("secret".into()), 5);
    let (failure, seen) = failed(Spec::Http(Arc::new(spec)), LIMIT, &[]).await;
    assert!(
        matches!(failure, Failure::RedirectRefused { .. }),
        "{failure:?}"
    );
    assert_eq!(
        seen.redirects,
        [Text::clean("http://away.test/x?token=***")]
    );
}

#[tokio::test]
async fn an_expectation_has_the_value_beside_it() {
    let address = answering(|_| {
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"phase\":\"degraded\"}".to_owned()
    })
    .await;
    let mut spec = http(&format!("http://{address}/"));
    exchange(&mut spec).expect.json = Some(Filter::parse("@.phase == 'operational'").unwrap());
    let (failure, seen) = failed(Spec::Http(Arc::new(spec)), LIMIT, &[]).await;
    assert_eq!(failure.value(), Some(&Text::clean("\"degraded\"")));
    assert_eq!(seen.value, failure.value().cloned());
    assert_eq!(body(&seen), r#"{"phase":"degraded"}"#);
}

#[tokio::test]
async fn addresses_that_were_not_reached_are_named() {
    let address = closed_port().await;
    let (failure, seen) = failed(
        Spec::Http(Arc::new(http(&format!("http://{address}/")))),
        LIMIT,
        &[],
    )
    .await;
    assert_eq!(
        failure,
        Failure::Refused {
            peer: Some(address)
        }
    );
    assert_eq!(
        (seen.peer, seen.tried, seen.http),
        (None, vec![address], None)
    );
}

#[tokio::test]
async fn handshakes_show_what_came_instead() {
    let page = |_: &str| {
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<app>".to_owned()
    };
    let endpoint = Arc::new(endpoint(&format!("http://{}/", answering(page).await)));
    let held = websocket::WebsocketSpec {
        endpoint: Arc::clone(&endpoint),
        subprotocols: Vec::new(),
        origin: None,
        send: Vec::new(),
        matches: None,
        expect: Default::default(),
        timestamp: None,
        compressed: None,
        keepalive: None,
        ping: None,
    };
    let stream = sse::SseSpec {
        endpoint,
        method: ::http::Method::GET,
        body: None,
        events: Vec::new(),
        comments: false,
        matches: None,
        expect: Default::default(),
        timestamp: None,
    };
    let socket = socketio::SocketioSpec {
        endpoint: Arc::clone(&stream.endpoint),
        path: "/socket.io/".to_owned(),
        namespace: "/".to_owned(),
        handshake: None,
        query: Vec::new(),
        protocol: socketio::Protocol::V4,
        transport: socketio::TransportPreference::Polling,
        mode: socketio::SocketioMode::Listen {
            event: "beat".to_owned(),
        },
        expect: Default::default(),
        timestamp: None,
    };
    for spec in [
        Spec::Websocket(Arc::new(held)),
        Spec::Sse(Arc::new(stream)),
        Spec::Socketio(Arc::new(socket)),
    ] {
        let kind = spec.kind();
        let (_, seen) = failed(spec, LIMIT, &[]).await;
        assert_eq!(
            (seen.http.unwrap().status, body(&seen)),
            (200, "<app>"),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_heartbeat_shows_its_head_and_no_body() {
    let address =
        answering(|_| "HTTP/1.1 200 OK\r\nX-Node: a\r\nContent-Length: 2\r\n\r\n{}".to_owned())
            .await;
    let mut spec = http(&format!("http://{address}/"));
    terms(&mut spec.endpoint).capture = vec!["x-node".parse().unwrap()];
    let said = notes(Spec::Http(Arc::new(spec)), LIMIT, &[]).await;
    let beat = said
        .into_iter()
        .find(|note| matches!(note.signal, Signal::Beat(_)))
        .unwrap();
    let seen = beat.connection.unwrap().evidence().unwrap();
    assert_eq!(
        (seen.http.unwrap().status, seen.peer, seen.body.as_ref()),
        (200, Some(address), None)
    );
    assert_eq!(seen.headers, [(Text::clean("x-node"), Text::clean("a"))]);
    assert!(seen.tried.is_empty());
}
