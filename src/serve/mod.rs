//! The HTTP interface: it receives pushed heartbeats and serves status, metrics and event streams.
//!
//! `reception` accepts connections, `access` authorizes requests, `routes` lists the routes.
//! Answers are rendered from the engine's newest snapshot. Questions that the snapshot does not
//! answer go to the engine as commands.

mod access;
mod answer;
mod budget;
mod cache;
mod closing;
mod events;
mod guest;
mod health;
mod heartbeats;
mod instances;
mod intake;
mod limits;
mod metrics;
mod outputs;
mod reception;
mod routes;
mod seats;
mod site;
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
use budget::Budget;
use closing::Closing;
pub use health::is_first_round_over;
pub use limits::Limits;
pub use outputs::Outputs;
use reception::Reception;
use seats::Seats;

/// Time limit for an answer of the engine.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the interface needs from the process that opens it.
pub struct Host {
    /// Returns the exit code that `hbmon check` would have.
    pub verdict: fn(&Snapshot) -> u8,
    pub outputs: Arc<Outputs>,
}

/// The state that all routes share. Clones share it too.
#[derive(Clone)]
struct House(Arc<Rooms>);

struct Rooms {
    clock: Clock,
    limits: Limits,
    engine: Engine,
    access: watch::Receiver<Access>,
    closing: Closing,
    /// Returns the exit code that `hbmon check` would have.
    verdict: fn(&Snapshot) -> u8,
    events: events::Events,
    heartbeats: heartbeats::Heartbeats,
    status: cache::Cache,
    metrics: cache::Cache,
    lists: cache::Cache,
    seats: Arc<Seats>,
    bodies: Arc<Budget>,
    answers: Arc<Budget>,
    outputs: Arc<Outputs>,
}

impl Deref for House {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.0
    }
}

impl Rooms {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.engine.snapshot()
    }

    /// Returns a snapshot with every heartbeat that was accepted before the call, or the newest
    /// published one if the engine does not answer.
    async fn fresh(&self) -> Arc<Snapshot> {
        answered(self.engine.fresh())
            .await
            .unwrap_or_else(|| self.snapshot())
    }
}

/// Waits for an answer of the engine. Returns `None` if the engine has stopped or does not answer
/// in time.
async fn answered<T>(answer: impl Future<Output = Result<T, Stopped>>) -> Option<T> {
    timeout(PATIENCE, answer).await.ok()?.ok()
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
        let (closing, is_closing) = Closing::new();
        let (reception, mut tasks) = furnish(engine, clock, access, limits, host, is_closing);
        tasks.spawn(reception.receive(listener));
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
fn furnish(
    engine: &Engine,
    clock: Clock,
    access: watch::Receiver<Access>,
    limits: Limits,
    host: Host,
    closing: Closing,
) -> (Reception, JoinSet<()>) {
    let house = House::new(engine, clock, access.clone(), limits, host, closing.clone());
    let (router, seats) = (routes::router(house.clone()), Arc::clone(&house.seats));
    let mut tasks = JoinSet::new();
    tasks.spawn(events::run(house.clone(), engine.snapshots()));
    tasks.spawn(heartbeats::run(house));
    (
        Reception {
            router,
            access,
            limits,
            seats,
            closing,
        },
        tasks,
    )
}

impl House {
    fn new(
        engine: &Engine,
        clock: Clock,
        access: watch::Receiver<Access>,
        limits: Limits,
        host: Host,
        closing: Closing,
    ) -> House {
        let first = engine.snapshot();
        House(Arc::new(Rooms {
            limits,
            engine: engine.clone(),
            access,
            closing,
            verdict: host.verdict,
            events: events::Events::new(clock.clone(), first),
            heartbeats: heartbeats::Heartbeats::new(),
            status: cache::Cache::default(),
            metrics: cache::Cache::default(),
            lists: cache::Cache::default(),
            seats: Seats::new(clock.clone(), limits),
            bodies: Budget::new(limits.bodies_bytes),
            answers: Budget::new(limits.answers_bytes),
            outputs: host.outputs,
            clock,
        }))
    }
}

#[cfg(test)]
mod tests;
