//! `hbmon report -o md`: Markdown that is also readable as the text of a mail.

use std::io;
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use super::columns::{self, row_kind, row_name};
use super::entry::{padded, padded_left};
use super::report_human::{beginning, title};
use super::wall::WallStyle;
use crate::history::report::{Report, ReportRow};
use crate::report::md::plain;
use crate::words;

/// Writes a section that ends with an empty line, so that others can follow.
///
/// # Errors
/// A write fails.
pub fn write(report: &Report, wall: &WallStyle, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "### hbmon: availability, {}\n", title(report, wall))?;
    writeln!(out, "{}\n", plain(&summary(&report.total)))?;
    if let Some(beginning) = beginning(report, wall) {
        writeln!(out, "{}\n", plain(&beginning))?;
    }
    broken(report, out)?;
    table(report, out)?;
    let rows = || report.rows.iter().chain([&report.total]);
    for column in columns::of(rows()) {
        writeln!(out, "- {}: {}", column.head, column.about)?;
    }
    let zone = wall.zone_name(report.period.until);
    writeln!(
        out,
        "\nTimes are {}. hbmon {}\n",
        plain(&zone),
        env!("CARGO_PKG_VERSION")
    )
}

/// Returns all monitors together in a sentence.
pub(super) fn summary(total: &ReportRow) -> String {
    let available = total.times.availability().map_or_else(
        || "Nothing was judged".to_owned(),
        |share| format!("Available {}", words::availability(share)),
    );
    // An outage counts in the period in which it began, and may last into this one.
    let outages = match (total.outages, total.longest.map(words::age)) {
        (0, None) => "no outage".to_owned(),
        (0, Some(longest)) => format!("no new outage, one from before for {longest}"),
        (number, longest) => {
            let outages = words::count(number, "outage", "outages");
            longest.map_or(outages.clone(), |longest| {
                format!("{outages}, the longest {longest}")
            })
        }
    };
    let paused = match total.times.paused {
        Duration::ZERO => String::new(),
        paused => format!(", paused for {}", words::age(paused)),
    };
    format!(
        "{available}: {outages}, down for {}, unwatched for {}, in maintenance for {}{paused}.",
        words::age(total.times.down),
        words::age(total.times.unwatched.saturating_add(total.times.unknown)),
        words::age(total.times.maintenance),
    )
}

/// Names the rows whose objective was missed.
fn broken(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let missed: Vec<String> = report
        .rows
        .iter()
        .filter(|row| row.slo.as_ref().is_some_and(|slo| !slo.met))
        .map(|row| format!("**{}**", plain(&row_name(row, report.by))))
        .collect();
    if missed.is_empty() {
        return Ok(());
    }
    writeln!(out, "Objective missed: {}\n", missed.join(", "))
}

fn table(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let rows: Vec<&ReportRow> = match report.rows.as_slice() {
        [only] => vec![only],
        rows => rows.iter().chain([&report.total]).collect(),
    };
    let columns = columns::of(rows.iter().copied());
    let mut lines = vec![
        std::iter::once(row_kind(report.by).to_owned())
            .chain(columns.iter().map(|column| column.head.to_owned()))
            .collect::<Vec<String>>(),
    ];
    lines.extend(rows.iter().map(|row| {
        let name = plain(&row_name(row, report.by));
        let cells = columns.iter().map(|column| plain(&(column.cell)(row)));
        std::iter::once(name).chain(cells).collect()
    }));
    let widths: Vec<usize> = (0..=columns.len())
        .map(|at| {
            let cells = lines.iter().filter_map(|line| line.get(at));
            cells.map(|cell| cell.width()).max().unwrap_or(0)
        })
        .collect();
    for (number, line) in lines.iter().enumerate() {
        let cells = line
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(at, (cell, width))| {
                if at == 0 {
                    padded(cell, *width)
                } else {
                    padded_left(cell, *width)
                }
            });
        writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))?;
        if number == 0 {
            rule(&widths, out)?;
        }
    }
    writeln!(out)
}

/// Writes the line below the head: the first column is aligned left, all others right.
fn rule(widths: &[usize], out: &mut dyn io::Write) -> io::Result<()> {
    let rules = widths.iter().enumerate().map(|(at, width)| {
        let dashes = "-".repeat(*width);
        if at == 0 {
            format!(" {dashes} ")
        } else {
            format!(" {dashes}:")
        }
    });
    writeln!(out, "|{}|", rules.collect::<Vec<_>>().join("|"))
}
