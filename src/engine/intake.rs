//! The way in for pushed heartbeats: from the path of a request to the door of a monitor. It costs
//! no task, and stays the same over reloads, which put other doors behind it.

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

/// Where every push monitor is reached, by its name.
pub const HEARTBEATS: &str = "/v1/heartbeats/";

/// Finds doors. Clones are one intake.
#[derive(Clone, Default)]
pub struct Intake {
    doors: Arc<RwLock<Arc<Doors>>>,
}

#[derive(Default)]
struct Doors {
    by_path: HashMap<String, Arc<Door>>,
    /// At least one has a token of its own.
    are_guarded: bool,
}

/// One push monitor, as requests reach it.
pub struct Door {
    target: TargetId,
    name: Text,
    spec: Arc<Spec>,
    secrets: Arc<Secrets>,
    clock: Clock,
    notes: mpsc::Sender<Note>,
    commands: Commands,
    /// No further instance is taken in.
    full: AtomicBool,
}

impl Intake {
    /// The door behind the path of a request (without its query), and what the path says:
    /// `/v1/heartbeats/NAME`, or the monitor's own path, and a step below it.
    pub fn find(&self, path: &str) -> Option<(Arc<Door>, Step)> {
        let doors = self.doors();
        if let Some(door) = doors.by_path.get(path) {
            return Some((Arc::clone(door), Step::Beat));
        }
        let (path, word) = path.rsplit_once('/')?;
        Some((Arc::clone(doors.by_path.get(path)?), Step::parse(word)?))
    }

    /// Whether a monitor has a token of its own: then nobody may learn which names there are.
    pub fn is_guarded(&self) -> bool {
        self.doors().are_guarded
    }

    /// From now on these are the doors.
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
        // Nothing panics while it holds the lock; a poisoned one is as good as any.
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

    /// The monitor's own token, which serves its intake beside that of the whole interface.
    pub fn token(&self) -> Option<&Token> {
        self.spec.token.as_ref()
    }

    /// Takes a request in, `run` being its `rid`; waits while the engine is behind.
    ///
    /// # Errors
    /// Then nothing of it counts.
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

    /// As `Spec::read`, beside the runtime if the body is not small.
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
