//! A rate limit for actions that a server triggers, so that no server controls the rate of a loop.

use std::time::Duration;

use crate::model::Moment;

/// Permits a burst of actions, and then one action per period (the generic cell rate algorithm).
/// Reads no clock.
#[derive(Debug)]
pub(super) struct Limiter {
    every: Duration,
    /// How far the actions may be ahead of the steady rate.
    slack: Duration,
    /// The moment at which the actions so far match the steady rate.
    paid_until: Moment,
}

impl Limiter {
    /// Creates a limit of `burst` actions at once and one action per `every`.
    pub(super) fn new(burst: u32, every: Duration) -> Limiter {
        Limiter {
            every,
            slack: every * burst.saturating_sub(1),
            paid_until: Moment::START,
        }
    }

    /// Permits one action.
    ///
    /// # Errors
    /// The time until the next action is permitted.
    pub(super) fn take(&mut self, now: Moment) -> Result<(), Duration> {
        let ahead = self.paid_until.since(now);
        if ahead > self.slack {
            return Err(ahead - self.slack);
        }
        self.paid_until = self.paid_until.max(now).plus(self.every);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::after_start(Duration::from_millis(millis))
    }

    #[test]
    fn a_burst_and_then_a_steady_pace() {
        let mut limiter = Limiter::new(3, Duration::from_millis(100));
        let taken =
            |limiter: &mut Limiter, now| (0..10).filter(|_| limiter.take(at(now)).is_ok()).count();
        assert_eq!(taken(&mut limiter, 5_000), 3);
        assert_eq!(limiter.take(at(5_040)), Err(Duration::from_millis(60)));
        assert_eq!(taken(&mut limiter, 5_100), 1);
        assert_eq!(taken(&mut limiter, 5_300), 2);
        assert_eq!(
            taken(&mut limiter, 60_000),
            3,
            "what was not used does not add up"
        );
    }

    #[test]
    fn a_minute_takes_as_many_as_it_may() {
        let mut limiter = Limiter::new(20, Duration::from_millis(100));
        assert_eq!(
            (0..60_000)
                .filter(|now| limiter.take(at(*now)).is_ok())
                .count(),
            19 + 600
        );
    }
}
