//! Time in which hbmon could not watch, or a change of the wall clock.

use std::time::Duration;

use jiff::SignedDuration;

/// Found when hbmon runs again. Nothing of it is a fault of a target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// The process did not run for this long. The monotonic clock went on.
    pub stood_still: Duration,
    /// The machine slept for this long. The monotonic clock stood still too.
    pub slept: Duration,
    /// The wall clock was set forward, or back if negative.
    pub clock_set: SignedDuration,
}
