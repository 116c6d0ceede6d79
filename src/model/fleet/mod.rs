//! All targets: takes notes, judges what is due, publishes snapshots.

pub mod change;
pub mod change_ring;
pub mod counts;
pub mod follower;
pub mod rows;
pub mod select;
pub mod self_stats;
pub mod snapshot;
pub mod target_state;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::outcome::recent::MAX_RECENT;
use crate::model::outcome::signal::{Observation, TargetId};
use crate::model::target::gap::Gap;
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
use rows::Rows;
use self_stats::SelfStats;
use snapshot::Snapshot;
use target_state::TargetState;

/// Ids are hbmon's own: nobody outside can make them collide, and each fact looks one up.
type OwnIds = foldhash::fast::FixedState;

/// Every call about one target costs O(log n) at most; ids that it does not know are ignored.
#[derive(Default)]
pub struct Fleet {
    /// In the order of the config.
    targets: Vec<TargetState>,
    /// Where a target stands in `targets`.
    places: HashMap<TargetId, usize, OwnIds>,
    deadlines: Deadlines<TargetId, OwnIds>,
    counts: Counts,
    settled: usize,
    open: usize,
    log: ChangeLog,
    /// As they were published last.
    rows: Rows,
    /// Places in `targets` whose rows are out of date since then.
    changed: Vec<usize>,
    dirty: bool,
    /// The wall time of `Moment::START`, by which schedules become moments.
    anchor: Timestamp,
}

impl Fleet {
    pub fn new() -> Fleet {
        Fleet::default()
    }

    /// From now on this is the wall time of `Moment::START`: where the calendar promises
    /// heartbeats, deadlines follow it from their next restart on.
    pub fn set_anchor(&mut self, anchor: Timestamp) {
        self.anchor = anchor;
        self.targets
            .iter_mut()
            .for_each(|target| target.set_anchor(anchor));
    }

    /// All instances of a target, in no particular order; none if it is not watched.
    pub fn instances(&self, id: TargetId, now: Moment) -> Option<Vec<Instance>> {
        self.target(id).map(|target| target.instances(now))
    }

    /// Whether a target has this instance.
    pub fn has_instance(&self, id: TargetId, instance: &Text) -> bool {
        self.target(id)
            .is_some_and(|target| target.has_instance(instance))
    }

    /// Whether a target takes no further instance.
    pub fn is_full(&self, id: TargetId) -> bool {
        self.target(id).is_some_and(TargetState::is_full)
    }

    /// The instances that are online, each as the name of its monitor and its own.
    pub fn online_instances(&self) -> Vec<(Text, Text)> {
        self.targets
            .iter()
            .flat_map(TargetState::online_instances)
            .collect()
    }

    /// Takes an instance out; whether it was there.
    pub fn remove_instance(&mut self, now: Moment, id: TargetId, instance: &Text) -> bool {
        let mut was_there = false;
        self.with_target(id, |target, log| {
            was_there = target.remove_instance(now, instance, log)
        });
        was_there
    }

    /// So many more are about to be added: room is made for them, and not for twice as many.
    pub fn reserve(&mut self, more: usize) {
        self.targets.reserve_exact(more);
        self.places.reserve(more);
    }

    /// Adds a target at the end. `paused`: `enabled: false`.
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

    /// Goes on from what an earlier run knew of a target that was just added.
    pub fn restore(&mut self, now: Moment, id: TargetId, memory: &Memory) {
        self.with_target(id, |target, _| target.restore(now, memory));
    }

    /// Takes over a changed description or policy, keeping the facts.
    pub fn update(&mut self, now: Moment, id: TargetId, meta: Arc<Meta>, policy: Arc<Policy>) {
        self.with_target(id, |target, log| target.update(now, meta, policy, log));
    }

    /// Keeps exactly the targets of a reloaded config, in its order.
    pub fn retain(&mut self, order: &[TargetId]) {
        let ranks: HashMap<TargetId, usize> = order
            .iter()
            .enumerate()
            .map(|(rank, id)| (*id, rank))
            .collect();
        self.targets.retain(|target| {
            let stays = ranks.contains_key(&target.id());
            if !stays {
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

    /// Whether `check` need not wait for this one any more.
    pub fn is_settled(&self, id: TargetId) -> bool {
        self.target(id).is_some_and(TargetState::is_settled)
    }

    /// How many heartbeats and failures there were.
    pub fn outcomes(&self, id: TargetId) -> u64 {
        self.target(id).map_or(0, TargetState::outcomes)
    }

    /// Ends the conversation with this one until it is resumed, and starts it anew then. What
    /// `enabled: false` keeps paused is not resumed.
    pub fn pause(&mut self, now: Moment, id: TargetId, pause: bool) {
        self.with_target(id, |target, log| {
            if pause {
                target.pause(now, log)
            } else {
                target.resume(now, log)
            }
        });
    }

    /// From now on this one's verdict stands, whatever comes.
    pub fn freeze(&mut self, id: TargetId) {
        self.with_target(id, |target, _| target.freeze());
    }

    /// Records a fact. Misses due strictly before it are counted first; a beat exactly at its
    /// deadline is in time. A note may come a little later than `advance` went.
    pub fn observe(&mut self, note: Observation) {
        self.with_target(note.target, |target, log| target.observe(note, log));
    }

    /// Judges everything that is due at or before `now`, in the order of the deadlines; gives whom
    /// it judged.
    pub fn advance(&mut self, now: Moment) -> Vec<TargetId> {
        let mut judged = Vec::new();
        while let Some((at, id)) = self.deadlines.pop(now) {
            judged.push(id);
            self.with_target(id, |target, log| {
                // Time that jumped far is not walked deadline by deadline, target by target.
                let jumped = target.misses_due(now) > MAX_RECENT as u64;
                target.advance(if jumped { now } else { at }, log);
            });
        }
        judged
    }

    /// When `advance` has something to do next, at the earliest.
    pub fn deadline(&self) -> Option<Moment> {
        self.deadlines.next()
    }

    /// After time in which hbmon could not watch: no target is blamed for it, and every deadline
    /// moves by its length. Costs O(n).
    pub fn apply_gap(&mut self, now: Moment, gap: &Gap) {
        for target in &mut self.targets {
            target.apply_gap(now, gap);
            // On the calendar a deadline may come earlier now.
            if let Some(at) = target.update_deadline() {
                self.deadlines.set(target.id(), at);
            }
        }
        self.everything_changed();
    }

    /// Attempts that run, and connections that stand.
    pub const fn open(&self) -> usize {
        self.open
    }

    /// Numbers and keeps an event of hbmon itself.
    pub fn record(&mut self, at: Moment, what: ChangeKind) {
        self.log.push(at, what);
        self.dirty = true;
    }

    /// Whether anything changed since the last snapshot.
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// The fleet as it is; rows that did not change are shared with the last snapshot.
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

    /// Does something with one target, then brings counts and deadline up to date.
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
