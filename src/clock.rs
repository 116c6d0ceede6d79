//! The only clock of the program: moments for arithmetic, wall time as a label.
// Everywhere else reading a clock is refused (clippy.toml).
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
    wall: Wall,
}

/// Where wall time comes from.
#[derive(Clone, Debug)]
enum Wall {
    System,
    /// Goes with the moments, but for so many microseconds.
    Simulated {
        begin: i64,
        moved: Arc<AtomicI64>,
    },
}

impl Clock {
    pub fn start() -> Clock {
        Clock::new(wall_now().as_microsecond(), Wall::System)
    }

    /// For simulated time: the wall clock starts here and goes with tokio's, unless it is moved.
    pub fn simulated(begin: Timestamp) -> Clock {
        let begin = begin.as_microsecond();
        Clock::new(begin, Wall::Simulated { begin, moved: Arc::default() })
    }

    /// Moves a simulated wall clock, as setting it or a machine's sleep does.
    pub fn move_wall(&self, by: SignedDuration) {
        if let Wall::Simulated { moved, .. } = &self.wall {
            moved.fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::Relaxed);
        }
    }

    fn new(anchor: i64, wall: Wall) -> Clock {
        Clock { start: Instant::now(), anchor: Arc::new(AtomicI64::new(anchor)), wall }
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
        micros(self.anchor.load(Ordering::Relaxed))
    }

    /// The wall time of a moment, to the precision of the anchor.
    pub fn wall(&self, at: Moment) -> Timestamp {
        wall(self.anchor(), at)
    }

    /// How far the wall clock has moved against the moments since the anchor was taken: a set clock, or a
    /// machine that slept while the monotonic clock stood still.
    pub fn drift(&self) -> SignedDuration {
        let now = self.now();
        let actual = match &self.wall {
            Wall::System => wall_now(),
            Wall::Simulated { begin, moved } => wall(micros(begin + moved.load(Ordering::Relaxed)), now),
        };
        self.wall(now).duration_until(actual)
    }

    /// Takes the anchor anew.
    pub fn realign(&self) {
        let drift = i64::try_from(self.drift().as_micros()).unwrap_or(0);
        self.anchor.fetch_add(drift, Ordering::Relaxed);
    }
}

fn micros(since_epoch: i64) -> Timestamp {
    Timestamp::from_microsecond(since_epoch).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn wall_now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}
