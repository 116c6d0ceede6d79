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

/// Snapshots are made at most this often while there is somebody to hear from.
const PUBLISH_EVERY: Duration = Duration::from_millis(100);
/// The loop looks at the clocks at least this often: a standstill of twice as long cannot hide
/// between two looks.
const PULSE: Duration = Duration::from_millis(250);
/// A standstill or sleep that is longer than this is told.
const TELL_GAP: Duration = Duration::from_secs(1);
/// Notes on their way; a full channel makes the rooms wait.
pub(super) const NOTES: usize = 4096;
/// Notes taken between two looks at the clock.
const BATCH: usize = 1024;

pub(super) struct Core {
    clock: Clock,
    fleet: Fleet,
    roster: Roster,
    notes: mpsc::Receiver<Note>,
    commands: mpsc::Receiver<Command>,
    publisher: watch::Sender<Arc<Snapshot>>,
    lag: Lag,
    stop: Stop,
    published: Moment,
    /// When the last turn of the loop ended.
    turned: Moment,
    /// When the loop meant to wake at the latest.
    planned: Moment,
    /// Those who wait for a snapshot of what has come in.
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
                // A conversation that nobody holds any more would look calm for ever: better no
                // engine than one that lies.
                () = self.roster.broken() => return,
                () = tokio::time::sleep_until(wake) => {
                    // What came in before the deadline counts, also if nobody had read it yet.
                    while batch.len() < BATCH && let Ok(note) = self.notes.try_recv() {
                        batch.push(note);
                    }
                }
            }
            // Also after notes: they may come without a pause.
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

    /// Commands have a channel of their own: who sent a note and then a command finds the note
    /// counted.
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

    /// After any wake the clocks are asked, before anything is judged by them.
    fn notice_gaps(&mut self) {
        let now = self.clock.now();
        let late = now.since(self.planned);
        // It may have stood still from the end of the last turn on.
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

    /// How hbmon itself keeps up, and what this machine lacks.
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

    /// What follows from news of a target.
    fn after(&mut self, target: TargetId) {
        self.release_if_over(target);
        if let Some(door) = self.roster.door(target) {
            door.mark_full(self.fleet.is_full(target));
        }
    }

    /// In a run with an end: a target that has given what was wanted of it is let go, and its
    /// verdict stands.
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
        // The last word of a run need not wait for others.
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
    // Who asked may have gone meanwhile.
    let _ = reply.send(answer);
}
