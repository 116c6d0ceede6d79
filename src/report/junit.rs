//! `-o junit`: JUnit XML for Jenkins, GitLab and GitHub reporters. Each kind is a suite, each
//! monitor a case.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use super::{RunInfo, TestResult, evidence_line, is_flaky, seconds};
use crate::model::{Kind, Row, Snapshot};
use crate::words;

/// Writes the report. It follows Jenkins (junit-10.xsd of the xunit plugin), with the attributes
/// `file` and `line` of each case, as pytest writes them.
///
/// # Errors
/// A write fails.
pub fn write(snapshot: &Snapshot, run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    let rows: Vec<&Row> = snapshot.rows.iter().map(Arc::as_ref).collect();
    let SuiteTotals {
        tests,
        failures,
        errors,
        ..
    } = SuiteTotals::of(&rows, run);
    let time = seconds(run.duration);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"hbmon\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"{errors}\" time=\"{time}\">"
    )?;
    for kind in Kind::ALL {
        let rows: Vec<&Row> = rows
            .iter()
            .copied()
            .filter(|row| row.meta.kind == kind)
            .collect();
        if !rows.is_empty() {
            suite(kind, &rows, run, out)?;
        }
    }
    writeln!(out, "</testsuites>")
}

struct SuiteTotals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl SuiteTotals {
    fn of(rows: &[&Row], run: &RunInfo) -> SuiteTotals {
        let count = |mark: TestResult| rows.iter().filter(|row| run.mark(row) == mark).count();
        let [failures, errors, skipped] =
            [TestResult::Fail, TestResult::Open, TestResult::Skip].map(count);
        SuiteTotals {
            tests: rows.len(),
            failures,
            errors,
            skipped,
        }
    }
}

fn suite(kind: Kind, rows: &[&Row], run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    let SuiteTotals {
        tests,
        failures,
        errors,
        skipped,
    } = SuiteTotals::of(rows, run);
    let (kind, time, started) = (
        kind.as_str(),
        seconds(run.duration),
        run.started.strftime("%Y-%m-%dT%H:%M:%S"),
    );
    writeln!(
        out,
        "  <testsuite name=\"{kind}\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"{errors}\" skipped=\"{skipped}\" time=\"{time}\" timestamp=\"{started}\">"
    )?;
    rows.iter().try_for_each(|row| case(row, run, out))?;
    writeln!(out, "  </testsuite>")
}

fn case(row: &Row, run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    let meta = &row.meta;
    write!(
        out,
        "    <testcase classname=\"hbmon.{}\" name=\"{}\"",
        meta.kind.as_str(),
        escaped(meta.name.as_str())
    )?;
    if let (Some(file), Some(line)) = (&run.config, meta.line) {
        write!(out, " file=\"{}\" line=\"{line}\"", escaped(file))?;
    }
    if let Some(latency) = row.last_latency {
        write!(out, " time=\"{}\"", seconds(latency))?;
    }
    match within(row, run) {
        Some(element) => writeln!(out, ">{element}</testcase>"),
        None => writeln!(out, "/>"),
    }
}

/// Writes the content of a case; nothing if the first attempt was healthy.
fn within(row: &Row, run: &RunInfo) -> Option<String> {
    let condition = words::condition(row);
    let element = |tag: &str, kind: &str, message: &str| {
        let (kind, message, text) = (escaped(kind), escaped(message), details(row, message));
        format!("<{tag} type=\"{kind}\" message=\"{message}\">{text}</{tag}>")
    };
    match run.mark(row) {
        TestResult::Fail => Some(element(
            "failure",
            row.cause
                .as_ref()
                .map_or("", |cause| cause.reason().as_str()),
            &condition,
        )),
        TestResult::Open => Some(element(
            "error",
            "no_verdict",
            &format!("no verdict: {condition}"),
        )),
        TestResult::Skip => Some("<skipped message=\"paused\"/>".to_owned()),
        TestResult::Warn => Some(format!(
            "<system-out>warning: {}</system-out>",
            details(row, &condition)
        )),
        TestResult::Pass if is_flaky(row) => {
            let (_, failure) = row.last_failure.as_deref()?;
            Some(element(
                "flakyFailure",
                failure.reason().as_str(),
                &words::failure(failure),
            ))
        }
        TestResult::Pass => None,
    }
}

/// Writes the message also as text, because GitLab shows only the text.
fn details(row: &Row, message: &str) -> String {
    let target = escaped(row.meta.address.as_str()).into_owned();
    let seen =
        evidence_line(row, false).map_or_else(String::new, |seen| format!("\n{}", escaped(&seen)));
    format!(
        "{}{seen}\n{target}\n{}",
        escaped(message),
        words::tries(row)
    )
}

/// Escapes text for content and attributes. Characters that XML 1.0 does not allow (section 2.2)
/// are replaced.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let plain = |c: char| {
        !matches!(c, '&' | '<' | '>' | '"' | '\'' | '\u{FFFE}' | '\u{FFFF}') && !c.is_control()
    };
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if plain(c) => safe.push(c),
            _ => safe.push('\u{FFFD}'),
        }
    }
    Cow::Owned(safe)
}
