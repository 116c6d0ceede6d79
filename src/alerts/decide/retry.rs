//! When a channel that does not accept is tried again.

use std::time::Duration;

use super::limits::{BROKEN_AFTER, MAX_ASKED, MAX_RETRY, MIN_RETRY};
use crate::model::{Moment, Text};

/// The failures of one channel since it last accepted a delivery.
#[derive(Debug, Default)]
pub(super) struct ChannelRetry {
    failures: u32,
    since: Option<Moment>,
    at: Option<Moment>,
    broken: Option<Text>,
}

impl ChannelRetry {
    /// Continues after an earlier run.
    pub(super) fn resume(&mut self, failures: u32, since: Moment, at: Moment) {
        self.failures = self.failures.max(failures);
        self.since = self.since.into_iter().chain([since]).min();
        self.at = self.at.into_iter().chain([at]).max();
    }

    /// The channel was broken in an earlier run.
    pub(super) fn resume_broken(&mut self, why: &Text) {
        self.broken = Some(why.clone());
    }

    /// Records a failure. `asked`: the time for which the receiver asked to wait. `random`: 0 to 1.
    /// Returns when the channel is tried again.
    pub(super) fn failed(
        &mut self,
        now: Moment,
        why: &Text,
        asked: Option<Duration>,
        random: f64,
    ) -> Moment {
        let doublings = self.failures.min(16);
        self.failures = self.failures.saturating_add(1);
        let longest = Duration::from_secs(1 << doublings).min(MAX_RETRY);
        let share = if random.is_finite() { random } else { 1.0 };
        let wait = longest.mul_f64(share.clamp(0.0, 1.0)).max(MIN_RETRY);
        let wait = wait.max(asked.unwrap_or_default().min(MAX_ASKED));
        let since = *self.since.get_or_insert(now);
        if now.since(since) >= BROKEN_AFTER || self.broken.is_some() {
            self.broken = Some(why.clone());
        }
        let at = now.plus(wait);
        self.at = Some(at);
        at
    }

    /// Records that the receiver will never accept what it was sent.
    pub(super) fn refused(&mut self, why: Text) {
        *self = ChannelRetry {
            broken: Some(why),
            ..ChannelRetry::default()
        };
    }

    pub(super) fn accepted(&mut self) {
        *self = ChannelRetry::default();
    }

    /// Forgets that the channel is broken: its config has changed.
    pub(super) fn repaired(&mut self) {
        self.broken = None;
        self.since = None;
    }

    pub(super) const fn at(&self) -> Option<Moment> {
        self.at
    }

    pub(super) const fn broken(&self) -> Option<&Text> {
        self.broken.as_ref()
    }

    /// Returns whether the channel is broken and still tried again.
    pub(super) const fn is_down(&self) -> bool {
        self.broken.is_some() && self.at.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    #[test]
    fn waits_double_to_five_minutes_with_full_jitter() {
        let why = Text::clean("503");
        let mut retry = ChannelRetry::default();
        for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            assert_eq!(retry.failed(at(0), &why, None, 1.0), at(wait));
        }
        assert_eq!(retry.failed(at(0), &why, None, 0.0).since(at(0)), MIN_RETRY);
        let asked = Some(Duration::from_secs(90_000));
        assert_eq!(retry.failed(at(0), &why, asked, 0.5), at(3_600));
        assert!(!retry.is_down());
        retry.failed(at(300), &why, None, f64::NAN);
        assert!(retry.is_down());
        retry.accepted();
        assert_eq!((retry.at(), retry.broken()), (None, None));
        retry.refused(why.clone());
        assert_eq!((retry.at(), retry.broken()), (None, Some(&why)));
    }
}
