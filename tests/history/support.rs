//! Short words for values of the history, and random ones.

use std::time::Duration;

use hbmon::history::numbers::Numbers;
use hbmon::history::sketch::Sketch;
use proptest::collection::vec;
use proptest::prelude::*;

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn sketch(latencies: &[Duration]) -> Sketch {
    let mut sketch = Sketch::default();
    for &latency in latencies {
        sketch.record(latency);
    }
    sketch
}

/// From 1 µs to 1,000 s, each order of magnitude as often.
pub(crate) fn latencies() -> impl Strategy<Value = Duration> {
    (0.0..9.0_f64).prop_map(|magnitude| Duration::from_secs_f64(10_f64.powf(magnitude) / 1e6))
}

/// As one 5-minute interval of a monitor has them.
pub(crate) fn numbers() -> impl Strategy<Value = Numbers> {
    let times = [0..300_000_u64, 0..300_000, 0..300_000].prop_map(|times| times.map(millis));
    let counts = [0..300_u64, 0..300, 0..300];
    (counts, times, vec(latencies(), 0..5)).prop_map(|(counts, times, latencies)| Numbers {
        beats: counts[0],
        failed: counts[1],
        missed: counts[2],
        healthy: times[0],
        warning: times[1],
        error: times[2],
        latency: sketch(&latencies),
    })
}
