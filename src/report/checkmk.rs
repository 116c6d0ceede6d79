//! `-o checkmk`: a local check of the Checkmk agent; each monitor becomes a service.

use std::io;
use std::time::Duration;

use super::{seconds, status};
use crate::model::{Levels, Rhythm, Row, Snapshot, Status};
use crate::words;

/// Writes a line for each monitor: state, name of the service, metrics, text.
///
/// # Errors
/// A write fails.
pub fn write(snapshot: &Snapshot, out: &mut dyn io::Write) -> io::Result<()> {
    snapshot.rows.iter().try_for_each(|row| line(row, out))
}

fn line(row: &Row, out: &mut dyn io::Write) -> io::Result<()> {
    let state = match status(row) {
        Status::Healthy | Status::Paused => 0,
        Status::Warning => 1,
        Status::Error => 2,
        Status::Unknown => 3,
    };
    let name = row.meta.name.as_str().replace('"', "'");
    writeln!(
        out,
        "{state} \"hbmon {name}\" {} {}",
        metrics(row),
        text(row)
    )
}

/// `latency=0.412;0.5;1|missed=0`, in seconds; `-` where nothing was measured.
fn metrics(row: &Row) -> String {
    let latency = row
        .last_latency
        .map(|latency| format!("latency={}{}", seconds(latency), limits(row.policy.latency)));
    let missed = (row.policy.rhythm == Rhythm::Subscription)
        .then(|| format!("missed={}", row.consecutive_missed));
    match (latency, missed) {
        (Some(latency), Some(missed)) => format!("{latency}|{missed}"),
        (Some(metric), None) | (None, Some(metric)) => metric,
        (None, None) => "-".to_owned(),
    }
}

/// Returns the limits: `;0.5;1`; empty without limits.
fn limits(Levels { warning, error }: Levels<Duration>) -> String {
    let limit = |limit: Option<Duration>| {
        limit.map_or_else(String::new, |limit| limit.as_secs_f64().to_string())
    };
    match (warning, error) {
        (None, None) => String::new(),
        _ => format!(";{};{}", limit(warning), limit(error)),
    }
}

/// Returns the text as one line. Checkmk reads a pipe as the beginning of metrics, and the two
/// characters `\n` as a line break.
fn text(row: &Row) -> String {
    let text = match words::condition(row) {
        none if none.is_empty() => row.status.as_str().to_owned(),
        condition => condition,
    };
    text.replace(['|', '\\'], "/")
}
