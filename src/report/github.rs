//! `-o github`: workflow commands of GitHub Actions that become annotations at the monitor's line
//! of the config.

use std::io;

use super::{RunInfo, TestResult, evidence_line};
use crate::model::{Row, Snapshot, Status};
use crate::words;

/// GitHub shows ten annotations of each level per step and drops the others silently.
const SHOWN: usize = 10;

/// Writes an annotation for each problem, and the summary for the log of the step.
///
/// # Errors
/// A write fails.
pub fn write(snapshot: &Snapshot, run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    let rows = || snapshot.rows.iter().map(AsRef::as_ref);
    let is_error = |row: &&Row| matches!(run.mark(row), TestResult::Fail | TestResult::Open);
    let is_warning = |row: &&Row| run.mark(row) == TestResult::Warn;
    annotations(
        "error",
        &rows().filter(is_error).collect::<Vec<_>>(),
        run,
        out,
    )?;
    annotations(
        "warning",
        &rows().filter(is_warning).collect::<Vec<_>>(),
        run,
        out,
    )?;
    writeln!(
        out,
        "{}",
        words::summary(snapshot, run.duration, run.complete)
    )
}

fn annotations(
    kind: &str,
    rows: &[&Row],
    run: &RunInfo,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    // The last annotation says how many problems have none.
    let shown = if rows.len() > SHOWN {
        SHOWN - 1
    } else {
        rows.len()
    };
    for row in rows.iter().take(shown) {
        let place = match run.place(&row.meta) {
            Some((file, line)) => format!("file={},line={line},", property(file)),
            None => String::new(),
        };
        let seen = evidence_line(row, false).map_or_else(String::new, |seen| format!("\n{seen}"));
        let notes: String = words::notes(&row.meta)
            .iter()
            .map(|note| format!("\n{note}"))
            .collect();
        let message = format!(
            "{} ({}){seen}{notes}",
            words::condition(row),
            words::tries(row)
        );
        writeln!(
            out,
            "::{kind} {place}title={}::{}",
            property(&title(row)),
            data(&message)
        )?;
    }
    match rows.len() - shown {
        0 => Ok(()),
        more => writeln!(out, "::{kind} title=hbmon::and {more} more"),
    }
}

fn title(row: &Row) -> String {
    let what = match row.status {
        Status::Error => "is down",
        Status::Unknown => "has no verdict",
        Status::Warning | Status::Healthy | Status::Paused => "has a warning",
    };
    format!("{} {what}", row.meta.name)
}

/// Escapes the text of a command: one line, with `%` as the escape character.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property, which `:` and `,` would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
