//! A point in hbmon's own time: how long after its start.

use std::time::Duration;

/// A duration since hbmon started. Monotonic, so it can be subtracted; wall time is a label added at the edge.
/// All arithmetic saturates: the model cannot panic on an extreme time. In nanoseconds: half as large as a `Duration`,
/// and there are many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(u64);

impl Moment {
    pub const START: Moment = Moment(0);
    /// After 584 years.
    pub const FAR: Moment = Moment(u64::MAX);

    pub const fn after_start(elapsed: Duration) -> Moment {
        Moment(nanos(elapsed))
    }

    pub const fn since_start(self) -> Duration {
        Duration::from_nanos(self.0)
    }

    /// How long after `earlier` this is; zero if it is not.
    pub const fn since(self, earlier: Moment) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    pub const fn plus(self, duration: Duration) -> Moment {
        Moment(self.0.saturating_add(nanos(duration)))
    }
}

const fn nanos(duration: Duration) -> u64 {
    let nanos = duration.as_nanos();
    if nanos > u64::MAX as u128 { u64::MAX } else { nanos as u64 }
}
