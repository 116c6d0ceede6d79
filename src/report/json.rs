//! `-o json`: a JSON report (docs/interface.md). Keys are only added, and their order is fixed.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use super::RunInfo;
use super::json_values::{Ms, Time};
use super::live::LiveJson;
use super::monitor_json::MonitorJson;
use crate::model;
use crate::model::Snapshot;

/// The schema of a run that ends.
pub const CHECK: &str = "hbmon.check/1";
/// The schema of a running agent.
pub const STATUS: &str = "hbmon.status/1";

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Report")]
pub struct ReportJson<'a> {
    schema: &'static str,
    hbmon: &'static str,
    complete: bool,
    status: &'static str,
    exit: u8,
    score: Option<f64>,
    started: Time,
    duration_ms: Ms,
    counts: CountsJson,
    #[serde(rename = "self")]
    own: SelfStatsJson,
    monitors: Vec<MonitorJson<'a>>,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Counts")]
struct CountsJson {
    healthy: usize,
    warning: usize,
    error: usize,
    unknown: usize,
    paused: usize,
}

/// The load of hbmon itself: lateness of attempts and of the event loop, skipped polls, open
/// attempts and connections, and its overload, if any.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "SelfStats")]
struct SelfStatsJson {
    lag_ms: Ms,
    lag_p99_ms: Ms,
    lag_max_ms: Ms,
    wake_ms: Ms,
    wake_max_ms: Ms,
    skipped: u64,
    open: usize,
    strain: Option<&'static str>,
    /// Only of a run that goes on: the config that was read last is bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    reload_refused: Option<bool>,
}

/// Writes the report as one line.
///
/// # Errors
/// A write fails.
pub fn write(snapshot: &Snapshot, run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &report(snapshot, run))?;
    out.write_all(b"\n")
}

pub fn report<'a>(snapshot: &'a Snapshot, run: &RunInfo) -> ReportJson<'a> {
    let model::Counts {
        healthy,
        warning,
        error,
        unknown,
        paused,
    } = snapshot.counts;
    ReportJson {
        schema: CHECK,
        hbmon: env!("CARGO_PKG_VERSION"),
        complete: run.complete,
        status: snapshot.counts.worst().as_str(),
        exit: run.exit,
        score: snapshot.counts.score(),
        started: Time(run.started),
        duration_ms: Ms(run.duration),
        counts: CountsJson {
            healthy,
            warning,
            error,
            unknown,
            paused,
        },
        own: own(&snapshot.self_stats),
        monitors: snapshot
            .rows
            .iter()
            .map(|row| MonitorJson::new(snapshot, row, run.verbose))
            .collect(),
    }
}

fn own(lag: &model::SelfStats) -> SelfStatsJson {
    SelfStatsJson {
        lag_ms: Ms(lag.last_delay),
        lag_p99_ms: Ms(lag.delay_percentile(99)),
        lag_max_ms: Ms(lag.max_delay),
        wake_ms: Ms(lag.last_loop_delay),
        wake_max_ms: Ms(lag.max_loop_delay),
        skipped: lag.skipped_polls,
        open: lag.open,
        strain: lag.overload.map(model::Overload::as_str),
        reload_refused: None,
    }
}

/// The same object about a run that goes on, with what a screen that follows it needs.
pub fn status<'a>(snapshot: &'a Snapshot, run: &RunInfo) -> ReportJson<'a> {
    let mut report = report(snapshot, run);
    report.schema = STATUS;
    report.own.reload_refused = Some(snapshot.self_stats.reload_refused);
    for (monitor, row) in report.monitors.iter_mut().zip(&snapshot.rows) {
        monitor.live = Some(LiveJson::of(snapshot, row));
    }
    report
}
