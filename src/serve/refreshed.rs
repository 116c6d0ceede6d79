//! A value that is computed on demand, but only now and then: requests get the last one meanwhile.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::timeout;

use crate::clock::Clock;
use crate::lock::LockExt;
use crate::model::Moment;

/// How long a request waits for a new value.
const WAIT: Duration = Duration::from_secs(2);

/// A value with the time of its last computation.
#[derive(Debug)]
pub(super) struct Refreshed<T> {
    /// Minimum time from one computation to the next one.
    every: Duration,
    state: Mutex<RefreshState<T>>,
}

#[derive(Debug)]
struct RefreshState<T> {
    value: Arc<T>,
    /// When the last computation began; `None` before the first one.
    began: Option<Moment>,
    is_running: bool,
}

impl<T: Default + Send + Sync + 'static> Refreshed<T> {
    pub(super) fn new(every: Duration) -> Arc<Refreshed<T>> {
        let state = Mutex::new(RefreshState {
            value: Arc::default(),
            began: None,
            is_running: false,
        });
        Arc::new(Refreshed { every, state })
    }

    /// Returns the value. Starts a computation if one is due, and waits for it, but not for long.
    /// One that fails (`None`) keeps the value before.
    pub(super) async fn get(
        self: &Arc<Self>,
        clock: &Clock,
        compute: impl Future<Output = Option<T>> + Send + 'static,
    ) -> Arc<T> {
        let now = clock.now();
        if self.is_due(now) {
            let kept = Arc::clone(self);
            let computation = tokio::spawn(async move {
                let value = compute.await;
                let mut state = kept.state.lock().ignore_poison();
                state.is_running = false;
                if let Some(value) = value {
                    state.value = Arc::new(value);
                }
            });
            // It goes on after the wait, for the next request.
            let _ = timeout(WAIT, computation).await;
        }
        Arc::clone(&self.state.lock().ignore_poison().value)
    }

    /// Returns whether a computation is due, and notes that it begins.
    fn is_due(&self, now: Moment) -> bool {
        let mut state = self.state.lock().ignore_poison();
        let is_fresh = state
            .began
            .is_some_and(|began| now.since(began) < self.every);
        if is_fresh || state.is_running {
            return false;
        }
        state.began = Some(now);
        state.is_running = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_value_is_computed_now_and_then() {
        let clock = Clock::simulated(Timestamp::UNIX_EPOCH);
        let value: Arc<Refreshed<u32>> = Refreshed::new(Duration::from_secs(30));
        assert_eq!(*value.get(&clock, async { Some(1) }).await, 1);
        tokio::time::sleep(Duration::from_secs(29)).await;
        assert_eq!(*value.get(&clock, async { Some(2) }).await, 1);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(*value.get(&clock, async { None }).await, 1, "a failure");
        tokio::time::sleep(Duration::from_secs(30)).await;
        let slow = async {
            tokio::time::sleep(Duration::from_secs(40)).await;
            Some(3)
        };
        assert_eq!(*value.get(&clock, slow).await, 1, "it waits 2 s at most");
        tokio::time::sleep(Duration::from_secs(35)).await;
        assert_eq!(
            *value.get(&clock, async { Some(4) }).await,
            1,
            "one at a time"
        );
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(*value.get(&clock, async { Some(5) }).await, 5);
    }
}
