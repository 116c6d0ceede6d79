//! Numbers by intervals as JSON.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::percentiles::PercentilesJson;
use crate::history::numbers::{Numbers, NumbersPoint, Step};
use crate::history::sketch::Sketch;
use crate::model::Text;
use crate::report::history::rows::{HistoryRow, cell};
use crate::report::json_values::{Seconds, Time};

const NUMBERS: &str = "hbmon.numbers/1";

/// The numbers of one monitor by intervals of one length.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Numbers")]
pub struct NumbersJson<'a> {
    #[schemars(extend("const" = NUMBERS))]
    schema: &'static str,
    monitor: &'a str,
    step_s: Seconds,
    numbers: Vec<NumbersPointJson>,
    /// The cursor of the next page; only in an answer of an agent, and only if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The numbers of one monitor in one interval, as `hbmon export numbers` writes them.
#[derive(Debug, Serialize)]
pub struct NumbersRowJson<'a> {
    monitor: &'a str,
    step_s: Seconds,
    #[serde(flatten)]
    point: NumbersPointJson,
}

/// The numbers of one monitor in one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumbersRow {
    pub monitor: Text,
    pub step: Step,
    pub point: NumbersPoint,
}

/// The numbers of one interval.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "NumbersPoint")]
pub struct NumbersPointJson {
    /// The beginning of the interval.
    at: Time,
    beats: u64,
    /// Failed attempts and heartbeats.
    failed: u64,
    missed: u64,
    /// Watched time in these statuses.
    healthy_s: Seconds,
    warning_s: Seconds,
    error_s: Seconds,
    latency: PercentilesJson,
    /// All latencies; only in an answer of an agent, and only if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    histogram: Option<HistogramJson>,
}

/// Latencies as a base-2 exponential histogram (OpenTelemetry metrics data model).
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "LatencyHistogram")]
pub struct HistogramJson {
    /// There are 2^scale buckets for each doubling: 0 to 4.
    scale: u8,
    /// Index and count of each bucket that is not empty. Bucket `i` holds latencies in microseconds
    /// above 2^(i/2^scale) and at most 2^((i+1)/2^scale).
    buckets: Vec<(i16, u64)>,
}

impl HistogramJson {
    fn new(latency: &Sketch) -> HistogramJson {
        HistogramJson {
            scale: latency.scale(),
            buckets: latency.buckets().collect(),
        }
    }
}

impl<'a> NumbersJson<'a> {
    pub(crate) fn new(monitor: &'a Text, step: Step, points: &[NumbersPoint]) -> NumbersJson<'a> {
        NumbersJson {
            schema: NUMBERS,
            monitor: monitor.as_str(),
            step_s: Seconds(step.length()),
            numbers: points.iter().map(NumbersPointJson::new).collect(),
            next: None,
        }
    }

    #[must_use]
    pub(crate) fn with_next(self, next: Option<String>) -> NumbersJson<'a> {
        NumbersJson { next, ..self }
    }

    /// Adds all latencies. `points`: those that it was made from.
    #[must_use]
    pub(crate) fn with_histograms(mut self, points: &[NumbersPoint]) -> NumbersJson<'a> {
        for (json, point) in self.numbers.iter_mut().zip(points) {
            json.histogram = Some(HistogramJson::new(&point.numbers.latency));
        }
        self
    }
}

impl NumbersPointJson {
    pub(crate) fn new(point: &NumbersPoint) -> NumbersPointJson {
        let Numbers {
            beats,
            failed,
            missed,
            healthy,
            warning,
            error,
            latency,
        } = &point.numbers;
        NumbersPointJson {
            at: Time(point.at),
            beats: *beats,
            failed: *failed,
            missed: *missed,
            healthy_s: Seconds(*healthy),
            warning_s: Seconds(*warning),
            error_s: Seconds(*error),
            latency: PercentilesJson::new(latency),
            histogram: None,
        }
    }
}

impl HistoryRow for NumbersRow {
    type Json<'a> = NumbersRowJson<'a>;

    const COLUMNS: &'static [&'static str] = &[
        "monitor",
        "step_s",
        "at",
        "beats",
        "failed",
        "missed",
        "healthy_s",
        "warning_s",
        "error_s",
        "latency_p50_ms",
        "latency_p95_ms",
        "latency_p99_ms",
    ];

    fn json(&self, _now: Timestamp) -> NumbersRowJson<'_> {
        NumbersRowJson {
            monitor: self.monitor.as_str(),
            step_s: Seconds(self.step.length()),
            point: NumbersPointJson::new(&self.point),
        }
    }

    fn cells(json: &NumbersRowJson<'_>) -> Vec<Value> {
        let point = &json.point;
        let mut cells = vec![
            cell(&json.monitor),
            cell(&json.step_s),
            cell(&point.at),
            cell(&point.beats),
            cell(&point.failed),
            cell(&point.missed),
            cell(&point.healthy_s),
            cell(&point.warning_s),
            cell(&point.error_s),
        ];
        cells.extend(point.latency.cells());
        cells
    }
}
