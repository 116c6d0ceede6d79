//! All targets: records observations, judges what is due, publishes snapshots.

pub(super) mod change;
pub(super) mod change_ring;
pub(super) mod counts;
pub(super) mod follower;
mod incidents;
pub(super) mod maintenance;
pub(super) mod observe;
mod operate;
pub(super) mod rows;
pub(super) mod select;
pub(super) mod self_stats;
mod silences;
pub(super) mod snapshot;
mod target_instances;
pub(super) mod target_state;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::outcome::recent::MAX_RECENT;
use crate::model::outcome::signal::{Observation, TargetId};
use crate::model::target::gap::Gap;
use crate::model::target::incident::IncidentEnd;
use crate::model::target::instance::Instance;
use crate::model::target::memory::Memory;
use crate::model::target::meta::Meta;
use crate::model::target::policy::Policy;
use crate::model::text::Text;
use crate::model::time::deadlines::Deadlines;
use crate::model::time::moment::Moment;
use change::ChangeKind;
use change_ring::ChangeLog;
use counts::Counts;
use maintenance::{Maintenance, MaintenancePlan};
use rows::Rows;
use self_stats::SelfStats;
use silences::Silences;
use snapshot::Snapshot;
use target_state::TargetState;

/// A fast hash for ids: each fact looks one up. hbmon assigns them, so no input can make them
/// collide.
type OwnIds = foldhash::fast::FixedState;

/// All targets. A call about one target costs at most O(log n); unknown ids are ignored.
#[derive(Default)]
pub struct Fleet {
    /// In the order of the config.
    targets: Vec<TargetState>,
    /// Index of each target in `targets`.
    places: HashMap<TargetId, usize, OwnIds>,
    deadlines: Deadlines<TargetId, OwnIds>,
    counts: Counts,
    settled: usize,
    open: usize,
    log: ChangeLog,
    /// Rows as last published.
    rows: Rows,
    /// Indices of the targets whose rows changed since then.
    changed: Vec<usize>,
    dirty: bool,
    /// The wall time of `Moment::START`, which turns schedules into moments.
    anchor: Timestamp,
    silences: Silences,
    maintenance: Maintenance,
}

impl Fleet {
    pub fn new() -> Fleet {
        Fleet::default()
    }

    /// Sets the wall time of `Moment::START`. Deadlines by the calendar follow it from their next
    /// restart.
    pub fn set_anchor(&mut self, anchor: Timestamp) {
        self.anchor = anchor;
        self.targets
            .iter_mut()
            .for_each(|target| target.set_anchor(anchor));
    }

    /// Takes over the maintenance of a config. Those of targets change with events.
    pub fn set_maintenance(&mut self, now: Moment, plans: Vec<MaintenancePlan>) {
        self.maintenance.set_plans(plans);
        self.follow_maintenance(now);
    }

    /// Returns all instances of a target, in no particular order, or `None` for an unknown id.
    pub fn instances(&self, id: TargetId, now: Moment) -> Option<Vec<Instance>> {
        self.target(id).map(|target| target.instances(now))
    }

    /// Returns whether a target has this instance.
    pub fn has_instance(&self, id: TargetId, instance: &Text) -> bool {
        self.target(id)
            .is_some_and(|target| target.has_instance(instance))
    }

    /// Returns whether a target accepts no further instance.
    pub fn is_full(&self, id: TargetId) -> bool {
        self.target(id).is_some_and(TargetState::is_full)
    }

    /// Returns the online instances, each with the name of its monitor.
    pub fn online_instances(&self) -> Vec<(Text, Text)> {
        self.targets
            .iter()
            .flat_map(TargetState::online_instances)
            .collect()
    }

    /// Removes an instance. Returns whether it existed.
    pub fn remove_instance(&mut self, now: Moment, id: TargetId, instance: &Text) -> bool {
        let mut existed = false;
        self.with_target(id, |target, log| {
            existed = target.remove_instance(now, instance, log)
        });
        existed
    }

    /// Reserves memory for exactly this many more targets.
    pub fn reserve(&mut self, more: usize) {
        self.targets.reserve_exact(more);
        self.places.reserve(more);
    }

    /// Adds a target at the end. `paused`: the config says `enabled: false`.
    pub fn add(
        &mut self,
        now: Moment,
        id: TargetId,
        meta: Arc<Meta>,
        policy: Arc<Policy>,
        paused: bool,
    ) {
        if self.places.contains_key(&id) {
            return;
        }
        let mut target = TargetState::new(now, self.anchor, id, meta, policy, paused);
        target.set_silence(self.silences.of(target.meta()));
        target.set_maintenance(self.maintenance.of(target.meta()));
        *self.counts.slot(target.status()) += 1;
        if let Some(at) = target.update_deadline() {
            self.deadlines.set(id, at);
        }
        self.places.insert(id, self.targets.len());
        self.rows.push(target.row());
        self.targets.push(target);
        self.log.set_targets(self.targets.len());
        self.dirty = true;
    }

    /// Restores the memory of an earlier run for a target that was just added.
    pub fn restore(&mut self, now: Moment, id: TargetId, memory: &Memory) {
        self.with_target(id, |target, log| target.restore(now, memory, log));
    }

    /// Takes over a changed description or policy and keeps the facts.
    pub fn update(&mut self, now: Moment, id: TargetId, meta: Arc<Meta>, policy: Arc<Policy>) {
        let silence = self.silences.of(&meta).cloned();
        let maintenance = self.maintenance.of(&meta).cloned();
        self.with_target(id, |target, log| {
            target.update(now, meta, policy, log);
            target.set_silence(silence.as_ref());
            target.follow_maintenance(now, maintenance.as_ref(), log);
        });
    }

    /// Keeps exactly the targets of a reloaded config, in its order.
    pub fn retain(&mut self, now: Moment, order: &[TargetId]) {
        let ranks: HashMap<TargetId, usize> = order
            .iter()
            .enumerate()
            .map(|(rank, id)| (*id, rank))
            .collect();
        self.targets.retain_mut(|target| {
            let stays = ranks.contains_key(&target.id());
            if !stays {
                target.close_incident(now, IncidentEnd::Removed, &mut self.log);
                *self.counts.slot(target.status()) -= 1;
                self.settled -= usize::from(target.is_settled());
                self.open -= usize::from(target.is_open());
                self.deadlines.remove(&target.id());
            }
            stays
        });
        self.log.set_targets(self.targets.len());
        self.targets
            .sort_by_key(|target| ranks.get(&target.id()).copied());
        self.places = self
            .targets
            .iter()
            .enumerate()
            .map(|(place, target)| (target.id(), place))
            .collect();
        self.rows = self.targets.iter_mut().map(TargetState::row).collect();
        self.changed.clear();
        self.dirty = true;
    }

    /// Returns whether `check` has its answer about this target.
    pub fn is_settled(&self, id: TargetId) -> bool {
        self.target(id).is_some_and(TargetState::is_settled)
    }

    /// Returns the number of outcomes and void attempts.
    pub fn outcomes(&self, id: TargetId) -> u64 {
        self.target(id).map_or(0, TargetState::outcomes)
    }

    /// Brings the maintenance of each target up to date. Costs O(n).
    fn follow_maintenance(&mut self, now: Moment) {
        self.maintenance.advance(now, self.anchor);
        for (place, target) in self.targets.iter_mut().enumerate() {
            let time = self.maintenance.of(target.meta()).cloned();
            let was_changed = target.is_changed();
            target.follow_maintenance(now, time.as_ref(), &mut self.log);
            if target.is_changed() && !was_changed {
                self.changed.push(place);
                self.dirty = true;
            }
        }
    }

    /// Freezes the verdict of a target: nothing changes it any more.
    pub fn freeze(&mut self, id: TargetId) {
        self.with_target(id, |target, _| target.freeze());
    }

    /// Records an observation. Misses due strictly before it are counted first; a heartbeat exactly
    /// at its deadline is in time. An observation can be slightly older than the last `advance`.
    pub fn observe(&mut self, observation: Observation) {
        self.with_target(observation.target, |target, log| {
            target.observe(observation, log)
        });
    }

    /// Judges everything due at or before `now`, in the order of the deadlines. Returns the judged
    /// targets.
    pub fn advance(&mut self, now: Moment) -> Vec<TargetId> {
        if self.maintenance.next().is_some_and(|next| next <= now) {
            self.follow_maintenance(now);
        }
        let mut judged = Vec::new();
        while let Some((at, id)) = self.deadlines.pop(now) {
            judged.push(id);
            self.with_target(id, |target, log| {
                // After a long jump of time, one step replaces a walk through every deadline.
                let jumped = target.misses_due(now) > MAX_RECENT as u64;
                target.advance(if jumped { now } else { at }, log);
            });
        }
        judged
    }

    /// Returns when `advance` next has something to do, at the earliest.
    pub fn deadline(&self) -> Option<Moment> {
        let maintenance = self.maintenance.next();
        self.deadlines.next().into_iter().chain(maintenance).min()
    }

    /// Moves every deadline by the length of a gap, for which no target is blamed. Costs O(n).
    pub fn apply_gap(&mut self, now: Moment, gap: &Gap) {
        for target in &mut self.targets {
            target.apply_gap(now, gap);
            // A deadline by the calendar can be earlier now.
            if let Some(at) = target.update_deadline() {
                self.deadlines.set(target.id(), at);
            }
        }
        self.everything_changed();
        self.follow_maintenance(now);
    }

    /// Returns the number of running attempts and open connections.
    pub const fn open(&self) -> usize {
        self.open
    }

    /// Records a change of hbmon itself.
    pub fn record(&mut self, at: Moment, what: ChangeKind) {
        self.log.push(at, what);
        self.dirty = true;
    }

    /// Returns whether anything changed since the last snapshot.
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Returns a snapshot. Unchanged rows are shared with the last one.
    pub fn snapshot(&mut self, now: Moment, anchor: Timestamp, lag: SelfStats) -> Arc<Snapshot> {
        self.dirty = false;
        for place in self.changed.drain(..) {
            if let Some(target) = self.targets.get_mut(place) {
                self.rows.set(place, target.row());
            }
        }
        Arc::new(Snapshot {
            at: now,
            anchor,
            rows: self.rows.clone(),
            counts: self.counts,
            settled: self.settled,
            self_stats: SelfStats {
                open: self.open,
                ..lag
            },
            changes: self.log.changes().clone(),
        })
    }

    fn everything_changed(&mut self) {
        self.changed = (0..self.targets.len()).collect();
        self.dirty = true;
    }

    fn target(&self, id: TargetId) -> Option<&TargetState> {
        self.targets.get(*self.places.get(&id)?)
    }

    /// Changes one target, then updates the counts and its deadline.
    fn with_target(&mut self, id: TargetId, act: impl FnOnce(&mut TargetState, &mut ChangeLog)) {
        let Some((place, target)) = self
            .places
            .get(&id)
            .and_then(|place| Some((*place, self.targets.get_mut(*place)?)))
        else {
            return;
        };
        let was_changed = target.is_changed();
        *self.counts.slot(target.status()) -= 1;
        self.settled -= usize::from(target.is_settled());
        self.open -= usize::from(target.is_open());
        act(target, &mut self.log);
        *self.counts.slot(target.status()) += 1;
        self.settled += usize::from(target.is_settled());
        self.open += usize::from(target.is_open());
        if target.is_changed() && !was_changed {
            self.changed.push(place);
            self.dirty = true;
        }
        if let Some(at) = target.update_deadline() {
            self.deadlines.set(id, at);
        }
    }
}
