//! The outputs of the history for programs: JSON, a JSON object per line, CSV, and lines separated
//! by tabs.

use std::borrow::Cow;
use std::io;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::json::{
    AvailabilityJson, HistoryJson, IncidentCourseJson, IncidentsJson, UnwatchedJson,
};
use super::rows::{HistoryRow, RowFn, RowList};
use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::history::period::Period;
use crate::history::report::{Report, ReportRow};

/// What formulas begin with (OWASP, "CSV Injection"). Control characters are removed before.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// A format with a line per row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFormat {
    /// A JSON object each.
    Ndjson,
    /// Cells separated by commas (RFC 4180), below a header.
    Csv,
    /// Cells separated by tabs; what is missing is `-`. No cell has a tab or a line break in it:
    /// control characters were removed from all outside text when it was read.
    Plain { header: bool },
}

/// Writes changes and the times without a watch as one JSON object.
///
/// # Errors
/// A write fails, or the rows cannot be read.
pub fn changes_json(
    period: Period,
    now: Timestamp,
    rows: &mut RowFn<'_, StatusChange>,
    unwatched: &[Period],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let unwatched: Vec<UnwatchedJson> = unwatched
        .iter()
        .map(|period| UnwatchedJson::new(*period))
        .collect();
    object(
        &HistoryJson::new(period, RowList::new(rows, now), unwatched),
        out,
    )
}

/// Writes incidents as one JSON object.
///
/// # Errors
/// A write fails, or the rows cannot be read.
pub fn incidents_json(
    period: Period,
    now: Timestamp,
    rows: &mut RowFn<'_, Incident>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    object(&IncidentsJson::new(period, RowList::new(rows, now)), out)
}

/// Writes one incident, with the changes of its monitor while it lasted, as one JSON object.
///
/// # Errors
/// A write fails.
pub fn incident_json(
    incident: &Incident,
    changes: &[StatusChange],
    now: Timestamp,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    object(&IncidentCourseJson::new(incident, changes, now), out)
}

/// Writes one incident as the only row: the cells of a list, then its changes.
///
/// # Errors
/// A write fails.
pub fn incident_line(
    format: LineFormat,
    incident: &Incident,
    changes: &[StatusChange],
    now: Timestamp,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let course = IncidentCourseJson::new(incident, changes, now);
    let names = Incident::COLUMNS.iter().copied().chain(["changes"]);
    one_line(
        format,
        names.map(Cow::Borrowed),
        &course.cells(),
        &course,
        out,
    )
}

/// Writes one object as the only row. `json`: the same as an object.
///
/// # Errors
/// A write fails.
pub fn one_line<'a>(
    format: LineFormat,
    names: impl Iterator<Item = Cow<'a, str>>,
    cells: &[Value],
    json: &impl Serialize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if format == LineFormat::Ndjson {
        return object(json, out);
    }
    head(format, names, out)?;
    line(format, cells.iter().map(|cell| text(format, cell)), out)
}

/// Writes a report as one JSON object.
///
/// # Errors
/// A write fails.
pub fn report_json(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    object(&AvailabilityJson::new(report), out)
}

/// Writes a line per row.
///
/// # Errors
/// A write fails, or the rows cannot be read.
pub fn lines<T: HistoryRow>(
    format: LineFormat,
    now: Timestamp,
    rows: &mut RowFn<'_, T>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    head(format, T::COLUMNS.iter().copied().map(Cow::Borrowed), out)?;
    rows(&mut |row| {
        let json = row.json(now);
        match format {
            LineFormat::Ndjson => object(&json, out),
            _ => line(
                format,
                T::cells(&json).iter().map(|cell| text(format, cell)),
                out,
            ),
        }
    })
}

/// Writes a line per row of a report, the last one for the total. With `compare`, the cells of the
/// period before follow, named `before_…`.
///
/// # Errors
/// A write fails.
pub fn report_lines(
    format: LineFormat,
    report: &Report,
    compare: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let columns = || ReportRow::COLUMNS.iter().copied();
    let before = columns()
        .map(|name| Cow::Owned(format!("before_{name}")))
        .take_while(|_| compare);
    let names = columns().map(Cow::Borrowed).chain(before);
    head(format, names, out)?;
    // A report is about the past as it is: nothing in it depends on now.
    let now = report.period.until;
    for row in report.rows.iter().chain([&report.total]) {
        let json = row.json(now);
        if format == LineFormat::Ndjson {
            object(&json, out)?;
            continue;
        }
        let mut cells = ReportRow::cells(&json);
        if compare {
            let before = row.before.as_deref();
            cells.extend(before.map_or_else(
                || vec![Value::Null; ReportRow::COLUMNS.len()],
                |before| ReportRow::cells(&before.json(now)),
            ));
        }
        line(format, cells.iter().map(|cell| text(format, cell)), out)?;
    }
    Ok(())
}

fn object(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn head<'a>(
    format: LineFormat,
    names: impl Iterator<Item = Cow<'a, str>>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        LineFormat::Csv | LineFormat::Plain { header: true } => line(format, names.map(Some), out),
        LineFormat::Ndjson | LineFormat::Plain { header: false } => Ok(()),
    }
}

/// Returns the text of a cell; none if it is null. In CSV a text that a spreadsheet would take for a formula has an
/// apostrophe before it: what a target sends must not run where a report is opened.
fn text(format: LineFormat, value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        Value::String(text) if format == LineFormat::Csv && text.starts_with(FORMULA) => {
            Some(Cow::Owned(format!("'{text}")))
        }
        Value::String(text) => Some(Cow::Borrowed(text)),
        other => Some(Cow::Owned(other.to_string())),
    }
}

fn line<'a>(
    format: LineFormat,
    cells: impl Iterator<Item = Option<Cow<'a, str>>>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for (at, cell) in cells.enumerate() {
        let (separator, missing) = match format {
            LineFormat::Plain { .. } => ("\t", "-"),
            LineFormat::Csv | LineFormat::Ndjson => (",", ""),
        };
        if at > 0 {
            out.write_all(separator.as_bytes())?;
        }
        match cell {
            None => out.write_all(missing.as_bytes())?,
            Some(text) if format == LineFormat::Csv => out.write_all(quoted(&text).as_bytes())?,
            Some(text) => out.write_all(text.as_bytes())?,
        }
    }
    out.write_all(b"\n")
}

/// Returns a cell as RFC 4180 has it. An empty text is quoted, so that it differs from what is
/// missing.
fn quoted(text: &str) -> Cow<'_, str> {
    if !text.is_empty() && !text.contains([',', '"', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
}
