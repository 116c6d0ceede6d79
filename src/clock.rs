//! The only clock of the program: moments for arithmetic, wall time as a label.
#![allow(clippy::disallowed_methods)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::model::{Moment, wall};

/// Counts from its creation. Runs on tokio's time, so a paused runtime simulates it. Clones are one clock.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    /// Microseconds since the epoch at `start`.
    anchor: Arc<AtomicI64>,
}

impl Clock {
    pub fn start() -> Clock {
        Clock { start: Instant::now(), anchor: Arc::new(AtomicI64::new(wall_now().as_microsecond())) }
    }

    pub fn now(&self) -> Moment {
        Moment::after_start(self.start.elapsed())
    }

    /// For tokio's timers.
    pub fn instant(&self, at: Moment) -> Instant {
        self.start.checked_add(at.since_start()).unwrap_or_else(|| self.start + Duration::from_secs(86_400 * 365 * 30))
    }

    /// The wall time of `Moment::START`, as of the creation or the last `realign`.
    pub fn anchor(&self) -> Timestamp {
        Timestamp::from_microsecond(self.anchor.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The wall time of a moment, to the precision of the anchor.
    pub fn wall(&self, at: Moment) -> Timestamp {
        wall(self.anchor(), at)
    }

    /// How far the wall clock has moved against the moments since the anchor was taken: a set clock, or a
    /// machine that slept while the monotonic clock stood still.
    pub fn drift(&self) -> SignedDuration {
        self.wall(self.now()).duration_until(wall_now())
    }

    /// Takes the anchor anew.
    pub fn realign(&self) {
        let drift = i64::try_from(self.drift().as_micros()).unwrap_or(0);
        self.anchor.fetch_add(drift, Ordering::Relaxed);
    }
}

fn wall_now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}
