//! When whom has something due: a heap in which postponing costs nothing. For targets, and for
//! instances of one.

use std::cmp::Reverse;
use std::collections::hash_map::RandomState;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::moment::Moment;

/// A heartbeat only postpones its sender's deadline, so the heap is left alone then: an entry may
/// come up early, and its owner is asked again. One live entry each.
#[derive(Clone, Debug)]
pub(in crate::model) struct Deadlines<K, S = RandomState> {
    heap: BinaryHeap<Reverse<(Moment, K)>>,
    /// The entries that count; the others in the heap are left over from before a deadline came
    /// earlier.
    live: HashMap<K, Moment, S>,
}

impl<K: Ord, S: Default> Default for Deadlines<K, S> {
    fn default() -> Self {
        Deadlines {
            heap: BinaryHeap::new(),
            live: HashMap::default(),
        }
    }
}

impl<K: Clone + Hash + Ord, S: BuildHasher> Deadlines<K, S> {
    /// This one wants to be asked at `at`, or before.
    pub fn set(&mut self, id: K, at: Moment) {
        if self.live.get(&id).is_some_and(|planned| *planned <= at) {
            return;
        }
        self.live.insert(id.clone(), at);
        self.heap.push(Reverse((at, id)));
        if self.heap.len() > 4 * self.live.len() + 64 {
            self.heap = self
                .live
                .iter()
                .map(|(id, at)| Reverse((*at, id.clone())))
                .collect();
        }
    }

    pub fn remove(&mut self, id: &K) {
        self.live.remove(id);
    }

    pub fn next(&self) -> Option<Moment> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes out the earliest entry at or before `now`.
    pub fn pop(&mut self, now: Moment) -> Option<(Moment, K)> {
        while self.next().is_some_and(|at| at <= now) {
            let Reverse((at, id)) = self.heap.pop()?;
            if self.live.get(&id) == Some(&at) {
                self.live.remove(&id);
                return Some((at, id));
            }
        }
        None
    }
}
