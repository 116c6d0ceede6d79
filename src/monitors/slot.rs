//! A value that one task sets and one other task waits for. tokio's watch channel does the same for
//! many receivers, and takes a third of a KiB.

use std::sync::Mutex;

use tokio::sync::Notify;

use crate::lock::LockExt;

/// The value, and whether it was set since the last wait.
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
        // No code panics while it holds the lock, so a poisoned lock is still consistent.
        *self.value.lock().ignore_poison()
    }

    pub fn set(&self, value: T) {
        *self.value.lock().ignore_poison() = value;
        self.changed.notify_one();
    }

    /// Waits until the value is set. Returns at once if it was set since the last call. Only one
    /// task may wait. Cancel-safe.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}
