//! When the next attempt may start: interval, backoff and hints of the other side. Pure: the caller
//! passes time and randomness.

use std::time::Duration;

use super::plan::{Backoff, double};
use crate::model::{Moment, Rhythm};

/// Paces the attempts of one target.
#[derive(Debug)]
pub(super) struct Pace {
    rhythm: Rhythm,
    interval: Duration,
    backoff: Backoff,
    confirmation: Confirmation,
    /// One point of the grid of poll times, which are one interval apart.
    grid: Moment,
    /// Number of consecutive attempts without a heartbeat.
    fruitless_attempts: u32,
    /// When the first failed attempt since the last heartbeat ended.
    first_failure: Option<Moment>,
}

/// When consecutive failures become an error. Retries are timed so that this is decided without
/// delay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Confirmation {
    /// Number of consecutive failures that make an error.
    pub failures: u32,
    /// Minimum time between the first and the last of them.
    pub after: Duration,
    /// The run waits for the verdict (`check`), so hints of the other side do not delay it.
    pub is_awaited: bool,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct LastAttempt {
    pub started: Moment,
    pub now: Moment,
    /// The attempt received at least one heartbeat.
    pub beat: bool,
    pub failed: bool,
    /// Delay that the other side asked for: `Retry-After` or SSE `retry:`.
    pub hint: Option<Duration>,
}

/// Start of the next attempt, and the number of polls skipped because the last attempt took too
/// long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Next {
    pub at: Moment,
    pub skipped: u64,
}

impl Pace {
    /// Creates the pace of one target. `grid` is any moment at which a poll is due. Polls stay on
    /// the grid, so that the polls of many targets stay spread.
    pub(super) fn new(
        rhythm: Rhythm,
        interval: Duration,
        backoff: Backoff,
        confirmation: Confirmation,
        grid: Moment,
    ) -> Pace {
        Pace {
            rhythm,
            interval,
            backoff,
            confirmation,
            grid,
            fruitless_attempts: 0,
            first_failure: None,
        }
    }

    /// Forgets all failures.
    pub(super) fn reset(&mut self) {
        self.fruitless_attempts = 0;
        self.first_failure = None;
    }

    /// Returns when the next attempt starts. `random`, between 0 and 1, decides the jitter.
    pub(super) fn next(&mut self, ended: LastAttempt, random: f64) -> Next {
        // Only a heartbeat resets the backoff. A connection that opens and then fails is no
        // recovery.
        if ended.beat {
            self.fruitless_attempts = 0;
            self.first_failure = None;
        }
        if self.rhythm == Rhythm::Poll && !ended.failed {
            return self.after_answer(ended);
        }
        if ended.failed {
            self.first_failure.get_or_insert(ended.now);
        }
        let delay = match self.rhythm {
            Rhythm::Poll => self.after_failed_poll(ended, random),
            Rhythm::Subscription => self.delay(ended.hint, random),
        };
        Next {
            at: self.no_later_than_confirmation(ended, ended.now.plus(delay)),
            skipped: 0,
        }
    }

    /// Moves one attempt forward to the moment at which it can confirm an error, unless the other
    /// side asked to wait.
    fn no_later_than_confirmation(&self, ended: LastAttempt, at: Moment) -> Moment {
        let confirmable = self
            .first_failure
            .map(|first| first.plus(self.confirmation.after));
        match confirmable.filter(|confirmable| *confirmable > ended.now) {
            Some(confirmable) if ended.hint.is_none() || self.confirmation.is_awaited => {
                at.min(confirmable)
            }
            _ => at,
        }
    }

    /// Returns the point of the grid nearest to one interval after the start of the last attempt,
    /// or the next point if that one has passed.
    fn after_answer(&self, ended: LastAttempt) -> Next {
        let earliest = ended.started.plus(self.interval / 2);
        let wanted = self.grid_after(earliest);
        let possible = if wanted >= ended.now {
            wanted
        } else {
            self.grid_after(ended.now)
        };
        let skipped = possible.since(wanted).as_nanos() / self.interval.as_nanos().max(1);
        Next {
            at: possible,
            skipped: u64::try_from(skipped).unwrap_or(u64::MAX),
        }
    }

    fn after_failed_poll(&mut self, ended: LastAttempt, random: f64) -> Duration {
        let failures = self.fruitless_attempts.saturating_add(1);
        if self.backoff.slow_down && failures >= self.confirmation.failures {
            let doublings = failures - self.confirmation.failures;
            self.fruitless_attempts = failures;
            double(self.interval, doublings).min(self.backoff.max.max(self.interval))
        } else {
            self.delay(ended.hint, random).min(self.interval)
        }
    }

    /// Returns the backoff: the hint within the limits, or a jittered delay that doubles.
    fn delay(&mut self, hint: Option<Duration>, random: f64) -> Duration {
        let backoff = self.backoff;
        let losses = self.fruitless_attempts;
        self.fruitless_attempts = losses.saturating_add(1);
        match hint {
            Some(hint) => hint.clamp(backoff.initial, backoff.max),
            None => backoff.delay(losses, random),
        }
    }

    /// Returns the first point of the grid at or after `moment`.
    fn grid_after(&self, moment: Moment) -> Moment {
        let interval = self.interval.as_nanos().max(1);
        let phase = self.grid.since_start().as_nanos() % interval;
        let target = moment.since_start().as_nanos();
        let steps = (target + interval - phase)
            .div_ceil(interval)
            .saturating_sub(1);
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
        let backoff = Backoff {
            slow_down,
            ..Backoff::default()
        };
        let confirmation = Confirmation {
            failures: 2,
            after: 5 * SECOND,
            is_awaited: false,
        };
        Pace::new(rhythm, 10 * SECOND, backoff, confirmation, at(3.0))
    }

    fn good(started: f64, now: f64) -> LastAttempt {
        LastAttempt {
            started: at(started),
            now: at(now),
            beat: true,
            failed: false,
            hint: None,
        }
    }

    fn bad(started: f64, now: f64) -> LastAttempt {
        LastAttempt {
            beat: false,
            failed: true,
            ..good(started, now)
        }
    }

    #[test]
    fn polls_keep_to_their_grid() {
        let mut pace = pace(Rhythm::Poll, false);
        assert_eq!(
            pace.next(good(0.2, 0.3), 0.5),
            Next {
                at: at(13.0),
                skipped: 0
            }
        );
        assert_eq!(
            pace.next(good(13.001, 13.1), 0.5),
            Next {
                at: at(23.0),
                skipped: 0
            }
        );
        // A late start does not move the grid.
        assert_eq!(
            pace.next(good(24.9, 25.0), 0.5),
            Next {
                at: at(33.0),
                skipped: 0
            }
        );
    }

    #[test]
    fn ticks_that_passed_are_skipped_and_counted() {
        let mut pace = pace(Rhythm::Poll, false);
        assert_eq!(
            pace.next(good(13.0, 44.0), 0.5),
            Next {
                at: at(53.0),
                skipped: 3
            }
        );
    }

    #[test]
    fn a_failed_poll_is_tried_again_after_jitter_but_never_later_than_the_interval() {
        let mut pace = pace(Rhythm::Poll, false);
        let mut delay = |now: f64, random| {
            pace.next(bad(now, now), random)
                .at
                .since(at(now))
                .as_secs_f64()
                .round()
        };
        // These failures are past the confirmation time, so only the delays matter.
        assert_eq!(delay(1.0, 0.999_999), 1.0);
        let delays: Vec<f64> = (0..6).map(|_| delay(14.0, 0.999_999)).collect();
        assert_eq!(delays, [2.0, 4.0, 8.0, 10.0, 10.0, 10.0]);
    }

    #[test]
    fn jitter_is_between_half_and_the_whole_of_the_delay() {
        for (random, wanted) in [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)] {
            let mut pace = pace(Rhythm::Subscription, false);
            assert_eq!(pace.next(bad(13.0, 14.0), random).at, at(14.0 + wanted));
        }
    }

    /// Returns the start times of attempts that fail at once, up to the first that can confirm an
    /// error.
    fn attempts(mut pace: Pace, random: f64, hint: Option<Duration>) -> Vec<Moment> {
        let mut made = vec![at(20.0)];
        while let Some(last) = made.last().copied().filter(|last| *last < at(25.0)) {
            let ended = LastAttempt {
                started: last,
                now: last,
                beat: false,
                failed: true,
                hint,
            };
            made.push(pace.next(ended, random).at);
        }
        made
    }

    #[test]
    fn one_attempt_starts_when_it_can_confirm_the_error() {
        for rhythm in [Rhythm::Poll, Rhythm::Subscription] {
            for slow_down in [false, true] {
                for random in [0.0, 0.3, 0.7, 1.0] {
                    let made = attempts(pace(rhythm, slow_down), random, None);
                    assert_eq!(
                        made.last(),
                        Some(&at(25.0)),
                        "{rhythm:?} {slow_down} {random}"
                    );
                    assert!(made.len() <= 5, "{made:?}");
                }
            }
        }
    }

    #[test]
    fn a_hint_delays_the_confirmation_only_where_nothing_waits_for_it() {
        let hint = Some(30 * SECOND);
        assert_eq!(
            attempts(pace(Rhythm::Subscription, false), 0.5, hint),
            [at(20.0), at(50.0)]
        );
        let mut awaited = pace(Rhythm::Subscription, false);
        awaited.confirmation.is_awaited = true;
        assert_eq!(attempts(awaited, 0.5, hint), [at(20.0), at(25.0)]);
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
        assert_eq!(
            pace.next(bad(13.0, 14.0), 0.999_999)
                .at
                .since(at(14.0))
                .as_secs_f64()
                .round(),
            1.0
        );
        let delays: Vec<f64> = (0..5)
            .map(|_| {
                pace.next(bad(13.0, 20.0), 0.999_999)
                    .at
                    .since(at(20.0))
                    .as_secs_f64()
                    .round()
            })
            .collect();
        assert_eq!(delays, [10.0, 20.0, 40.0, 60.0, 60.0]);
        pace.next(good(13.0, 20.0), 0.5);
        assert_eq!(
            pace.next(bad(23.0, 24.0), 0.0).at.since(at(24.0)),
            SECOND / 2
        );
    }

    #[test]
    fn only_a_heartbeat_resets_the_backoff_of_a_subscription() {
        let mut pace = pace(Rhythm::Subscription, false);
        let delay = |pace: &mut Pace, beat, failed| {
            let ended = LastAttempt {
                beat,
                failed,
                ..good(13.0, 14.0)
            };
            pace.next(ended, 0.999_999)
                .at
                .since(at(14.0))
                .as_secs_f64()
                .round()
        };
        assert_eq!(delay(&mut pace, false, true), 1.0);
        assert_eq!(
            delay(&mut pace, false, false),
            2.0,
            "an open without a beat is no recovery"
        );
        for _ in 0..10 {
            pace.next(bad(13.0, 30.0), 0.999_999);
        }
        assert_eq!(
            pace.next(bad(13.0, 30.0), 0.999_999)
                .at
                .since(at(30.0))
                .as_secs_f64()
                .round(),
            60.0
        );
        assert_eq!(delay(&mut pace, true, false), 1.0);
    }

    #[test]
    fn hints_are_clamped_and_not_jittered() {
        let mut pace = pace(Rhythm::Subscription, false);
        for (hint, wanted) in [(0.001, 1.0), (5.0, 5.0), (86_400.0, 60.0)] {
            let ended = LastAttempt {
                hint: Some(Duration::from_secs_f64(hint)),
                ..bad(13.0, 14.0)
            };
            assert_eq!(pace.next(ended, 0.1).at, at(14.0 + wanted));
        }
    }

    #[test]
    fn extreme_times_do_not_panic() {
        let mut pace = pace(Rhythm::Poll, true);
        let far = LastAttempt {
            started: Moment::FAR,
            now: Moment::FAR,
            beat: true,
            failed: false,
            hint: Some(Duration::MAX),
        };
        pace.next(far, 0.5);
        for _ in 0..100 {
            pace.next(
                LastAttempt {
                    failed: true,
                    beat: false,
                    ..far
                },
                2.0,
            );
        }
    }
}
