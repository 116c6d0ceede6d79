//! How long a monitor was up, down, and neither.

use std::time::Duration;

/// A span of time, divided. The six parts add up to the span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// In `healthy` or `warning`.
    pub up: Duration,
    /// In `error`.
    pub down: Duration,
    pub unknown: Duration,
    /// hbmon was off, asleep or overloaded.
    pub unwatched: Duration,
    pub maintenance: Duration,
    pub paused: Duration,
}

impl Times {
    /// Returns up / (up + down); `None` if both are zero.
    pub fn availability(&self) -> Option<f64> {
        let judged = self.up.saturating_add(self.down);
        (!judged.is_zero()).then(|| self.up.as_secs_f64() / judged.as_secs_f64())
    }
}
