//! All targets: takes notes, judges what is due, publishes snapshots.

use std::sync::Arc;

use jiff::Timestamp;

use super::moment::Moment;
use super::policy::Policy;
use super::signal::{Note, TargetId};
use super::snapshot::{Lag, Meta, Snapshot, What};

pub struct Fleet {}

impl Fleet {
    pub fn new() -> Fleet {
        todo!()
    }

    /// Adds a target at the end. `paused`: `enabled: false`.
    pub fn add(&mut self, now: Moment, id: TargetId, meta: Arc<Meta>, policy: Arc<Policy>, paused: bool) {
        todo!()
    }

    /// Takes over a changed description or policy, keeping the facts.
    pub fn update(&mut self, now: Moment, id: TargetId, meta: Arc<Meta>, policy: Arc<Policy>) {
        todo!()
    }

    pub fn remove(&mut self, id: TargetId) {
        todo!()
    }

    /// Puts the targets into this order (of a reloaded config); ids not named go last.
    pub fn reorder(&mut self, order: &[TargetId]) {
        todo!()
    }

    /// Records a fact. Misses due strictly before it are counted first; a beat exactly at its deadline is in time.
    pub fn observe(&mut self, note: Note) {
        todo!()
    }

    /// Judges everything that is due at or before `now`, in the order of the deadlines.
    pub fn advance(&mut self, now: Moment) {
        todo!()
    }

    /// When `advance` has something to do next.
    pub fn deadline(&self) -> Option<Moment> {
        todo!()
    }

    /// After a jump of a clock: nobody is blamed for the gap, every missed clock starts again at `now`.
    /// `wall_moved`: skew estimates are void as well.
    pub fn restart_deadlines(&mut self, now: Moment, gap: std::time::Duration, wall_moved: bool) {
        todo!()
    }

    /// Numbers and keeps an event of hbmon itself.
    pub fn record(&mut self, at: Moment, what: What) {
        todo!()
    }

    /// Whether anything changed since the last snapshot.
    pub fn is_dirty(&self) -> bool {
        todo!()
    }

    /// The fleet as it is; rows that did not change are shared with the last snapshot.
    pub fn snapshot(&mut self, now: Moment, anchor: Timestamp, lag: Lag) -> Arc<Snapshot> {
        todo!()
    }
}
impl Fleet {
    pub fn is_settled(&self, id: TargetId) -> bool { todo!() }
    pub fn hold(&mut self, id: TargetId) { todo!() }
}
