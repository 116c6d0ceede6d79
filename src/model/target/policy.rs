//! What is promised of one target and when it counts as broken: thresholds, interval, grace.

use std::sync::Arc;
use std::time::Duration;

use super::latency::QualityLimits;
use super::status::Presence;
use crate::model::time::schedule::Schedule;

/// The default of `Policy::confirm`, unless the interval is shorter.
const CONFIRM: Duration = Duration::from_secs(5);

/// The rules that `judge` applies; valid by construction (`config` refuses what makes no sense).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub rhythm: Rhythm,
    /// Time between polls or promised heartbeats; never zero. Beside a `schedule` the shortest time
    /// between two of its occurrences.
    pub interval: Duration,
    /// Heartbeats are promised by the calendar, not every interval.
    pub schedule: Option<Arc<Schedule>>,
    /// Added to every deadline before a heartbeat counts as missed.
    pub grace: Duration,
    /// Consecutive failed attempts.
    pub failures: Levels<u32>,
    /// An error by failures needs this time between the first failure in a row and the last one
    /// (`thresholds.failures.for`). It does not apply where the first failure is the error.
    pub confirm: Duration,
    /// Whole intervals without a heartbeat.
    pub missed: Levels<u32>,
    /// Beyond which a latency is no longer healthy.
    pub latency: Levels<Duration>,
    /// Beyond which the difference between the sender's clock and ours is no longer healthy.
    pub skew: Levels<Duration>,
    /// Time left under which a certificate is no longer healthy.
    pub certificate: Levels<Duration>,
    /// Consecutive good heartbeats before the status steps down; at least 1.
    pub recover: u32,
    pub presence: PresenceLimits,
    /// Heartbeats carry the sender's timestamp: latency and skew come from it.
    pub timestamped: bool,
    /// A heartbeat whose timestamp is older is a failure.
    pub max_age: Option<Duration>,
    pub quality: QualityLimits,
    /// One monitor, many instances.
    pub instances: Option<InstancePolicy>,
}

/// What is wanted of the instances of one monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstancePolicy {
    /// One that was not heard for so long is forgotten.
    pub forget_after: Duration,
    /// With fewer online the monitor is in error; 0: however few.
    pub min_online: u32,
}

/// Who speaks first: hbmon asks and counts failures, or the other side promised and hbmon counts
/// misses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    Poll,
    Subscription,
}

/// A rule's two limits; `None` switches one off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels<T> {
    pub warning: Option<T>,
    pub error: Option<T>,
}

impl<T> Levels<T> {
    pub const NONE: Levels<T> = Levels {
        warning: None,
        error: None,
    };

    pub const fn new(warning: T, error: T) -> Levels<T> {
        Levels {
            warning: Some(warning),
            error: Some(error),
        }
    }
}

/// Ages of the last heartbeat up to which a target is online, or was recently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresenceLimits {
    pub online: Duration,
    pub recent: Duration,
}

impl PresenceLimits {
    /// The label for a last heartbeat of this age.
    pub fn label(self, age: Duration) -> Presence {
        if age < self.online {
            Presence::Online
        } else if age < self.recent {
            Presence::Recent
        } else {
            Presence::Away
        }
    }
}

impl Default for PresenceLimits {
    fn default() -> Self {
        PresenceLimits {
            online: Duration::from_secs(120),
            recent: Duration::from_secs(3600),
        }
    }
}

impl Policy {
    /// The contract's defaults for an interval: grace a tenth, failures and missed `{1, 2}`,
    /// confirmation after 5 s or one interval, recover 1.
    pub fn with_interval(rhythm: Rhythm, interval: Duration) -> Policy {
        Policy {
            rhythm,
            interval,
            schedule: None,
            grace: interval / 10,
            failures: Levels::new(1, 2),
            confirm: CONFIRM.min(interval),
            missed: Levels::new(1, 2),
            latency: Levels::NONE,
            skew: Levels::NONE,
            certificate: Levels::new(
                Duration::from_secs(14 * 86_400),
                Duration::from_secs(3 * 86_400),
            ),
            recover: 1,
            presence: PresenceLimits::default(),
            timestamped: false,
            max_age: None,
            quality: QualityLimits::default(),
            instances: None,
        }
    }
}
