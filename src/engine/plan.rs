//! What to watch, valid by construction: made by `config`, obeyed by the engine.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{Meta, Policy};
use crate::monitors::Spec;
use crate::monitors::outbox::Secrets;

#[derive(Clone, Debug)]
pub struct Plan {
    /// In the order of the config, names unique.
    pub targets: Vec<Target>,
    /// How many attempts may run at once; none: as many as there are.
    pub concurrency: Option<usize>,
    pub stop: Stop,
}

/// When a target is left alone for good, its verdict standing as it is. In a run that stops, first
/// attempts start at once; in one that does not, they are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    Never,
    /// Once it is settled (`check`).
    Settled,
    /// After so many heartbeats and failures (`probe -n`).
    After(u32),
}

#[derive(Clone, Debug)]
pub struct Target {
    pub meta: Arc<Meta>,
    pub policy: Arc<Policy>,
    pub pace: PacePolicy,
    pub spec: Spec,
    pub secrets: Arc<Secrets>,
    pub enabled: bool,
    /// Equal if and only if nothing that the room is made from differs: a reload leaves such a
    /// target alone.
    pub fingerprint: u64,
}

/// How attempts follow one another. The interval is the policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacePolicy {
    /// Limit of one attempt in total.
    pub timeout: Duration,
    pub backoff: Backoff,
}

/// Delays after failures: doubling from `initial` to `max`, with jitter between half and the whole
/// of the delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    pub initial: Duration,
    pub max: Duration,
    /// Polls of a target in error grow from the interval towards `max`, without jitter.
    pub slow_down: bool,
}

impl Backoff {
    /// The delay before the attempt after this number of failures. `random` in 0..1.
    pub fn delay(&self, failures: u32, random: f64) -> Duration {
        double(self.initial, failures)
            .min(self.max)
            .mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
    }
}

/// Doubled so many times, saturating.
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
