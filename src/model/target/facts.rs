//! What is known about one target: counters, moments, measurements. Verdicts derive from it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::cadence::Cadence;
use super::excuses::Excuses;
use super::finding::Finding;
use super::latency::Latencies;
use super::memory::Memory;
use super::missed_clock::MissedClock;
use super::policy::{Policy, Rhythm};
use super::recovery::Recovery;
use super::registry::Registry;
use super::row::Row;
use super::runs::ActiveRuns;
use super::sender_clock::SenderClock;
use super::status::{Cause, Status};
use super::status_since::StatusSince;
use super::streak::Streak;
use crate::model::outcome::evidence::Evidence;
use crate::model::outcome::failure::Failure;
use crate::model::outcome::phases::Phase;
use crate::model::outcome::recent::{Outcome, OutcomeKind};
use crate::model::outcome::signal::{Certificate, Connection, Signal};
use crate::model::time::moment::Moment;

/// After this many consecutive attempts that this machine could not make, a target is settled
/// without a verdict.
const BLOCKED_ATTEMPTS: u32 = 2;

/// The facts about one target. Compact, since there can be 10,000 targets, most of them idle.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The public part, in one copy that facts and snapshots share until it changes.
    pub(in crate::model) row: Arc<Row>,
    /// The wall time of `Moment::START`, which turns schedules into moments.
    anchor: Timestamp,
    /// When monitoring started, or the missed clock last restarted.
    pub(in crate::model) started_at: Moment,
    pub(in crate::model) streak: Streak,
    connections: u64,
    /// A heartbeat came since monitoring began or resumed.
    pub(in crate::model) has_beat: bool,
    /// When the next attempt is planned, or last was.
    next_attempt: Option<Moment>,
    waiting: bool,
    beats_since_failure: u32,
    pub(in crate::model) missed_clock: MissedClock,
    pub(in crate::model) recovery: Recovery,
    pub(in crate::model) latencies: Latencies,
    pub(in crate::model) measured_at: Moment,
    /// Since when latencies have been too high.
    pub(in crate::model) slow_since: StatusSince,
    /// The clock of the sender. If the monitor has instances, each has its own instead.
    pub(in crate::model) sender_clock: SenderClock,
    pub(in crate::model) excuses: Excuses,
    /// When the certificate in the row was first seen. Its `left` counts from then.
    certified: Moment,
    /// Before this moment no rule holds, unless something changes for the worse.
    calm_until: Moment,
    /// Its verdict comes from an earlier run and stands until this run knows better.
    pub(in crate::model) restored: bool,
    pub(in crate::model) runs: ActiveRuns,
    /// `None` before the first instance is heard.
    pub(in crate::model) instances: Option<Box<Registry>>,
}

impl Facts {
    /// Returns facts without any knowledge; monitoring starts at `started_at`.
    pub fn new(started_at: Moment, anchor: Timestamp, row: Row) -> Facts {
        Facts {
            row: Arc::new(row),
            anchor,
            started_at,
            streak: Streak::default(),
            connections: 0,
            has_beat: false,
            next_attempt: None,
            waiting: false,
            beats_since_failure: 0,
            missed_clock: MissedClock::default(),
            recovery: Recovery::default(),
            latencies: Latencies::default(),
            measured_at: Moment::START,
            slow_since: StatusSince::default(),
            sender_clock: SenderClock::default(),
            excuses: Excuses::default(),
            certified: Moment::START,
            calm_until: Moment::START,
            restored: false,
            runs: ActiveRuns::default(),
            instances: None,
        }
    }

    /// Returns the row for a change. Copies it if a snapshot shares it.
    pub(in crate::model) fn row_mut(&mut self) -> &mut Row {
        Arc::make_mut(&mut self.row)
    }

    /// Updates the fields of the row that derive from other facts.
    pub(in crate::model) fn refresh(&mut self, policy: &Policy) {
        let due_at = self.due_at(policy);
        let retry_at = self.retry_at();
        let local_limit = self.excuses.local_limit();
        let consecutive_failures = self.consecutive_failures();
        let instances = policy.instances.map(|_| self.instance_counts());
        let (quality, quality_before) = self.quality(policy);
        let skew = self.shown_skew();
        let whole_seconds = self.has_whole_seconds(policy);
        let row = Arc::make_mut(&mut self.row);
        row.consecutive_failures = consecutive_failures;
        row.consecutive_missed = self.missed_clock.consecutive();
        row.reconnects = self.connections.saturating_sub(1);
        row.due_at = due_at;
        row.retry_at = retry_at;
        row.last_latency = self.latencies.last();
        row.latency = self.latencies.summary();
        row.quality = quality;
        row.quality_before = quality_before;
        row.skew = skew;
        row.whole_seconds = whole_seconds;
        row.instances = instances;
        row.good_streak = self.recovery.good_streak();
        row.local_limit = local_limit;
    }

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
            Signal::Wait { until } => {
                self.row_mut().attempt_since = None;
                self.next_attempt = Some(*until);
                self.waiting = true;
                None
            }
            Signal::Pushed(push) => self
                .record_push(at, push, policy)
                .and_then(|effect| effect.latency),
        }
    }

    /// Continues from the memory of an earlier run.
    pub fn restore(&mut self, now: Moment, memory: &Memory, policy: &Policy) {
        self.row_mut().last_beat = memory.last_beat;
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

    /// Sets the wall time of `Moment::START`.
    pub fn set_anchor(&mut self, anchor: Timestamp) {
        self.anchor = anchor;
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

    /// Returns the certificate, and what was left of it at a moment.
    pub(in crate::model) fn certificate(&self) -> Option<(&Certificate, SignedDuration, Moment)> {
        let certificate = self.row.connection.certificate.as_ref()?;
        Some((certificate, certificate.left, self.certified))
    }

    /// Returns when the next heartbeat is due.
    pub(in crate::model) fn due_at(&self, policy: &Policy) -> Option<Moment> {
        match policy.rhythm {
            Rhythm::Poll => self.next_attempt,
            Rhythm::Subscription => self.missed_clock.next_due(self.cadence(policy)),
        }
    }

    /// Returns when the next attempt is planned, if none runs and no connection is open.
    pub(in crate::model) fn retry_at(&self) -> Option<Moment> {
        self.next_attempt
            .filter(|_| self.waiting && self.row.connected_since.is_none())
    }

    /// Returns whether `check` has its answer, given the status.
    pub(in crate::model) fn settled(&self, policy: &Policy, status: Status) -> bool {
        match status {
            Status::Paused => false,
            // This machine cannot make attempts, so there will be no verdict.
            _ if self.excuses.blocked_attempts() >= BLOCKED_ATTEMPTS => true,
            _ if self.restored && self.row.outcomes() == 0 => false,
            Status::Error => true,
            _ if self.row.failures == 0 => self.row.beats > 0,
            _ => self.beats_since_failure >= policy.recover,
        }
    }

    /// Returns when the policy expects heartbeats.
    pub(in crate::model) fn cadence<'p>(&self, policy: &'p Policy) -> Cadence<'p> {
        Cadence::new(policy, self.anchor)
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

    fn disconnected(&mut self) {
        let row = self.row_mut();
        row.connected_since = None;
        row.attempt_since = None;
    }
}
