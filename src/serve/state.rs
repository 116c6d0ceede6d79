//! The state that the handlers of all routes share.

use std::collections::HashMap;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::access::Access;
use super::budget::MemoryBudget;
use super::cache::AnswerCache;
use super::events::Events;
use super::heartbeats::Heartbeats;
use super::limits::Limits;
use super::outputs::Outputs;
use super::refreshed::Refreshed;
use super::shutdown::Shutdown;
use super::slots::ConnectionSlots;
use crate::clock::Clock;
use crate::engine::{Engine, Stopped};
use crate::history::alert_board::AlertBoard;
use crate::history::period::whole_millis;
use crate::history::slo::SloStanding;
use crate::model::{Snapshot, Text};
use crate::report::page::AvailabilityByName;
use crate::store::Store;

/// Time limit for an answer of the engine.
const ENGINE_TIMEOUT: Duration = Duration::from_secs(5);

/// What the interface needs from the process that opens it.
pub struct Host {
    /// Returns the exit code that `hbmon check` would have.
    pub verdict: fn(&Snapshot) -> u8,
    pub outputs: Arc<Outputs>,
    /// `None` if there is no history.
    pub history: Option<ServedHistory>,
    /// `None` if this process sends no alerts.
    pub alerts: Option<watch::Receiver<Arc<AlertBoard>>>,
}

/// A history that can be read.
#[derive(Clone, Debug)]
pub struct ServedHistory {
    pub path: PathBuf,
    /// What writes it; `None` if this process does not.
    pub store: Option<Store>,
}

impl From<Store> for ServedHistory {
    fn from(store: Store) -> ServedHistory {
        ServedHistory {
            path: store.path().to_owned(),
            store: Some(store),
        }
    }
}

/// The state that all routes share. Clones share it too.
#[derive(Clone)]
pub(super) struct AppState(Arc<AppStateInner>);

pub(super) struct AppStateInner {
    pub clock: Clock,
    pub limits: Limits,
    pub engine: Engine,
    pub access: watch::Receiver<Access>,
    pub closing: Shutdown,
    /// Returns the exit code that `hbmon check` would have.
    pub verdict: fn(&Snapshot) -> u8,
    pub events: Events,
    pub heartbeats: Heartbeats,
    pub status: AnswerCache,
    pub metrics: AnswerCache,
    pub lists: AnswerCache,
    pub monitors: AnswerCache,
    pub page: AnswerCache,
    pub slots: Arc<ConnectionSlots>,
    pub bodies: Arc<MemoryBudget>,
    pub answers: Arc<MemoryBudget>,
    pub outputs: Arc<Outputs>,
    /// `None` if there is no history.
    pub history: Option<ServedHistory>,
    /// `None` if this process sends no alerts.
    pub alerts: Option<watch::Receiver<Arc<AlertBoard>>>,
    /// A permit for each question about the history that may run.
    pub queries: Arc<Semaphore>,
    pub standings: Arc<Refreshed<HashMap<Text, SloStanding>>>,
    pub past: Arc<Refreshed<AvailabilityByName>>,
}

impl Deref for AppState {
    type Target = AppStateInner;

    fn deref(&self) -> &AppStateInner {
        &self.0
    }
}

impl AppStateInner {
    /// Returns what writes the history; `None` if this process does not.
    pub(super) fn store(&self) -> Option<&Store> {
        self.history.as_ref()?.store.as_ref()
    }

    /// Returns what channels are told; `None` if this process sends no alerts.
    pub(super) fn board(&self) -> Option<Arc<AlertBoard>> {
        self.alerts
            .as_ref()
            .map(|alerts| Arc::clone(&alerts.borrow()))
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        self.engine.snapshot()
    }

    /// Returns the present wall time in whole milliseconds, the precision of the history.
    pub(super) fn wall_now(&self) -> Timestamp {
        whole_millis(self.clock.wall(self.clock.now()))
    }

    /// Returns a snapshot with every heartbeat that was accepted before the call, or the newest
    /// published one if the engine does not answer.
    pub(super) async fn fresh(&self) -> Arc<Snapshot> {
        engine_answer(self.engine.fresh())
            .await
            .unwrap_or_else(|| self.snapshot())
    }
}

/// Waits for an answer of the engine. Returns `None` if the engine has stopped or does not answer
/// in time.
pub(super) async fn engine_answer<T>(
    answer: impl Future<Output = Result<T, Stopped>>,
) -> Option<T> {
    timeout(ENGINE_TIMEOUT, answer).await.ok()?.ok()
}

impl AppState {
    pub(super) fn new(
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
            events: Events::new(clock.clone(), first),
            heartbeats: Heartbeats::new(),
            status: AnswerCache::default(),
            metrics: AnswerCache::default(),
            lists: AnswerCache::default(),
            monitors: AnswerCache::default(),
            page: AnswerCache::default(),
            slots: ConnectionSlots::new(clock.clone(), limits),
            bodies: MemoryBudget::new(limits.bodies_bytes),
            answers: MemoryBudget::new(limits.answers_bytes),
            outputs: host.outputs,
            history: host.history,
            alerts: host.alerts,
            queries: Arc::new(Semaphore::new(limits.queries)),
            standings: Refreshed::new(limits.standings),
            past: Refreshed::new(limits.past),
            clock,
        }))
    }
}
