//! A histogram of durations with fixed bounds, as Prometheus scrapes it.

use std::time::Duration;

/// Inclusive upper bounds of the buckets, from 1 ms to 10 s. One more bucket counts everything
/// longer.
pub const BOUNDS: [Duration; 13] = [
    Duration::from_millis(1),
    Duration::from_micros(2_500),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(25),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_millis(2_500),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// Counts of durations per bucket, and their sum. Both only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: [u64; BOUNDS.len() + 1],
    sum: Duration,
}

impl Histogram {
    pub fn record(&mut self, duration: Duration) {
        let bucket = BOUNDS.partition_point(|bound| *bound < duration);
        if let Some(count) = self.counts.get_mut(bucket) {
            *count = count.saturating_add(1);
        }
        self.sum = self.sum.saturating_add(duration);
    }

    /// Returns the count of each bucket, not cumulative. The last one is for durations over all
    /// bounds.
    pub const fn counts(&self) -> &[u64; BOUNDS.len() + 1] {
        &self.counts
    }

    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub const fn sum(&self) -> Duration {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_its_own_bucket() {
        let mut histogram = Histogram::default();
        for millis in [0, 1, 2, 3, 10_000, 10_001] {
            histogram.record(Duration::from_millis(millis));
        }
        assert_eq!(
            histogram.counts(),
            &[2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]
        );
        assert_eq!(
            (histogram.count(), histogram.sum()),
            (6, Duration::from_millis(20_007))
        );
    }
}
