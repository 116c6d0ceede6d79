//! Tests the dialer with HTTP and SOCKS5 proxies.

use std::net::SocketAddr;
use std::sync::Arc;

use hbmon::clock::Clock;
use hbmon::model::{Failure, Phase, Reason, Signal, Text};
use hbmon::monitors::dial::{Dialers, HttpVersion};
use hbmon::monitors::http::HttpSpec;
use hbmon::monitors::trace::Trace;
use http::HeaderMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::dial_tls::{Authority, over, serve_tls};
use super::dial_websocket::accept;
use super::http::{endpoint, get, poll};
use super::support::{closed_port, read_head, serve, terms, until_closed};

fn through(mut spec: HttpSpec, proxy: &str) -> HttpSpec {
    terms(&mut spec.endpoint).proxy = Some(proxy.parse().unwrap());
    spec
}

/// Starts an HTTP proxy that opens tunnels and answers plain requests itself. It reports the
/// requests that it gets.
async fn http_proxy() -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (send, heads) = mpsc::unbounded_channel();
    let address = serve(move |mut stream, _| {
        let send = send.clone();
        async move {
            let head = read_head(&mut stream).await;
            let target = head.split(' ').nth(1).unwrap().to_owned();
            let is_tunnel = head.starts_with("CONNECT");
            let has_login = head
                .to_lowercase()
                .contains("proxy-authorization: basic dxnlcjpwyxnz");
            let _ = send.send(head);
            if !has_login {
                let refusal =
                    b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
                stream.write_all(refusal).await.unwrap();
            } else if is_tunnel {
                let Ok(mut onward) = TcpStream::connect(&target).await else {
                    let _ = stream
                        .write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                        .await;
                    return;
                };
                stream
                    .write_all(b"HTTP/1.1 200 Connected\r\n\r\n")
                    .await
                    .unwrap();
                let _ = copy_bidirectional(&mut stream, &mut onward).await;
            } else {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    .await
                    .unwrap();
            }
        }
    })
    .await;
    (address, heads)
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let authority = Authority::new();
    let (target, _) = serve_tls(authority.server(&authority.good(), false)).await;
    let (proxy, mut heads) = http_proxy().await;
    let spec = through(
        over(target, &authority.files()),
        &format!("http://user:pass@{proxy}"),
    );
    let mut watch = poll(spec);
    let note = watch.next().await;
    assert!(matches!(note.signal, Signal::Beat(_)), "{note:?}");
    let wire = note.connection.unwrap();
    assert!(wire.phases.get(Phase::Connect).is_some() && wire.phases.get(Phase::Tls).is_some());
    assert_eq!(wire.certificate.unwrap().subject.as_str(), "CN=site.test");
    assert!(
        heads
            .recv()
            .await
            .unwrap()
            .starts_with(&format!("CONNECT {target} "))
    );
}

#[tokio::test]
async fn plain_http_is_asked_of_the_proxy() {
    let (proxy, mut heads) = http_proxy().await;
    let end = poll(through(
        get("http://site.invalid/a"),
        &format!("http://user:pass@{proxy}"),
    ))
    .end()
    .await;
    assert!(end.is_ok(), "{end:?}");
    assert!(
        heads
            .recv()
            .await
            .unwrap()
            .starts_with("GET http://site.invalid/a HTTP/1.1")
    );
}

#[tokio::test]
async fn the_proxy_itself_speaks_tls() {
    let authority = Authority::new();
    let (target, _) = serve_tls(authority.server(&authority.good(), false)).await;
    let acceptor = authority.acceptor(&authority.named("proxy.test"));
    let proxy = serve(move |stream, _| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.unwrap();
            read_head(&mut stream).await;
            let mut onward = TcpStream::connect(target).await.unwrap();
            stream
                .write_all(b"HTTP/1.1 200 Connected\r\n\r\n")
                .await
                .unwrap();
            let _ = copy_bidirectional(&mut stream, &mut onward).await;
        }
    })
    .await;
    let mut watch = poll(through(
        over(target, &authority.files()),
        &format!("https://{proxy}"),
    ));
    let wire = watch.next().await.connection.unwrap();
    assert_eq!(
        wire.certificate.expect("the target's").subject.as_str(),
        "CN=site.test"
    );
    assert!(watch.end().await.is_ok());

    let end = poll(through(
        over(target, &Authority::new().files()),
        &format!("https://{proxy}"),
    ))
    .end()
    .await;
    assert_eq!(end.unwrap_err().reason(), Reason::Proxy);
}

#[tokio::test]
async fn a_proxy_that_does_not_help() {
    let authority = Authority::new();
    let (target, _) = serve_tls(authority.server(&authority.good(), false)).await;
    let https = || over(target, &authority.files());
    let (proxy, _heads) = http_proxy().await;
    let nobody = closed_port().await;
    let mute = serve(|stream, _| async move { drop(stream) }).await;
    let mut unreachable = https();
    Arc::make_mut(&mut unreachable.endpoint).url = format!("https://{nobody}/").parse().unwrap();
    for (spec, proxy) in [
        (https(), format!("http://{proxy}")),
        (get("http://site.invalid/"), format!("http://{proxy}")),
        (https(), format!("http://{nobody}")),
        (get("http://site.invalid/"), format!("http://{nobody}")),
        (https(), format!("http://{mute}")),
        (https(), "http://proxy.invalid:8080".to_owned()),
        (unreachable, format!("http://user:pass@{proxy}")),
        (https(), format!("socks5://{nobody}")),
        (https(), format!("socks5://{mute}")),
    ] {
        let end = poll(through(spec, &proxy)).end().await.unwrap_err();
        let Failure::Proxy { why } = &end else {
            panic!("{proxy}: {end:?}")
        };
        assert!(!why.is_empty(), "{proxy}");
    }
}

/// Starts a proxy that only opens tunnels. It reports the requests that it gets.
async fn tunnel_only(answer: &'static str) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (send, heads) = mpsc::unbounded_channel();
    let address = serve(move |mut stream, _| {
        let send = send.clone();
        async move {
            let head = read_head(&mut stream).await;
            let target = head.split(' ').nth(1).unwrap().to_owned();
            let is_tunnel = head.starts_with("CONNECT ");
            let _ = send.send(head);
            if !is_tunnel {
                stream
                    .write_all(b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n")
                    .await
                    .unwrap();
                return;
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            if answer.contains(" 200 ") {
                let mut onward = TcpStream::connect(target).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut onward).await;
            }
        }
    })
    .await;
    (address, heads)
}

async fn websocket_through(target: SocketAddr, proxy: &str) -> Result<(), Failure> {
    let mut endpoint = Arc::new(endpoint(&format!("http://{target}/ws")));
    terms(&mut endpoint).proxy = Some(proxy.parse().unwrap());
    let trace = Trace::new(Clock::start());
    trace.begin();
    let dialer = Dialers::new().dialer(&endpoint, HttpVersion::Http1, false, &trace);
    dialer
        .websocket(endpoint.url.clone(), HeaderMap::new(), &[])
        .await
        .map(drop)
}

#[tokio::test]
async fn a_plain_websocket_goes_through_a_tunnel() {
    let target = serve(|mut stream, _| async move {
        accept(&mut stream, "").await;
        until_closed(&mut stream).await;
    })
    .await;
    let (proxy, mut heads) = tunnel_only("HTTP/1.1 200 Connected\r\n\r\n").await;
    let end = websocket_through(target, &format!("http://user:pass@{proxy}")).await;
    assert!(end.is_ok(), "{end:?}");
    let head = heads.recv().await.unwrap().to_lowercase();
    assert!(
        head.starts_with(&format!("connect {target} http/1.1\r\n")),
        "{head}"
    );
    assert!(head.contains(&format!("\r\nhost: {target}\r\n")), "{head}");
    assert!(
        head.contains("\r\nproxy-authorization: basic dxnlcjpwyxnz\r\n"),
        "{head}"
    );
    // The proxy does not see the handshake itself.
    assert!(!head.contains("upgrade") && heads.try_recv().is_err());
}

#[tokio::test]
async fn a_tunnel_that_is_refused_is_the_proxys_fault() {
    let nowhere = closed_port().await;
    for (answer, why) in [
        (
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            "refused the tunnel: 403 Forbidden",
        ),
        (
            "HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n",
            "wants authentication",
        ),
        ("", "connection closed before message completed"),
        ("SSH-2.0-x\r\n", "not HTTP: SSH-2.0-x"),
    ] {
        let (proxy, _heads) = tunnel_only(answer).await;
        let end = websocket_through(nowhere, &format!("http://{proxy}")).await;
        assert_eq!(
            end,
            Err(Failure::Proxy {
                why: Text::clean(why)
            })
        );
    }
}

#[tokio::test]
async fn no_proxy_but_the_configured_one() {
    let authority = Authority::new();
    let (target, _) = serve_tls(authority.server(&authority.good(), false)).await;
    let (proxy, mut heads) = http_proxy().await;
    // `localhost` also goes through the proxy.
    let mut spec = through(
        over(target, &authority.files()),
        &format!("http://user:pass@{proxy}"),
    );
    Arc::make_mut(&mut spec.endpoint).url = format!("https://localhost:{}/", target.port())
        .parse()
        .unwrap();
    assert!(poll(spec).end().await.is_ok());
    assert!(
        heads
            .recv()
            .await
            .unwrap()
            .starts_with("CONNECT localhost:")
    );
}

/// Starts a SOCKS5 proxy (RFC 1928, RFC 1929) with the login user:pass, which connects to loopback
/// only.
async fn socks5() -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (send, asked) = mpsc::unbounded_channel();
    let address = serve(move |mut stream, _| {
        let send = send.clone();
        async move {
            let _ = serve_socks5(&mut stream, &send).await;
            until_closed(&mut stream).await;
        }
    })
    .await;
    (address, asked)
}

async fn serve_socks5(
    stream: &mut TcpStream,
    send: &mpsc::UnboundedSender<String>,
) -> std::io::Result<()> {
    let mut hello = [0; 2];
    stream.read_exact(&mut hello).await?;
    let mut methods = vec![0; hello[1].into()];
    stream.read_exact(&mut methods).await?;
    if !methods.contains(&2) {
        return stream.write_all(&[5, 0xff]).await;
    }
    stream.write_all(&[5, 2]).await?;
    stream.read_u8().await?;
    let user = read_string(stream).await?;
    let password = read_string(stream).await?;
    let is_welcome = (user.as_str(), password.as_str()) == ("user", "pass");
    stream.write_all(&[1, u8::from(!is_welcome)]).await?;
    if !is_welcome {
        return Ok(());
    }
    let mut request = [0; 4];
    stream.read_exact(&mut request).await?;
    let host = match request[3] {
        1 => {
            let mut address = [0; 4];
            stream.read_exact(&mut address).await?;
            std::net::Ipv4Addr::from(address).to_string()
        }
        3 => read_string(stream).await?,
        other => panic!("address type {other}"),
    };
    let port = stream.read_u16().await?;
    let _ = send.send(host);
    let Ok(mut onward) = TcpStream::connect(("127.0.0.1", port)).await else {
        return stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await;
    };
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(stream, &mut onward).await.map(drop)
}

async fn read_string(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn socks5_resolves_here_and_socks5h_there() {
    let authority = Authority::new();
    let (target, _) = serve_tls(authority.server(&authority.named("site.invalid"), false)).await;
    let (proxy, mut asked) = socks5().await;
    let mut there = through(
        over(target, &authority.files()),
        &format!("socks5h://user:pass@{proxy}"),
    );
    Arc::make_mut(&mut there.endpoint).url = format!("https://site.invalid:{}/", target.port())
        .parse()
        .unwrap();
    let end = poll(there).end().await;
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(asked.recv().await.unwrap(), "site.invalid");

    let (target, _) = serve_tls(authority.server(&authority.good(), false)).await;
    let mut here = through(
        over(target, &authority.files()),
        &format!("socks5://user:pass@{proxy}"),
    );
    terms(&mut here.endpoint).family = hbmon::monitors::dial::Family::V4;
    Arc::make_mut(&mut here.endpoint).url = format!("https://localhost:{}/", target.port())
        .parse()
        .unwrap();
    let end = poll(here).end().await;
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(asked.recv().await.unwrap(), "127.0.0.1");

    let end = poll(through(
        get("http://site.invalid/"),
        &format!("socks5://user:pass@{proxy}"),
    ))
    .end()
    .await;
    assert_eq!(end.unwrap_err().reason(), Reason::Dns);
    let nobody = closed_port().await;
    for (url, login) in [
        (format!("http://{nobody}/"), "user:pass@"),
        (format!("http://{target}/"), "user:wrong@"),
        (format!("http://{target}/"), ""),
    ] {
        let end = poll(through(get(&url), &format!("socks5://{login}{proxy}")))
            .end()
            .await;
        assert_eq!(end.unwrap_err().reason(), Reason::Proxy, "{url} {login}");
    }
}

#[tokio::test]
async fn a_server_name_needs_a_proxy_that_is_told_addresses() {
    let authority = Authority::new();
    let (target, mut heads) =
        serve_tls(authority.server(&authority.named("inner.test"), false)).await;
    let (proxy, mut asked) = socks5().await;
    let named = || {
        let mut files = authority.files();
        files.server_name = Some("inner.test".to_owned());
        over(target, &files)
    };
    let end = poll(through(named(), &format!("socks5://user:pass@{proxy}")))
        .end()
        .await;
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(asked.recv().await.unwrap(), "127.0.0.1");
    assert_eq!(heads.recv().await.unwrap().0.as_deref(), Some("inner.test"));
    let end = poll(through(named(), &format!("socks5h://user:pass@{proxy}")))
        .end()
        .await;
    assert_eq!(end.unwrap_err().reason(), Reason::Proxy);
}
