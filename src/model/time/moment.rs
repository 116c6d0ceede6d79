//! A point in hbmon's own time, counted from its start.

use std::num::NonZeroU64;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A duration since hbmon started. It is monotonic, so moments can be subtracted; wall time is only
/// a label added at the edges. All arithmetic saturates, so no extreme time can make the model
/// panic.
///
/// It is stored as nanoseconds plus one, so that `Option<Moment>` takes 8 bytes: half of a
/// `Duration`. There are many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(NonZeroU64);

impl Moment {
    pub const START: Moment = Moment(NonZeroU64::MIN);
    /// The last moment, 584 years after the start.
    pub const FAR: Moment = Moment(NonZeroU64::MAX);

    pub const fn after_start(elapsed: Duration) -> Moment {
        Moment::START.plus(elapsed)
    }

    pub const fn since_start(self) -> Duration {
        self.since(Moment::START)
    }

    /// Returns the time from `earlier` to this moment, or zero if this moment is earlier.
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

/// Returns the wall time of a moment, given the wall time of `Moment::START`. Clamped to the range
/// of the calendar.
pub fn wall(anchor: Timestamp, at: Moment) -> Timestamp {
    SignedDuration::try_from(at.since_start())
        .ok()
        .and_then(|offset| anchor.checked_add(offset).ok())
        .unwrap_or(Timestamp::MAX)
}
