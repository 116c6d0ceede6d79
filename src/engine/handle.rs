//! The handle of a running engine: what its users can read and ask.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::commands::{Command, Commands, Stopped};
use super::core::{EngineLoop, NOTE_CAPACITY};
use super::plan::Plan;
use super::push_router::PushRouter;
use super::supervisors::{EngineChannels, Supervisors};
use crate::clock::Clock;
use crate::model::{
    Acknowledgement, Fleet, IncidentId, Instance, Memory, OpenIncident, ShownSetting, Silence,
    SilenceId, Snapshot, TargetId, Text,
};

/// A running engine. Clones share it; dropping the last one ends every conversation at once.
#[derive(Clone)]
pub struct Engine {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    commands: Commands,
    intake: PushRouter,
    _task: Arc<LoopTask>,
}

/// What earlier runs left. Its moments are those of the clock.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// Keyed by the names of the targets.
    pub memories: HashMap<Text, Memory>,
    /// The number of the next incident, if incidents are to be events.
    pub first_incident: Option<IncidentId>,
    pub silences: Vec<Arc<Silence>>,
    /// The number of the last silence.
    pub last_silence: u64,
}

/// The task of the loop; dropping it ends the task.
struct LoopTask(JoinHandle<()>);

impl Drop for LoopTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Engine {
    /// Starts to watch. Needs a tokio runtime. The first snapshot exists on return; every status in
    /// it is unknown.
    pub fn start(plan: Plan, clock: Clock) -> Engine {
        Engine::resume(plan, clock, &Past::default())
    }

    /// Starts to watch with what earlier runs left.
    pub fn resume(plan: Plan, clock: Clock, past: &Past) -> Engine {
        let (commands, receiver) = Commands::channel();
        let (note_sender, notes) = mpsc::channel(NOTE_CAPACITY);
        let mut fleet = Fleet::new();
        fleet.set_anchor(clock.anchor());
        let stop = plan.stop;
        let intake = PushRouter::default();
        let ways = EngineChannels {
            notes: note_sender,
            commands: commands.clone(),
            push_router: intake.clone(),
        };
        let mut roster = Supervisors::new(clock.clone(), ways);
        roster.replace(plan, &mut fleet);
        let now = clock.now();
        if let Some(first) = past.first_incident {
            fleet.announce_incidents(first);
        }
        fleet.resume_silences(now, past.last_silence, &past.silences);
        for (name, memory) in &past.memories {
            if let Some(id) = roster.id(name) {
                fleet.restore(now, id, memory);
            }
        }
        let (core, snapshots) = EngineLoop::new(clock, fleet, roster, stop, notes, receiver);
        Engine {
            snapshots,
            commands,
            intake,
            _task: Arc::new(LoopTask(tokio::spawn(core.run()))),
        }
    }

    /// Subscribes to snapshots. A slow reader sees the latest one and never blocks the engine; to
    /// see every change, follow the snapshot's numbered changes. Ends when the engine stops.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.clone()
    }

    /// Returns the last published snapshot, which may be up to 100 ms old.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshots.borrow())
    }

    /// Publishes and returns a snapshot that includes every heartbeat accepted before the call.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn fresh(&self) -> Result<Arc<Snapshot>, Stopped> {
        self.commands.ask(Command::Fresh).await
    }

    /// Waits until the loop has turned once.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn ping(&self) -> Result<(), Stopped> {
        self.commands.ask(Command::Ping).await
    }

    /// Returns where pushed heartbeats come in.
    pub const fn push_router(&self) -> &PushRouter {
        &self.intake
    }

    /// Probes a target now instead of at its next interval. Returns false if the
    /// request is lost because the engine is behind.
    pub fn probe_now(&self, target: TargetId) -> bool {
        self.commands.try_send(Command::ProbeNow(target))
    }

    /// Probes every target now. Returns false if the
    /// request is lost because the engine is behind.
    pub fn probe_all(&self) -> bool {
        self.commands.try_send(Command::ProbeAll)
    }

    /// Closes a target's connection and opens a new one. Returns false if the
    /// request is lost because the engine is behind.
    pub fn reconnect(&self, target: TargetId) -> bool {
        self.commands.try_send(Command::Reconnect(target))
    }

    /// Pauses a target (true) or resumes it (false). Returns false if the
    /// request is lost because the engine is behind.
    pub fn pause(&self, target: TargetId, pause: bool) -> bool {
        self.commands.try_send(Command::Pause(target, pause))
    }

    /// Acknowledges the open incident of a target; `None` takes that back. Returns the incident, or
    /// `None` if none is open.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn acknowledge(
        &self,
        target: TargetId,
        acknowledged: Option<Acknowledgement>,
    ) -> Result<Option<Arc<OpenIncident>>, Stopped> {
        let question = |reply| Command::Acknowledge {
            target,
            acknowledged,
            reply,
        };
        self.commands.ask(question).await
    }

    /// Announces a note about the open incident of a target. The store keeps notes, not the engine.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn note(&self, target: TargetId, by: Text, text: Text) -> Result<(), Stopped> {
        self.commands.send(Command::Note { target, by, text }).await
    }

    /// Adds a silence and returns it with its number.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn silence(&self, silence: Silence) -> Result<Arc<Silence>, Stopped> {
        let question = |reply| Command::Silence { silence, reply };
        self.commands.ask(question).await
    }

    /// Adds a silence that has its number already, since another process wrote it to the store.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn add_silence(&self, silence: Arc<Silence>) -> Result<(), Stopped> {
        self.commands.send(Command::AddSilence(silence)).await
    }

    /// Ends a silence. Returns it, or `None` if there is no such silence.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn end_silence(&self, id: SilenceId) -> Result<Option<Arc<Silence>>, Stopped> {
        let question = |reply| Command::EndSilence { id, reply };
        self.commands.ask(question).await
    }

    /// Returns the silences that are in force, oldest first.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn silences(&self) -> Result<Vec<Arc<Silence>>, Stopped> {
        self.commands.ask(Command::Silences).await
    }

    /// Watches what this plan names from now on. Targets that did not change keep their state and
    /// their connections.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn replace(&self, plan: Plan) -> Result<(), Stopped> {
        self.commands.send(Command::Replace(plan)).await
    }

    /// Records that a new config was refused, and why.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn refuse_reload(&self, why: Text) -> Result<(), Stopped> {
        self.commands.send(Command::RefuseReload(why)).await
    }

    /// Returns all instances of a target in no particular order, or `None` if it is not watched.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn instances(&self, target: TargetId) -> Result<Option<Vec<Instance>>, Stopped> {
        let question = |reply| Command::Instances { target, reply };
        self.commands.ask(question).await
    }

    /// Returns what a target sends and checks: keys as in a config with their values, without
    /// secrets. `None` if it is not watched.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn settings(&self, target: TargetId) -> Result<Option<Vec<ShownSetting>>, Stopped> {
        let question = |reply| Command::Settings { target, reply };
        self.commands.ask(question).await
    }

    /// Returns all instances that are online, each as the names of its monitor and of itself, in no
    /// particular order.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn online_instances(&self) -> Result<Vec<(Text, Text)>, Stopped> {
        let question = |reply| Command::OnlineInstances { reply };
        self.commands.ask(question).await
    }

    /// Forgets an instance; returns whether it was known.
    ///
    /// # Errors
    /// The engine has stopped.
    pub async fn remove_instance(&self, target: TargetId, instance: Text) -> Result<bool, Stopped> {
        let question = |reply| Command::RemoveInstance {
            target,
            instance,
            reply,
        };
        self.commands.ask(question).await
    }
}
