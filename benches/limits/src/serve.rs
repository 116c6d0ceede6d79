//! A server that answers at once: HTTP, an event stream, and WebSockets that send one message.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::SinkExt;
use futures_util::stream::{self, StreamExt};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::Outcome;

const BEAT: &str = r#"{"ok":true}"#;

/// Prints `HTTP=… WS=… WSS=… CA=…` for a shell to evaluate, and serves until it is killed.
pub async fn run() -> Outcome {
    crate::measure::raise_files();
    let signed =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    let ca = std::env::temp_dir().join(format!("limits-{}.pem", std::process::id()));
    std::fs::write(&ca, signed.cert.pem())?;
    let key = rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der())?;
    let tls = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)?;
    let acceptor = TlsAcceptor::from(Arc::new(tls));

    let (http, ws, wss) = (listen().await?, listen().await?, listen().await?);
    let port = |listener: &TcpListener| listener.local_addr().map(|address| address.port());
    println!(
        "HTTP={} WS={} WSS={} CA={}",
        port(&http)?,
        port(&ws)?,
        port(&wss)?,
        ca.display()
    );

    tokio::join!(
        each(http, answer_http),
        each(ws, answer_websocket),
        each(wss, move |stream| {
            let acceptor = acceptor.clone();
            async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer_websocket(stream).await;
                }
            }
        }),
    );
    Ok(())
}

async fn listen() -> std::io::Result<TcpListener> {
    let socket = tokio::net::TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    socket.listen(8192)
}

async fn each<F: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    answer: impl Fn(TcpStream) -> F,
) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(answer(stream));
        }
    }
}

async fn answer_http(stream: TcpStream) {
    let served = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service_fn(respond));
    let _ = served.await;
}

async fn respond(
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, Infallible> {
    if request.uri().path() == "/sse" {
        let first = stream::iter([Ok(Frame::data(Bytes::from(format!("data: {BEAT}\n\n"))))]);
        let body = BodyExt::boxed(StreamBody::new(first.chain(stream::pending())));
        let mut response = Response::new(body);
        response.headers_mut().insert(
            "content-type",
            hyper::header::HeaderValue::from_static("text/event-stream"),
        );
        return Ok(response);
    }
    Ok(Response::new(
        Full::new(Bytes::from_static(BEAT.as_bytes())).boxed(),
    ))
}

async fn answer_websocket<S: AsyncRead + AsyncWrite + Unpin>(stream: S) {
    let small = WebSocketConfig::default()
        .read_buffer_size(1024)
        .write_buffer_size(0);
    let Ok(mut socket) = tokio_tungstenite::accept_async_with_config(stream, Some(small)).await
    else {
        return;
    };
    let _ = socket.send(Message::text(BEAT)).await;
    while let Some(Ok(_)) = socket.next().await {}
}
