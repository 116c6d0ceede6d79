//! What is known of one target: counters, moments, measurements. Verdicts are derived from it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::blame::Blame;
use super::finding::Finding;
use super::latency::Latencies;
use super::memory::Memory;
use super::policy::{Policy, Rhythm};
use super::promise::Promise;
use super::reached::Reached;
use super::recovery::Recovery;
use super::registry::Registry;
use super::row::Row;
use super::runs::Runs;
use super::sender::Sender;
use super::silence::Silence;
use super::status::{Cause, Status};
use super::streak::Streak;
use crate::model::outcome::evidence::Evidence;
use crate::model::outcome::failure::Failure;
use crate::model::outcome::phases::Phase;
use crate::model::outcome::recent::{Outcome, OutcomeKind};
use crate::model::outcome::signal::{Certificate, Connection, Signal};
use crate::model::time::moment::Moment;

/// This number of attempts in a row that this machine could not make settles a target: there is no
/// verdict.
const WITHHELD: u32 = 2;

/// The facts about one target. Compact: there may be 10,000 of them, most of them idle.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What everybody may see. One copy for the facts and the snapshots: whoever changes one that
    /// is shared gets one of his own.
    pub(in crate::model) row: Arc<Row>,
    /// The wall time of `Moment::START`, by which schedules become moments.
    anchor: Timestamp,
    /// When watching began, or the clocks were last restarted.
    pub(in crate::model) began: Moment,
    pub(in crate::model) streak: Streak,
    openings: u64,
    /// A heartbeat came since the conversation began, or began anew.
    pub(in crate::model) heard: bool,
    /// Until when the supervisor rests, or last did.
    rest: Option<Moment>,
    waiting: bool,
    beats_since_failure: u32,
    pub(in crate::model) silence: Silence,
    pub(in crate::model) recovery: Recovery,
    pub(in crate::model) latencies: Latencies,
    pub(in crate::model) measured: Moment,
    /// Since when measurements have been too slow.
    pub(in crate::model) slow: Reached,
    /// Where instances differ, each has its own.
    pub(in crate::model) sender: Sender,
    pub(in crate::model) blame: Blame,
    /// When the certificate in the row's `wire` was first heard of: its `left` counts from here.
    certified: Moment,
    /// No rule holds before this moment unless something changes for the worse.
    quiet_until: Moment,
    /// It has a verdict from an earlier run, which stands until this one has heard something.
    pub(in crate::model) recalled: bool,
    pub(in crate::model) runs: Runs,
    /// None before the first one is heard.
    pub(in crate::model) instances: Option<Box<Registry>>,
}

impl Facts {
    /// Nothing is known yet; watching begins.
    pub fn new(began: Moment, anchor: Timestamp, row: Row) -> Facts {
        Facts {
            row: Arc::new(row),
            anchor,
            began,
            streak: Streak::default(),
            openings: 0,
            heard: false,
            rest: None,
            waiting: false,
            beats_since_failure: 0,
            silence: Silence::default(),
            recovery: Recovery::default(),
            latencies: Latencies::default(),
            measured: Moment::START,
            slow: Reached::default(),
            sender: Sender::default(),
            blame: Blame::default(),
            certified: Moment::START,
            quiet_until: Moment::START,
            recalled: false,
            runs: Runs::default(),
            instances: None,
        }
    }

    /// To be changed: what only looks at it leaves it shared.
    pub(in crate::model) fn row_mut(&mut self) -> &mut Row {
        Arc::make_mut(&mut self.row)
    }

    /// Brings what the row shows of the facts beside it up to date.
    pub(in crate::model) fn refresh(&mut self, policy: &Policy) {
        let (due, retry, lack) = (self.due(policy), self.retry(), self.blame.lack());
        let (consecutive_failures, instances) =
            (self.in_a_row(), policy.instances.map(|_| self.counts()));
        let (quality, skew, coarse) = (
            self.quality(policy),
            self.shown_skew(),
            self.is_coarse(policy),
        );
        let row = Arc::make_mut(&mut self.row);
        row.consecutive_failures = consecutive_failures;
        row.consecutive_missed = self.silence.consecutive();
        row.reconnects = self.openings.saturating_sub(1);
        (row.due, row.retry) = (due, retry);
        row.last_latency = self.latencies.last();
        row.latency = self.latencies.summary();
        (row.quality, row.quality_before) = quality;
        (row.skew, row.coarse) = (skew, coarse);
        row.instances = instances;
        row.good = self.recovery.good();
        row.lack = lack;
    }

    /// Takes in what was said and returns the latency that it measured. The misses due before it
    /// have to be counted first (`count_miss`).
    pub fn observe(&mut self, at: Moment, signal: &Signal, policy: &Policy) -> Option<Duration> {
        match signal {
            Signal::Try { .. } => {
                self.attempt();
                self.row_mut().trying = Some(at);
                self.waiting = false;
                None
            }
            Signal::Open => {
                self.see(at, policy);
                // Nobody could hear a heartbeat before.
                if self.openings == 0 && self.row.beats == 0 {
                    self.silence.restart(at, self.promise(policy));
                }
                self.openings = self.openings.saturating_add(1);
                self.row_mut().opened = Some(at);
                self.silence.open(at, self.promise(policy));
                None
            }
            Signal::Beat(beat) => self.good(at, beat.latency, policy),
            Signal::Pong { rtt } => {
                let is_latency = policy.rhythm == Rhythm::Subscription && !policy.timestamped;
                if is_latency {
                    self.measure(at, *rtt, policy)
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
                let latency = latency.filter(|latency| !self.blame.spoils(at, *latency));
                if let Some(lack) = failure.lack() {
                    self.blame.lacked(at, lack);
                    self.void();
                } else if self.blame.excuses(at, failure) {
                    self.void();
                } else {
                    self.failed(at, failure, evidence.as_ref(), latency, policy);
                    self.count_failure(at, failure, policy);
                    if !*ended {
                        self.row_mut().failed_beats += 1;
                        // A heartbeat that is not good is none that was missed.
                        self.silence.end(at, self.promise(policy));
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
            Signal::Rest { until } => {
                self.row_mut().trying = None;
                self.rest = Some(*until);
                self.waiting = true;
                None
            }
            Signal::Pushed(push) => self
                .pushed(at, push, policy)
                .and_then(|heard| heard.latency),
        }
    }

    /// Goes on from what an earlier run knew.
    pub fn recall(&mut self, now: Moment, memory: &Memory, policy: &Policy) {
        self.row_mut().last_beat = memory.last_beat;
        match (memory.status, memory.cause.clone()) {
            (Status::Healthy, _) => {}
            (status @ (Status::Warning | Status::Error), Some((reason, message))) => {
                let cause = Cause::Recalled { reason, message };
                self.recovery.recall(
                    Finding {
                        status,
                        at: memory.since,
                        cause,
                    },
                    memory.good,
                );
            }
            _ => return,
        }
        self.recalled = true;
        let first = if memory.status > Status::Healthy {
            memory.since
        } else {
            now
        };
        self.streak = Streak::recalled(memory.consecutive_failures, first.min(now));
        self.silence = Silence::recalled(
            now,
            memory.consecutive_missed,
            memory.last_beat.is_some(),
            self.promise(policy),
        );
    }

    /// Takes over what a connection measured. A certificate that is shown again on the same
    /// connection keeps the moment of its first showing. One that is not shown is kept, unless a
    /// new connection stands without any: a failed attempt and a reused connection say nothing
    /// about it.
    pub fn connected(&mut self, at: Moment, mut wire: Connection, stands: bool) {
        let row = Arc::make_mut(&mut self.row);
        let known = row.wire.certificate.take();
        let is_new_connection = stands && wire.phases.get(Phase::Connect).is_some();
        if wire.certificate.is_none() && !is_new_connection {
            wire.certificate = known;
        } else if wire.certificate != known {
            self.certified = at;
        }
        row.wire = wire;
    }

    /// The missed clocks start again at `now`; the last heartbeats themselves stay where they were.
    pub fn restart(&mut self, now: Moment, policy: &Policy) {
        if let Some(trouble) = self.instances_rule(policy, now) {
            self.recovery.hold(trouble);
        }
        self.began = now;
        let promise = self.promise(policy);
        self.silence.restart(now, promise);
        if let (Some(registry), Some(instances)) = (&mut self.instances, policy.instances) {
            registry.restart(now, promise, instances);
        }
    }

    /// From now on this is the wall time of `Moment::START`.
    pub fn align(&mut self, anchor: Timestamp) {
        self.anchor = anchor;
    }

    /// The conversation ends, and the next one starts anew: counters and measurements stay, what is
    /// judged by does not.
    pub fn renew(&mut self) {
        self.disconnected();
        self.heard = false;
        self.recalled = false;
        self.rest = None;
        self.waiting = false;
        self.streak = Streak::default();
        self.slow = Reached::default();
        self.beats_since_failure = 0;
        self.silence = Silence::default();
        self.recovery = Recovery::default();
        self.latencies.forget_last();
        self.sender.renew();
        self.runs = Runs::default();
        self.instances = None;
    }

    /// Nobody opens a connection for a pushed heartbeat: whoever has come before is awaited from
    /// now on.
    pub fn listen(&mut self, now: Moment, policy: &Policy) {
        if self.row.last_beat.is_some() {
            let promise = self.promise(policy);
            self.silence.open(now, promise);
        }
    }

    /// The certificate and what was left of it at a moment.
    pub(in crate::model) fn certificate(&self) -> Option<(&Certificate, SignedDuration, Moment)> {
        let certificate = self.row.wire.certificate.as_ref()?;
        Some((certificate, certificate.left, self.certified))
    }

    /// When the next heartbeat is due.
    pub(in crate::model) fn due(&self, policy: &Policy) -> Option<Moment> {
        match policy.rhythm {
            Rhythm::Poll => self.rest,
            Rhythm::Subscription => self.silence.promised(self.promise(policy)),
        }
    }

    /// When the next attempt is planned, while nothing runs and no connection stands.
    pub(in crate::model) fn retry(&self) -> Option<Moment> {
        self.rest
            .filter(|_| self.waiting && self.row.opened.is_none())
    }

    /// Whether `check` has its answer, given the status.
    pub(in crate::model) fn settled(&self, policy: &Policy, status: Status) -> bool {
        match status {
            Status::Paused => false,
            // There will be no verdict.
            _ if self.blame.withheld() >= WITHHELD => true,
            _ if self.recalled && self.row.outcomes() == 0 => false,
            Status::Error => true,
            _ if self.row.failures == 0 => self.row.beats > 0,
            _ => self.beats_since_failure >= policy.recover,
        }
    }

    /// What the policy promises, on the calendar as far as that is known.
    pub(in crate::model) fn promise<'p>(&self, policy: &'p Policy) -> Promise<'p> {
        Promise::new(policy, self.anchor)
    }

    /// A good heartbeat, and the latency that came with it.
    pub(in crate::model) fn good(
        &mut self,
        at: Moment,
        latency: Option<Duration>,
        policy: &Policy,
    ) -> Option<Duration> {
        self.hold(at, policy);
        self.see(at, policy);
        self.beats_since_failure = self.beats_since_failure.saturating_add(1);
        self.streak = Streak::default();
        let quiet = self.quiet_until(at);
        self.heard = true;
        self.silence.beat(at, self.promise(policy));
        let latency = latency.and_then(|latency| self.measure(at, latency, policy));
        self.recovery
            .beat(self.latency_status(policy), policy.recover);
        let row = self.row_mut();
        row.beats = row.beats.saturating_add(1);
        row.last_beat = row.last_beat.max(Some(at));
        row.longest_gap = row.longest_gap.max(quiet);
        row.recent.push(Outcome {
            at,
            what: OutcomeKind::Beat,
            latency,
        });
        latency
    }

    /// How long it was silent before this heartbeat; a pause or a sleep is no silence of the
    /// target.
    fn quiet_until(&self, at: Moment) -> Option<Duration> {
        let last = self
            .row
            .last_beat
            .filter(|last| self.heard && !self.blame.slept_since(*last))?;
        Some(at.since(last))
    }

    pub(in crate::model) fn failed(
        &mut self,
        at: Moment,
        failure: &Failure,
        evidence: Option<&Arc<Evidence>>,
        latency: Option<Duration>,
        policy: &Policy,
    ) {
        self.see(at, policy);
        // What was final stands until a heartbeat, even if the next failure is not.
        self.hold(at, policy);
        self.beats_since_failure = 0;
        self.recovery.interrupt();
        let row = self.row_mut();
        row.failures = row.failures.saturating_add(1);
        row.count_reason(failure.reason());
        row.last_failure = Some(Box::new((at, failure.clone())));
        // The same again stays shared with the events that told of it before.
        if row.evidence.as_ref() != evidence {
            row.evidence = evidence.cloned();
        }
        row.recent.push(Outcome {
            at,
            what: OutcomeKind::Failed(failure.reason()),
            latency,
        });
    }

    /// Counts a failure of the monitor itself, which was just recorded.
    pub(in crate::model) fn count_failure(
        &mut self,
        at: Moment,
        failure: &Failure,
        policy: &Policy,
    ) {
        self.streak.fail(at, failure.is_final(), policy);
        self.recovery.recast(&Cause::Failure(failure.clone()));
    }

    /// The latency as it is kept; none if a clock jumped in the middle of it.
    pub(in crate::model) fn measure(
        &mut self,
        at: Moment,
        latency: Duration,
        policy: &Policy,
    ) -> Option<Duration> {
        if self.blame.spoils(at, latency) {
            return None;
        }
        self.hold(at, policy);
        self.measured = at;
        let latency = self.latencies.record(latency, &policy.quality);
        self.row_mut()
            .histogram
            .get_or_insert_default()
            .record(latency);
        let status = self.latency_status(policy);
        self.slow.update(status, at);
        if status.is_some() {
            self.recovery.interrupt();
        }
        Some(latency)
    }

    /// Before anything that may lift a rule: the trouble that stands now lasts until heartbeats end
    /// it.
    pub(in crate::model) fn hold(&mut self, at: Moment, policy: &Policy) {
        if at < self.quiet_until {
            debug_assert_eq!(self.trouble(policy, at), None);
        } else if let Some(trouble) = self.trouble(policy, at) {
            self.recovery.hold(trouble);
        }
    }

    /// Records that the target was judged healthy and stays so until `until` unless something
    /// changes for the worse. Then `hold` need not apply every rule again.
    pub(in crate::model) const fn quiet(&mut self, until: Moment) {
        self.quiet_until = until;
    }

    fn void(&mut self) {
        let row = self.row_mut();
        row.void = row.void.saturating_add(1);
    }

    pub(in crate::model) fn attempt(&mut self) {
        let row = self.row_mut();
        row.attempts = row.attempts.saturating_add(1);
    }

    fn disconnected(&mut self) {
        let row = self.row_mut();
        (row.opened, row.trying) = (None, None);
    }
}
