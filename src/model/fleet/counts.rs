//! Numbers of targets by status, and what they make of the fleet.

use crate::model::target::status::Status;

/// Numbers of targets by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub healthy: usize,
    pub warning: usize,
    pub error: usize,
    pub unknown: usize,
    pub paused: usize,
}

impl Counts {
    pub const fn of(&self, status: Status) -> usize {
        match status {
            Status::Healthy => self.healthy,
            Status::Warning => self.warning,
            Status::Error => self.error,
            Status::Unknown => self.unknown,
            Status::Paused => self.paused,
        }
    }

    pub const fn slot(&mut self, status: Status) -> &mut usize {
        match status {
            Status::Healthy => &mut self.healthy,
            Status::Warning => &mut self.warning,
            Status::Error => &mut self.error,
            Status::Unknown => &mut self.unknown,
            Status::Paused => &mut self.paused,
        }
    }

    pub const fn total(&self) -> usize {
        self.healthy + self.warning + self.error + self.unknown + self.paused
    }

    /// Returns the worst status of any target; `Paused` if there is none, or all are paused.
    pub fn worst(&self) -> Status {
        [
            Status::Error,
            Status::Warning,
            Status::Unknown,
            Status::Healthy,
        ]
        .into_iter()
        .find(|status| self.of(*status) > 0)
        .unwrap_or(Status::Paused)
    }

    /// Returns the score of the fleet, 0 to 100: healthy counts 1, warning one half, error and
    /// unknown 0. `None` when everything is paused.
    pub fn score(&self) -> Option<f64> {
        let counted = self.total() - self.paused;
        (counted > 0)
            .then(|| (self.healthy as f64 + self.warning as f64 / 2.0) / counted as f64 * 100.0)
    }
}
