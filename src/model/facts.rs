//! What is known of one target: counters, moments, measurements. Verdicts are derived from it, never stored in it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::failure::{Failure, Lack, Reason};
use super::latency::{Latencies, Skew};
use super::memory::Memory;
use super::moment::Moment;
use super::policy::{Policy, Rhythm};
use super::promise::Promise;
use super::recent::Recent;
use super::recovery::Recovery;
use super::registry::Registry;
use super::runs::Runs;
use super::signal::{Beat, Certificate, Connection, Signal};
use super::silence::Silence;
use super::snapshot::{Cause, Outcome, OutcomeKind, RECENT, Status};
use super::verdict::{self, Finding, latency_status};

/// A wait of which this part was hbmon's own lateness says nothing about the target.
const GOOD_PART: u32 = 10;
/// So many attempts that could not be made settle a target for which no number of failures is an error.
const WITHHELD: u32 = 2;

/// The facts about one target. Compact: there may be 10,000 of them, most of them idle.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The wall time of `Moment::START`, by which schedules become moments.
    anchor: Timestamp,
    /// When watching began, or the clocks were last restarted.
    pub(super) began: Moment,
    pub(super) beats: u64,
    pub(super) attempts: u64,
    pub(super) failures: u64,
    /// The same by their reasons.
    pub(super) reasons: Vec<(Reason, u64)>,
    pub(super) consecutive_failures: u32,
    pub(super) missed: u64,
    pub(super) openings: u64,
    pub(super) last_beat: Option<Moment>,
    /// A heartbeat came since the conversation began, or began anew.
    pub(super) heard: bool,
    /// The longest time from one heartbeat to the next.
    pub(super) longest_gap: Option<Duration>,
    pub(super) opened: Option<Moment>,
    pub(super) trying: Option<Moment>,
    /// Until when the supervisor rests, or last did.
    pub(super) rest: Option<Moment>,
    waiting: bool,
    beats_since_failure: u32,
    pub(super) silence: Silence,
    pub(super) recovery: Recovery,
    pub(super) latencies: Latencies,
    pub(super) measured: Moment,
    pub(super) skew: Skew,
    pub(super) last_failure: Option<Box<(Moment, Failure)>>,
    /// What this machine lacked since the target was last heard, or last to blame, and for how many attempts.
    pub(super) lack: Option<Lack>,
    pub(super) withheld: u32,
    pub(super) wire: Option<Box<Connection>>,
    /// When the certificate in `wire` was first heard of: its `left` counts from here.
    certified: Moment,
    pub(super) recent: Recent,
    /// It has a verdict from an earlier run, which stands until this one has heard something.
    pub(super) recalled: bool,
    /// When a clock last jumped: what was waited for until then was not measured, it was slept through.
    woke: Option<Moment>,
    /// When hbmon itself was late last, and by how much.
    late: Option<(Moment, Duration)>,
    pub(super) runs: Runs,
    /// None before the first one is heard.
    pub(super) instances: Option<Box<Registry>>,
}

impl Facts {
    /// Nothing is known yet; watching begins.
    pub fn new(began: Moment, anchor: Timestamp) -> Facts {
        Facts { anchor, began, ..Facts::default() }
    }

    /// Takes in what was said and returns the latency that it measured. The misses due before it have to be
    /// counted first (`count_miss`).
    pub fn observe(&mut self, at: Moment, signal: &Signal, policy: &Policy) -> Option<Duration> {
        match signal {
            Signal::Try { .. } => {
                self.attempts = self.attempts.saturating_add(1);
                self.trying = Some(at);
                self.waiting = false;
                None
            }
            Signal::Open => {
                // Nobody could hear a heartbeat before.
                if self.openings == 0 && self.beats == 0 {
                    self.silence.restart(at, self.promise(policy));
                }
                self.openings = self.openings.saturating_add(1);
                self.opened = Some(at);
                self.silence.open(at, self.promise(policy));
                None
            }
            Signal::Beat(beat) => self.beat(at, beat, policy),
            Signal::Pong { rtt } => {
                self.skew.round_trip(*rtt);
                let is_latency = policy.rhythm == Rhythm::Subscription && !policy.timestamped;
                if is_latency { self.measure(at, *rtt, policy) } else { None }
            }
            Signal::Failed { failure, latency, ended } => {
                let latency = latency.and_then(|latency| self.measure(at, latency, policy));
                if let Some(lack) = failure.lack() {
                    self.withhold(at, lack, policy);
                } else if !self.excuses(at, failure) {
                    self.failed(at, failure, latency, policy);
                    self.consecutive_failures = self.consecutive_failures.saturating_add(1);
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
                self.trying = None;
                self.rest = Some(*until);
                self.waiting = true;
                None
            }
            Signal::Pushed(push) => self.pushed(at, push, policy).and_then(|heard| heard.latency),
        }
    }

    /// Goes on from what an earlier run knew.
    pub fn recall(&mut self, now: Moment, memory: &Memory, policy: &Policy) {
        self.last_beat = memory.last_beat;
        match (memory.status, memory.cause.clone()) {
            (Status::Healthy, _) => {}
            (status @ (Status::Warning | Status::Error), Some((reason, message))) => {
                let cause = Cause::Recalled { reason, message };
                self.recovery.recall(Finding { status, at: memory.since, cause }, memory.good);
            }
            _ => return,
        }
        self.recalled = true;
        self.consecutive_failures = memory.consecutive_failures;
        self.silence =
            Silence::recalled(now, memory.consecutive_missed, memory.last_beat.is_some(), self.promise(policy));
    }

    /// Takes over what a connection measured. A certificate that is shown again on the same connection keeps the
    /// moment of its first showing. One that is not shown is kept, unless a new connection stands without any:
    /// a failed attempt and a reused connection say nothing about it.
    pub fn connected(&mut self, at: Moment, mut wire: Box<Connection>, stands: bool) {
        let known = self.wire.take().and_then(|old| old.certificate);
        let is_new_connection = stands && wire.phases.connect.is_some();
        if wire.certificate.is_none() && !is_new_connection {
            wire.certificate = known;
        } else if wire.certificate != known {
            self.certified = at;
        }
        self.wire = Some(wire);
    }

    /// Counts the next miss due by `until` (inclusive): its deadline, and how many are missed in a row.
    /// Of a long silence only the last `RECENT` and those that cross a limit are returned one by one.
    pub fn count_miss(&mut self, policy: &Policy, until: Moment) -> Option<(Moment, u32)> {
        let due = self.misses_due(policy, until);
        if due == 0 {
            return None;
        }
        let skippable = due.saturating_sub(RECENT as u64).min(self.until_next_limit(policy).saturating_sub(1));
        let at = self.silence.count(self.promise(policy), skippable.saturating_add(1));
        self.missed = self.missed.saturating_add(skippable).saturating_add(1);
        self.recovery.interrupt();
        self.recent.push(Outcome { at, what: OutcomeKind::Missed, latency: None });
        Some((at, self.silence.consecutive()))
    }

    /// Misses due by `now` that are not counted yet.
    pub fn misses_due(&self, policy: &Policy, now: Moment) -> u64 {
        match policy.rhythm {
            Rhythm::Subscription => self.silence.uncounted(self.promise(policy), now),
            Rhythm::Poll => 0,
        }
    }

    /// The missed clocks start again at `now`; the last heartbeats themselves stay where they were.
    pub fn restart(&mut self, now: Moment, policy: &Policy) {
        if let Some(trouble) = verdict::crowd(self, policy, now) {
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

    /// The conversation ends, and the next one starts anew: counters and measurements stay, what is judged by does not.
    pub fn renew(&mut self) {
        self.disconnected();
        self.heard = false;
        self.recalled = false;
        self.rest = None;
        self.waiting = false;
        self.consecutive_failures = 0;
        self.beats_since_failure = 0;
        self.silence = Silence::default();
        self.recovery = Recovery::default();
        self.latencies.forget_last();
        self.runs = Runs::default();
        self.instances = None;
    }

    /// After a jump of a clock, which no target is blamed for.
    pub fn woke(&mut self, now: Moment, wall_moved: bool, policy: &Policy) {
        self.restart(now, policy);
        self.woke = Some(now);
        if wall_moved {
            self.skew.void();
        }
    }

    /// hbmon was late by so much: that time does not count.
    pub fn postpone(&mut self, now: Moment, late: Duration) {
        self.late = Some((now, late));
        self.silence.postpone(now, late);
    }

    /// Whether this is no failure of the target: this machine lacked something, or the wait that was in vain had a
    /// jump of a clock in it, or was to a good part a standstill of hbmon.
    pub fn excuses(&self, at: Moment, failure: &Failure) -> bool {
        let stood_still = |wait| self.was_late(at, wait).is_some_and(|late| late >= wait / GOOD_PART);
        failure.lack().is_some() || failure.waited().is_some_and(|wait| self.slept(at, wait) || stood_still(wait))
    }

    /// The certificate and what was left of it at a moment.
    pub(super) fn certificate(&self) -> Option<(&Certificate, SignedDuration, Moment)> {
        let certificate = self.wire.as_ref()?.certificate.as_ref()?;
        Some((certificate, certificate.left, self.certified))
    }

    /// Heartbeats, failures and misses so far.
    pub(super) fn outcomes(&self) -> u64 {
        self.beats.saturating_add(self.failures).saturating_add(self.missed)
    }

    /// When the next heartbeat is due.
    pub(super) fn due(&self, policy: &Policy) -> Option<Moment> {
        match policy.rhythm {
            Rhythm::Poll => self.rest,
            Rhythm::Subscription => self.silence.promised(self.promise(policy)),
        }
    }

    /// When the next attempt is planned, while nothing runs and no connection stands.
    pub(super) fn retry(&self) -> Option<Moment> {
        self.rest.filter(|_| self.waiting && self.opened.is_none())
    }

    /// Whether `check` has its answer, given the status.
    pub(super) fn settled(&self, policy: &Policy, status: Status) -> bool {
        match status {
            Status::Paused => false,
            _ if self.recalled && self.outcomes() == 0 => false,
            Status::Error => true,
            // There will be no verdict.
            _ if self.withheld >= policy.failures.error.unwrap_or(WITHHELD).max(1) => true,
            _ if self.failures == 0 => self.beats > 0,
            _ => self.beats_since_failure >= policy.recover,
        }
    }

    /// An attempt that could not be made here says nothing about the target: a heartbeat that came might have been
    /// heard, so the missed clock starts again.
    fn withhold(&mut self, at: Moment, lack: Lack, policy: &Policy) {
        self.lack = Some(lack);
        self.withheld = self.withheld.saturating_add(1);
        self.restart(at, policy);
    }

    /// What the policy promises, on the calendar as far as that is known.
    pub(super) fn promise<'p>(&self, policy: &'p Policy) -> Promise<'p> {
        Promise::new(policy, self.anchor)
    }

    fn beat(&mut self, at: Moment, beat: &Beat, policy: &Policy) -> Option<Duration> {
        let latency = self.latency_of(beat, policy);
        self.good(at, latency, policy)
    }

    /// A good heartbeat, and the latency that came with it.
    pub(super) fn good(&mut self, at: Moment, latency: Option<Duration>, policy: &Policy) -> Option<Duration> {
        self.hold(at, policy);
        (self.lack, self.withheld) = (None, 0);
        self.beats = self.beats.saturating_add(1);
        self.beats_since_failure = self.beats_since_failure.saturating_add(1);
        self.consecutive_failures = 0;
        self.bridge(at);
        self.heard = true;
        self.last_beat = self.last_beat.max(Some(at));
        self.silence.beat(at, self.promise(policy));
        let latency = latency.and_then(|latency| self.measure(at, latency, policy));
        self.recovery.beat(latency_status(self, policy), policy.recover);
        self.recent.push(Outcome { at, what: OutcomeKind::Beat, latency });
        latency
    }

    /// How long it was silent before this heartbeat; a pause or a sleep is no silence of the target.
    fn bridge(&mut self, at: Moment) {
        if let Some(last) = self.last_beat.filter(|last| self.heard && self.woke.is_none_or(|woke| woke <= *last)) {
            self.longest_gap = self.longest_gap.max(Some(at.since(last)));
        }
    }

    pub(super) fn failed(&mut self, at: Moment, failure: &Failure, latency: Option<Duration>, policy: &Policy) {
        (self.lack, self.withheld) = (None, 0);
        // What was final stands until a heartbeat, even if the next failure is not.
        self.hold(at, policy);
        self.failures = self.failures.saturating_add(1);
        self.count_reason(failure.reason());
        self.beats_since_failure = 0;
        self.recovery.interrupt();
        self.last_failure = Some(Box::new((at, failure.clone())));
        self.recent.push(Outcome { at, what: OutcomeKind::Failed(failure.reason()), latency });
    }

    /// What a heartbeat says about latency: question to answer, else its timestamp.
    pub(super) fn latency_of(&mut self, beat: &Beat, policy: &Policy) -> Option<Duration> {
        let delta = beat.delta.filter(|_| policy.timestamped);
        if let Some(delta) = delta {
            self.skew.saw(delta);
            if let Some(latency) = beat.latency {
                self.skew.round_trip(latency);
            }
        }
        beat.latency.or_else(|| delta.map(|delta| self.skew.correct(delta)))
    }

    /// The latency as it is kept; none if a clock jumped in the middle of it.
    pub(super) fn measure(&mut self, at: Moment, latency: Duration, policy: &Policy) -> Option<Duration> {
        if self.slept(at, latency) || self.was_late(at, latency).is_some() {
            return None;
        }
        self.hold(at, policy);
        self.measured = at;
        let latency = self.latencies.record(latency);
        if latency_status(self, policy).is_some() {
            self.recovery.interrupt();
        }
        Some(latency)
    }

    /// Whether a clock jumped in the time that ended at `at`.
    fn slept(&self, at: Moment, time: Duration) -> bool {
        self.woke.is_some_and(|woke| at.since(woke) < time)
    }

    /// By how much hbmon was late in the time that ended at `at`.
    fn was_late(&self, at: Moment, time: Duration) -> Option<Duration> {
        self.late.filter(|(when, _)| at.since(*when) < time).map(|(_, late)| late)
    }

    /// Before anything that may lift a rule: the trouble that stands now lasts until heartbeats end it.
    pub(super) fn hold(&mut self, at: Moment, policy: &Policy) {
        if let Some(trouble) = verdict::trouble(self, policy, at) {
            self.recovery.hold(trouble);
        }
    }

    fn count_reason(&mut self, reason: Reason) {
        match self.reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.reasons.push((reason, 1)),
        }
    }

    fn disconnected(&mut self) {
        self.opened = None;
        self.trying = None;
    }

    /// How many misses from now a limit is reached.
    fn until_next_limit(&self, policy: &Policy) -> u64 {
        let consecutive = self.silence.consecutive();
        [policy.missed.warning, policy.missed.error]
            .into_iter()
            .flatten()
            .filter(|limit| *limit > consecutive)
            .map(|limit| u64::from(limit - consecutive))
            .min()
            .unwrap_or(u64::MAX)
    }
}
