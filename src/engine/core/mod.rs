//! The engine's loop: feeds the model, judges what is due, publishes snapshots.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::commands::{self, Command};
use super::plan::Stop;
use super::supervisors::Supervisors;
use crate::clock::{Clock, ClockShift};
use crate::model::{
    ChangeKind, Fleet, Gap, Moment, Observation, SelfStats, Signal, Snapshot, TOLERATED_DELAY,
    TargetId,
};

#[cfg(test)]
mod tests;

/// Minimum time between two published snapshots.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(100);
/// Maximum time between two turns of the loop. Each turn compares the clocks, so a stalled process
/// is noticed after at most twice this time.
const CLOCK_CHECK_INTERVAL: Duration = Duration::from_millis(250);
/// A stall or sleep longer than this is recorded as an event.
const REPORTED_GAP: Duration = Duration::from_secs(1);
/// Capacity of the channel of notes. Monitors wait while it is full.
pub(super) const NOTE_CAPACITY: usize = 4096;
/// Maximum number of notes that one turn takes from the channel.
const MAX_NOTES_PER_TURN: usize = 1024;

/// State of the loop.
pub(super) struct EngineLoop {
    clock: Clock,
    fleet: Fleet,
    supervisors: Supervisors,
    notes: mpsc::Receiver<Observation>,
    commands: mpsc::Receiver<Command>,
    publisher: watch::Sender<Arc<Snapshot>>,
    lag: SelfStats,
    stop: Stop,
    /// When the last snapshot was published.
    last_published: Moment,
    /// When the last turn of the loop ended.
    last_turn_end: Moment,
    /// The latest moment at which the loop meant to wake.
    planned_wake: Moment,
    /// Callers that wait for a fresh snapshot.
    snapshot_requests: Vec<oneshot::Sender<Arc<Snapshot>>>,
}

impl EngineLoop {
    /// Returns the loop, and where it publishes its snapshots.
    pub(super) fn new(
        clock: Clock,
        mut fleet: Fleet,
        roster: Supervisors,
        stop: Stop,
        notes: mpsc::Receiver<Observation>,
        commands: mpsc::Receiver<Command>,
    ) -> (EngineLoop, watch::Receiver<Arc<Snapshot>>) {
        let now = clock.now();
        let mut lag = SelfStats::default();
        lag.reloaded_at = now;
        let (publisher, snapshots) = watch::channel(fleet.snapshot(now, clock.anchor(), lag));
        let core = EngineLoop {
            clock,
            fleet,
            supervisors: roster,
            notes,
            commands,
            publisher,
            lag,
            stop,
            last_published: now,
            last_turn_end: now,
            planned_wake: now.plus(CLOCK_CHECK_INTERVAL),
            snapshot_requests: Vec::new(),
        };
        (core, snapshots)
    }

    /// Runs until the last handle is dropped or a supervisor panics.
    pub(super) async fn run(mut self) {
        let mut batch = Vec::with_capacity(MAX_NOTES_PER_TURN);
        let mut commands = Vec::new();
        loop {
            self.planned_wake = self.next_wake();
            let wake = self.clock.instant(self.planned_wake);
            tokio::select! {
                biased;
                _ = self.notes.recv_many(&mut batch, MAX_NOTES_PER_TURN) => {}
                received = self.commands.recv() => match received {
                    Some(received) => commands.push(received),
                    None => return,
                },
                // A target without its supervisor would keep its last status. A stopped engine
                // is noticed; a wrong status is not.
                () = self.supervisors.panicked() => return,
                () = tokio::time::sleep_until(wake) => {
                    // A note sent before the deadline counts, even if it is read after it.
                    while batch.len() < MAX_NOTES_PER_TURN && let Ok(note) = self.notes.try_recv() {
                        batch.push(note);
                    }
                }
            }
            // Notes may arrive without a pause, so commands are also read after notes.
            while commands.len() < commands::CAPACITY
                && let Ok(command) = self.commands.try_recv()
            {
                commands.push(command);
            }
            if !commands.is_empty() {
                self.drain_earlier_notes(&mut batch);
            }
            self.detect_gaps();
            self.observe_overload(&batch);
            for note in batch.drain(..) {
                self.observe(note);
            }
            for command in commands.drain(..) {
                self.execute(command);
            }
            for target in self.fleet.advance(self.clock.now()) {
                self.update_target(target);
            }
            self.publish();
            self.last_turn_end = self.clock.now();
        }
    }

    /// Reads the notes that were sent before the commands at hand. Notes and commands use separate
    /// channels; a caller that sends a note and then a command must find the note counted.
    fn drain_earlier_notes(&mut self, batch: &mut Vec<Observation>) {
        for _ in 0..self.notes.len() {
            let Ok(note) = self.notes.try_recv() else {
                return;
            };
            batch.push(note);
        }
    }

    fn next_wake(&self) -> Moment {
        let publication = if self.fleet.is_dirty() {
            self.last_published.plus(PUBLISH_INTERVAL)
        } else {
            Moment::FAR
        };
        let deadline = self.fleet.deadline().unwrap_or(Moment::FAR);
        self.clock
            .now()
            .plus(CLOCK_CHECK_INTERVAL)
            .min(publication)
            .min(deadline)
    }

    /// Records time in which hbmon did not run, and changes of the wall clock, before any deadline
    /// is judged.
    fn detect_gaps(&mut self) {
        let now = self.clock.now();
        let late = now.since(self.planned_wake);
        // The process may have stalled since the end of the last turn.
        let stood_still = if late >= TOLERATED_DELAY {
            now.since(self.last_turn_end)
        } else {
            Duration::ZERO
        };
        let ClockShift {
            slept,
            set: clock_set,
        } = self.clock.shift();
        let gap = Gap {
            stalled: stood_still,
            slept,
            clock_set,
        };
        if gap == Gap::default() {
            return;
        }
        self.fleet.set_anchor(self.clock.anchor());
        self.fleet.apply_gap(now, &gap);
        if slept.max(late) > REPORTED_GAP {
            self.lag.woke_at = now;
            self.fleet.record(
                now,
                ChangeKind::Stalled {
                    gap: slept.max(stood_still),
                },
            );
        }
        if !clock_set.is_zero() {
            self.fleet
                .record(now, ChangeKind::ClockSet { by: clock_set });
        }
    }

    /// Updates how well hbmon itself keeps up, and which local limits it meets.
    fn observe_overload(&mut self, notes: &[Observation]) {
        let now = self.clock.now();
        let before = self.lag.overload;
        self.lag.clear_if_calm(now);
        self.lag
            .record_loop_wake(now, now.since(self.planned_wake.max(self.lag.woke_at)));
        for note in notes {
            match &note.signal {
                Signal::Attempt {
                    delay: lag,
                    skipped,
                } => self.lag.record_start(note.at, *lag, *skipped),
                Signal::Failed { failure, .. } => {
                    if let Some(limit) = failure.local_limit() {
                        self.lag.record_local_limit(note.at, limit);
                    }
                }
                _ => {}
            }
        }
        if self.lag.overload != before {
            self.fleet
                .record(now, ChangeKind::Overloaded(self.lag.overload));
        }
    }

    fn observe(&mut self, note: Observation) {
        let target = note.target;
        self.fleet.observe(note);
        self.update_target(target);
    }

    /// Applies the consequences of a change of a target's facts.
    fn update_target(&mut self, target: TargetId) {
        self.stop_if_done(target);
        if let Some(door) = self.supervisors.push_endpoint(target) {
            door.set_full(self.fleet.is_full(target));
        }
    }

    /// Stops watching a target once it has reached the stop condition of the run; its verdict
    /// stays.
    fn stop_if_done(&mut self, target: TargetId) {
        let is_over = match self.stop {
            Stop::Never => false,
            Stop::Settled => self.fleet.is_settled(target),
            Stop::After(count) => self.fleet.outcomes(target) >= u64::from(count),
        };
        if is_over {
            self.fleet.freeze(target);
            self.supervisors.stop(target);
        }
    }

    fn execute(&mut self, command: Command) {
        match command {
            Command::ProbeNow(id) => self.supervisors.probe(id),
            Command::ProbeAll => self.supervisors.probe_all(),
            Command::Reconnect(id) => self.supervisors.reconnect(id),
            Command::Pause(id, pause) => {
                self.supervisors.pause(id, pause);
                self.fleet.pause(self.clock.now(), id, pause);
            }
            Command::Acknowledge {
                target,
                acknowledged,
                reply,
            } => {
                let now = self.clock.now();
                send_reply(reply, self.fleet.acknowledge(now, target, acknowledged));
            }
            Command::Note { target, by, text } => {
                self.fleet.note(self.clock.now(), target, by, text);
            }
            Command::Silence { silence, reply } => {
                send_reply(reply, self.fleet.silence(self.clock.now(), silence));
            }
            Command::AddSilence(silence) => {
                self.fleet.add_silence(self.clock.now(), &silence);
            }
            Command::EndSilence { id, reply } => {
                send_reply(reply, self.fleet.end_silence(self.clock.now(), id));
            }
            Command::Silences(reply) => {
                send_reply(reply, self.fleet.silences(self.clock.now()));
            }
            Command::Replace(plan) => {
                let what = self.supervisors.replace(plan, &mut self.fleet);
                self.lag.reload_refused = false;
                self.lag.reloaded_at = self.clock.now();
                self.fleet.record(self.clock.now(), what);
            }
            Command::RefuseReload(why) => {
                self.lag.reload_refused = true;
                self.fleet
                    .record(self.clock.now(), ChangeKind::ReloadRefused { why });
            }
            Command::Ping(reply) => send_reply(reply, ()),
            Command::Fresh(reply) => self.snapshot_requests.push(reply),
            Command::Instances { target, reply } => {
                send_reply(reply, self.fleet.instances(target, self.clock.now()))
            }
            Command::Settings { target, reply } => {
                send_reply(reply, self.supervisors.settings(target));
            }
            Command::OnlineInstances { reply } => send_reply(reply, self.fleet.online_instances()),
            Command::KnowsInstance {
                target,
                instance,
                reply,
            } => send_reply(reply, self.fleet.has_instance(target, &instance)),
            Command::RemoveInstance {
                target,
                instance,
                reply,
            } => {
                send_reply(
                    reply,
                    self.fleet
                        .remove_instance(self.clock.now(), target, &instance),
                );
                self.update_target(target);
            }
        }
    }

    fn publish(&mut self) {
        let now = self.clock.now();
        // When every target is done, the final snapshot need not wait.
        let is_time =
            now >= self.last_published.plus(PUBLISH_INTERVAL) || self.supervisors.are_all_stopped();
        let is_wanted =
            (is_time && self.publisher.receiver_count() > 0) || !self.snapshot_requests.is_empty();
        if self.fleet.is_dirty() && is_wanted {
            self.last_published = now;
            self.publisher
                .send_replace(self.fleet.snapshot(now, self.clock.anchor(), self.lag));
        }
        for reply in self.snapshot_requests.drain(..) {
            send_reply(reply, Arc::clone(&self.publisher.borrow()));
        }
    }
}

fn send_reply<T>(reply: oneshot::Sender<T>, answer: T) {
    // The caller may have gone.
    let _ = reply.send(answer);
}
