//! The HTTP interface: pushed heartbeats come in, status, metrics and streams of events go out.
//!
//! `reception` takes connections in, `access` guards the door, `routes` lists what is behind it. Everything that is
//! told is told of the engine's newest snapshot; what is asked goes to the engine as a command.

mod access;
mod answer;
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
mod reception;
mod routes;
mod status;

use std::io;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::engine::{Command, Engine, Intake};
use crate::model::Snapshot;
use crate::monitors::dial::Listening;
pub use access::Access;
use closing::Closing;
pub use health::is_first_round_over;
pub use limits::Limits;
use reception::Reception;

/// An engine that answers nothing for so long does not live.
const PATIENCE: Duration = Duration::from_secs(5);

/// What all routes share. Clones are one house.
#[derive(Clone)]
struct House(Arc<Rooms>);

struct Rooms {
    clock: Clock,
    limits: Limits,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    commands: mpsc::Sender<Command>,
    intake: Intake,
    access: watch::Receiver<Access>,
    closing: Closing,
    /// What `hbmon check` would exit with.
    verdict: fn(&Snapshot) -> u8,
    events: events::Events,
    heartbeats: heartbeats::Heartbeats,
    status: cache::Cache,
    metrics: cache::Cache,
}

impl Deref for House {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.0
    }
}

impl Rooms {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshots.borrow())
    }

    /// Asks the engine; none if it does not answer.
    async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        let asked = async {
            self.commands.send(question(reply)).await.ok()?;
            answer.await.ok()
        };
        timeout(PATIENCE, asked).await.ok().flatten()
    }
}

/// The open interface. Dropped, it closes at once and cuts off who is still there.
pub struct Interface {
    pub address: SocketAddr,
    closing: watch::Sender<bool>,
    tasks: JoinSet<()>,
    /// No target can lead a monitor here by a redirect.
    _own: Listening,
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
        verdict: fn(&Snapshot) -> u8,
    ) -> io::Result<Interface> {
        let address = listener.local_addr()?;
        let (closing, is_closing) = Closing::new();
        let (reception, mut tasks) = furnish(engine, clock, access, limits, verdict, is_closing);
        tasks.spawn(reception.receive(listener));
        Ok(Interface { address, closing, tasks, _own: Listening::on(address) })
    }

    /// Takes nobody in any more, ends the streams, and waits a little for the answers that are under way.
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
    verdict: fn(&Snapshot) -> u8,
    closing: Closing,
) -> (Reception, JoinSet<()>) {
    let snapshots = engine.snapshots.clone();
    let first = Arc::clone(&snapshots.borrow());
    let house = House(Arc::new(Rooms {
        limits,
        snapshots: snapshots.clone(),
        commands: engine.commands.clone(),
        intake: engine.intake.clone(),
        access: access.clone(),
        closing: closing.clone(),
        verdict,
        events: events::Events::new(clock.clone(), first),
        heartbeats: heartbeats::Heartbeats::new(),
        status: cache::Cache::default(),
        metrics: cache::Cache::default(),
        clock,
    }));
    let router = routes::router(house.clone());
    let mut tasks = JoinSet::new();
    tasks.spawn(events::run(house.clone(), snapshots));
    tasks.spawn(heartbeats::run(house));
    (Reception { router, access, limits, closing }, tasks)
}

#[cfg(test)]
mod tests;
