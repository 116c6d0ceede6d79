//! When which target has something due: a heap in which postponing costs nothing.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::moment::Moment;
use super::signal::TargetId;

/// A heartbeat only postpones its target's deadline, so the heap is left alone then: an entry may come up early,
/// and its target is asked again. One live entry a target.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    heap: BinaryHeap<Reverse<(Moment, TargetId)>>,
    /// The entries that count; the others in the heap are left over from before a deadline came earlier.
    live: HashMap<TargetId, Moment>,
}

impl Deadlines {
    /// The target wants to be asked at `at`, or before.
    pub fn ask(&mut self, id: TargetId, at: Moment) {
        if self.live.get(&id).is_some_and(|planned| *planned <= at) {
            return;
        }
        self.live.insert(id, at);
        self.heap.push(Reverse((at, id)));
        if self.heap.len() > 4 * self.live.len() + 64 {
            self.heap = self.live.iter().map(|(id, at)| Reverse((*at, *id))).collect();
        }
    }

    pub fn forget(&mut self, id: TargetId) {
        self.live.remove(&id);
    }

    pub fn first(&self) -> Option<Moment> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes out the earliest entry at or before `now`.
    pub fn pop(&mut self, now: Moment) -> Option<(Moment, TargetId)> {
        while self.first().is_some_and(|at| at <= now) {
            let Reverse((at, id)) = self.heap.pop()?;
            if self.live.get(&id) == Some(&at) {
                self.live.remove(&id);
                return Some((at, id));
            }
        }
        None
    }
}
