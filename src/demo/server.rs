//! The listener of one server. It closes while the scenario wants connections to be refused.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::heartbeats::DemoContext;
use super::scenario::DemoServer;
use super::{http, socketio, websocket};
use crate::model::Kind;

/// Delay before a failed accept or bind is retried.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(50);

/// Runs a server until the future is dropped.
pub(super) async fn run_server(
    stage: DemoContext,
    part: &'static DemoServer,
    address: SocketAddr,
    mut listener: TcpListener,
) {
    loop {
        tokio::select! {
            () = stage.until_gone(part, true) => {}
            () = receive(&stage, part, &listener) => {}
        }
        drop(listener);
        stage.until_gone(part, false).await;
        listener = open_again(address).await;
    }
}

/// Accepts and serves connections. Dropping the future closes them.
async fn receive(stage: &DemoContext, part: &'static DemoServer, listener: &TcpListener) {
    let mut guests = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(guests.spawn(serve(stage.clone(), part, stream))),
                Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
            },
            Some(_) = guests.join_next() => {}
        }
    }
}

async fn serve(stage: DemoContext, part: &'static DemoServer, stream: TcpStream) {
    // Nagle's algorithm would add to the latencies of the scenario.
    let _ = stream.set_nodelay(true);
    match part.kind {
        Kind::Http | Kind::Sse => http::serve(stage, part, stream).await,
        Kind::Websocket => websocket::serve(stage, part, stream).await,
        Kind::Socketio => socketio::serve(stage, part, stream).await,
        // The scenario has no server of another kind.
        _ => {}
    }
}

/// Binds the same port again. Retries, because another process may use it in the meantime.
async fn open_again(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
        }
    }
}
