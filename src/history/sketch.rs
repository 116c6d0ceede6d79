//! Latencies as a base-2 exponential histogram (OpenTelemetry metrics data model, "Exponential
//! Buckets") at scale 4: a percentile is at most 2.2 % off.

/// How often latencies occurred. Merging adds counts, so the order does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Counts by the index of their bucket, in the order of the indexes, without zeros. Bucket `i`
    /// holds latencies in microseconds above 2^(i/16) and at most 2^((i+1)/16).
    buckets: Vec<(i16, u64)>,
}
