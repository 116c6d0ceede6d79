//! `-o tap`: the Test Anything Protocol, version 14. Each monitor is a test point with a YAML
//! block.

use std::io;

use super::{RunInfo, TestResult, evidence_line, is_flaky, ms};
use crate::model::{Row, Snapshot};
use crate::words;

/// Writes the report. TAP has no warnings: a warning passes, with a comment.
///
/// # Errors
/// A write fails.
pub fn write(snapshot: &Snapshot, run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "TAP version 14")?;
    match snapshot.rows.len() {
        0 => writeln!(out, "1..0 # no monitors")?,
        tests => writeln!(out, "1..{tests}")?,
    }
    for (number, row) in (1..).zip(&snapshot.rows) {
        point(number, row, run, out)?;
    }
    if run.complete {
        Ok(())
    } else {
        writeln!(out, "# {}", words::incomplete(snapshot))
    }
}

fn point(number: usize, row: &Row, run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    let (mark, name) = (run.mark(row), described(row.meta.name.as_str()));
    match mark {
        TestResult::Fail | TestResult::Open => writeln!(out, "not ok {number} - {name}")?,
        TestResult::Skip => writeln!(out, "ok {number} - {name} # SKIP paused")?,
        TestResult::Pass | TestResult::Warn => writeln!(out, "ok {number} - {name}")?,
    }
    match mark {
        TestResult::Fail => details(row, &words::condition(row), "fail", out),
        TestResult::Open => details(
            row,
            &format!("no verdict: {}", words::condition(row)),
            "unknown",
            out,
        ),
        TestResult::Warn => writeln!(out, "# warning: {}", words::condition(row)),
        TestResult::Pass if is_flaky(row) => {
            writeln!(out, "# flaky: {}", words::recovered_failure(row))
        }
        TestResult::Pass | TestResult::Skip => Ok(()),
    }
}

/// Writes a YAML block; JSON strings and numbers are valid YAML.
fn details(row: &Row, message: &str, severity: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let cause = row.cause.as_ref();
    let latency = row
        .last_latency
        .map_or_else(|| "null".to_owned(), |latency| format!("{:?}", ms(latency)));
    let fields = [
        ("message", quoted(message)?),
        ("severity", quoted(severity)?),
        (
            "reason",
            cause.map_or(Ok("null".to_owned()), |cause| {
                quoted(cause.reason().as_str())
            })?,
        ),
        (
            "evidence",
            evidence_line(row, false).map_or(Ok("null".to_owned()), |seen| quoted(&seen))?,
        ),
        ("target", quoted(row.meta.address.as_str())?),
        ("latency_ms", latency),
        ("attempts", row.attempts.to_string()),
        ("failures", row.failures.to_string()),
        ("missed", row.missed.to_string()),
    ];
    writeln!(out, "  ---")?;
    fields
        .iter()
        .try_for_each(|(key, value)| writeln!(out, "  {key}: {value}"))?;
    writeln!(out, "  ...")
}

fn quoted(text: &str) -> io::Result<String> {
    // The two characters that JSON allows and YAML does not.
    Ok(serde_json::to_string(text)?
        .replace('\u{FFFE}', "\\uFFFE")
        .replace('\u{FFFF}', "\\uFFFF"))
}

/// Escapes a description, in which `#` begins a directive and `\` an escape.
fn described(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}
