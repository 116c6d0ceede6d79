//! `hbmon report -o html`: one file for a browser, a printer or a mail, without script. What colour
//! says, shape and words say too.

use std::fmt::{self, Write};
use std::io;

use super::columns::{self, row_kind, row_name};
use super::days::{self, MonitorDays};
use super::report_human::{beginning, title};
use super::report_md::summary;
use super::rows::RowFn;
use super::wall::WallStyle;
use crate::history::report::{Report, ReportRow};
use crate::history::times::Times;
use crate::report::junit::escaped;
use crate::words;

const STYLE: &str = include_str!("report.css");

/// Forbids the page everything but its own stylesheet.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Writes the page. `monitors`: their days, a section each.
///
/// # Errors
/// A write fails.
pub fn write(
    report: &Report,
    monitors: &mut RowFn<'_, MonitorDays>,
    wall: &WallStyle,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = head(report, wall, &mut text);
    out.write_all(text.as_bytes())?;
    let mut is_first = true;
    monitors(&mut |monitor| {
        let mut text = String::new();
        if is_first {
            let _ = heading(monitor, wall, &mut text);
            days::patterns(&mut text);
            let _ = days::key(&mut text);
            is_first = false;
        }
        let _ = section(monitor, wall, &mut text);
        out.write_all(text.as_bytes())
    })?;
    let zone = wall.zone_name(report.period.until);
    writeln!(
        out,
        "</main>\n<p class=\"quiet\">Times are {}. hbmon {}</p>\n</body>\n</html>",
        escaped(&zone),
        env!("CARGO_PKG_VERSION")
    )
}

fn head(report: &Report, wall: &WallStyle, text: &mut String) -> fmt::Result {
    let title = title(report, wall);
    let title = escaped(&title);
    write!(
        text,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Availability, {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <main>\n<h1>Availability, {title}</h1>\n<p>{}</p>\n",
        escaped(&summary(&report.total))
    )?;
    if let Some(beginning) = beginning(report, wall) {
        writeln!(text, "<p>{}</p>", escaped(&beginning))?;
    }
    missed(report, text)?;
    table(report, text)
}

/// Says which days the pictures show: a report on the past ends before today.
fn heading(monitor: &MonitorDays, wall: &WallStyle, text: &mut String) -> fmt::Result {
    let days = words::count(monitor.days.len() as u64, "day", "days");
    let last = monitor.days.last().map(|day| wall.date(day.period.since));
    let last = last.unwrap_or_default();
    writeln!(text, "<h2>The {days} until {last}</h2>")
}

/// Names the rows whose objective was missed.
fn missed(report: &Report, text: &mut String) -> fmt::Result {
    let missed: Vec<_> = report
        .rows
        .iter()
        .filter(|row| row.slo.as_ref().is_some_and(|slo| !slo.met))
        .map(|row| row_name(row, report.by))
        .collect();
    if missed.is_empty() {
        return Ok(());
    }
    let names = missed.join(", ");
    let names = escaped(&names);
    writeln!(
        text,
        "<p class=\"missed\"><b>✗ Objective missed:</b> {names}</p>"
    )
}

fn table(report: &Report, text: &mut String) -> fmt::Result {
    let rows = || report.rows.iter().chain([&report.total]);
    let columns = columns::of(rows());
    let by = row_kind(report.by);
    write!(
        text,
        "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">{by}</th>"
    )?;
    for column in &columns {
        let (head, about) = (column.head, escaped(column.about));
        write!(text, "<th scope=\"col\" title=\"{about}\">{head}</th>")?;
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    let line = |row: &ReportRow, text: &mut String| {
        let is_missed = row.slo.as_ref().is_some_and(|slo| !slo.met);
        let class = if is_missed { " class=\"missed\"" } else { "" };
        let name = row_name(row, report.by);
        let name = escaped(&name);
        write!(text, "<tr{class}><th scope=\"row\">{name}</th>")?;
        for column in &columns {
            let cell = (column.cell)(row);
            let (head, cell) = (column.head, escaped(&cell));
            write!(text, "<td data-name=\"{head}\">{cell}</td>")?;
        }
        text.push_str("</tr>\n");
        fmt::Result::Ok(())
    };
    report.rows.iter().try_for_each(|row| line(row, text))?;
    text.push_str("</tbody>\n");
    if report.rows.len() != 1 {
        text.push_str("<tfoot>\n");
        line(&report.total, text)?;
        text.push_str("</tfoot>\n");
    }
    text.push_str("</table></div>\n<dl>");
    for column in &columns {
        write!(
            text,
            "<div><dt>{}:</dt> <dd>{}</dd></div>",
            column.head,
            escaped(column.about)
        )?;
    }
    text.push_str("</dl>\n");
    Ok(())
}

/// The days of one monitor.
fn section(monitor: &MonitorDays, wall: &WallStyle, text: &mut String) -> fmt::Result {
    let mut times = Times::default();
    monitor.days.iter().for_each(|day| times.merge(&day.times));
    let available = times.availability().map_or_else(
        || "not watched".to_owned(),
        |share| format!("{} available", words::availability(share)),
    );
    writeln!(
        text,
        "<section><header><h3>{}</h3><p>{available}</p></header>",
        escaped(monitor.name.as_str())
    )?;
    days::bars(monitor, wall, text)?;
    days::list(monitor, wall, text)?;
    days::latencies(monitor, wall, text)?;
    text.push_str("</section>\n");
    Ok(())
}
