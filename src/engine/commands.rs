//! Requests to the engine's loop, and the queue that carries them.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::plan::Plan;
use crate::model::{
    Acknowledgement, Instance, OpenIncident, ShownSetting, Silence, SilenceId, Snapshot, TargetId,
    Text,
};

/// Capacity of the queue. A sender that must not lose its command waits for a free place.
pub(super) const CAPACITY: usize = 64;

/// A request to the engine's loop.
pub(super) enum Command {
    ProbeNow(TargetId),
    ProbeAll,
    Reconnect(TargetId),
    /// Pauses a target (true) or resumes it (false).
    Pause(TargetId, bool),
    Acknowledge {
        target: TargetId,
        acknowledged: Option<Acknowledgement>,
        reply: oneshot::Sender<Option<Arc<OpenIncident>>>,
    },
    /// Announces a note about the open incident of a target.
    Note {
        target: TargetId,
        by: Text,
        text: Text,
    },
    /// Adds a silence, under a new number.
    Silence {
        silence: Silence,
        reply: oneshot::Sender<Arc<Silence>>,
    },
    /// Adds a silence that has its number already.
    AddSilence(Arc<Silence>),
    EndSilence {
        id: SilenceId,
        reply: oneshot::Sender<Option<Arc<Silence>>>,
    },
    Silences(oneshot::Sender<Vec<Arc<Silence>>>),
    Replace(Plan),
    RefuseReload(Text),
    Ping(oneshot::Sender<()>),
    Fresh(oneshot::Sender<Arc<Snapshot>>),
    Instances {
        target: TargetId,
        reply: oneshot::Sender<Option<Vec<Instance>>>,
    },
    Settings {
        target: TargetId,
        reply: oneshot::Sender<Option<Vec<ShownSetting>>>,
    },
    OnlineInstances {
        reply: oneshot::Sender<Vec<(Text, Text)>>,
    },
    KnowsInstance {
        target: TargetId,
        instance: Text,
        reply: oneshot::Sender<bool>,
    },
    RemoveInstance {
        target: TargetId,
        instance: Text,
        reply: oneshot::Sender<bool>,
    },
}

/// The engine has stopped and answers no more requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// Sends commands to the engine's loop. Clones share one queue.
#[derive(Clone)]
pub(super) struct Commands(mpsc::Sender<Command>);

impl Commands {
    pub(super) fn channel() -> (Commands, mpsc::Receiver<Command>) {
        let (sender, receiver) = mpsc::channel(CAPACITY);
        (Commands(sender), receiver)
    }

    /// Sends a command without waiting. Returns false if it is lost because the queue is full.
    pub(super) fn try_send(&self, command: Command) -> bool {
        self.0.try_send(command).is_ok()
    }

    /// Sends a command; waits while the queue is full.
    ///
    /// # Errors
    /// The engine has stopped.
    pub(super) async fn send(&self, command: Command) -> Result<(), Stopped> {
        self.0.send(command).await.map_err(|_| Stopped)
    }

    /// Sends a question and waits for the answer.
    ///
    /// # Errors
    /// The engine has stopped.
    pub(super) async fn ask<T>(
        &self,
        question: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.send(question(reply)).await?;
        answer.await.map_err(|_| Stopped)
    }
}
