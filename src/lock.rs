//! Access to locks that a panic has poisoned.

use std::sync::{LockResult, PoisonError};

/// Takes the guard out of the result of `lock`, `read`, `write` or a wait on a condition variable.
pub trait LockExt {
    type Guard;

    /// Returns the guard, also of a poisoned lock.
    ///
    /// A lock is poisoned when a thread panics while it holds the lock. The code that holds a lock
    /// in hbmon is short and never leaves a value half changed, so the value stays usable.
    fn ignore_poison(self) -> Self::Guard;
}

impl<G> LockExt for LockResult<G> {
    type Guard = G;

    fn ignore_poison(self) -> G {
        self.unwrap_or_else(PoisonError::into_inner)
    }
}
