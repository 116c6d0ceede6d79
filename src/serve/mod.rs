//! The HTTP interface: it receives pushed heartbeats and serves status, metrics and event streams.
//!
//! `listener` accepts connections, `access` authorizes requests, `routes` lists the routes.
//! Responses are rendered from the engine's newest snapshot. For data that the snapshot does not
//! have, a route sends a command to the engine.

mod access;
mod actions;
mod alerts;
mod answer;
mod availability;
mod budget;
mod cache;
mod events;
mod guard;
mod health;
mod heartbeats;
mod history_queries;
mod incidents;
mod instances;
mod limits;
mod listener;
mod metrics;
mod monitor_history;
mod monitors;
mod openapi;
mod outputs;
mod page;
mod past_availability;
mod peer;
mod push_query;
mod query;
mod receive_push;
mod refreshed;
mod request_body;
mod route;
mod routes;
mod shutdown;
mod silences;
mod site;
mod slots;
mod standings;
mod state;
mod status;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::engine::Engine;
use crate::monitors::dial::OwnAddress;
pub use access::Access;
pub use health::is_first_round_over;
pub use limits::Limits;
use listener::Listener;
pub use outputs::Outputs;
use shutdown::Shutdown;
pub(crate) use silences::{add_numbered, silence_length, silence_match};
use state::AppState;
pub use state::{Host, ServedHistory};

/// The open interface. Dropping it closes all connections at once.
pub struct Interface {
    pub address: SocketAddr,
    closing: watch::Sender<bool>,
    tasks: JoinSet<()>,
    /// Prevents monitors from following a redirect of a target to this interface.
    _own: OwnAddress,
}

impl Interface {
    /// Opens the interface on a listener, within a tokio runtime. `access` may change meanwhile.
    ///
    /// # Errors
    /// The listener has no local address.
    pub fn open(
        listener: TcpListener,
        engine: &Engine,
        clock: Clock,
        access: watch::Receiver<Access>,
        limits: Limits,
        host: Host,
    ) -> io::Result<Interface> {
        let address = listener.local_addr()?;
        let (closing, is_closing) = Shutdown::new();
        let (reception, mut tasks) = build(engine, clock, access, limits, host, is_closing);
        tasks.spawn(reception.accept_loop(listener));
        Ok(Interface {
            address,
            closing,
            tasks,
            _own: OwnAddress::register(address),
        })
    }

    /// Stops accepting connections, ends the streams, and waits for the answers in progress, up to
    /// the limit in [`Limits`].
    pub async fn close(mut self) {
        self.closing.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Builds the connection handler and starts the tasks that publish to the streams.
fn build(
    engine: &Engine,
    clock: Clock,
    access: watch::Receiver<Access>,
    limits: Limits,
    host: Host,
    closing: Shutdown,
) -> (Listener, JoinSet<()>) {
    let state = AppState::new(engine, clock, access.clone(), limits, host, closing.clone());
    let guard = from_fn_with_state(state.clone(), guard::guard);
    let router = routes::router(state.clone()).layer(guard);
    let slots = Arc::clone(&state.slots);
    let mut tasks = JoinSet::new();
    tasks.spawn(events::run(state.clone(), engine.snapshots()));
    tasks.spawn(heartbeats::run(state));
    (
        Listener {
            router,
            access,
            limits,
            slots,
            shutdown: closing,
        },
        tasks,
    )
}

#[cfg(test)]
mod tests;
