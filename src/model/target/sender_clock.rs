//! The clock of one sender as its timestamps show it: its skew, whether it moves, and its
//! resolution.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::finding::{Finding, level};
use super::policy::Policy;
use super::skew::SkewEstimator;
use super::status::{Cause, Status};
use crate::model::outcome::failure::Failure;
use crate::model::outcome::fault::Assertion;
use crate::model::outcome::signal::Beat;
use crate::model::time::moment::Moment;

/// After this many consecutive timestamps without a fraction of a second, the sender is taken to
/// send whole seconds.
const WHOLE_SECOND_STREAK: u8 = 10;
/// A timestamp may stay the same for this many intervals plus this time.
const STILL_INTERVALS: u32 = 3;
const STILL_TIME: Duration = Duration::from_secs(60);

/// The clock of one sender. Boxed, since most senders send no timestamps.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct SenderClock(Option<Box<TimestampHistory>>);

/// What the timestamp of one heartbeat shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::model) struct TimestampReading {
    /// `None` if the timestamp says nothing about it.
    pub latency: Option<Duration>,
    /// Age of the timestamp; `None` for the first one.
    pub age: Option<Duration>,
}

#[derive(Clone, Debug)]
struct TimestampHistory {
    skew: SkewEstimator,
    /// The last timestamp, and when it was first and last received.
    sent: Option<Timestamp>,
    first: Moment,
    last: Moment,
    /// Another timestamp came before it.
    moved: bool,
    /// Number of consecutive timestamps without a fraction of a second.
    whole_seconds: u8,
}

impl SenderClock {
    /// Reads the timestamp of a heartbeat.
    pub(crate) fn read_beat(&mut self, at: Moment, beat: &Beat) -> TimestampReading {
        let Some(delta) = beat.delta else {
            return TimestampReading::default();
        };
        let clock = self
            .0
            .get_or_insert_with(|| Box::new(TimestampHistory::new(at)));
        if let Some(latency) = beat.latency {
            clock.skew.round_trip(latency);
        }
        clock.read(at, delta, beat.sent)
    }

    /// Records how long a response of the sender took.
    pub(crate) fn round_trip(&mut self, at: Moment, rtt: Duration) {
        self.0
            .get_or_insert_with(|| Box::new(TimestampHistory::new(at)))
            .skew
            .round_trip(rtt);
    }

    /// Drops all differences, after the wall clock was set.
    pub(crate) fn clear(&mut self) {
        if let Some(clock) = &mut self.0 {
            clock.skew.clear();
            clock.moved = false;
        }
    }

    /// Forgets how long the timestamp has been the same, after a pause.
    pub(crate) fn restart(&mut self) {
        if let Some(clock) = &mut self.0 {
            clock.sent = None;
            clock.first = Moment::START;
            clock.last = Moment::START;
            if !clock.moved {
                clock.skew.clear();
            }
        }
    }

    /// Returns how far our clock is ahead, or `None` if the sender's clock was never seen to move.
    pub(crate) fn skew(&self) -> Option<SignedDuration> {
        let clock = self.0.as_ref()?;
        clock
            .skew
            .estimate()
            .filter(|_| clock.stood().is_zero() || clock.moved)
    }

    /// Returns whether the timestamps are whole seconds.
    pub(crate) fn has_whole_seconds(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|clock| clock.whole_seconds == WHOLE_SECOND_STREAK)
    }

    /// Returns the worse finding about the clock: it does not move, or its skew is too large.
    pub(crate) fn finding(&self, policy: &Policy) -> Option<Finding> {
        let clock = self.0.as_ref()?;
        let still = clock.still(policy);
        match self.skewed(policy, clock.last) {
            Some(skewed) if still.is_none() || skewed.status > Status::Warning => Some(skewed),
            _ => still,
        }
    }

    fn skewed(&self, policy: &Policy, at: Moment) -> Option<Finding> {
        let skew = self.skew()?;
        let (status, limit) = level(policy.skew, |limit| skew.unsigned_abs() > limit)?;
        Some(Finding {
            status,
            at,
            cause: Cause::Failure(Failure::Skewed { skew, limit }),
        })
    }
}

impl TimestampHistory {
    fn new(at: Moment) -> TimestampHistory {
        TimestampHistory {
            skew: SkewEstimator::default(),
            sent: None,
            first: at,
            last: at,
            moved: false,
            whole_seconds: 0,
        }
    }

    fn read(
        &mut self,
        at: Moment,
        delta: SignedDuration,
        sent: Option<Timestamp>,
    ) -> TimestampReading {
        let is_first = self.skew.is_empty();
        let stands = sent.is_some() && sent == self.sent;
        self.last = self.last.max(at);
        if !stands {
            self.sent = sent;
            self.first = at;
            self.last = at;
            self.moved = !is_first;
            let is_whole = sent.is_some_and(|sent| sent.subsec_nanosecond() == 0);
            self.whole_seconds = if is_whole {
                WHOLE_SECOND_STREAK.min(self.whole_seconds + 1)
            } else {
                0
            };
        }
        // The growing age of an unchanged timestamp is no clock difference.
        if !stands || is_first {
            self.skew.record(at, delta);
        }
        TimestampReading {
            latency: self.skew.latency(delta).filter(|_| !stands),
            age: self.skew.age(delta).filter(|_| !is_first),
        }
    }

    /// Returns how long the last timestamp has been the same.
    const fn stood(&self) -> Duration {
        self.last.since(self.first)
    }

    fn still(&self, policy: &Policy) -> Option<Finding> {
        let limit = policy
            .interval
            .saturating_mul(STILL_INTERVALS)
            .saturating_add(STILL_TIME);
        let stood = self.stood();
        (policy.max_age.is_none() && stood >= limit).then(|| Finding {
            status: Status::Warning,
            at: self.first.plus(limit),
            cause: Cause::Failure(Failure::Assertion(Assertion::Still { stood })),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rhythm;

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    /// A heartbeat received at a second of the epoch, with a timestamp in milliseconds of the
    /// epoch.
    fn beat(second: u64, sent: i64) -> Beat {
        let sent = Timestamp::from_millisecond(sent).unwrap();
        let delta = sent.duration_until(Timestamp::from_second(second as i64).unwrap());
        Beat {
            delta: Some(delta),
            sent: Some(sent),
            ..Beat::default()
        }
    }

    #[test]
    fn whole_seconds_are_recognised_after_ten() {
        let mut sender = SenderClock::default();
        for second in 1..=10 {
            assert!(!sender.has_whole_seconds());
            sender.read_beat(at(second), &beat(second, second as i64 * 1_000 - 1_000));
        }
        assert!(sender.has_whole_seconds());
        sender.read_beat(at(11), &beat(11, 10_500));
        assert!(!sender.has_whole_seconds());
    }

    #[test]
    fn a_pause_is_no_standstill_and_no_movement() {
        let mut sender = SenderClock::default();
        sender.read_beat(at(100), &beat(100, 40_000));
        sender.read_beat(at(115), &beat(115, 40_000));
        sender.restart();
        let policy = Policy {
            timestamped: true,
            ..Policy::with_interval(Rhythm::Poll, Duration::from_secs(15))
        };
        sender.read_beat(at(5_000), &beat(5_000, 40_000));
        assert_eq!(sender.finding(&policy), None);
        sender.read_beat(at(5_015), &beat(5_015, 40_000));
        assert_eq!(sender.skew(), None);
        sender.read_beat(at(5_105), &beat(5_105, 40_000));
        assert_eq!(
            sender.finding(&policy).map(|finding| finding.at),
            Some(at(5_105))
        );
    }

    #[test]
    fn what_stands_still_is_neither_skew_nor_latency() {
        let mut sender = SenderClock::default();
        let first = sender.read_beat(at(100), &beat(100, 40_000));
        assert_eq!(
            (first.age, sender.skew()),
            (None, Some(SignedDuration::from_secs(60)))
        );
        for second in [115, 130, 145] {
            let again = sender.read_beat(at(second), &beat(second, 40_000));
            assert_eq!(
                (again.latency, again.age),
                (None, Some(Duration::from_secs(second - 100)))
            );
            assert_eq!(sender.skew(), None);
        }
        // The clock moves again, and its skew was small.
        let moved = sender.read_beat(at(160), &beat(160, 159_900));
        assert_eq!(moved.latency, Some(Duration::from_millis(100)));
        assert_eq!(sender.skew(), Some(SignedDuration::from_millis(100)));
    }
}
