//! A value that one side sets and one other waits for: tokio's watch without its room for many
//! listeners, which takes a third of a KiB.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

#[derive(Debug, Default)]
pub struct Slot<T> {
    value: Mutex<T>,
    changed: Notify,
}

impl<T: Copy> Slot<T> {
    pub fn new(value: T) -> Slot<T> {
        Slot {
            value: Mutex::new(value),
            changed: Notify::new(),
        }
    }

    pub fn get(&self) -> T {
        // Nothing panics while it holds the lock; a poisoned one is as good as any.
        *self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set(&self, value: T) {
        *self.value.lock().unwrap_or_else(PoisonError::into_inner) = value;
        self.changed.notify_one();
    }

    /// Until it is set; at once, if it was since the last time. One at a time. Cancel-safe.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}
