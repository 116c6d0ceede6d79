//! What happened, as the store remembers it: changes, incidents, reports and numbers, one file per
//! output format.

pub(crate) mod json;

use std::time::Duration;

use crate::history::sketch::Sketch;

/// Returns the latency that a share (0 to 1) of the heartbeats did not exceed.
fn percentile(_latency: &Sketch, _share: f64) -> Option<Duration> {
    None
}
