//! How good a connection feels: level and steadiness of its last three latencies.

use super::snapshot::Quality;

/// From latencies in milliseconds: the mean, and the population variance in ms² (contract, section 2).
pub(super) fn quality(latencies: [f64; 3]) -> Quality {
    let mean = latencies.iter().sum::<f64>() / 3.0;
    let variance = latencies.iter().map(|latency| (latency - mean).powi(2)).sum::<f64>() / 3.0;
    if mean < 50.0 && variance < 20.0 {
        Quality::Excellent
    } else if mean < 100.0 && variance < 50.0 {
        Quality::Good
    } else if mean < 200.0 {
        Quality::Fair
    } else {
        Quality::Poor
    }
}
