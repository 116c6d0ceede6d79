//! A point in hbmon's own time: how long after its start.

use std::time::Duration;

/// A duration since hbmon started. Monotonic, so it can be subtracted; wall time is a label added at the edge.
/// All arithmetic saturates: the model cannot panic on an extreme time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Duration);

impl Moment {
    pub const START: Moment = Moment(Duration::ZERO);
    pub const FAR: Moment = Moment(Duration::MAX);

    pub const fn after_start(elapsed: Duration) -> Moment {
        Moment(elapsed)
    }

    pub const fn since_start(self) -> Duration {
        self.0
    }

    /// How long after `earlier` this is; zero if it is not.
    pub const fn since(self, earlier: Moment) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    pub const fn plus(self, duration: Duration) -> Moment {
        Moment(self.0.saturating_add(duration))
    }
}
