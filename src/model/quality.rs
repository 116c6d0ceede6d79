//! How good a connection feels: level and steadiness of its last three latencies.

use std::time::Duration;

use super::snapshot::Quality;

/// Under which a quality is reached (contract, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QualityLimits {
    pub excellent: Steady,
    pub good: Steady,
    /// The mean alone.
    pub fair: Duration,
}

/// Limits of the mean and of the population variance, in ms².
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steady {
    pub mean: Duration,
    pub variance: u32,
}

impl Default for QualityLimits {
    fn default() -> Self {
        QualityLimits {
            excellent: Steady {
                mean: Duration::from_millis(50),
                variance: 20,
            },
            good: Steady {
                mean: Duration::from_millis(100),
                variance: 50,
            },
            fair: Duration::from_millis(200),
        }
    }
}

impl QualityLimits {
    /// From latencies in milliseconds.
    pub(super) fn quality(&self, latencies: [f64; 3]) -> Quality {
        let mean = latencies.iter().sum::<f64>() / 3.0;
        let variance = latencies
            .iter()
            .map(|latency| (latency - mean).powi(2))
            .sum::<f64>()
            / 3.0;
        let under = |limit: Duration| mean < limit.as_secs_f64() * 1_000.0;
        let steady = |limits: Steady| under(limits.mean) && variance < f64::from(limits.variance);
        if steady(self.excellent) {
            Quality::Excellent
        } else if steady(self.good) {
            Quality::Good
        } else if under(self.fair) {
            Quality::Fair
        } else {
            Quality::Poor
        }
    }
}
