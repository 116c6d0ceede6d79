//! Deadlines by key, in a heap in which postponing costs nothing. Used for targets and for the
//! instances of one target.

use std::cmp::Reverse;
use std::collections::hash_map::RandomState;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::moment::Moment;

/// A heartbeat only postpones a deadline, so it leaves the heap alone. An entry can therefore come
/// up too early; its owner then sets it again. Each key has one live entry.
#[derive(Clone, Debug)]
pub(in crate::model) struct Deadlines<K, S = RandomState> {
    heap: BinaryHeap<Reverse<(Moment, K)>>,
    /// The valid deadline of each key. Other entries in the heap are left over from deadlines that
    /// were moved earlier.
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
    /// Schedules `id` for `at`, unless it is scheduled earlier already.
    pub(crate) fn set(&mut self, id: K, at: Moment) {
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

    pub(crate) fn remove(&mut self, id: &K) {
        self.live.remove(id);
    }

    pub(crate) fn next(&self) -> Option<Moment> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Removes and returns the earliest entry due at or before `now`.
    pub(crate) fn pop(&mut self, now: Moment) -> Option<(Moment, K)> {
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
