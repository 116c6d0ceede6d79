//! Records signals: attempts, heartbeats, failures, latencies, connections.

use std::sync::Arc;
use std::time::Duration;

use super::facts::Facts;
use super::policy::{Policy, Rhythm};
use super::status::Cause;
use super::streak::Streak;
use crate::model::outcome::evidence::Evidence;
use crate::model::outcome::failure::Failure;
use crate::model::outcome::phases::Phase;
use crate::model::outcome::recent::{Outcome, OutcomeKind};
use crate::model::outcome::signal::{Connection, Signal};
use crate::model::time::moment::Moment;

impl Facts {
    /// Records a signal and returns the latency that it measured. Misses due before it must be
    /// counted first (`count_miss`).
    pub fn observe(&mut self, at: Moment, signal: &Signal, policy: &Policy) -> Option<Duration> {
        match signal {
            Signal::Attempt { .. } => {
                self.record_attempt();
                self.row_mut().attempt_since = Some(at);
                self.waiting = false;
                None
            }
            Signal::Open => {
                self.clear_local_limit(at, policy);
                // No heartbeat could arrive before the connection was open.
                if self.connections == 0 && self.row.beats == 0 {
                    self.missed_clock.restart(at, self.cadence(policy));
                }
                self.connections = self.connections.saturating_add(1);
                self.row_mut().connected_since = Some(at);
                self.missed_clock.start(at, self.cadence(policy));
                None
            }
            Signal::Beat(beat) => self.record_beat(at, beat.latency, policy),
            Signal::Pong { rtt } => {
                let is_latency = policy.rhythm == Rhythm::Subscription && !policy.timestamped;
                if is_latency {
                    self.record_latency(at, *rtt, policy)
                } else {
                    None
                }
            }
            Signal::Failed {
                failure,
                evidence,
                latency,
                ended,
            } => {
                let latency = latency.filter(|latency| !self.excuses.invalidates(at, *latency));
                if let Some(limit) = failure.local_limit() {
                    self.excuses.record_local_limit(at, limit);
                    self.record_void();
                } else if self.excuses.excuses(at, failure) {
                    self.record_void();
                } else {
                    self.record_failure(at, failure, evidence.as_ref(), latency, policy);
                    self.count_failure(at, failure, policy);
                    if !*ended {
                        self.row_mut().failed_beats += 1;
                        // A bad heartbeat is not a missed heartbeat.
                        self.missed_clock.record_contact(at, self.cadence(policy));
                    }
                }
                if *ended {
                    self.disconnected();
                }
                latency
            }
            Signal::Closed => {
                self.disconnected();
                None
            }
            Signal::Wait { until, asked } => {
                let row = self.row_mut();
                row.attempt_since = None;
                row.asked_wait = *asked;
                row.planned_wait = Some(until.since(at));
                self.next_attempt = Some(*until);
                self.waiting = true;
                None
            }
            Signal::Pushed(push) => self
                .record_push(at, push, policy)
                .and_then(|effect| effect.latency),
        }
    }

    /// Takes over what a connection measured. A certificate shown again on the same connection
    /// keeps the moment when it was first shown. The known certificate is kept if none is shown,
    /// unless a new connection has none: failed attempts and reused connections say nothing about
    /// it.
    pub fn update_connection(&mut self, at: Moment, mut connection: Connection, stands: bool) {
        let row = Arc::make_mut(&mut self.row);
        let known = row.connection.certificate.take();
        let is_new_connection = stands && connection.phases.get(Phase::Connect).is_some();
        if connection.certificate.is_none() && !is_new_connection {
            connection.certificate = known;
        } else if connection.certificate != known {
            self.certified = at;
        }
        row.connection = connection;
    }

    /// Records a good heartbeat with its latency, and returns the latency as stored.
    pub(in crate::model) fn record_beat(
        &mut self,
        at: Moment,
        latency: Option<Duration>,
        policy: &Policy,
    ) -> Option<Duration> {
        self.latch_trouble(at, policy);
        self.clear_local_limit(at, policy);
        self.beats_since_failure = self.beats_since_failure.saturating_add(1);
        self.streak = Streak::default();
        let silence = self.silence_before(at);
        self.has_beat = true;
        self.missed_clock.record_beat(at, self.cadence(policy));
        let latency = latency.and_then(|latency| self.record_latency(at, latency, policy));
        self.recovery
            .record_beat(self.latency_status(policy), policy.recover);
        let row = self.row_mut();
        row.beats = row.beats.saturating_add(1);
        row.last_beat = row.last_beat.max(Some(at));
        row.longest_gap = row.longest_gap.max(silence);
        row.recent.push(Outcome {
            at,
            what: OutcomeKind::Beat,
            latency,
        });
        latency
    }

    /// Returns the time since the last heartbeat. A pause or a sleep of the machine is not counted
    /// as silence of the target.
    fn silence_before(&self, at: Moment) -> Option<Duration> {
        let last = self
            .row
            .last_beat
            .filter(|last| self.has_beat && !self.excuses.slept_since(*last))?;
        Some(at.since(last))
    }

    pub(in crate::model) fn record_failure(
        &mut self,
        at: Moment,
        failure: &Failure,
        evidence: Option<&Arc<Evidence>>,
        latency: Option<Duration>,
        policy: &Policy,
    ) {
        self.clear_local_limit(at, policy);
        // A final failure stands until a heartbeat, even if the next failure is not final.
        self.latch_trouble(at, policy);
        self.beats_since_failure = 0;
        self.recovery.reset_streaks();
        let row = self.row_mut();
        row.failures = row.failures.saturating_add(1);
        row.count_reason(failure.reason());
        row.last_failure = Some(Box::new((at, failure.clone())));
        // Equal evidence stays shared with the events that carried it before.
        if row.evidence.as_ref() != evidence {
            row.evidence = evidence.cloned();
        }
        row.recent.push(Outcome {
            at,
            what: OutcomeKind::Failed(failure.reason()),
            latency,
        });
    }

    /// Counts a failure of the monitor itself that was just recorded.
    pub(in crate::model) fn count_failure(
        &mut self,
        at: Moment,
        failure: &Failure,
        policy: &Policy,
    ) {
        self.streak.record_failure(at, failure.is_final(), policy);
        self.recovery.update_cause(&Cause::Failure(failure.clone()));
    }

    /// Records a latency and returns it as stored, or `None` if hbmon slept or was late during it.
    pub(in crate::model) fn record_latency(
        &mut self,
        at: Moment,
        latency: Duration,
        policy: &Policy,
    ) -> Option<Duration> {
        if self.excuses.invalidates(at, latency) {
            return None;
        }
        self.latch_trouble(at, policy);
        self.measured_at = at;
        let latency = self.latencies.record(latency, &policy.quality);
        self.row_mut()
            .histogram
            .get_or_insert_default()
            .record(latency);
        let status = self.latency_status(policy);
        self.slow_since.update(status, at);
        if status.is_some() {
            self.recovery.reset_streaks();
        }
        Some(latency)
    }

    /// Keeps the present trouble until heartbeats end it. Must be called before anything that can
    /// end a rule.
    pub(in crate::model) fn latch_trouble(&mut self, at: Moment, policy: &Policy) {
        if at < self.calm_until {
            debug_assert_eq!(self.trouble(policy, at), None);
        } else if let Some(trouble) = self.trouble(policy, at) {
            self.recovery.latch(trouble);
        }
    }

    /// Records that the target was judged healthy and stays so until `until` unless something
    /// changes for the worse. Then `latch_trouble` need not apply every rule again.
    pub(in crate::model) const fn set_calm_until(&mut self, until: Moment) {
        self.calm_until = until;
    }

    fn record_void(&mut self) {
        let row = self.row_mut();
        row.void_attempts = row.void_attempts.saturating_add(1);
    }

    pub(in crate::model) fn record_attempt(&mut self) {
        let row = self.row_mut();
        row.attempts = row.attempts.saturating_add(1);
    }

    pub(super) fn disconnected(&mut self) {
        let row = self.row_mut();
        row.connected_since = None;
        row.attempt_since = None;
    }
}
