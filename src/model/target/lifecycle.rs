//! Starts, restarts and resets the facts about a target.

use super::facts::Facts;
use super::finding::Finding;
use super::memory::Memory;
use super::missed_clock::MissedClock;
use super::policy::Policy;
use super::recovery::Recovery;
use super::registry::Registry;
use super::runs::ActiveRuns;
use super::status::{Cause, Status};
use super::status_since::StatusSince;
use super::streak::Streak;
use crate::model::time::moment::Moment;

impl Facts {
    /// Continues from the memory of an earlier run.
    pub fn restore(&mut self, now: Moment, memory: &Memory, policy: &Policy) {
        self.row_mut().last_beat = memory.last_beat;
        if let Some(instances) = policy.instances
            && !memory.instances.is_empty()
            && self.row.status != Status::Paused
        {
            let known = &memory.instances;
            let registry = Registry::restored(now, known, self.cadence(policy), instances);
            self.instances = Some(Box::new(registry));
        }
        match (memory.status, memory.cause.clone()) {
            (Status::Healthy, _) => {}
            (status @ (Status::Warning | Status::Error), Some((reason, message))) => {
                let cause = Cause::Restored { reason, message };
                self.recovery.restore(
                    Finding {
                        status,
                        at: memory.since,
                        cause,
                    },
                    memory.good_streak,
                );
            }
            _ => return,
        }
        self.restored = true;
        let first = if memory.status > Status::Healthy {
            memory.since
        } else {
            now
        };
        self.streak = Streak::restored(memory.consecutive_failures, first.min(now));
        self.missed_clock = MissedClock::restored(
            now,
            memory.consecutive_missed,
            memory.last_beat.is_some(),
            self.cadence(policy),
        );
    }

    /// Restarts the missed clocks at `now`; the last heartbeats keep their moments.
    pub fn restart(&mut self, now: Moment, policy: &Policy) {
        if let Some(trouble) = self.instances_rule(policy, now) {
            self.recovery.latch(trouble);
        }
        self.started_at = now;
        let cadence = self.cadence(policy);
        self.missed_clock.restart(now, cadence);
        if let (Some(registry), Some(instances)) = (&mut self.instances, policy.instances) {
            registry.restart(now, cadence, instances);
        }
    }

    /// Ends the conversation; the next one starts fresh. Counters and measurements stay, but
    /// nothing that verdicts derive from.
    pub fn reset(&mut self) {
        self.disconnected();
        self.has_beat = false;
        self.restored = false;
        self.next_attempt = None;
        self.waiting = false;
        self.streak = Streak::default();
        self.slow_since = StatusSince::default();
        self.beats_since_failure = 0;
        self.missed_clock = MissedClock::default();
        self.recovery = Recovery::default();
        self.latencies.forget_last();
        self.sender_clock.restart();
        self.runs = ActiveRuns::default();
        self.instances = None;
    }

    /// Starts to expect pushed heartbeats, which open no connection, from a target that sent some
    /// before.
    pub fn await_push(&mut self, now: Moment, policy: &Policy) {
        if self.row.last_beat.is_some() {
            let cadence = self.cadence(policy);
            self.missed_clock.start(now, cadence);
        }
    }
}
