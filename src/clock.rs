//! The only clock of the program: moments for arithmetic, wall time as a label.
// `clippy.toml` forbids reading a clock anywhere else.
#![allow(clippy::disallowed_methods)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use nix::time::ClockId;
use tokio::time::Instant;

use crate::model::{Moment, wall};

/// A clock that counts from its creation. It runs on tokio's time, so a paused runtime simulates
/// it. Clones share one clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<ClockState>);

#[derive(Debug)]
struct ClockState {
    /// When the clock was created, and its moment then: `Moment::START` can be earlier.
    start: Instant,
    started: Moment,
    /// Microseconds since the epoch at `Moment::START`.
    anchor: AtomicI64,
    /// Total sleep of the machine at the last `shift`, in microseconds.
    slept: AtomicI64,
    wall: WallClock,
}

/// Changes of the clocks since the last look at them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockShift {
    /// How long the machine slept, while moments did not advance.
    pub slept: Duration,
    /// How far the wall clock was set forward, or back if negative.
    pub set: SignedDuration,
}

/// Smaller changes of the wall clock cannot be distinguished from its drift.
const MIN_SHIFT: Duration = Duration::from_secs(1);

/// The source of wall time.
#[derive(Debug)]
enum WallClock {
    System,
    /// Follows the moments, shifted by `moved` microseconds.
    Simulated {
        begin: i64,
        moved: AtomicI64,
        slept: AtomicI64,
    },
}

impl Clock {
    pub fn start() -> Clock {
        Clock::new(
            wall_now().as_microsecond(),
            Moment::START,
            WallClock::System,
        )
    }

    /// Returns a clock whose moments begin at `earliest`, so that remembered wall times from then
    /// on have moments. A time in the future (the wall clock was set back) counts as now.
    pub fn resume(earliest: Timestamp) -> Clock {
        let now = wall_now();
        let begin = earliest.min(now).as_microsecond();
        let passed = u64::try_from(now.as_microsecond().saturating_sub(begin)).unwrap_or(0);
        Clock::new(
            begin,
            Moment::after_start(Duration::from_micros(passed)),
            WallClock::System,
        )
    }

    /// Returns a clock for simulated time: the wall clock starts at `begin` and follows tokio's,
    /// unless it is moved.
    pub fn simulated(begin: Timestamp) -> Clock {
        let begin = begin.as_microsecond();
        Clock::new(
            begin,
            Moment::START,
            WallClock::Simulated {
                begin,
                moved: AtomicI64::default(),
                slept: AtomicI64::default(),
            },
        )
    }

    /// Sets a simulated wall clock forward, or back if negative.
    pub fn move_wall(&self, by: SignedDuration) {
        if let WallClock::Simulated { moved, .. } = &self.0.wall {
            moved.fetch_add(
                i64::try_from(by.as_micros()).unwrap_or(0),
                Ordering::Relaxed,
            );
        }
    }

    /// Lets a simulated machine sleep: the wall clock advances, moments do not.
    pub fn sleep_machine(&self, time: Duration) {
        if let WallClock::Simulated { slept, .. } = &self.0.wall {
            let micros = i64::try_from(time.as_micros()).unwrap_or(0);
            slept.fetch_add(micros, Ordering::Relaxed);
            self.move_wall(SignedDuration::from_micros(micros));
        }
    }

    fn new(anchor: i64, started: Moment, wall: WallClock) -> Clock {
        let anchor = AtomicI64::new(anchor);
        let slept = AtomicI64::new(wall.slept());
        Clock(Arc::new(ClockState {
            start: Instant::now(),
            started,
            anchor,
            slept,
            wall,
        }))
    }

    pub fn now(&self) -> Moment {
        self.0.started.plus(self.0.start.elapsed())
    }

    /// Returns when the clock was created: the start of the process for everything that hbmon
    /// measures about itself.
    pub fn started(&self) -> Moment {
        self.0.started
    }

    /// Returns CLOCK_MONOTONIC of the system, which systemd compares with.
    pub fn monotonic() -> Duration {
        ClockId::CLOCK_MONOTONIC
            .now()
            .map(Duration::from)
            .unwrap_or_default()
    }

    /// Returns the moment of a wall time, clamped between `Moment::START` and now.
    pub fn moment(&self, wall: Timestamp) -> Moment {
        let passed = Duration::try_from(self.anchor().duration_until(wall)).unwrap_or_default();
        Moment::after_start(passed).min(self.now())
    }

    /// Returns the instant of a moment, for tokio's timers.
    pub fn instant(&self, at: Moment) -> Instant {
        let ClockState { start, started, .. } = *self.0;
        start
            .checked_add(at.since(started))
            .unwrap_or_else(|| start + Duration::from_secs(86_400 * 365 * 30))
    }

    /// Returns the wall time of `Moment::START`, as of the creation or the last `shift`.
    pub fn anchor(&self) -> Timestamp {
        micros(self.0.anchor.load(Ordering::Relaxed))
    }

    /// Returns the wall time of a moment, to the precision of the anchor.
    pub fn wall(&self, at: Moment) -> Timestamp {
        wall(self.anchor(), at)
    }

    /// Returns how far the wall clock has moved relative to the moments since the anchor was taken:
    /// the clock was set, or the machine slept while the monotonic clock stopped.
    pub fn drift(&self) -> SignedDuration {
        let now = self.now();
        let actual = match &self.0.wall {
            WallClock::System => wall_now(),
            WallClock::Simulated { begin, moved, .. } => {
                wall(micros(begin + moved.load(Ordering::Relaxed)), now)
            }
        };
        self.wall(now).duration_until(actual)
    }

    /// Returns changes of the clocks of at least a second since the last call. The anchor then
    /// follows the wall clock.
    pub fn shift(&self) -> ClockShift {
        let drift = self.drift();
        let total = self.0.wall.slept();
        let slept = Duration::from_micros(
            u64::try_from(total.saturating_sub(self.0.slept.load(Ordering::Relaxed))).unwrap_or(0),
        );
        // If the system does not measure its sleep, the advance of the wall clock counts as sleep.
        let slept = if MEASURES_SLEEP {
            slept
        } else {
            Duration::try_from(drift).unwrap_or_default()
        };
        let set = drift.saturating_sub(SignedDuration::try_from(slept).unwrap_or_default());
        let shift = ClockShift {
            slept: if slept > MIN_SHIFT {
                slept
            } else {
                Duration::ZERO
            },
            set: if set.unsigned_abs() > MIN_SHIFT {
                set
            } else {
                SignedDuration::ZERO
            },
        };
        if shift != ClockShift::default() {
            let drift = i64::try_from(drift.as_micros()).unwrap_or(0);
            self.0.anchor.fetch_add(drift, Ordering::Relaxed);
            self.0.slept.store(total, Ordering::Relaxed);
        }
        shift
    }
}

/// Whether `CLOCK_BOOTTIME` counts the time that the machine slept.
const MEASURES_SLEEP: bool = cfg!(any(target_os = "linux", target_os = "android"));

impl WallClock {
    /// Returns how long the machine has slept since its start, in microseconds.
    fn slept(&self) -> i64 {
        match self {
            WallClock::System => slept_so_far(),
            WallClock::Simulated { slept, .. } => slept.load(Ordering::Relaxed),
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn slept_so_far() -> i64 {
    let boot = ClockId::CLOCK_BOOTTIME
        .now()
        .map(Duration::from)
        .unwrap_or_default();
    i64::try_from(boot.saturating_sub(Clock::monotonic()).as_micros()).unwrap_or(0)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn slept_so_far() -> i64 {
    0
}

fn micros(since_epoch: i64) -> Timestamp {
    Timestamp::from_microsecond(since_epoch).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn wall_now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resumed_clock_has_moments_for_what_is_remembered() {
        let hour = SignedDuration::from_hours(1);
        let earliest = wall_now() - hour;
        let clock = Clock::resume(earliest);
        assert_eq!(clock.moment(earliest - hour), Moment::START);
        assert!(clock.started() >= Moment::after_start(hour.unsigned_abs()));
        assert!(clock.now() >= clock.started());
        let remembered = earliest + hour / 2;
        assert_eq!(clock.wall(clock.moment(remembered)), remembered);
        assert!(
            clock.moment(wall_now() + hour) <= clock.now(),
            "a time that lies ahead is now"
        );
        assert!(clock.drift().unsigned_abs() < Duration::from_secs(60));
    }

    #[test]
    fn a_memory_of_the_future_begins_now() {
        let clock = Clock::resume(wall_now() + SignedDuration::from_hours(1));
        assert_eq!(clock.started(), Moment::START);
    }
}
