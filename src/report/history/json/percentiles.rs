//! Percentiles of latencies as JSON.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::history::sketch::Sketch;
use crate::report::history::rows::cell;
use crate::report::json_values::Ms;

/// Latencies that 50, 95 and 99 % of the heartbeats did not exceed; null if none was measured.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Percentiles")]
pub struct PercentilesJson {
    p50_ms: Option<Ms>,
    p95_ms: Option<Ms>,
    p99_ms: Option<Ms>,
}

impl PercentilesJson {
    pub(super) fn new(latency: &Sketch) -> PercentilesJson {
        let ms = |percent| latency.percentile(percent).map(Ms);
        PercentilesJson {
            p50_ms: ms(50.0),
            p95_ms: ms(95.0),
            p99_ms: ms(99.0),
        }
    }

    pub(super) fn cells(&self) -> [Value; 3] {
        [cell(&self.p50_ms), cell(&self.p95_ms), cell(&self.p99_ms)]
    }
}
