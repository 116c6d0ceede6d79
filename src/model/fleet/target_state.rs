//! One target of the fleet: its facts, and the verdict that was last published.

use std::sync::Arc;

use jiff::Timestamp;

use super::change::{ChangeKind, Event};
use super::change_ring::ChangeLog;
use crate::model::outcome::signal::TargetId;
use crate::model::target::facts::Facts;
use crate::model::target::gap::Gap;
use crate::model::target::kind::Kind;
use crate::model::target::maintenance::MaintenanceTime;
use crate::model::target::memory::Memory;
use crate::model::target::meta::Meta;
use crate::model::target::policy::Policy;
use crate::model::target::row::Row;
use crate::model::target::silence::Silence;
use crate::model::target::status::Status;
use crate::model::target::verdict::{Verdict, judge, next_crossing};
use crate::model::time::moment::Moment;

/// The state of one target. Every change goes through it.
pub(in crate::model) struct TargetState {
    pub(super) policy: Arc<Policy>,
    /// The row in it has the status that was last published.
    pub(super) facts: Facts,
    /// The moment until which time has passed for the target. Never goes back, even after a late
    /// observation.
    pub(super) seen: Moment,
    /// When `advance` next has something to do, as of the last `update_deadline`. Until then the
    /// verdict is constant.
    deadline: Option<Moment>,
    /// Nothing is recorded or judged any more: the verdict stands.
    frozen: bool,
    /// The row changed since it was last returned.
    pub(super) changed: bool,
}

impl TargetState {
    pub(crate) fn new(
        now: Moment,
        anchor: Timestamp,
        id: TargetId,
        meta: Arc<Meta>,
        policy: Arc<Policy>,
        paused: bool,
    ) -> TargetState {
        let status = if paused {
            Status::Paused
        } else {
            Status::Unknown
        };
        let row = Row {
            status,
            since: now,
            enabled: !paused,
            ..Row::new(id, meta, Arc::clone(&policy))
        };
        TargetState {
            policy,
            facts: Facts::new(now, anchor, row),
            seen: now,
            deadline: Some(now),
            frozen: false,
            changed: true,
        }
    }

    pub(crate) fn id(&self) -> TargetId {
        self.facts.row.id
    }

    pub(crate) fn meta(&self) -> &Meta {
        &self.facts.row.meta
    }

    /// Sets the silence of the target.
    pub(crate) fn set_silence(&mut self, silence: Option<&Arc<Silence>>) {
        if self.facts.row.silence.as_ref() != silence {
            self.facts.row_mut().silence = silence.cloned();
            self.changed = true;
        }
    }

    /// Sets the maintenance of a target that is new.
    pub(crate) fn set_maintenance(&mut self, time: Option<&Arc<MaintenanceTime>>) {
        self.facts.row_mut().maintenance = time.cloned();
    }

    /// Sets the maintenance that is in force, and announces that one began or is over.
    pub(crate) fn follow_maintenance(
        &mut self,
        now: Moment,
        time: Option<&Arc<MaintenanceTime>>,
        log: &mut ChangeLog,
    ) {
        let before = self.facts.row.maintenance.as_ref();
        if before == time {
            return;
        }
        let is_event = before.is_some() != time.is_some();
        self.set_maintenance(time);
        self.changed = true;
        if is_event {
            self.push(now, Event::Maintenance(time.cloned()), log);
        }
    }

    pub(crate) fn status(&self) -> Status {
        self.facts.row.status
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.facts.row.settled
    }

    /// Returns the number of heartbeats, failures, misses and void attempts.
    pub(crate) fn outcomes(&self) -> u64 {
        self.facts.row.all_outcomes()
    }

    /// Freezes the verdict: nothing changes it any more.
    pub(crate) const fn freeze(&mut self) {
        self.frozen = true;
    }

    /// Continues from the memory of an earlier run. A status that is the same as then keeps its
    /// moment.
    pub(crate) fn restore(&mut self, now: Moment, memory: &Memory, log: &mut ChangeLog) {
        self.changed = true;
        self.facts.restore(now, memory, &self.policy);
        let verdict = judge(&self.facts, &self.policy, now);
        let row = self.facts.row_mut();
        if row.status != Status::Paused {
            row.status = verdict.status;
            row.cause = verdict.cause;
        }
        if row.status == memory.status {
            row.since = memory.since.min(now);
        }
        row.uptime.set_status(row.since, row.status);
        let (since, status) = (row.since, row.status);
        row.incident.clone_from(&memory.incident);
        self.follow_incident(since, status, log);
    }

    /// Pauses the target until `resume`.
    pub(crate) fn pause(&mut self, now: Moment, log: &mut ChangeLog) {
        if !self.is_inactive() {
            self.advance(now, log);
            self.facts.reset();
            self.publish(
                now,
                Verdict {
                    status: Status::Paused,
                    cause: None,
                },
                log,
            );
        }
    }

    /// Resumes the target: nothing is known until the next heartbeat or failure.
    pub(crate) fn resume(&mut self, now: Moment, log: &mut ChangeLog) {
        if self.facts.row.enabled && self.status() == Status::Paused {
            // Instances were not expected during the pause.
            self.facts.started_at = now;
            self.publish(
                now,
                Verdict {
                    status: Status::Unknown,
                    cause: None,
                },
                log,
            );
            if self.facts.row.meta.kind == Kind::Push {
                self.facts.await_push(now, &self.policy);
            }
            self.seen = self.seen.max(now);
        }
    }

    /// Computes and returns when `advance` next has something to do. Must be called after every
    /// change.
    pub(crate) fn update_deadline(&mut self) -> Option<Moment> {
        self.deadline = if self.is_inactive() {
            None
        } else {
            // A late observation can leave a miss or an instance that is due already.
            let miss = self.facts.next_uncounted_miss(&self.policy);
            next_crossing(&self.facts, &self.policy, self.seen)
                .into_iter()
                .chain(miss)
                .chain(self.facts.next_instance_expiry())
                .min()
        };
        self.facts
            .set_calm_until(if self.status() == Status::Healthy {
                self.deadline.unwrap_or(Moment::FAR)
            } else {
                Moment::START
            });
        self.deadline
    }

    /// Returns the number of misses due by `now` that are not counted.
    pub(crate) fn misses_due(&self, now: Moment) -> u64 {
        self.facts.misses_due(&self.policy, now)
    }

    /// Takes over a changed description or policy. A changed cadence restarts the missed clock at
    /// `now`.
    pub(crate) fn update(
        &mut self,
        now: Moment,
        meta: Arc<Meta>,
        policy: Arc<Policy>,
        log: &mut ChangeLog,
    ) {
        if meta == self.facts.row.meta && policy == self.policy {
            return;
        }
        self.advance(now, log);
        let old = std::mem::replace(&mut self.policy, policy);
        let cadence = |policy: &Policy| {
            let forget = policy.instances.map(|instances| instances.forget_after);
            (
                policy.rhythm,
                policy.interval,
                policy.grace,
                policy.schedule.clone(),
                forget,
            )
        };
        if cadence(&old) != cadence(&self.policy) {
            self.facts.restart(now, &self.policy);
        }
        let row = self.facts.row_mut();
        row.meta = meta;
        row.policy = Arc::clone(&self.policy);
        self.changed = true;
        self.judge_at(now, log);
    }

    /// Counts the misses and judges everything else that is due by `until` (inclusive), in order.
    pub(crate) fn advance(&mut self, until: Moment, log: &mut ChangeLog) {
        if self.is_inactive() {
            return;
        }
        if self.deadline.is_none_or(|next| next > until) {
            self.seen = self.seen.max(until);
            return;
        }
        loop {
            let crossing = next_crossing(&self.facts, &self.policy, self.seen);
            let next = crossing
                .into_iter()
                .chain(self.facts.next_instance_expiry())
                .min()
                .filter(|at| *at <= until);
            let stop = next.unwrap_or(until);
            while let Some((at, consecutive)) = self.facts.count_miss(&self.policy, stop) {
                self.changed = true;
                self.push(at, Event::Miss { consecutive }, log);
                self.judge_at(at, log);
            }
            while let Some((at, id, change)) = self.facts.expire_instance(&self.policy, stop) {
                self.changed = true;
                self.push(at, Event::Instance { id, change }, log);
                self.judge_at(at, log);
            }
            self.judge_at(stop, log);
            if next.is_none() {
                break;
            }
        }
    }

    pub(crate) fn apply_gap(&mut self, now: Moment, gap: &Gap) {
        self.facts.apply_gap(now, gap, &self.policy);
        self.changed = true;
    }

    /// Returns whether an attempt runs or a connection is open.
    pub(crate) fn is_open(&self) -> bool {
        self.facts.row.attempt_since.is_some() || self.facts.row.connected_since.is_some()
    }

    /// Sets the wall time of `Moment::START`.
    pub(crate) fn set_anchor(&mut self, anchor: Timestamp) {
        self.facts.set_anchor(anchor);
        self.deadline = Some(Moment::START);
    }

    /// Returns whether the row changed since it was last returned.
    pub(crate) const fn is_changed(&self) -> bool {
        self.changed
    }

    /// Returns the row, which is shared until something changes.
    pub(crate) fn row(&mut self) -> Arc<Row> {
        if std::mem::take(&mut self.changed) {
            self.facts.refresh(&self.policy);
        }
        Arc::clone(&self.facts.row)
    }

    pub(super) fn is_inactive(&self) -> bool {
        self.frozen || self.status() == Status::Paused
    }

    /// Judges the facts as of `at`.
    pub(super) fn judge_at(&mut self, at: Moment, log: &mut ChangeLog) {
        if self.is_inactive() {
            return;
        }
        self.seen = self.seen.max(at);
        let verdict = judge(&self.facts, &self.policy, self.seen);
        self.publish(at, verdict, log);
    }

    /// Publishes a verdict.
    pub(super) fn publish(&mut self, at: Moment, verdict: Verdict, log: &mut ChangeLog) {
        let from = self.status();
        let to = verdict.status;
        let settled = self.facts.settled(&self.policy, to);
        let row = &self.facts.row;
        if (row.settled, row.status, &row.cause) == (settled, to, &verdict.cause) {
            return;
        }
        self.changed = true;
        let row = self.facts.row_mut();
        row.settled = settled;
        row.status = to;
        row.cause = verdict.cause;
        if from != to {
            let at = at.max(row.since);
            row.since = at;
            row.incidents += u64::from(from < Status::Warning && to >= Status::Warning);
            row.uptime.set_status(at, to);
            let cause = row.cause.clone().map(Box::new);
            let opened = row.incident.as_ref().map(|incident| incident.opened);
            let event = Event::Transition {
                from,
                to,
                cause,
                recovered_after: opened
                    .filter(|_| to == Status::Healthy)
                    .map(|opened| at.since(opened)),
            };
            self.push(at, event, log);
            self.follow_incident(at, to, log);
        }
    }

    pub(super) fn push(&self, at: Moment, event: Event, log: &mut ChangeLog) {
        let row = &self.facts.row;
        log.push(
            at,
            ChangeKind::Target {
                id: row.id,
                meta: Arc::clone(&row.meta),
                event,
            },
        );
    }
}
