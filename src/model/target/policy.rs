//! The policy of one target: interval, grace and thresholds.

use std::sync::Arc;
use std::time::Duration;

use super::latency::QualityLimits;
use super::status::Presence;
use crate::model::time::schedule::Schedule;

/// Default of `Policy::confirm` for intervals that are not shorter.
const CONFIRM: Duration = Duration::from_secs(5);

/// The limits that `judge` applies. Valid by construction, since `config` refuses contradictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub rhythm: Rhythm,
    /// Time between polls or expected heartbeats; never zero. With a `schedule`, the shortest time
    /// between two occurrences.
    pub interval: Duration,
    /// The calendar by which heartbeats are expected instead of every interval.
    pub schedule: Option<Arc<Schedule>>,
    /// Time after its due moment when a heartbeat counts as missed.
    pub grace: Duration,
    /// Limits of consecutive failed attempts.
    pub failures: Levels<u32>,
    /// Minimum time between the first and the last consecutive failure of an error
    /// (`thresholds.failures.for`). It does not apply if the first failure is already an error.
    pub confirm: Duration,
    /// Limits of whole intervals without a heartbeat.
    pub missed: Levels<u32>,
    /// Limits over which a latency is not healthy.
    pub latency: Levels<Duration>,
    /// Limits over which the difference between the sender's clock and ours is not healthy.
    pub skew: Levels<Duration>,
    /// Limits of the time left below which a certificate is not healthy.
    pub certificate: Levels<Duration>,
    /// Number of consecutive good heartbeats that improve the status; at least 1.
    pub recover: u32,
    pub presence: PresenceLimits,
    /// Heartbeats carry the sender's timestamp, from which latency and skew derive.
    pub timestamped: bool,
    /// Maximum age of a timestamp; an older heartbeat is a failure.
    pub max_age: Option<Duration>,
    pub quality: QualityLimits,
    /// Limits of the instances, for a monitor that tells senders apart.
    pub instances: Option<InstancePolicy>,
}

/// Limits of the instances of one monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstancePolicy {
    /// An instance without contact for this long is removed.
    pub forget_after: Duration,
    /// Minimum number of instances online; with fewer the monitor is in error. 0: no minimum.
    pub min_online: u32,
}

/// Who starts an exchange: hbmon polls and counts failures, or the target sends heartbeats and
/// hbmon counts misses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    Poll,
    Subscription,
}

/// The two limits of a rule; `None` switches one off.
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

/// Ages of the last heartbeat below which a target is online, or recently active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresenceLimits {
    pub online: Duration,
    pub recent: Duration,
}

impl PresenceLimits {
    /// Returns the label for a last heartbeat of this age.
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
    /// Returns how long after a heartbeat the next one counts as missed: interval plus grace.
    pub const fn missed_after(&self) -> Duration {
        self.interval.saturating_add(self.grace)
    }

    /// Returns the silence after which missed heartbeats make an error. `None` if no number of
    /// them does.
    pub fn silence_limit(&self) -> Option<Duration> {
        let misses = self.missed.error?;
        Some(
            self.interval
                .saturating_mul(misses)
                .saturating_add(self.grace),
        )
    }

    /// Returns the default policy for an interval: grace a tenth of it, failures and missed `{1,
    /// 2}`, confirmation after 5 s or one interval, recover 1.
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
