//! One file per output format; all are pure functions of the same snapshot, written to whatever
//! they are given.

pub mod blind;
pub mod changes;
pub mod checkmk;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod lines;
pub mod md;
pub mod nagios;
pub mod ndjson;
pub mod plain;
pub mod probe;
pub mod prom;
pub mod style;
pub mod tap;

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{Evidence, Row, Status};
use crate::words;

/// What a report says about the run that it is of. The command decides all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunInfo {
    pub started: Timestamp,
    pub duration: Duration,
    /// The code that the process will exit with.
    pub exit: u8,
    /// False when a deadline or a signal left a monitor unsettled.
    pub complete: bool,
    /// From this status on a monitor has failed: warning or error.
    pub fail_on: Status,
    /// Show what was seen of heartbeats too (`-v`).
    pub verbose: bool,
    /// The config's path, as code hosts and editors find it; none where there is no file.
    pub config: Option<String>,
}

/// What a format that knows only tests makes of a monitor, in agreement with the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestResult {
    Pass,
    /// Passed, with something to say about it.
    Warn,
    Fail,
    /// Neither heard from nor failed when the run ended.
    Open,
    /// Paused.
    Skip,
}

impl RunInfo {
    pub(crate) fn mark(&self, row: &Row) -> TestResult {
        match status(row) {
            Status::Paused => TestResult::Skip,
            Status::Unknown => TestResult::Open,
            bad if bad >= self.fail_on => TestResult::Fail,
            // The run ended before it knew.
            _ if !self.complete && !row.settled => TestResult::Open,
            Status::Warning | Status::Error => TestResult::Warn,
            Status::Healthy => TestResult::Pass,
        }
    }
}

/// The status that the exit code goes by: one that only an earlier run knew to be healthy has no
/// verdict in this one.
pub(crate) fn status(row: &Row) -> Status {
    if row.is_healthy_by_memory() {
        Status::Unknown
    } else {
        row.status
    }
}

/// What was seen: of the failure that decides the status, or, if that is asked for, of the last
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

/// The same in one line, as far as neither the sentence nor the address of the monitor tells it.
pub(crate) fn evidence_line(row: &Row, verbose: bool) -> Option<String> {
    let known = format!("{} {}", words::condition(row), row.meta.address);
    match row.cause_evidence() {
        Some(proof) => words::failure_evidence(proof, &known),
        None => words::beat_evidence(&*evidence(row, verbose)?, &known),
    }
}

/// A healthy monitor that was not so at the first try.
pub(crate) fn is_flaky(row: &Row) -> bool {
    row.status == Status::Healthy && row.failures > 0
}

/// Seconds with milliseconds: `0.412`.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64())
}

/// Milliseconds as a number, to the microsecond: what all machine formats use.
pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
