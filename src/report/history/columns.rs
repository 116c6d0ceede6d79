//! The columns of a report for people.

use std::borrow::Cow;
use std::time::Duration;

use crate::history::report::{ReportBy, ReportRow, SloRow};
use crate::words;

/// A column of a report.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReportColumn {
    pub head: &'static str,
    /// The same in few letters, for a terminal.
    pub short: &'static str,
    /// What it says, for those who do not know the word.
    pub about: &'static str,
    /// The order in which columns are left out where there is no room for all; none stays always.
    pub dropped: Option<u8>,
    pub cell: fn(&ReportRow) -> String,
}

/// What stands in the place of a value that was not measured.
const NONE: &str = "-";

const COLUMNS: [ReportColumn; 15] = [
    ReportColumn {
        head: "available",
        short: "AVAILABLE",
        about: "share of the watched time in which it was up: healthy or in warning",
        dropped: None,
        cell: available,
    },
    ReportColumn {
        head: "before",
        short: "BEFORE",
        about: "the same in the span before",
        dropped: None,
        cell: |row| row.before.as_deref().map_or_else(none, available),
    },
    ReportColumn {
        head: "down",
        short: "DOWN",
        about: "time in error",
        dropped: None,
        cell: |row| words::age(row.times.down),
    },
    ReportColumn {
        head: "unwatched",
        short: "UNWATCHED",
        about: "hbmon was off, or had no outcome yet: neither up nor down",
        dropped: None,
        cell: |row| words::age(row.times.unwatched.saturating_add(row.times.unknown)),
    },
    ReportColumn {
        head: "maintenance",
        short: "MAINT.",
        about: "neither up nor down",
        dropped: None,
        cell: |row| words::age(row.times.maintenance),
    },
    ReportColumn {
        head: "paused",
        short: "PAUSED",
        about: "not watched on purpose: neither up nor down",
        dropped: None,
        cell: |row| words::age(row.times.paused),
    },
    ReportColumn {
        head: "incidents",
        short: "INCIDENTS",
        about: "times that it was not well; each counts where it began",
        dropped: Some(3),
        cell: |row| row.incidents.to_string(),
    },
    ReportColumn {
        head: "outages",
        short: "OUTAGES",
        about: "incidents with an error",
        dropped: Some(8),
        cell: |row| row.outages.to_string(),
    },
    ReportColumn {
        head: "longest",
        short: "LONGEST",
        about: "the longest outage, from its first warning on, as far as it lies in this span",
        dropped: Some(6),
        cell: |row| span(row.longest),
    },
    ReportColumn {
        head: "MTTR",
        short: "MTTR",
        about: "mean time to recovery",
        dropped: Some(5),
        cell: |row| span(row.mttr),
    },
    ReportColumn {
        head: "MTBF",
        short: "MTBF",
        about: "mean time between failures",
        dropped: Some(4),
        cell: |row| span(row.mtbf),
    },
    ReportColumn {
        head: "p50",
        short: "P50",
        about: "latency that half of the heartbeats did not exceed",
        dropped: Some(1),
        cell: |row| percentile(row, 50.0),
    },
    ReportColumn {
        head: "p95",
        short: "P95",
        about: "that 95 % did not exceed",
        dropped: Some(7),
        cell: |row| percentile(row, 95.0),
    },
    ReportColumn {
        head: "p99",
        short: "P99",
        about: "that 99 % did not exceed",
        dropped: Some(2),
        cell: |row| percentile(row, 99.0),
    },
    ReportColumn {
        head: "objective",
        short: "OBJECTIVE",
        about: "the promise, whether it was kept, and how much of the allowed downtime was used",
        dropped: None,
        cell: |row| row.slo.as_ref().map_or_else(none, objective),
    },
];

/// Returns the columns that these rows need: no empty one for a span before, an objective or a pause
/// that no row has.
pub(super) fn of<'a>(rows: impl Iterator<Item = &'a ReportRow> + Clone) -> Vec<ReportColumn> {
    let is_needed = |column: &ReportColumn| match column.head {
        "before" => rows.clone().any(|row| row.before.is_some()),
        "paused" => rows.clone().any(|row| !row.times.paused.is_zero()),
        "objective" => rows.clone().any(|row| row.slo.is_some()),
        _ => true,
    };
    COLUMNS.into_iter().filter(is_needed).collect()
}

/// Returns what the rows stand for: the head of the first column.
pub(super) const fn row_kind(by: ReportBy) -> &'static str {
    match by {
        ReportBy::Monitor => "monitor",
        ReportBy::Group => "group",
        ReportBy::Tag => "tag",
    }
}

/// Returns the name of a row; that of the monitors without a group or tag says so.
pub(super) fn row_name(row: &ReportRow, by: ReportBy) -> Cow<'_, str> {
    if row.name.is_empty() {
        Cow::Owned(format!("(no {})", row_kind(by)))
    } else {
        Cow::Borrowed(row.name.as_str())
    }
}

fn none() -> String {
    NONE.to_owned()
}

fn available(row: &ReportRow) -> String {
    row.times
        .availability()
        .map_or_else(none, words::availability)
}

fn span(span: Option<Duration>) -> String {
    span.map_or_else(none, words::age)
}

fn percentile(row: &ReportRow, percent: f64) -> String {
    let latency = row.numbers.latency.percentile(percent);
    latency.map_or_else(none, words::latency)
}

/// Returns an objective and what became of it: `99.9% kept, 17% used`.
fn objective(slo: &SloRow) -> String {
    let objective = words::objective(slo.objective);
    let used = ((1.0 - slo.left) * 100.0).round();
    let used = if used.is_finite() {
        format!(", {used}% used")
    } else {
        String::new()
    };
    let kept = if slo.met { "kept" } else { "missed" };
    format!("{objective} {kept}{used}")
}
