//! Service level objectives.

use std::time::Duration;

/// The share of time that a target is to be up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slo {
    /// In millionths: 99.9 % is 999,000. Above 0 and below 1,000,000.
    pub millionths: u32,
    /// The time over which it holds.
    pub window: Duration,
}

impl Slo {
    /// Returns the objective as a share: 0.999.
    pub fn objective(&self) -> f64 {
        f64::from(self.millionths) / 1e6
    }
}
