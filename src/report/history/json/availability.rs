//! Reports as JSON.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::percentiles::PercentilesJson;
use crate::history::report::{Report, ReportBy, ReportRow, SloRow};
use crate::model::Text;
use crate::report::history::rows::{HistoryRow, cell};
use crate::report::json_values::{Seconds, Time};

const REPORT: &str = "hbmon.report/1";

/// How available monitors were in a period.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "AvailabilityReport")]
pub struct AvailabilityJson<'a> {
    #[schemars(extend("const" = REPORT))]
    schema: &'static str,
    since: Time,
    until: Time,
    /// `monitor`, `group` or `tag`.
    by: &'static str,
    rows: Vec<ReportRowJson<'a>>,
    total: ReportRowJson<'a>,
}

/// One monitor, group or tag, or all monitors. The six times add up to the span, which begins when
/// the monitor was first known.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "ReportRow")]
pub struct ReportRowJson<'a> {
    name: &'a str,
    /// Null for several monitors.
    kind: Option<&'static str>,
    group: Option<&'a str>,
    /// up_s / (up_s + down_s), 0 to 1; null if both are 0.
    availability: Option<f64>,
    /// In `healthy` or `warning`.
    up_s: Seconds,
    /// In `error`.
    down_s: Seconds,
    unknown_s: Seconds,
    unwatched_s: Seconds,
    maintenance_s: Seconds,
    paused_s: Seconds,
    incidents: u64,
    /// Incidents whose worst status is error.
    outages: u64,
    /// The longest outage.
    longest_s: Option<Seconds>,
    /// Mean time to recovery, over outages.
    mttr_s: Option<Seconds>,
    /// Mean time between failures: up_s by outages.
    mtbf_s: Option<Seconds>,
    beats: u64,
    failed: u64,
    missed: u64,
    latency: PercentilesJson,
    slo: Option<SloRowJson>,
    /// The same row in the period before, if it was asked for.
    before: Option<Box<ReportRowJson<'a>>>,
}

/// How an objective was met in the period.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "ReportSlo")]
pub struct SloRowJson {
    /// The share of time that the monitor is to be up, 0 to 1.
    objective: f64,
    met: bool,
    /// The downtime that the objective allows.
    budget_s: Seconds,
    /// The downtime that there was.
    used_s: Seconds,
    /// The share of the budget that is left; negative if it is overdrawn.
    left: f64,
}

impl<'a> AvailabilityJson<'a> {
    pub(crate) fn new(report: &'a Report) -> AvailabilityJson<'a> {
        AvailabilityJson {
            schema: REPORT,
            since: Time(report.period.since),
            until: Time(report.period.until),
            by: by(report.by),
            rows: report.rows.iter().map(ReportRowJson::new).collect(),
            total: ReportRowJson::new(&report.total),
        }
    }
}

impl<'a> ReportRowJson<'a> {
    pub(crate) fn new(row: &'a ReportRow) -> ReportRowJson<'a> {
        ReportRowJson {
            name: row.name.as_str(),
            kind: row.kind.map(|kind| kind.as_str()),
            group: row.group.as_ref().map(Text::as_str),
            availability: row.times.availability(),
            up_s: Seconds(row.times.up),
            down_s: Seconds(row.times.down),
            unknown_s: Seconds(row.times.unknown),
            unwatched_s: Seconds(row.times.unwatched),
            maintenance_s: Seconds(row.times.maintenance),
            paused_s: Seconds(row.times.paused),
            incidents: row.incidents,
            outages: row.outages,
            longest_s: row.longest.map(Seconds),
            mttr_s: row.mttr.map(Seconds),
            mtbf_s: row.mtbf.map(Seconds),
            beats: row.numbers.beats,
            failed: row.numbers.failed,
            missed: row.numbers.missed,
            latency: PercentilesJson::new(&row.numbers.latency),
            slo: row.slo.as_ref().map(SloRowJson::new),
            before: row
                .before
                .as_deref()
                .map(|before| Box::new(ReportRowJson::new(before))),
        }
    }
}

impl SloRowJson {
    fn new(slo: &SloRow) -> SloRowJson {
        SloRowJson {
            objective: slo.objective,
            met: slo.met,
            budget_s: Seconds(slo.budget),
            used_s: Seconds(slo.used),
            left: slo.left,
        }
    }
}

/// The name of what the rows of a report stand for.
pub(super) const fn by(by: ReportBy) -> &'static str {
    match by {
        ReportBy::Monitor => "monitor",
        ReportBy::Group => "group",
        ReportBy::Tag => "tag",
    }
}

impl HistoryRow for ReportRow {
    type Json<'a> = ReportRowJson<'a>;

    /// Without those of `before`, which an output has only if it was asked for.
    const COLUMNS: &'static [&'static str] = &[
        "name",
        "kind",
        "group",
        "availability",
        "up_s",
        "down_s",
        "unknown_s",
        "unwatched_s",
        "maintenance_s",
        "paused_s",
        "incidents",
        "outages",
        "longest_s",
        "mttr_s",
        "mtbf_s",
        "beats",
        "failed",
        "missed",
        "latency_p50_ms",
        "latency_p95_ms",
        "latency_p99_ms",
        "slo_objective",
        "slo_met",
        "slo_budget_s",
        "slo_used_s",
        "slo_left",
    ];

    fn json(&self, _now: Timestamp) -> ReportRowJson<'_> {
        ReportRowJson::new(self)
    }

    fn cells(json: &ReportRowJson<'_>) -> Vec<Value> {
        let slo = json.slo.as_ref();
        let mut cells = vec![
            cell(&json.name),
            cell(&json.kind),
            cell(&json.group),
            cell(&json.availability),
            cell(&json.up_s),
            cell(&json.down_s),
            cell(&json.unknown_s),
            cell(&json.unwatched_s),
            cell(&json.maintenance_s),
            cell(&json.paused_s),
            cell(&json.incidents),
            cell(&json.outages),
            cell(&json.longest_s),
            cell(&json.mttr_s),
            cell(&json.mtbf_s),
            cell(&json.beats),
            cell(&json.failed),
            cell(&json.missed),
        ];
        cells.extend(json.latency.cells());
        cells.extend([
            cell(&slo.map(|slo| slo.objective)),
            cell(&slo.map(|slo| slo.met)),
            cell(&slo.map(|slo| slo.budget_s)),
            cell(&slo.map(|slo| slo.used_s)),
            cell(&slo.map(|slo| slo.left)),
        ]);
        cells
    }
}
