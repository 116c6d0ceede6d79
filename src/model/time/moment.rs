//! A point in hbmon's own time: how long after its start.

use std::num::NonZeroU64;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A duration since hbmon started. Monotonic, so it can be subtracted; wall time is a label added
/// at the edge. All arithmetic saturates: the model cannot panic on an extreme time. There are many
/// of them, also many that are not known yet: in nanoseconds and one more, so that both take half
/// of what a `Duration` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(NonZeroU64);

impl Moment {
    pub const START: Moment = Moment(NonZeroU64::MIN);
    /// After 584 years.
    pub const FAR: Moment = Moment(NonZeroU64::MAX);

    pub const fn after_start(elapsed: Duration) -> Moment {
        Moment::START.plus(elapsed)
    }

    pub const fn since_start(self) -> Duration {
        self.since(Moment::START)
    }

    /// How long after `earlier` this is; zero if it is not.
    pub const fn since(self, earlier: Moment) -> Duration {
        Duration::from_nanos(self.0.get().saturating_sub(earlier.0.get()))
    }

    pub const fn plus(self, duration: Duration) -> Moment {
        Moment(self.0.saturating_add(nanos(duration)))
    }
}

impl Default for Moment {
    fn default() -> Moment {
        Moment::START
    }
}

const fn nanos(duration: Duration) -> u64 {
    let nanos = duration.as_nanos();
    if nanos > u64::MAX as u128 {
        u64::MAX
    } else {
        nanos as u64
    }
}

/// The wall time of a moment, given that of the start; clamped at the ends of the calendar.
pub fn wall(anchor: Timestamp, at: Moment) -> Timestamp {
    SignedDuration::try_from(at.since_start())
        .ok()
        .and_then(|offset| anchor.checked_add(offset).ok())
        .unwrap_or(Timestamp::MAX)
}
