//! One target of the fleet: its facts, the verdict that was made public last, and its row.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::facts::Facts;
use super::log::Log;
use super::memory::Memory;
use super::moment::Moment;
use super::policy::Policy;
use super::push::{Push, Said};
use super::registry::{Instance, InstanceChange, MOST_INSTANCES};
use super::signal::{Note, Signal, TargetId};
use super::snapshot::{Event, Meta, Row, Status, What};
use super::text::Text;
use super::uptime::Uptime;
use super::verdict::{Verdict, judge, next_change, next_crossing};

pub(super) struct Watched {
    pub id: TargetId,
    meta: Arc<Meta>,
    policy: Arc<Policy>,
    facts: Facts,
    /// Up to where time has passed for it; never goes back, even if a note comes late.
    seen: Moment,
    verdict: Verdict,
    /// Since when it has the status.
    since: Moment,
    settled: bool,
    /// Nothing more is taken in and nothing judged: the verdict stands.
    held: bool,
    /// Not `enabled: false`.
    enabled: bool,
    incidents: u64,
    uptime: Uptime,
    row: Option<Arc<Row>>,
}

impl Watched {
    pub fn new(
        now: Moment,
        anchor: Timestamp,
        id: TargetId,
        meta: Arc<Meta>,
        policy: Arc<Policy>,
        paused: bool,
    ) -> Watched {
        let status = if paused { Status::Paused } else { Status::Unknown };
        Watched {
            id,
            meta,
            policy,
            facts: Facts::new(now, anchor),
            seen: now,
            verdict: Verdict { status, cause: None },
            since: now,
            settled: false,
            held: false,
            enabled: !paused,
            incidents: 0,
            uptime: Uptime::default(),
            row: None,
        }
    }

    pub const fn status(&self) -> Status {
        self.verdict.status
    }

    pub const fn is_settled(&self) -> bool {
        self.settled
    }

    /// Heartbeats, failures and misses, and attempts in a row that this machine could not make.
    pub fn outcomes(&self) -> u64 {
        self.facts.outcomes().saturating_add(self.facts.withheld.into())
    }

    /// From now on the verdict stands, whatever comes.
    pub const fn hold(&mut self) {
        self.held = true;
    }

    /// Goes on from what an earlier run knew: whoever has the same status as then has it since then.
    pub fn recall(&mut self, now: Moment, memory: &Memory) {
        self.row = None;
        self.facts.recall(now, memory, &self.policy);
        if self.verdict.status != Status::Paused {
            self.verdict = judge(&self.facts, &self.policy, now);
        }
        if self.verdict.status == memory.status {
            self.since = memory.since.min(now);
        }
        self.uptime.turn(self.since, self.verdict.status);
    }

    /// Ends the conversation until `resume`.
    pub fn pause(&mut self, now: Moment, log: &mut Log) {
        if !self.is_still() {
            self.settle(now, log);
            self.facts.renew();
            self.turn(now, Verdict { status: Status::Paused, cause: None }, log);
        }
    }

    /// Starts it anew: nothing is known until the next heartbeat or failure.
    pub fn resume(&mut self, now: Moment, log: &mut Log) {
        if self.enabled && self.verdict.status == Status::Paused {
            // No instance was owed during the pause.
            self.facts.began = now;
            self.turn(now, Verdict { status: Status::Unknown, cause: None }, log);
            self.facts.restart(now, &self.policy);
            self.seen = self.seen.max(now);
        }
    }

    /// When `settle` has something to do next.
    pub fn deadline(&self) -> Option<Moment> {
        if self.is_still() {
            return None;
        }
        // After a note that came late an instance may be due already.
        next_change(&self.facts, &self.policy, self.seen).into_iter().chain(self.facts.next_lapse()).min()
    }

    /// How many misses are due by `now` and not counted.
    pub fn misses_due(&self, now: Moment) -> u64 {
        self.facts.misses_due(&self.policy, now)
    }

    /// Takes over a changed description or policy. A changed promise starts its clock at `now`.
    pub fn update(&mut self, now: Moment, meta: Arc<Meta>, policy: Arc<Policy>, log: &mut Log) {
        if meta == self.meta && policy == self.policy {
            return;
        }
        self.settle(now, log);
        let old = std::mem::replace(&mut self.policy, policy);
        let promise = |policy: &Policy| {
            let forget = policy.instances.map(|instances| instances.forget);
            (policy.rhythm, policy.interval, policy.grace, policy.schedule.clone(), forget)
        };
        if promise(&old) != promise(&self.policy) {
            self.facts.restart(now, &self.policy);
        }
        self.meta = meta;
        self.row = None;
        self.conclude(now, log);
    }

    /// Records a fact. What is due before it is settled first; at the very same moment a beat comes before its
    /// deadline and everything else after it.
    pub fn observe(&mut self, note: Note, log: &mut Log) {
        if self.is_still() {
            return;
        }
        let Note { at, signal, wire, .. } = note;
        let before = match signal {
            Signal::Beat(_) => just_before(at),
            Signal::Pushed(push) => return self.pushed(at, *push, log),
            _ => at,
        };
        self.settle(before, log);
        if let Some(wire) = wire {
            self.facts.connected(at, wire, matches!(signal, Signal::Open | Signal::Beat(_)));
        }
        let latency = self.facts.observe(at, &signal, &self.policy);
        self.row = None;
        self.seen = self.seen.max(at);
        let verdict = judge(&self.facts, &self.policy, self.seen);
        let event = match signal {
            Signal::Open => Some(Event::Open),
            Signal::Closed => Some(Event::Close),
            Signal::Beat(beat) => Some(Event::Beat { beat, latency, status: verdict.status }),
            Signal::Failed { failure, .. } if self.facts.excuses(at, &failure) => None,
            Signal::Failed { failure, .. } => Some(Event::Failure { failure, latency }),
            Signal::Try { .. } | Signal::Pong { .. } | Signal::Rest { .. } | Signal::Pushed(_) => None,
        };
        if let Some(event) = event {
            self.push(at, event, log);
        }
        self.turn(at, verdict, log);
    }

    /// Records what was pushed, in the same way.
    fn pushed(&mut self, at: Moment, push: Push, log: &mut Log) {
        self.settle(if matches!(push.said, Said::Beat { .. }) { just_before(at) } else { at }, log);
        let Some(heard) = self.facts.pushed(at, &push, &self.policy) else { return };
        self.row = None;
        self.seen = self.seen.max(at);
        let verdict = judge(&self.facts, &self.policy, self.seen);
        let latency = heard.latency;
        let event = match push.said {
            Said::Start => Event::Start,
            Said::Log(text) => Event::Log { text },
            Said::Beat { beat, .. } => Event::Beat { beat, latency, status: verdict.status },
            Said::Failed(failure) => Event::Failure { failure: failure.of(push.instance.as_ref()), latency },
        };
        self.push(at, event, log);
        if let Some(id) = push.instance.filter(|_| heard.came_online) {
            self.push(at, Event::Instance { id, change: InstanceChange::Online }, log);
        }
        self.turn(at, verdict, log);
    }

    /// Takes an instance out; whether it was there.
    pub fn remove(&mut self, at: Moment, id: &Text, log: &mut Log) -> bool {
        self.settle(at, log);
        let was_there = self.facts.remove(id, at);
        if was_there {
            self.row = None;
            self.push(at, Event::Instance { id: id.clone(), change: InstanceChange::Removed }, log);
            self.conclude(at, log);
        }
        was_there
    }

    /// All instances, in no particular order.
    pub fn instances(&self, now: Moment) -> Vec<Instance> {
        self.facts.list(&self.policy, now)
    }

    pub fn knows(&self, instance: &Text) -> bool {
        self.facts.knows(instance)
    }

    /// Whether no further instance is taken in.
    pub fn is_full(&self) -> bool {
        self.facts.counts().total as usize >= MOST_INSTANCES
    }

    /// The instances that are online, each behind the name of its monitor.
    pub fn online(&self) -> impl Iterator<Item = (Text, Text)> {
        self.facts.online().map(|id| (self.meta.name.clone(), id.clone()))
    }

    /// Counts the misses and judges everything else that is due by `until` (inclusive), in order.
    pub fn settle(&mut self, until: Moment, log: &mut Log) {
        if self.is_still() {
            return;
        }
        loop {
            let crossing = next_crossing(&self.facts, &self.policy, self.seen);
            let next = crossing.into_iter().chain(self.facts.next_lapse()).min().filter(|at| *at <= until);
            let stop = next.unwrap_or(until);
            while let Some((at, consecutive)) = self.facts.count_miss(&self.policy, stop) {
                self.row = None;
                self.push(at, Event::Miss { consecutive }, log);
                self.conclude(at, log);
            }
            while let Some((at, id, change)) = self.facts.lapse(&self.policy, stop) {
                self.row = None;
                self.push(at, Event::Instance { id, change }, log);
                self.conclude(at, log);
            }
            self.conclude(stop, log);
            if next.is_none() {
                break;
            }
        }
    }

    pub fn woke(&mut self, now: Moment, wall_moved: bool) {
        self.facts.woke(now, wall_moved, &self.policy);
        self.row = None;
    }

    pub fn postpone(&mut self, now: Moment, late: Duration) {
        self.facts.postpone(now, late);
        self.row = None;
    }

    /// Whether an attempt runs or a connection stands.
    pub const fn is_open(&self) -> bool {
        self.facts.trying.is_some() || self.facts.opened.is_some()
    }

    /// From now on this is the wall time of `Moment::START`.
    pub fn align(&mut self, anchor: Timestamp) {
        self.facts.align(anchor);
    }

    /// Whether the row that was handed out last is out of date.
    pub const fn is_changed(&self) -> bool {
        self.row.is_none()
    }

    /// As a row, which is shared for as long as nothing changes.
    pub fn row(&mut self) -> Arc<Row> {
        if let Some(row) = &self.row {
            return Arc::clone(row);
        }
        let row = Arc::new(self.build());
        self.row = Some(Arc::clone(&row));
        row
    }

    const fn is_still(&self) -> bool {
        self.held || matches!(self.verdict.status, Status::Paused)
    }

    /// Judges the facts as of `at`.
    fn conclude(&mut self, at: Moment, log: &mut Log) {
        if self.is_still() {
            return;
        }
        self.seen = self.seen.max(at);
        let verdict = judge(&self.facts, &self.policy, self.seen);
        self.turn(at, verdict, log);
    }

    /// Makes a verdict public.
    fn turn(&mut self, at: Moment, verdict: Verdict, log: &mut Log) {
        let (from, to) = (self.verdict.status, verdict.status);
        self.settled = self.facts.settled(&self.policy, to);
        if verdict != self.verdict {
            self.row = None;
        }
        if from != to {
            let at = at.max(self.since);
            self.since = at;
            self.incidents += u64::from(from < Status::Warning && to >= Status::Warning);
            self.uptime.turn(at, to);
            self.push(at, Event::Transition { from, to, cause: verdict.cause.clone() }, log);
        }
        self.verdict = verdict;
    }

    fn push(&self, at: Moment, event: Event, log: &mut Log) {
        log.push(at, What::Target { id: self.id, meta: Arc::clone(&self.meta), event });
    }

    fn build(&self) -> Row {
        let facts = &self.facts;
        Row {
            id: self.id,
            meta: Arc::clone(&self.meta),
            policy: Arc::clone(&self.policy),
            status: self.verdict.status,
            since: self.since,
            cause: self.verdict.cause.clone(),
            beats: facts.beats,
            attempts: facts.attempts,
            failures: facts.failures,
            reasons: facts.reasons.clone(),
            consecutive_failures: facts.in_a_row(),
            missed: facts.missed,
            consecutive_missed: facts.silence.consecutive(),
            reconnects: facts.openings.saturating_sub(1),
            last_beat: facts.last_beat,
            opened: facts.opened,
            trying: facts.trying,
            due: facts.due(&self.policy),
            retry: facts.retry(),
            last_latency: facts.latencies.last(),
            latency: facts.latencies.summary(),
            histogram: facts.latencies.histogram().clone(),
            quality: facts.latencies.quality(),
            quality_before: facts.latencies.quality_before(),
            longest_gap: facts.longest_gap,
            incidents: self.incidents,
            enabled: self.enabled,
            skew: facts.skew.estimate(),
            wire: facts.wire.as_deref().cloned().unwrap_or_default(),
            last_failure: facts.last_failure.as_deref().cloned(),
            recent: facts.recent.clone(),
            instances: self.policy.instances.map(|_| facts.counts()),
            settled: self.settled,
            good: facts.recovery.good(),
            uptime: self.uptime.clone(),
        }
    }
}

/// A heartbeat comes before a deadline of the very same moment.
fn just_before(at: Moment) -> Moment {
    Moment::after_start(at.since_start().saturating_sub(Duration::from_nanos(1)))
}
