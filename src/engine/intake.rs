//! Routes pushed heartbeats: from the path of a request to the push monitor that it names. Needs no
//! task. A reload replaces the endpoints behind it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::commands::{Command, Commands};
use crate::clock::Clock;
use crate::model::{MOST_INSTANCES, Note, Push, Signal, TargetId, Text};
use crate::monitors::outbox::Secrets;
use crate::monitors::payload;
use crate::monitors::push::{Refusal, Spec, Step};
use crate::monitors::token::Token;

/// Path prefix under which every push monitor is reached by its name.
pub const HEARTBEATS: &str = "/v1/heartbeats/";

/// Finds the endpoint of a push monitor by path. Clones share one table.
#[derive(Clone, Default)]
pub struct Intake {
    doors: Arc<RwLock<Arc<Doors>>>,
}

#[derive(Default)]
struct Doors {
    by_path: HashMap<String, Arc<Door>>,
    /// At least one monitor has a token besides the token of the interface.
    are_guarded: bool,
}

/// The endpoint of one push monitor: reads requests and passes heartbeats to the engine.
pub struct Door {
    target: TargetId,
    name: Text,
    spec: Arc<Spec>,
    secrets: Arc<Secrets>,
    clock: Clock,
    notes: mpsc::Sender<Note>,
    commands: Commands,
    /// The monitor has the maximum number of instances and takes no new ones.
    full: AtomicBool,
}

impl Intake {
    /// Returns the endpoint that a request's path (without its query) names, and the step that the
    /// path asks for. Paths are `/v1/heartbeats/NAME` or the monitor's `path`, each with an optional
    /// step such as `/start` below it.
    pub fn find(&self, path: &str) -> Option<(Arc<Door>, Step)> {
        let doors = self.doors();
        if let Some(door) = doors.by_path.get(path) {
            return Some((Arc::clone(door), Step::Beat));
        }
        let (path, word) = path.rsplit_once('/')?;
        Some((Arc::clone(doors.by_path.get(path)?), Step::parse(word)?))
    }

    /// Returns whether any monitor has a token. Then the interface must not reveal which names exist.
    pub fn is_guarded(&self) -> bool {
        self.doors().are_guarded
    }

    /// Replaces the table of endpoints.
    pub(super) fn replace<'d>(&self, doors: impl Iterator<Item = &'d Arc<Door>>) {
        let mut found = Doors::default();
        for door in doors {
            found.are_guarded |= door.token().is_some();
            let paths =
                std::iter::once(format!("{HEARTBEATS}{}", door.name)).chain(door.spec.path.clone());
            found
                .by_path
                .extend(paths.map(|path| (path, Arc::clone(door))));
        }
        *self.doors.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
    }

    fn doors(&self) -> Arc<Doors> {
        // No code panics while it holds the lock, so a poisoned lock guards valid data.
        Arc::clone(&self.doors.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Door {
    pub(super) fn new(
        target: TargetId,
        name: Text,
        spec: Arc<Spec>,
        secrets: Arc<Secrets>,
        clock: Clock,
        notes: mpsc::Sender<Note>,
        commands: Commands,
    ) -> Door {
        Door {
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

    /// Reads a request and sends its heartbeat to the engine; waits while the engine is behind.
    /// `run` is the query parameter `rid`, which identifies a run of a job.
    ///
    /// # Errors
    /// The request is refused and has no effect.
    pub async fn take(&self, step: Step, run: Option<&str>, body: &[u8]) -> Result<(), Refusal> {
        let at = self.clock.now();
        let push = self.read(step, run, body, self.clock.wall(at)).await?;
        if let Some(instance) = &push.instance
            && self.full.load(Ordering::Relaxed)
            && !self.knows(instance).await?
        {
            return Err(Refusal::TooManyInstances {
                limit: MOST_INSTANCES,
            });
        }
        let note = Note {
            target: self.target,
            at,
            signal: Signal::Pushed(Box::new(push)),
            wire: None,
        };
        self.notes.send(note).await.map_err(|_| Refusal::Stopping)
    }

    /// Reads the request on a blocking thread if its body is large.
    async fn read(
        &self,
        step: Step,
        run: Option<&str>,
        body: &[u8],
        received: Timestamp,
    ) -> Result<Push, Refusal> {
        if payload::is_small(body.len()) {
            return self.spec.read(step, run, body, received, &self.secrets);
        }
        let (spec, secrets) = (Arc::clone(&self.spec), Arc::clone(&self.secrets));
        let (run, body) = (run.map(str::to_owned), body.to_vec());
        let work = move || spec.read(step, run.as_deref(), &body, received, &secrets);
        payload::aside(work).await.unwrap_or(Err(Refusal::Stopping))
    }

    pub(super) fn mark_full(&self, is_full: bool) {
        self.full.store(is_full, Ordering::Relaxed);
    }

    async fn knows(&self, instance: &Text) -> Result<bool, Refusal> {
        let question = |reply| Command::KnowsInstance {
            target: self.target,
            instance: instance.clone(),
            reply,
        };
        let answer = self.commands.ask(question).await;
        answer.map_err(|_stopped| Refusal::Stopping)
    }
}
