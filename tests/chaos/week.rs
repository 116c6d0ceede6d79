//! An operator's week in minutes, with real servers: everyday problems must not be errors.

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::SinkExt;
use hbmon::clock::Clock;
use nix::sys::signal::{Signal, kill};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::process::Hbmon;
use super::{number, servers};

/// Whether a server is away at this time since the start.
type Away = fn(Duration) -> bool;

const SECOND: Duration = Duration::from_secs(1);
/// How often a server checks whether it is away.
const LOOK: Duration = Duration::from_millis(20);
/// When hbmon is stopped (SIGSTOP), and for how long.
const STOP_AT: Duration = Duration::from_secs(85);
const STOP_FOR: Duration = Duration::from_secs(8);

const fn never(_: Duration) -> bool {
    false
}

/// Every 15 s, for 0.2 to 1.7 s.
fn restarts(time: Duration) -> bool {
    let (round, within) = (time.as_millis() / 15_000, time.as_millis() % 15_000);
    (7_000..7_200 + round * 700 % 1_500).contains(&within)
}

/// For 2 s of every 10 s.
fn flaps(time: Duration) -> bool {
    time.as_millis() % 10_000 < 2_000
}

/// From the 40th second to the 70th.
fn is_down(time: Duration) -> bool {
    (40..70).contains(&time.as_secs())
}

#[tokio::test(flavor = "multi_thread")]
async fn everyday_trouble_is_no_error_and_has_its_cause() {
    let Some(seconds) = number("HBMON_CHAOS").filter(|seconds| *seconds >= 100) else {
        return;
    };
    let start = Clock::start();
    let config = format!(
        "defaults: {{interval: 5s, min_interval: 1s, timeout: 4s}}
monitors:
  - {{name: rolling, http: 'http://127.0.0.1:{}/'}}
  - {{name: chat, websocket: 'ws://127.0.0.1:{}/'}}
  - {{name: flaps, http: 'http://127.0.0.1:{}/'}}
  - {{name: frozen, http: {{url: 'http://127.0.0.1:{}/', timestamp: $.ts, max_age: 10s}}}}
  - {{name: down, http: 'http://127.0.0.1:{}/'}}
",
        serve(&start, restarts, page).await,
        serve(&start, restarts, chat).await,
        serve(&start, flaps, page).await,
        serve(&start, never, page).await,
        serve(&start, is_down, page).await,
    );
    let turns = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&turns);
    let hbmon = Hbmon::start(&config, move |line| {
        let event: Value = serde_json::from_str(line).unwrap();
        if event["type"] == "transition" {
            let word = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
            heard.lock().unwrap().push((
                word("monitor"),
                word("to"),
                word("reason"),
                line.to_owned(),
            ));
        }
    });
    sleep(STOP_AT).await;
    kill(hbmon.pid(), Signal::SIGSTOP).unwrap();
    sleep(STOP_FOR).await;
    kill(hbmon.pid(), Signal::SIGCONT).unwrap();
    sleep(Duration::from_secs(seconds).saturating_sub(STOP_AT + STOP_FOR)).await;
    hbmon.stop();

    let turns = turns.lock().unwrap();
    let errors: Vec<_> = turns.iter().filter(|(_, to, ..)| to == "error").collect();
    let of = |name: &str| {
        errors
            .iter()
            .filter(|(monitor, ..)| monitor == name)
            .collect::<Vec<_>>()
    };
    let (frozen, down) = (of("frozen"), of("down"));
    assert_eq!(
        (frozen.len(), down.len(), errors.len()),
        (1, 1, 2),
        "{turns:#?}"
    );
    assert_eq!(
        (frozen[0].2.as_str(), down[0].2.as_str()),
        ("assertion", "refused"),
        "{turns:#?}"
    );
    for (monitor, to, reason, line) in turns.iter().filter(|(_, to, ..)| to == "warning") {
        let is_known = match monitor.as_str() {
            "frozen" => reason == "assertion",
            _ => ["refused", "reset", "closed"].contains(&reason.as_str()),
        };
        assert!(is_known, "{to}: {line}");
    }
    let last = |name: &str| {
        turns
            .iter()
            .rfind(|(monitor, ..)| monitor == name)
            .map(|(_, to, ..)| to.as_str())
    };
    assert_eq!(
        (last("down"), last("frozen")),
        (Some("healthy"), Some("error")),
        "{turns:#?}"
    );
    assert!(["rolling", "chat"].iter().any(|name| {
        turns
            .iter()
            .any(|turn| turn.0 == *name && turn.1 == "warning")
    }));
}

/// A server that refuses and drops connections while it is away.
async fn serve<F>(start: &Clock, away: Away, answer: fn(TcpStream) -> F) -> u16
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let start = start.clone();
    let first = listen(0).unwrap();
    let port = first.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut listener = Some(first);
        loop {
            if away(start.now().since_start()) {
                listener = None;
                sleep(LOOK).await;
                continue;
            }
            let open = listener.get_or_insert_with(|| listen(port).unwrap());
            let mut open_connections = JoinSet::new();
            while !away(start.now().since_start()) {
                tokio::select! {
                    accepted = open.accept() => if let Ok((stream, _)) = accepted {
                        open_connections.spawn(answer(stream));
                    },
                    () = sleep(LOOK) => {}
                }
            }
        }
    });
    port
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(([127, 0, 0, 1], port).into())?;
    socket.listen(64)
}

/// A status page whose timestamp does not change.
async fn page(mut stream: TcpStream) -> io::Result<()> {
    servers::request(&mut stream).await?;
    let body = r#"{"ok":true,"ts":"2026-01-01T00:00:00Z"}"#;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await
}

/// A WebSocket with a heartbeat every 2 s.
async fn chat(mut stream: TcpStream) -> io::Result<()> {
    let head = servers::request(&mut stream).await?.unwrap_or_default();
    let key = head
        .lines()
        .find_map(|line| line.strip_prefix("sec-websocket-key: "))
        .unwrap_or_default();
    let accept = derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-accept: {accept}\r\n\r\n"
    );
    stream.write_all(answer.as_bytes()).await?;
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    loop {
        socket
            .send(Message::text("beat"))
            .await
            .map_err(io::Error::other)?;
        sleep(2 * SECOND).await;
    }
}
