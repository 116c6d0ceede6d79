//! Latency statistics and quality of one target.

use std::time::Duration;

use super::status::Quality;
use crate::model::time::compact_duration::CompactDuration;

/// Number of measurements that the percentiles cover.
const CAPACITY: usize = 128;

/// Latency statistics: `avg`, `min` and `max` since the start, percentiles over the last 128
/// measurements (nearest rank), and `jitter` as smoothed by RFC 3550, section 6.4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatencySummary {
    pub avg: Duration,
    pub min: Duration,
    pub max: Duration,
    pub p50: Duration,
    pub p95: Duration,
    pub p99: Duration,
    pub jitter: Duration,
}

/// Limits below which each quality is reached (docs/interface.md, "Verdicts").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QualityLimits {
    pub excellent: StabilityLimits,
    pub good: StabilityLimits,
    /// Limit of the mean; the variance does not count.
    pub fair: Duration,
}

/// Limits of the mean, and of the population variance in ms².
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StabilityLimits {
    pub mean: Duration,
    pub variance: u32,
}

impl Default for QualityLimits {
    fn default() -> Self {
        QualityLimits {
            excellent: StabilityLimits {
                mean: Duration::from_millis(50),
                variance: 20,
            },
            good: StabilityLimits {
                mean: Duration::from_millis(100),
                variance: 50,
            },
            fair: Duration::from_millis(200),
        }
    }
}

impl QualityLimits {
    /// Returns the quality of three latencies in milliseconds.
    fn quality(&self, latencies: [f64; 3]) -> Quality {
        let mean = latencies.iter().sum::<f64>() / 3.0;
        let variance = latencies
            .iter()
            .map(|latency| (latency - mean).powi(2))
            .sum::<f64>()
            / 3.0;
        let under = |limit: Duration| mean < limit.as_secs_f64() * 1_000.0;
        let steady =
            |limits: StabilityLimits| under(limits.mean) && variance < f64::from(limits.variance);
        if steady(self.excellent) {
            Quality::Excellent
        } else if steady(self.good) {
            Quality::Good
        } else if under(self.fair) {
            Quality::Fair
        } else {
            Quality::Poor
        }
    }
}

/// Values are stored as `CompactDuration`. Nothing is allocated before the first measurement.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::model) struct Latencies {
    count: u64,
    sum: Duration,
    least: Option<CompactDuration>,
    most: Option<CompactDuration>,
    last: Option<CompactDuration>,
    quality: Quality,
    /// The previous quality.
    quality_before: Option<Quality>,
    /// In nanoseconds.
    jitter: f64,
    /// The latest measurements; a ring once it is full.
    recent: Vec<CompactDuration>,
    /// Index of the oldest measurement, which the next one replaces.
    head: usize,
}

impl Latencies {
    /// Records a measurement and returns it as stored.
    pub(crate) fn record(&mut self, latency: Duration, limits: &QualityLimits) -> Duration {
        let kept = CompactDuration::new(latency);
        let latency = kept.duration();
        if let Some(last) = self.last {
            // RFC 3550, section 6.4.1: J += (|D| - J) / 16.
            self.jitter +=
                (latency.abs_diff(last.duration()).as_nanos() as f64 - self.jitter) / 16.0;
        }
        self.least = Some(self.least.map_or(kept, |least| least.min(kept)));
        self.most = self.most.max(Some(kept));
        self.sum = self.sum.saturating_add(latency);
        self.count = self.count.saturating_add(1);
        self.last = Some(kept);
        self.store(kept);
        let before = self.quality;
        self.quality = self.newest(limits);
        if before != Quality::Unknown && before != self.quality {
            self.quality_before = Some(before);
        }
        latency
    }

    /// Drops the last measurement, which says nothing about the time after a pause.
    pub(crate) const fn forget_last(&mut self) {
        self.last = None;
    }

    /// Returns the quality of the last three latencies, even if other outcomes came between them.
    pub(crate) const fn quality(&self) -> Quality {
        self.quality
    }

    pub(crate) const fn quality_before(&self) -> Option<Quality> {
        self.quality_before
    }

    pub(crate) fn last(&self) -> Option<Duration> {
        self.last.map(CompactDuration::duration)
    }

    /// Returns the statistics, or `None` before the first measurement.
    pub(crate) fn summary(&self) -> Option<LatencySummary> {
        let mut sorted = self.recent.clone();
        sorted.sort_unstable();
        let average = self.sum.as_nanos().checked_div(u128::from(self.count))?;
        Some(LatencySummary {
            avg: Duration::from_nanos(u64::try_from(average).unwrap_or(u64::MAX)),
            min: self.least?.duration(),
            max: self.most?.duration(),
            p50: nearest_rank(&sorted, 50),
            p95: nearest_rank(&sorted, 95),
            p99: nearest_rank(&sorted, 99),
            jitter: Duration::try_from_secs_f64(self.jitter / 1e9).unwrap_or(Duration::MAX),
        })
    }

    /// Computes the quality of the last three latencies.
    fn newest(&self, limits: &QualityLimits) -> Quality {
        // From the newest backwards: first before the head, then from the end of a full ring.
        let (newer, older) = self
            .recent
            .split_at_checked(self.head)
            .unwrap_or((&self.recent, &[]));
        let mut newest = newer
            .iter()
            .rev()
            .chain(older.iter().rev())
            .map(|latency| f64::from(latency.micros()) / 1000.0);
        match (newest.next(), newest.next(), newest.next()) {
            (Some(a), Some(b), Some(c)) => limits.quality([a, b, c]),
            _ => Quality::Unknown,
        }
    }

    fn store(&mut self, latency: CompactDuration) {
        match self.recent.get_mut(self.head) {
            Some(oldest) => *oldest = latency,
            None => {
                // Allocated at once: growing step by step would fragment the heap, once per target.
                self.recent.reserve_exact(CAPACITY - self.recent.len());
                self.recent.push(latency);
            }
        }
        self.head = if self.head + 1 == CAPACITY {
            0
        } else {
            self.head + 1
        };
    }
}

/// Returns the smallest value that at least `percent` percent of all values do not exceed.
fn nearest_rank(sorted: &[CompactDuration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted
        .get(rank.saturating_sub(1))
        .map_or(Duration::ZERO, |latency| latency.duration())
}

/// Converts to a signed duration, saturating at its maximum.
pub(in crate::model) fn signed(duration: Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(duration).unwrap_or(jiff::SignedDuration::MAX)
}
