//! A latency in four bytes, for structures that store many of them.

use std::num::NonZeroU32;
use std::time::Duration;

/// Exact to the microsecond up to 16 s, and to seven digits beyond. Orders like the durations it
/// stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::model) struct CompactDuration(NonZeroU32);

impl CompactDuration {
    pub(crate) fn new(latency: Duration) -> CompactDuration {
        // The bit patterns of non-negative floats have the same order as their values. One is added
        // because the value must not be zero.
        let micros = latency.as_micros() as f32;
        CompactDuration(NonZeroU32::MIN.saturating_add(micros.to_bits()))
    }

    /// Microseconds.
    pub(crate) const fn micros(self) -> f32 {
        f32::from_bits(self.0.get() - 1)
    }

    pub(crate) const fn duration(self) -> Duration {
        Duration::from_micros(self.micros() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_ones_are_kept_to_the_microsecond() {
        for micros in [0, 1, 999, 41_700, 1_234_567, 16_777_215] {
            let latency = Duration::from_micros(micros);
            assert_eq!(
                CompactDuration::new(latency + Duration::from_nanos(999)).duration(),
                latency
            );
        }
    }

    #[test]
    fn long_ones_are_kept_to_seven_digits() {
        for latency in [17, 3600, 86_400, 1 << 40].map(Duration::from_secs) {
            let off = CompactDuration::new(latency).duration().abs_diff(latency);
            assert!(off < latency / 10_000_000, "{latency:?} by {off:?}");
        }
        assert!(CompactDuration::new(Duration::MAX).duration() > Duration::from_secs(1 << 40));
    }

    #[test]
    fn they_are_ordered() {
        let micros = [0, 1, 2, 1000, 16_777_216, 1 << 40, u64::MAX];
        assert!(
            micros
                .map(|micros| CompactDuration::new(Duration::from_micros(micros)))
                .is_sorted()
        );
    }
}
