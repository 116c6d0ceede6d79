//! The limits of what is told, and when.

use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// A row that was due for this long without acceptance fails.
pub(super) const GIVE_UP_AFTER: Duration = MINUTE.saturating_mul(24 * 60);
/// A channel that has failed for this long is broken.
pub(super) const BROKEN_AFTER: Duration = MINUTE.saturating_mul(5);
/// Bounds of the time between two tries.
pub(super) const MIN_RETRY: Duration = Duration::from_millis(100);
pub(super) const MAX_RETRY: Duration = MINUTE.saturating_mul(5);
/// Limit of the time that a receiver can ask for.
pub(super) const MAX_ASKED: Duration = MINUTE.saturating_mul(60);

/// So many incidents within this time make a monitor flap.
pub(super) const FLAPS: usize = 3;
pub(super) const FLAPS_WITHIN: Duration = MINUTE.saturating_mul(30);
/// A monitor whose status did not change for this long does not flap any more.
pub(super) const STEADY_AFTER: Duration = MINUTE.saturating_mul(15);

/// Maximum number of rows a channel that say that something was down and is over, and wait.
pub(super) const MAX_OVER: usize = 1_000;
/// Maximum number of notices in a delivery to a channel that is refreshed.
pub(super) const MAX_PORTION: usize = 500;

/// After a restart, a problem of hbmon itself is over if it is not confirmed within this time.
pub(super) const CONFIRM_OWN: Duration = MINUTE.saturating_mul(2);
