//! Output formats, one file each. Every format is a pure function of a snapshot that writes to an
//! `io::Write`.

pub(crate) mod alerts_json;
pub mod blind;
pub mod changes;
pub mod checkmk;
mod elapsed;
mod evidence_json;
pub mod github;
pub mod history;
pub mod human;
pub(crate) mod incident_json;
pub mod json;
pub(crate) mod json_values;
pub mod junit;
pub mod lines;
mod live;
pub mod md;
pub(crate) mod monitor_json;
pub mod nagios;
pub mod ndjson;
pub mod page;
pub mod plain;
pub mod probe;
pub mod prom;
pub(crate) mod settings_json;
pub mod style;
pub mod tap;
mod wrap;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{Evidence, Meta, Row, Status, Text};
use crate::words;

/// The facts about a run that a report shows. The command sets all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct RunInfo {
    pub started: Timestamp,
    pub duration: Duration,
    /// The exit code of the process.
    pub exit: u8,
    /// False when a deadline or a signal left a monitor unsettled.
    pub complete: bool,
    /// The minimum status that counts as failed: warning or error.
    pub fail_on: Status,
    /// Show the evidence of heartbeats too (`-v`).
    pub verbose: bool,
    /// The path of the config, relative where code hosts and editors need it; none without a file.
    pub config: Option<String>,
    /// The same of included files, by what errors call them.
    pub included: BTreeMap<String, String>,
    /// How formats with sections group monitors; none: the default of each format.
    pub by: Option<GroupBy>,
}

/// The property that groups the monitors of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    Kind,
    Group,
}

impl GroupBy {
    /// Returns the name of a monitor's group; none for a monitor without one.
    fn name(self, row: &Row) -> Option<&str> {
        match self {
            GroupBy::Kind => Some(row.meta.kind.as_str()),
            GroupBy::Group => row.meta.group.as_ref().map(Text::as_str),
        }
    }
}

/// The result of a monitor in formats for tests. It agrees with the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestResult {
    Pass,
    /// Passed with a remark.
    Warn,
    Fail,
    /// The run ended before a heartbeat or a failure.
    Open,
    /// Paused.
    Skip,
}

impl RunInfo {
    /// Returns the file and line of a monitor, if it is in a file.
    pub(crate) fn place<'a>(&'a self, meta: &'a Meta) -> Option<(&'a str, u32)> {
        let file = match &meta.file {
            Some(file) => self
                .included
                .get(file.as_str())
                .map_or(file.as_str(), String::as_str),
            None => self.config.as_deref()?,
        };
        Some((file, meta.line?))
    }

    pub(crate) fn mark(&self, row: &Row) -> TestResult {
        match status(row) {
            Status::Paused => TestResult::Skip,
            Status::Unknown => TestResult::Open,
            bad if bad >= self.fail_on => TestResult::Fail,
            // The run ended before a verdict.
            _ if !self.complete && !row.settled => TestResult::Open,
            Status::Warning | Status::Error => TestResult::Warn,
            Status::Healthy => TestResult::Pass,
        }
    }
}

/// Returns the status that decides the exit code. A monitor that only an earlier run found healthy
/// has no verdict in this run.
pub(crate) fn status(row: &Row) -> Status {
    if row.is_healthy_by_memory() {
        Status::Unknown
    } else {
        row.status
    }
}

/// Returns the evidence of the failure that decides the status, or, if requested, of the last
/// heartbeat.
pub(crate) fn evidence(row: &Row, verbose: bool) -> Option<Cow<'_, Evidence>> {
    match row.cause_evidence() {
        Some(proof) => Some(Cow::Borrowed(proof)),
        None if verbose && row.status == Status::Healthy => {
            row.connection.evidence().map(Cow::Owned)
        }
        None => None,
    }
}

/// Returns the evidence as one line, without what the message and the address already say.
pub(crate) fn evidence_line(row: &Row, verbose: bool) -> Option<String> {
    let known = format!("{} {}", words::condition(row), row.meta.address);
    match row.cause_evidence() {
        Some(proof) => words::failure_evidence(proof, &known),
        None => words::beat_evidence(&*evidence(row, verbose)?, &known),
    }
}

/// Returns whether the monitor is healthy after at least one failed attempt.
pub(crate) fn is_flaky(row: &Row) -> bool {
    row.status == Status::Healthy && row.failures > 0
}

/// Returns seconds with a resolution of 1 ms: `0.412`.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64())
}

/// Returns milliseconds with a resolution of 1 µs, for all machine formats.
pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
