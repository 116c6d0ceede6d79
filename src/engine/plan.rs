//! What to watch. The config produces a plan, the engine runs it; a plan is valid by construction.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{MaintenancePlan, Meta, Policy};
use crate::monitors::Spec;
use crate::monitors::secrets::Secrets;

/// Everything that one run watches.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Targets in the order of the config. Their names are unique.
    pub targets: Vec<Target>,
    pub maintenance: Vec<MaintenancePlan>,
    /// Maximum number of attempts at the same time; `None` for no limit.
    pub concurrency: Option<usize>,
    pub stop: Stop,
}

/// When the engine stops watching a target and keeps its last verdict. First attempts start at once
/// in a run that stops, and are spread over time in a run that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    Never,
    /// When the target is settled (`check`).
    Settled,
    /// After this number of heartbeats and failures (`probe -n`).
    After(u32),
}

/// One target with everything that its monitor and its verdict need.
#[derive(Clone, Debug)]
pub struct Target {
    pub meta: Arc<Meta>,
    pub policy: Arc<Policy>,
    pub pace: PacePolicy,
    pub spec: Spec,
    pub secrets: Arc<Secrets>,
    pub enabled: bool,
    /// Equal if and only if all settings of the monitor are equal. A reload does not touch a target
    /// whose fingerprint is unchanged.
    pub fingerprint: u64,
}

/// How attempts follow one another. The interval is part of [`Policy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacePolicy {
    /// Maximum duration of one attempt.
    pub timeout: Duration,
    pub backoff: Backoff,
}

/// Delays after failures. They double from `initial` to `max`; jitter takes between half and all of
/// each delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    pub initial: Duration,
    pub max: Duration,
    /// For polls of a target in error: the delay grows from the interval towards `max`, without
    /// jitter.
    pub slow_down: bool,
}

impl Backoff {
    /// Returns the delay after this number of earlier failures. `random` is between 0 and 1.
    pub fn delay(&self, failures: u32, random: f64) -> Duration {
        double(self.initial, failures)
            .min(self.max)
            .mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
    }
}

/// Doubles a duration `times` times, saturating.
pub(super) fn double(duration: Duration, times: u32) -> Duration {
    duration.saturating_mul(2_u32.saturating_pow(times.min(31)))
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff {
            initial: Duration::from_secs(1),
            max: Duration::from_secs(60),
            slow_down: false,
        }
    }
}
