//! The HTTP interface: pushed heartbeats come in, status, metrics and streams of events go out.
//!
//! `reception` takes connections in, `access` guards the door, `routes` lists what is behind it.
//! Everything that is told is told of the engine's newest snapshot; what is asked goes to the
//! engine as a command.

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

/// An engine that answers nothing for so long does not live.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the process that offers the interface says of itself.
pub struct Host {
    /// What `hbmon check` would exit with.
    pub verdict: fn(&Snapshot) -> u8,
    pub outputs: Arc<Outputs>,
}

/// What all routes share. Clones are one house.
#[derive(Clone)]
struct House(Arc<Rooms>);

struct Rooms {
    clock: Clock,
    limits: Limits,
    engine: Engine,
    access: watch::Receiver<Access>,
    closing: Closing,
    /// What `hbmon check` would exit with.
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

    /// With everything that was accepted before. An engine that does not answer leaves the last
    /// one.
    async fn fresh(&self) -> Arc<Snapshot> {
        answered(self.engine.fresh())
            .await
            .unwrap_or_else(|| self.snapshot())
    }
}

/// Waits for an answer of the engine; `None` if it has stopped or does not answer in time.
async fn answered<T>(answer: impl Future<Output = Result<T, Stopped>>) -> Option<T> {
    timeout(PATIENCE, answer).await.ok()?.ok()
}

/// The open interface. Dropped, it closes at once and cuts off who is still there.
pub struct Interface {
    pub address: SocketAddr,
    closing: watch::Sender<bool>,
    tasks: JoinSet<()>,
    /// No target can lead a monitor here by a redirect.
    _own: OwnAddress,
}

impl Interface {
    /// Opens it on a listener; needs a tokio runtime. `access` may change while it is open.
    ///
    /// # Errors
    /// A listener without an address.
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

    /// Takes nobody in any more, ends the streams, and waits a little for the answers that are
    /// under way.
    pub async fn close(mut self) {
        self.closing.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Everything behind the front door, and the tasks that keep the streams going.
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
