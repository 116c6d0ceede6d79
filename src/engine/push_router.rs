//! Routes pushed heartbeats: from the path of a request to the push monitor that it names. Needs no
//! task. A reload replaces the endpoints behind it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::commands::{Command, Commands};
use crate::clock::Clock;
use crate::lock::LockExt;
use crate::model::{MAX_INSTANCES, Observation, Push, PushSignal, Signal, TargetId, Text};
use crate::monitors::payload;
use crate::monitors::push::{HEARTBEATS_PATH, PushAction, PushMethod, PushRefusal, PushSpec};
use crate::monitors::secrets::Secrets;
use crate::monitors::token::Token;

/// Finds the endpoint of a push monitor by path. Clones share one table.
#[derive(Clone, Default)]
pub struct PushRouter {
    endpoints: Arc<RwLock<Arc<EndpointTable>>>,
}

#[derive(Default)]
struct EndpointTable {
    by_path: HashMap<String, Arc<PushEndpoint>>,
    /// At least one monitor has a token besides the token of the interface.
    have_tokens: bool,
}

/// The endpoint of one push monitor: reads requests and passes heartbeats to the engine.
pub struct PushEndpoint {
    target: TargetId,
    name: Text,
    spec: Arc<PushSpec>,
    secrets: Arc<Secrets>,
    clock: Clock,
    notes: mpsc::Sender<Observation>,
    commands: Commands,
    /// The monitor has the maximum number of instances and takes no new ones.
    full: AtomicBool,
}

impl PushRouter {
    /// Returns the endpoint that a request's path (without its query) names, and the step that the
    /// path asks for. Paths are `/v1/heartbeats/NAME` or the monitor's `path`, each with an
    /// optional step such as `/start` below it.
    pub fn find(&self, path: &str) -> Option<(Arc<PushEndpoint>, PushAction)> {
        let doors = self.endpoints();
        if let Some(door) = doors.by_path.get(path) {
            return Some((Arc::clone(door), PushAction::Beat));
        }
        let (path, word) = path.rsplit_once('/')?;
        Some((
            Arc::clone(doors.by_path.get(path)?),
            PushAction::parse(word)?,
        ))
    }

    /// Returns whether any monitor has a token. Then the interface must not reveal which names
    /// exist.
    pub fn has_tokens(&self) -> bool {
        self.endpoints().have_tokens
    }

    /// Replaces the table of endpoints.
    pub(super) fn replace<'d>(&self, doors: impl Iterator<Item = &'d Arc<PushEndpoint>>) {
        let mut found = EndpointTable::default();
        for door in doors {
            found.have_tokens |= door.token().is_some();
            let paths = std::iter::once(format!("{HEARTBEATS_PATH}{}", door.name))
                .chain(door.spec.path.clone());
            found
                .by_path
                .extend(paths.map(|path| (path, Arc::clone(door))));
        }
        *self.endpoints.write().ignore_poison() = Arc::new(found);
    }

    fn endpoints(&self) -> Arc<EndpointTable> {
        // No code panics while it holds the lock, so a poisoned lock guards valid data.
        Arc::clone(&self.endpoints.read().ignore_poison())
    }
}

impl PushEndpoint {
    pub(super) fn new(
        target: TargetId,
        name: Text,
        spec: Arc<PushSpec>,
        secrets: Arc<Secrets>,
        clock: Clock,
        notes: mpsc::Sender<Observation>,
        commands: Commands,
    ) -> PushEndpoint {
        PushEndpoint {
            target,
            name,
            spec,
            secrets,
            clock,
            notes,
            commands,
            full: AtomicBool::new(false),
        }
    }

    pub const fn target(&self) -> TargetId {
        self.target
    }

    /// Returns the monitor's token. Requests may use it instead of the interface's token.
    pub fn token(&self) -> Option<&Token> {
        self.spec.token.as_ref()
    }

    /// Returns the methods of requests that the monitor accepts.
    pub fn methods(&self) -> &[PushMethod] {
        &self.spec.methods
    }

    /// Reads a request and sends its heartbeat to the engine; waits while the engine is behind.
    /// `run` is the query parameter `rid`, which identifies a run of a job. `latency` is what the
    /// sender measured, if it did.
    ///
    /// # Errors
    /// The request is refused and has no effect.
    pub async fn receive(
        &self,
        step: PushAction,
        run: Option<&str>,
        latency: Option<Duration>,
        body: &[u8],
    ) -> Result<(), PushRefusal> {
        let at = self.clock.now();
        let mut push = self.read(step, run, body, self.clock.wall(at)).await?;
        if let PushSignal::Beat { beat, .. } = &mut push.signal {
            beat.latency = latency;
        }
        if let Some(instance) = &push.instance
            && self.full.load(Ordering::Relaxed)
            && !self.has_instance(instance).await?
        {
            return Err(PushRefusal::TooManyInstances {
                limit: MAX_INSTANCES,
            });
        }
        let note = Observation {
            target: self.target,
            at,
            signal: Signal::Pushed(Box::new(push)),
            connection: None,
        };
        self.notes
            .send(note)
            .await
            .map_err(|_| PushRefusal::Stopping)
    }

    /// Reads the request on a blocking thread if its body is large.
    async fn read(
        &self,
        step: PushAction,
        run: Option<&str>,
        body: &[u8],
        received: Timestamp,
    ) -> Result<Push, PushRefusal> {
        if payload::is_small(body.len()) {
            return self.spec.read(step, run, body, received, &self.secrets);
        }
        let (spec, secrets) = (Arc::clone(&self.spec), Arc::clone(&self.secrets));
        let (run, body) = (run.map(str::to_owned), body.to_vec());
        let work = move || spec.read(step, run.as_deref(), &body, received, &secrets);
        payload::offload(work)
            .await
            .unwrap_or(Err(PushRefusal::Stopping))
    }

    pub(super) fn set_full(&self, is_full: bool) {
        self.full.store(is_full, Ordering::Relaxed);
    }

    async fn has_instance(&self, instance: &Text) -> Result<bool, PushRefusal> {
        let question = |reply| Command::KnowsInstance {
            target: self.target,
            instance: instance.clone(),
            reply,
        };
        let answer = self.commands.ask(question).await;
        answer.map_err(|_stopped| PushRefusal::Stopping)
    }
}
