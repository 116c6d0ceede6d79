//! The HTTP interface: it receives pushed heartbeats and serves status, metrics and event streams.
//!
//! `reception` accepts connections, `access` authorizes requests, `routes` lists the routes.
//! Answers are rendered from the engine's newest snapshot. Questions that the snapshot does not
//! answer go to the engine as commands.

mod access;
mod answer;
mod budget;
mod cache;
mod events;
mod health;
mod heartbeats;
mod instances;
mod limits;
mod listener;
mod metrics;
mod outputs;
mod peer;
mod receive_push;
mod routes;
mod shutdown;
mod site;
mod slots;
mod status;

use std::io;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::engine::{Engine, Stopped};
use crate::model::Snapshot;
use crate::monitors::dial::OwnAddress;
pub use access::Access;
use budget::MemoryBudget;
pub use health::is_first_round_over;
pub use limits::Limits;
use listener::Listener;
pub use outputs::Outputs;
use shutdown::Shutdown;
use slots::ConnectionSlots;

/// Time limit for an answer of the engine.
const ENGINE_TIMEOUT: Duration = Duration::from_secs(5);

/// What the interface needs from the process that opens it.
pub struct Host {
    /// Returns the exit code that `hbmon check` would have.
    pub verdict: fn(&Snapshot) -> u8,
    pub outputs: Arc<Outputs>,
}

/// The state that all routes share. Clones share it too.
#[derive(Clone)]
struct AppState(Arc<AppStateInner>);

struct AppStateInner {
    clock: Clock,
    limits: Limits,
    engine: Engine,
    access: watch::Receiver<Access>,
    closing: Shutdown,
    /// Returns the exit code that `hbmon check` would have.
    verdict: fn(&Snapshot) -> u8,
    events: events::Events,
    heartbeats: heartbeats::Heartbeats,
    status: cache::AnswerCache,
    metrics: cache::AnswerCache,
    lists: cache::AnswerCache,
    slots: Arc<ConnectionSlots>,
    bodies: Arc<MemoryBudget>,
    answers: Arc<MemoryBudget>,
    outputs: Arc<Outputs>,
}

impl Deref for AppState {
    type Target = AppStateInner;

    fn deref(&self) -> &AppStateInner {
        &self.0
    }
}

impl AppStateInner {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.engine.snapshot()
    }

    /// Returns a snapshot with every heartbeat that was accepted before the call, or the newest
    /// published one if the engine does not answer.
    async fn fresh(&self) -> Arc<Snapshot> {
        engine_answer(self.engine.fresh())
            .await
            .unwrap_or_else(|| self.snapshot())
    }
}

/// Waits for an answer of the engine. Returns `None` if the engine has stopped or does not answer
/// in time.
async fn engine_answer<T>(answer: impl Future<Output = Result<T, Stopped>>) -> Option<T> {
    timeout(ENGINE_TIMEOUT, answer).await.ok()?.ok()
}

/// The open interface. Dropping it closes all connections at once.
pub struct Interface {
    pub address: SocketAddr,
    closing: watch::Sender<bool>,
    tasks: JoinSet<()>,
    /// Prevents that a redirect of a target leads a monitor to this interface.
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
    let house = AppState::new(engine, clock, access.clone(), limits, host, closing.clone());
    let (router, seats) = (routes::router(house.clone()), Arc::clone(&house.slots));
    let mut tasks = JoinSet::new();
    tasks.spawn(events::run(house.clone(), engine.snapshots()));
    tasks.spawn(heartbeats::run(house));
    (
        Listener {
            router,
            access,
            limits,
            slots: seats,
            shutdown: closing,
        },
        tasks,
    )
}

impl AppState {
    fn new(
        engine: &Engine,
        clock: Clock,
        access: watch::Receiver<Access>,
        limits: Limits,
        host: Host,
        closing: Shutdown,
    ) -> AppState {
        let first = engine.snapshot();
        AppState(Arc::new(AppStateInner {
            limits,
            engine: engine.clone(),
            access,
            closing,
            verdict: host.verdict,
            events: events::Events::new(clock.clone(), first),
            heartbeats: heartbeats::Heartbeats::new(),
            status: cache::AnswerCache::default(),
            metrics: cache::AnswerCache::default(),
            lists: cache::AnswerCache::default(),
            slots: ConnectionSlots::new(clock.clone(), limits),
            bodies: MemoryBudget::new(limits.bodies_bytes),
            answers: MemoryBudget::new(limits.answers_bytes),
            outputs: host.outputs,
            clock,
        }))
    }
}

#[cfg(test)]
mod tests;
