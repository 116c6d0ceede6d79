//! `-o junit`: JUnit XML as Jenkins, GitLab and GitHub reporters read it. A suite for each kind or
//! group, a case for each monitor.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use super::{GroupBy, RunInfo, TestResult, evidence_line, is_flaky, seconds};
use crate::model::{Kind, Row, Snapshot};
use crate::words;

/// The suite of the monitors without a group.
const WITHOUT_GROUP: &str = "(no group)";

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
    for (name, rows) in suites(&rows, run.by.unwrap_or(GroupBy::Kind)) {
        suite(name, &rows, run, out)?;
    }
    writeln!(out, "</testsuites>")
}

/// The suites by name: kinds in the order of hbmon, groups in that of their first monitors and,
/// at the end, the monitors without one.
fn suites<'a>(rows: &[&'a Row], by: GroupBy) -> Vec<(&'a str, Vec<&'a Row>)> {
    let (mut named, mut rest): (Vec<(&str, Vec<&Row>)>, Vec<&Row>) = match by {
        GroupBy::Kind => (
            Kind::ALL.map(|kind| (kind.as_str(), Vec::new())).to_vec(),
            Vec::new(),
        ),
        GroupBy::Group => Default::default(),
    };
    let mut places: HashMap<&str, usize> = named
        .iter()
        .enumerate()
        .map(|(place, (name, _))| (*name, place))
        .collect();
    for row in rows {
        let Some(name) = by.name(row) else {
            rest.push(row);
            continue;
        };
        let place = *places.entry(name).or_insert_with(|| {
            named.push((name, Vec::new()));
            named.len() - 1
        });
        if let Some((_, members)) = named.get_mut(place) {
            members.push(row);
        }
    }
    named.push((WITHOUT_GROUP, rest));
    named.retain(|(_, rows)| !rows.is_empty());
    named
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

fn suite(name: &str, rows: &[&Row], run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    let SuiteTotals {
        tests,
        failures,
        errors,
        skipped,
    } = SuiteTotals::of(rows, run);
    let (name, time, started) = (
        escaped(name),
        seconds(run.duration),
        run.started.strftime("%Y-%m-%dT%H:%M:%S"),
    );
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" \
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
    if let Some((file, line)) = run.place(meta) {
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
    let notes: String = words::notes(&row.meta)
        .iter()
        .map(|note| format!("{}\n", escaped(note)))
        .collect();
    let seen =
        evidence_line(row, false).map_or_else(String::new, |seen| format!("\n{}", escaped(&seen)));
    format!(
        "{}{seen}\n{target}\n{notes}{}",
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
