//! `hbmon report` for people: a table that fits the terminal.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::columns::{self, ReportColumn, row_kind, row_name};
use super::entry::{MAX_NAME, padded, padded_left};
use super::wall::WallStyle;
use crate::history::report::{Report, ReportBy, ReportRow};
use crate::model::Status;
use crate::report::style::Style;
use crate::report::wrap::write_below;
use crate::words;

/// Columns between two cells.
const GAP: usize = 2;

/// Writes the report.
///
/// # Errors
/// A write fails.
pub fn write(
    report: &Report,
    style: Style,
    wall: &WallStyle,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let rows = || report.rows.iter().chain([&report.total]);
    let mut names = names(report);
    let mut columns = columns::of(rows());
    let mut left_out = fit(&mut columns, names, rows, style.columns);
    if style
        .columns
        .is_some_and(|room| names + used(&columns, rows()) > room)
    {
        // The names leave no room for the least columns: they have lines of their own.
        names = 0;
        columns = columns::of(rows());
        left_out = fit(&mut columns, names, rows, style.columns);
    }
    writeln!(out, "{}", style.bold(&title(report, wall)))?;
    if let Some(beginning) = beginning(report, wall) {
        write_below(
            &beginning,
            0,
            style.columns,
            |text| style.dim(text).to_string(),
            out,
        )?;
    }
    if report.rows.is_empty() {
        return Ok(());
    }
    let table = Table {
        widths: columns.iter().map(|column| width(column, rows())).collect(),
        columns,
        names,
        style,
    };
    table.head(report.by, out)?;
    report
        .rows
        .iter()
        .try_for_each(|row| table.row(row, report.by, out))?;
    if report.rows.len() != 1 {
        table.row(&report.total, report.by, out)?;
    }
    if !left_out.is_empty() {
        let text = format!("no room for {}; `-o md` has them", left_out.join(", "));
        write_below(
            &text,
            0,
            style.columns,
            |text| style.dim(text).to_string(),
            out,
        )?;
    }
    Ok(())
}

/// Returns the first line: what is reported.
pub(super) fn title(report: &Report, wall: &WallStyle) -> String {
    let number = report.rows.len() as u64;
    let rows = match report.by {
        ReportBy::Monitor => words::count(number, "monitor", "monitors"),
        ReportBy::Group => words::count(number, "group", "groups"),
        ReportBy::Tag => words::count(number, "tag", "tags"),
    };
    format!("{}: {rows}", wall.span(report.period))
}

/// Says since when something is known, if the report is on more time than that.
pub(super) fn beginning(report: &Report, wall: &WallStyle) -> Option<String> {
    let known_since = wall.minute(report.known_since?);
    Some(format!("Nothing was known before {known_since}."))
}

/// Returns the width of the column of names.
fn names(report: &Report) -> usize {
    let rows = report.rows.iter().chain([&report.total]);
    let longest = rows.map(|row| row_name(row, report.by).width()).max();
    longest.unwrap_or(0).clamp(7, MAX_NAME)
}

fn width<'a>(column: &ReportColumn, rows: impl Iterator<Item = &'a ReportRow>) -> usize {
    let cells = rows.map(|row| (column.cell)(row).width());
    cells.max().unwrap_or(0).max(column.short.width())
}

/// Returns the width of these columns with the gaps before them.
fn used<'a>(columns: &[ReportColumn], rows: impl Iterator<Item = &'a ReportRow> + Clone) -> usize {
    let widths = columns
        .iter()
        .map(|column| GAP + width(column, rows.clone()));
    widths.sum()
}

/// Removes columns until the table fits. Returns their names.
fn fit<'a, I: Iterator<Item = &'a ReportRow> + Clone>(
    columns: &mut Vec<ReportColumn>,
    names: usize,
    rows: impl Fn() -> I,
    room: Option<usize>,
) -> Vec<&'static str> {
    let mut left_out = Vec::new();
    let Some(room) = room else { return left_out };
    loop {
        let least = columns
            .iter()
            .enumerate()
            .filter_map(|(at, column)| Some((column.dropped?, at)))
            .min();
        let Some((_, at)) = least.filter(|_| names + used(columns, rows()) > room) else {
            return left_out;
        };
        left_out.push(columns.remove(at).head);
    }
}

struct Table {
    columns: Vec<ReportColumn>,
    widths: Vec<usize>,
    /// Width of the names; 0 if they have their own lines.
    names: usize,
    style: Style,
}

impl Table {
    fn head(&self, by: ReportBy, out: &mut dyn io::Write) -> io::Result<()> {
        let name = row_kind(by).to_uppercase();
        let cells = self.columns.iter().map(|column| column.short.to_owned());
        writeln!(out, "{}", self.line(&name, cells))
    }

    fn row(&self, row: &ReportRow, by: ReportBy, out: &mut dyn io::Write) -> io::Result<()> {
        let cells = self.columns.iter().map(|column| (column.cell)(row));
        let line = self.line(&row_name(row, by), cells);
        let is_missed = row.slo.as_ref().is_some_and(|slo| !slo.met);
        if is_missed {
            writeln!(out, "{}", self.style.paint(Status::Error, &line))
        } else {
            writeln!(out, "{line}")
        }
    }

    fn line(&self, name: &str, cells: impl Iterator<Item = String>) -> String {
        let mut line = padded(name, self.names);
        if self.names == 0 {
            line.push('\n');
        }
        for (cell, width) in cells.zip(&self.widths) {
            line.push_str(&" ".repeat(GAP));
            line.push_str(&padded_left(&cell, *width));
        }
        line
    }
}
