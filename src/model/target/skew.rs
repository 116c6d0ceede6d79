//! Estimates how far our clock is ahead of one sender's, from the newest heartbeats.

use std::time::Duration;

use jiff::SignedDuration;

use crate::model::time::moment::Moment;

/// A difference is dropped when it is older than this and than `MIN_SAMPLES` others.
const WINDOW: Duration = Duration::from_secs(600);
const MIN_SAMPLES: u32 = 20;
/// Only the smallest difference per span of this many seconds is kept, which bounds the memory.
const SLOT: u64 = 30;
/// Maximum number of differences.
const MAX_SAMPLES: usize = 32;
/// Maximum distance of two differences that agree, in microseconds.
const AGREEMENT_MICROS: u64 = 1_000_000;
/// A single difference is believed if it is smaller than all others by less than this, in
/// microseconds.
const BELIEVED_MICROS: u64 = 60_000_000;

/// The estimate: the smallest difference (receipt minus timestamp) in a sliding window, less half
/// the smallest round trip if one is known.
///
/// A difference counts if another one agrees with it, so that one heartbeat with a wrong date
/// changes nothing. A single difference counts if it is smaller and nearer to zero than the others:
/// most clocks are right.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct SkewEstimator {
    /// Oldest first; only samples that can still be the smallest.
    samples: Vec<Sample>,
    /// Number of differences so far, wrapping.
    count: u32,
    round_trip: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    /// Microseconds.
    delta: i64,
    at: Moment,
    /// Number of the difference.
    count: u32,
    agreed: bool,
}

impl SkewEstimator {
    /// Records one difference.
    pub(crate) fn record(&mut self, at: Moment, delta: SignedDuration) {
        let delta = micros(delta);
        self.count = self.count.wrapping_add(1);
        let count = self.count;
        let is_recent = |sample: &Sample| {
            at.since(sample.at) <= WINDOW || count.wrapping_sub(sample.count) < MIN_SAMPLES
        };
        self.samples.retain(is_recent);
        let mut agreed = false;
        for sample in self
            .samples
            .iter_mut()
            .filter(|sample| sample.delta.abs_diff(delta) <= AGREEMENT_MICROS)
        {
            sample.agreed = true;
            agreed = true;
        }
        if agreed {
            self.samples.retain(|sample| sample.delta < delta);
            let stands_for_it = |sample: &&mut Sample| {
                slot(sample.at) == slot(at) && sample.delta.abs_diff(delta) <= AGREEMENT_MICROS
            };
            if let Some(smaller) = self.samples.iter_mut().find(stands_for_it) {
                smaller.at = at;
                smaller.count = count;
                return;
            }
        }
        if self.samples.len() == MAX_SAMPLES {
            let least_useful = self
                .samples
                .iter()
                .position(|sample| !sample.agreed)
                .unwrap_or(0);
            self.samples.remove(least_useful);
        }
        self.samples.push(Sample {
            delta,
            at,
            count,
            agreed,
        });
    }

    /// Records a round trip. Half of it is the time on the way to hbmon.
    pub(crate) fn round_trip(&mut self, rtt: Duration) {
        self.round_trip = Some(self.round_trip.map_or(rtt, |least| least.min(rtt)));
    }

    /// Drops all differences, after the wall clock was set.
    pub(crate) fn clear(&mut self) {
        self.samples.clear();
    }

    /// Returns whether there was no difference since `clear`.
    pub(crate) const fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    pub(crate) fn estimate(&self) -> Option<SignedDuration> {
        self.offset().map(SignedDuration::from_micros)
    }

    /// Returns the latency that a difference stands for. The skew is subtracted if it exceeds a
    /// second or the smallest difference is negative. Returns `None` for a timestamp in the future.
    pub(crate) fn latency(&self, delta: SignedDuration) -> Option<Duration> {
        let delta = micros(delta);
        let skew = self.offset().unwrap_or_default();
        let is_negative = self.least().is_some_and(i64::is_negative);
        let matters = is_negative || skew.unsigned_abs() > AGREEMENT_MICROS;
        let latency = if matters {
            delta.saturating_sub(skew)
        } else {
            delta
        };
        u64::try_from(latency).ok().map(Duration::from_micros)
    }

    /// Returns the age of a timestamp with this difference, or `None` before the first difference.
    pub(crate) fn age(&self, delta: SignedDuration) -> Option<Duration> {
        let age = micros(delta).saturating_sub(self.offset()?);
        Some(Duration::from_micros(
            u64::try_from(age).unwrap_or_default(),
        ))
    }

    fn offset(&self) -> Option<i64> {
        let half = self.round_trip.unwrap_or_default().as_micros() / 2;
        self.least()
            .map(|least| least.saturating_sub(i64::try_from(half).unwrap_or(i64::MAX)))
    }

    /// Returns the smallest difference that counts.
    fn least(&self) -> Option<i64> {
        let deltas = self.samples.iter().map(|sample| sample.delta);
        let Some(agreed) = self
            .samples
            .iter()
            .filter(|sample| sample.agreed)
            .map(|sample| sample.delta)
            .min()
        else {
            return deltas.min_by_key(|delta| delta.unsigned_abs());
        };
        let believed = |delta: &i64| {
            *delta < agreed
                && delta.unsigned_abs() < agreed.unsigned_abs()
                && delta.abs_diff(agreed) < BELIEVED_MICROS
        };
        deltas
            .filter(believed)
            .min_by_key(|delta| delta.unsigned_abs())
            .or(Some(agreed))
    }
}

/// Rounds down, so that no difference is smaller than the smallest one.
fn micros(delta: SignedDuration) -> i64 {
    let micros = delta.as_nanos().div_euclid(1_000);
    i64::try_from(micros).unwrap_or(if micros < 0 { i64::MIN } else { i64::MAX })
}

const fn slot(at: Moment) -> u64 {
    at.since_start().as_secs() / SLOT
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000;

    fn millis(millis: i64) -> SignedDuration {
        SignedDuration::from_millis(millis)
    }

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    /// Returns the estimate in milliseconds after each of these pairs of second and difference.
    fn estimates(story: &[(u64, i64)]) -> Vec<i64> {
        let mut skew = SkewEstimator::default();
        let mut after = |(second, delta): &(u64, i64)| {
            skew.record(at(*second), millis(*delta));
            skew.estimate()
                .map_or(i64::MAX, |estimate| estimate.as_millis() as i64)
        };
        story.iter().map(&mut after).collect()
    }

    #[test]
    fn one_wrong_date_changes_nothing() {
        assert_eq!(
            estimates(&[(0, 20), (30, 25), (60, -DAY), (90, 22), (120, 21)]),
            [20; 5]
        );
        assert_eq!(
            estimates(&[(0, 20), (30, -DAY), (60, -2 * DAY), (90, 22)]),
            [20; 4]
        );
        assert_eq!(estimates(&[(0, -DAY), (30, 20), (60, 25)]), [-DAY, 20, 20]);
        // A sender that is an hour behind, and once right.
        assert_eq!(
            estimates(&[(0, 3_600_000), (30, 3_600_005), (60, 20), (90, 3_600_009)]),
            [3_600_000; 4]
        );
    }

    #[test]
    fn two_that_agree_are_believed() {
        assert_eq!(
            estimates(&[(0, 20), (30, 25), (60, -DAY), (90, 5 - DAY)]),
            [20, 20, 20, -DAY]
        );
    }

    #[test]
    fn slow_heartbeats_are_not_skew() {
        assert_eq!(
            estimates(&[(0, 40), (30, 2_000), (60, 2_100), (90, 2_050)]),
            [40; 4]
        );
    }

    #[test]
    fn ten_minutes_are_remembered_where_heartbeats_are_many() {
        let mut skew = SkewEstimator::default();
        skew.record(at(0), millis(-5_000));
        skew.record(at(1), millis(-5_000));
        (2..=600).for_each(|second| skew.record(at(second), millis(20)));
        assert_eq!(skew.estimate(), Some(millis(-5_000)));
        (601..=632).for_each(|second| skew.record(at(second), millis(20)));
        assert_eq!(skew.estimate(), Some(millis(20)));
    }

    #[test]
    fn twenty_are_remembered_where_heartbeats_are_rare() {
        let mut skew = SkewEstimator::default();
        (0..2).for_each(|hour| skew.record(at(hour * 3_600), millis(-5_000)));
        for hour in 2..40 {
            skew.record(at(hour * 3_600), millis(20));
            let estimate = if hour < 21 {
                millis(-5_000)
            } else {
                millis(20)
            };
            assert_eq!(skew.estimate(), Some(estimate), "hour {hour}");
        }
    }

    #[test]
    fn half_the_round_trip_is_on_the_way() {
        let mut skew = SkewEstimator::default();
        skew.round_trip(Duration::from_millis(30));
        skew.round_trip(Duration::from_millis(20));
        assert_eq!(skew.estimate(), None);
        skew.record(at(0), millis(5_000));
        assert_eq!(skew.estimate(), Some(millis(4_990)));
        assert_eq!(skew.latency(millis(5_000)), Some(Duration::from_millis(10)));
        assert_eq!(
            skew.age(millis(65_000)),
            Some(Duration::from_millis(60_010))
        );
        skew.clear();
        assert_eq!(skew.estimate(), None);
    }

    #[test]
    fn a_timestamp_from_the_future_has_no_latency() {
        let mut skew = SkewEstimator::default();
        [20, 25, -DAY]
            .into_iter()
            .zip(0..)
            .for_each(|(delta, n)| skew.record(at(n), millis(delta)));
        assert_eq!(skew.latency(millis(-DAY)), None);
        assert_eq!(skew.age(millis(-DAY)), Some(Duration::ZERO));
    }

    proptest! {
        #[test]
        fn differences_that_agree_are_kept_as_the_smallest_of_the_window(
            story in proptest::collection::vec((0_u64..200, 0_i64..900), 2..200),
        ) {
            let mut skew = SkewEstimator::default();
            let mut now = 0;
            let mut all = Vec::new();
            for (pause, delta) in story {
                now += pause;
                skew.record(at(now), millis(delta));
                all.push((now, delta));
                let smallest = |window: u64, least: usize| {
                    let recent = all.iter().rev().enumerate();
                    recent
                        .filter(|(n, (then, _))| *n < least || now - then <= window)
                        .map(|(_, (_, delta))| *delta)
                        .min()
                };
                let estimate = skew.estimate().map(|estimate| estimate.as_millis() as i64);
                // A sample is kept up to one slot longer than the window.
                let exact = smallest(600, 20);
                let longer = smallest(600 + SLOT, usize::MAX);
                prop_assert!(estimate <= exact);
                if now <= 600 {
                    prop_assert_eq!(estimate, longer);
                }
                prop_assert!(skew.samples.len() <= MAX_SAMPLES);
            }
        }

        #[test]
        fn memory_is_bounded_whatever_comes(
            story in proptest::collection::vec((0_u64..5_000, any::<i64>()), 0..300),
            growing in any::<bool>(),
        ) {
            let mut skew = SkewEstimator::default();
            let mut now = Moment::START;
            for (n, (pause, delta)) in story.into_iter().enumerate() {
                now = now.plus(Duration::from_millis(pause));
                let delta = if growing {
                    millis(n as i64 * 1_500)
                } else {
                    SignedDuration::from_nanos(delta)
                };
                skew.record(now, delta);
                prop_assert!(skew.samples.len() <= MAX_SAMPLES && skew.estimate().is_some());
                let longest = Duration::from_secs(1 << 40);
                prop_assert!(skew.latency(delta).is_none_or(|latency| latency <= longest));
            }
        }
    }
}
