//! The engine's loop: feeds the model, judges what is due, publishes snapshots.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::commands::{self, Command};
use super::plan::Stop;
use super::roster::Roster;
use crate::clock::{Clock, Shift};
use crate::model::{Fleet, Gap, Lag, Moment, Note, Signal, Snapshot, TOO_LATE, TargetId, What};

#[cfg(test)]
mod tests;

/// Minimum time between two published snapshots.
const PUBLISH_EVERY: Duration = Duration::from_millis(100);
/// Maximum time between two turns of the loop. Each turn compares the clocks, so a stalled process
/// is noticed after at most twice this time.
const PULSE: Duration = Duration::from_millis(250);
/// A stall or sleep longer than this is recorded as an event.
const TELL_GAP: Duration = Duration::from_secs(1);
/// Capacity of the channel of notes. Monitors wait while it is full.
pub(super) const NOTES: usize = 4096;
/// Maximum number of notes that one turn takes from the channel.
const BATCH: usize = 1024;

/// State of the loop.
pub(super) struct Core {
    clock: Clock,
    fleet: Fleet,
    roster: Roster,
    notes: mpsc::Receiver<Note>,
    commands: mpsc::Receiver<Command>,
    publisher: watch::Sender<Arc<Snapshot>>,
    lag: Lag,
    stop: Stop,
    /// When the last snapshot was published.
    published: Moment,
    /// When the last turn of the loop ended.
    turned: Moment,
    /// The latest moment at which the loop meant to wake.
    planned: Moment,
    /// Callers that wait for a fresh snapshot.
    asked: Vec<oneshot::Sender<Arc<Snapshot>>>,
}

impl Core {
    /// Returns the loop, and where it publishes its snapshots.
    pub fn new(
        clock: Clock,
        mut fleet: Fleet,
        roster: Roster,
        stop: Stop,
        notes: mpsc::Receiver<Note>,
        commands: mpsc::Receiver<Command>,
    ) -> (Core, watch::Receiver<Arc<Snapshot>>) {
        let now = clock.now();
        let lag = Lag::default();
        let (publisher, snapshots) = watch::channel(fleet.snapshot(now, clock.anchor(), lag));
        let core = Core {
            clock,
            fleet,
            roster,
            notes,
            commands,
            publisher,
            lag,
            stop,
            published: now,
            turned: now,
            planned: now.plus(PULSE),
            asked: Vec::new(),
        };
        (core, snapshots)
    }

    /// Runs until the last handle is dropped or a supervisor panics.
    pub async fn run(mut self) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut commands = Vec::new();
        loop {
            self.planned = self.next_wake();
            let wake = self.clock.instant(self.planned);
            tokio::select! {
                biased;
                _ = self.notes.recv_many(&mut batch, BATCH) => {}
                received = self.commands.recv() => match received {
                    Some(received) => commands.push(received),
                    None => return,
                },
                // A target without its supervisor would keep its last status. A stopped engine
                // is noticed; a wrong status is not.
                () = self.roster.broken() => return,
                () = tokio::time::sleep_until(wake) => {
                    // A note sent before the deadline counts, even if it is read after it.
                    while batch.len() < BATCH && let Ok(note) = self.notes.try_recv() {
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
                self.read_what_was_sent_before(&mut batch);
            }
            self.notice_gaps();
            self.notice_strain(&batch);
            for note in batch.drain(..) {
                self.take(note);
            }
            for command in commands.drain(..) {
                self.obey(command);
            }
            for target in self.fleet.advance(self.clock.now()) {
                self.after(target);
            }
            self.publish();
            self.turned = self.clock.now();
        }
    }

    /// Reads the notes that were sent before the commands at hand. Notes and commands use separate
    /// channels; a caller that sends a note and then a command must find the note counted.
    fn read_what_was_sent_before(&mut self, batch: &mut Vec<Note>) {
        for _ in 0..self.notes.len() {
            let Ok(note) = self.notes.try_recv() else {
                return;
            };
            batch.push(note);
        }
    }

    fn next_wake(&self) -> Moment {
        let publication = if self.fleet.is_dirty() {
            self.published.plus(PUBLISH_EVERY)
        } else {
            Moment::FAR
        };
        let deadline = self.fleet.deadline().unwrap_or(Moment::FAR);
        self.clock.now().plus(PULSE).min(publication).min(deadline)
    }

    /// Records time in which hbmon did not run, and changes of the wall clock, before any deadline
    /// is judged.
    fn notice_gaps(&mut self) {
        let now = self.clock.now();
        let late = now.since(self.planned);
        // The process may have stalled since the end of the last turn.
        let stood_still = if late >= TOO_LATE {
            now.since(self.turned)
        } else {
            Duration::ZERO
        };
        let Shift {
            slept,
            set: clock_set,
        } = self.clock.shift();
        let gap = Gap {
            stood_still,
            slept,
            clock_set,
        };
        if gap == Gap::default() {
            return;
        }
        self.fleet.align(self.clock.anchor());
        self.fleet.gap(now, &gap);
        if slept.max(late) > TELL_GAP {
            self.lag.slept = now;
            self.fleet.record(
                now,
                What::Woke {
                    gap: slept.max(stood_still),
                },
            );
        }
        if !clock_set.is_zero() {
            self.fleet.record(now, What::ClockSet { by: clock_set });
        }
    }

    /// Updates how well hbmon itself keeps up, and which local limits it meets.
    fn notice_strain(&mut self, notes: &[Note]) {
        let now = self.clock.now();
        let before = self.lag.strain;
        self.lag.relax(now);
        self.lag
            .woke(now, now.since(self.planned.max(self.lag.slept)));
        for note in notes {
            match &note.signal {
                Signal::Try { lag, skipped } => self.lag.started(note.at, *lag, *skipped),
                Signal::Failed { failure, .. } => {
                    if let Some(lack) = failure.lack() {
                        self.lag.lacked(note.at, lack);
                    }
                }
                _ => {}
            }
        }
        if self.lag.strain != before {
            self.fleet.record(now, What::Strained(self.lag.strain));
        }
    }

    fn take(&mut self, note: Note) {
        let target = note.target;
        self.fleet.observe(note);
        self.after(target);
    }

    /// Applies the consequences of a change of a target's facts.
    fn after(&mut self, target: TargetId) {
        self.release_if_over(target);
        if let Some(door) = self.roster.door(target) {
            door.mark_full(self.fleet.is_full(target));
        }
    }

    /// Stops watching a target once it has reached the stop condition of the run; its verdict
    /// stays.
    fn release_if_over(&mut self, target: TargetId) {
        let is_over = match self.stop {
            Stop::Never => false,
            Stop::Settled => self.fleet.is_settled(target),
            Stop::After(count) => self.fleet.outcomes(target) >= u64::from(count),
        };
        if is_over {
            self.fleet.hold(target);
            self.roster.stop(target);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::ProbeNow(id) => self.roster.beat(id),
            Command::ProbeAll => self.roster.beat_all(),
            Command::Reconnect(id) => self.roster.reconnect(id),
            Command::Pause(id, pause) => {
                self.roster.pause(id, pause);
                self.fleet.pause(self.clock.now(), id, pause);
            }
            Command::Replace(plan) => {
                let what = self.roster.replace(plan, &mut self.fleet);
                self.lag.refused = false;
                self.fleet.record(self.clock.now(), what);
            }
            Command::RefuseReload(why) => {
                self.lag.refused = true;
                self.fleet
                    .record(self.clock.now(), What::ReloadRefused { why });
            }
            Command::Ping(reply) => answer(reply, ()),
            Command::Fresh(reply) => self.asked.push(reply),
            Command::Instances { target, reply } => {
                answer(reply, self.fleet.instances(target, self.clock.now()))
            }
            Command::OnlineInstances { reply } => answer(reply, self.fleet.online()),
            Command::KnowsInstance {
                target,
                instance,
                reply,
            } => answer(reply, self.fleet.knows(target, &instance)),
            Command::RemoveInstance {
                target,
                instance,
                reply,
            } => {
                answer(
                    reply,
                    self.fleet.remove(self.clock.now(), target, &instance),
                );
                self.after(target);
            }
        }
    }

    fn publish(&mut self) {
        let now = self.clock.now();
        // When every target is done, the final snapshot need not wait.
        let is_time = now >= self.published.plus(PUBLISH_EVERY) || self.roster.is_idle();
        let is_wanted = (is_time && self.publisher.receiver_count() > 0) || !self.asked.is_empty();
        if self.fleet.is_dirty() && is_wanted {
            self.published = now;
            self.publisher
                .send_replace(self.fleet.snapshot(now, self.clock.anchor(), self.lag));
        }
        for reply in self.asked.drain(..) {
            answer(reply, Arc::clone(&self.publisher.borrow()));
        }
    }
}

fn answer<T>(reply: oneshot::Sender<T>, answer: T) {
    // The caller may have gone.
    let _ = reply.send(answer);
}
