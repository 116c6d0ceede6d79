//! When may the next attempt start: interval, backoff, hints; pure, with the randomness passed in.

use std::time::Duration;

use super::plan::{Backoff, double};
use crate::model::{Moment, Rhythm};

/// Paces the attempts of one target.
#[derive(Debug)]
pub struct Pace {
    rhythm: Rhythm,
    interval: Duration,
    backoff: Backoff,
    /// Failures in a row from which on `slow_down` applies.
    error_after: u32,
    /// A point of the grid on which polls lie, one interval apart.
    grid: Moment,
    /// Attempts without a heartbeat in a row.
    losses: u32,
}

/// How the attempt before ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub started: Moment,
    pub now: Moment,
    /// It brought at least one heartbeat.
    pub beat: bool,
    pub failed: bool,
    /// What the other side asked for: `Retry-After`, SSE `retry:`.
    pub hint: Option<Duration>,
}

/// The next start, and how many polls of the grid were passed over because the last one took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    pub at: Moment,
    pub skipped: u64,
}

impl Pace {
    /// `grid`: any moment at which a poll would be due; polls keep to it, so that a fleet stays spread.
    pub fn new(rhythm: Rhythm, interval: Duration, backoff: Backoff, error_after: u32, grid: Moment) -> Pace {
        Pace { rhythm, interval, backoff, error_after, grid, losses: 0 }
    }

    /// `random` in 0..1 decides the jitter.
    pub fn next(&mut self, ended: Ended, random: f64) -> Next {
        // A connection that opens and brings nothing is no recovery: only a heartbeat resets the backoff.
        if ended.beat {
            self.losses = 0;
        }
        match self.rhythm {
            Rhythm::Poll if !ended.failed => self.after_answer(ended),
            Rhythm::Poll => self.after_failed_poll(ended, random),
            Rhythm::Subscription => Next { at: ended.now.plus(self.delay(ended.hint, random)), skipped: 0 },
        }
    }

    /// The point of the grid nearest to one interval after the start; later ones if that has passed.
    fn after_answer(&self, ended: Ended) -> Next {
        let earliest = ended.started.plus(self.interval / 2);
        let wanted = self.grid_after(earliest);
        let possible = if wanted >= ended.now { wanted } else { self.grid_after(ended.now) };
        let skipped = possible.since(wanted).as_nanos() / self.interval.as_nanos().max(1);
        Next { at: possible, skipped: u64::try_from(skipped).unwrap_or(u64::MAX) }
    }

    fn after_failed_poll(&mut self, ended: Ended, random: f64) -> Next {
        let delay = if self.backoff.slow_down && self.losses + 1 >= self.error_after {
            let doublings = self.losses + 1 - self.error_after;
            self.losses = self.losses.saturating_add(1);
            double(self.interval, doublings).min(self.backoff.max.max(self.interval))
        } else {
            self.delay(ended.hint, random).min(self.interval)
        };
        Next { at: ended.now.plus(delay), skipped: 0 }
    }

    /// The backoff: a hint is obeyed within the limits, else full jitter under a doubling ceiling.
    fn delay(&mut self, hint: Option<Duration>, random: f64) -> Duration {
        let backoff = self.backoff;
        let losses = self.losses;
        self.losses = losses.saturating_add(1);
        match hint {
            Some(hint) => hint.clamp(backoff.initial, backoff.max),
            None => backoff.delay(losses, random),
        }
    }

    /// The first point of the grid at or after `moment`.
    fn grid_after(&self, moment: Moment) -> Moment {
        let interval = self.interval.as_nanos().max(1);
        let phase = self.grid.since_start().as_nanos() % interval;
        let target = moment.since_start().as_nanos();
        let steps = (target + interval - phase).div_ceil(interval).saturating_sub(1);
        let nanos = phase + steps * interval;
        Moment::after_start(u64::try_from(nanos).map_or(Duration::MAX, Duration::from_nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: f64) -> Moment {
        Moment::after_start(Duration::from_secs_f64(seconds))
    }

    fn pace(rhythm: Rhythm, slow_down: bool) -> Pace {
        let backoff = Backoff { slow_down, ..Backoff::default() };
        Pace::new(rhythm, 10 * SECOND, backoff, 2, at(3.0))
    }

    fn good(started: f64, now: f64) -> Ended {
        Ended { started: at(started), now: at(now), beat: true, failed: false, hint: None }
    }

    fn bad(started: f64, now: f64) -> Ended {
        Ended { beat: false, failed: true, ..good(started, now) }
    }

    #[test]
    fn polls_keep_to_their_grid() {
        let mut pace = pace(Rhythm::Poll, false);
        assert_eq!(pace.next(good(0.2, 0.3), 0.5), Next { at: at(13.0), skipped: 0 });
        assert_eq!(pace.next(good(13.001, 13.1), 0.5), Next { at: at(23.0), skipped: 0 });
        // A start that was late by a moment does not move the grid.
        assert_eq!(pace.next(good(24.9, 25.0), 0.5), Next { at: at(33.0), skipped: 0 });
    }

    #[test]
    fn ticks_that_passed_are_skipped_and_counted() {
        let mut pace = pace(Rhythm::Poll, false);
        assert_eq!(pace.next(good(13.0, 44.0), 0.5), Next { at: at(53.0), skipped: 3 });
    }

    #[test]
    fn a_failed_poll_is_tried_again_after_jitter_but_never_later_than_the_interval() {
        let mut pace = pace(Rhythm::Poll, false);
        let delays: Vec<f64> =
            (0..7).map(|_| pace.next(bad(13.0, 14.0), 0.999_999).at.since(at(14.0)).as_secs_f64().round()).collect();
        assert_eq!(delays, [1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0]);
        assert_eq!(pace.next(bad(13.0, 14.0), 0.0).at, at(14.0));
    }

    #[test]
    fn after_the_retry_the_grid_is_taken_up_again() {
        let mut pace = pace(Rhythm::Poll, false);
        pace.next(bad(13.0, 13.1), 0.7);
        assert_eq!(pace.next(good(13.8, 13.9), 0.5).at, at(23.0));
    }

    #[test]
    fn slow_down_grows_from_the_interval_without_jitter() {
        let mut pace = pace(Rhythm::Poll, true);
        let delays: Vec<f64> =
            (0..6).map(|_| pace.next(bad(13.0, 14.0), 0.999_999).at.since(at(14.0)).as_secs_f64().round()).collect();
        assert_eq!(delays, [1.0, 10.0, 20.0, 40.0, 60.0, 60.0]);
        pace.next(good(13.0, 14.0), 0.5);
        assert_eq!(pace.next(bad(23.0, 24.0), 0.5).at.since(at(24.0)), SECOND / 2);
    }

    #[test]
    fn only_a_heartbeat_resets_the_backoff_of_a_subscription() {
        let mut pace = pace(Rhythm::Subscription, false);
        let delay = |pace: &mut Pace, beat, failed| {
            let ended = Ended { beat, failed, ..good(13.0, 14.0) };
            pace.next(ended, 0.999_999).at.since(at(14.0)).as_secs_f64().round()
        };
        assert_eq!(delay(&mut pace, false, true), 1.0);
        assert_eq!(delay(&mut pace, false, false), 2.0, "an open without a beat is no recovery");
        for _ in 0..10 {
            delay(&mut pace, false, true);
        }
        assert_eq!(delay(&mut pace, false, true), 60.0);
        assert_eq!(delay(&mut pace, true, false), 1.0);
    }

    #[test]
    fn hints_are_clamped_and_not_jittered() {
        let mut pace = pace(Rhythm::Subscription, false);
        for (hint, wanted) in [(0.001, 1.0), (5.0, 5.0), (86_400.0, 60.0)] {
            let ended = Ended { hint: Some(Duration::from_secs_f64(hint)), ..bad(13.0, 14.0) };
            assert_eq!(pace.next(ended, 0.1).at, at(14.0 + wanted));
        }
    }

    #[test]
    fn extreme_times_do_not_panic() {
        let mut pace = pace(Rhythm::Poll, true);
        let far =
            Ended { started: Moment::FAR, now: Moment::FAR, beat: true, failed: false, hint: Some(Duration::MAX) };
        pace.next(far, 0.5);
        for _ in 0..100 {
            pace.next(Ended { failed: true, beat: false, ..far }, 2.0);
        }
    }
}
