//! `-o human`: a line for every problem, the healthy ones as a number, and the summary last.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::style::Style;
use super::wrap::{wrapped, write_below};
use super::{GroupBy, RunInfo, evidence_line, is_flaky};
use crate::model::{Counts, Row, Snapshot, Status, Text};
use crate::words;

/// Maximum width of a column: a longer text pushes only its own line.
const MAX_NAME: usize = 40;
const MAX_SENTENCE: usize = 60;
/// Width of the column of latencies.
const LATENCY: usize = 6;
/// Columns between two cells.
const GAP: usize = 2;
/// Indentation of the lines below a line.
const INDENT: usize = 4;

/// Best first, so that the worst is nearest to the prompt.
const ORDER: [Status; 5] = [
    Status::Paused,
    Status::Healthy,
    Status::Unknown,
    Status::Warning,
    Status::Error,
];

/// Writes the report. `verbose`: also a line for each healthy or paused monitor. A monitor that was
/// healthy only after failed attempts always has a line.
///
/// # Errors
/// A write fails.
pub fn write(
    snapshot: &Snapshot,
    run: &RunInfo,
    style: Style,
    verbose: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let rows: Vec<&Row> = snapshot.rows.iter().map(AsRef::as_ref).collect();
    let report = HumanReport {
        widths: LineWidths::of(&rows, style, verbose),
        style,
        verbose,
    };
    match run.by {
        None => report.by_status(&rows, out)?,
        Some(by) => report.by_group(&rows, by, out)?,
    }
    summary(snapshot, run, style, out)
}

/// Writes the last line: the counts, in the colour of the worst status, and the time.
///
/// # Errors
/// A write fails.
pub fn summary(
    snapshot: &Snapshot,
    run: &RunInfo,
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let worst = snapshot.counts.worst();
    let counts = words::counts(&snapshot.counts);
    let mut rest = format!(", {}", words::latency(run.duration));
    if !run.complete {
        rest.push_str(&format!(", {}", words::incomplete(snapshot)));
    }
    let glyph = style.glyph(worst);
    let width = GAP + counts.width() + rest.width();
    if style.columns.is_none_or(|columns| width <= columns) {
        return writeln!(out, "{glyph} {}{rest}", style.paint(worst, &counts));
    }
    let room = style.columns.map(|columns| columns.saturating_sub(GAP));
    let lines = wrapped(&format!("{counts}{rest}"), room);
    let mut mark = glyph.to_string();
    for line in lines {
        writeln!(out, "{mark} {}", style.paint(worst, &line))?;
        mark = " ".to_owned();
    }
    Ok(())
}

struct HumanReport {
    widths: LineWidths,
    style: Style,
    verbose: bool,
}

impl HumanReport {
    /// Writes a heading and the monitors of each group, in the order of the config.
    fn by_group(&self, rows: &[&Row], by: GroupBy, out: &mut dyn io::Write) -> io::Result<()> {
        let mut groups: Vec<(Option<&str>, Vec<&Row>)> = Vec::new();
        for row in rows {
            let name = by.name(row);
            match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, members)) => members.push(row),
                None => groups.push((name, vec![row])),
            }
        }
        for (group, rows) in groups {
            let mut counts = Counts::default();
            rows.iter().for_each(|row| *counts.slot(row.status) += 1);
            let name = group.unwrap_or("no group");
            let heading = self.style.bold(name);
            writeln!(out, "{heading}: {}", words::counts(&counts))?;
            self.by_status(&rows, out)?;
        }
        Ok(())
    }

    fn by_status(&self, rows: &[&Row], out: &mut dyn io::Write) -> io::Result<()> {
        for status in ORDER {
            let alike = || rows.iter().filter(|row| row.status == status);
            if is_counted(status, self.verbose) {
                self.number(alike().count(), status, out)?;
            }
            alike()
                .filter(|row| is_shown(row, self.verbose))
                .try_for_each(|row| self.row(row, out))?;
        }
        Ok(())
    }

    fn number(&self, number: usize, status: Status, out: &mut dyn io::Write) -> io::Result<()> {
        let glyph = if status == Status::Healthy {
            self.style.glyphs.check()
        } else {
            self.style.glyphs.status(status)
        };
        match number {
            0 => Ok(()),
            _ => writeln!(
                out,
                "{} {number} {}",
                self.style.paint(status, glyph),
                status.as_str()
            ),
        }
    }

    fn row(&self, row: &Row, out: &mut dyn io::Write) -> io::Result<()> {
        let style = self.style;
        let line = HumanLine::new(row);
        let glyph = style.glyph(row.status);
        if self.widths.fits(&line) {
            writeln!(out, "{glyph} {}", self.widths.padded(&line))?;
        } else {
            // Without padding, in which a terminal could break the line.
            let cells = [
                row.meta.name.as_str(),
                line.kind,
                &line.latency,
                &line.tries,
            ];
            let cells: Vec<&str> = cells.into_iter().filter(|cell| !cell.is_empty()).collect();
            writeln!(out, "{glyph} {}", cells.join("  "))?;
            if !line.sentence.is_empty() {
                write_below(&line.sentence, INDENT, style.columns, str::to_owned, out)?;
            }
        }
        let dim = |text: &str| style.dim(text).to_string();
        self.about(row)
            .iter()
            .try_for_each(|text| write_below(text, INDENT, style.columns, dim, out))
    }

    /// What a reader of a failure needs beside its sentence: the URL, the notes of the config,
    /// the evidence, and, with `-v`, what to do first.
    fn about(&self, row: &Row) -> Vec<String> {
        let mut texts = Vec::new();
        if row.status >= Status::Warning {
            let address = Some(&row.meta.address);
            let address =
                address.filter(|address| **address != row.meta.name && !address.is_empty());
            texts.extend(address.map(Text::to_string));
            texts.extend(words::notes(&row.meta));
        }
        texts.extend(evidence_line(row, self.verbose));
        if self.verbose {
            texts.extend(words::advice(row).map(str::to_owned));
        }
        texts
    }
}

/// Whether monitors of this status are counted in one line.
const fn is_counted(status: Status, verbose: bool) -> bool {
    !verbose && matches!(status, Status::Healthy | Status::Paused)
}

fn is_shown(row: &Row, verbose: bool) -> bool {
    !is_counted(row.status, verbose) || is_flaky(row)
}

/// The cells of a monitor's line.
struct HumanLine<'a> {
    name: &'a str,
    kind: &'static str,
    sentence: String,
    latency: String,
    tries: String,
}

impl<'a> HumanLine<'a> {
    fn new(row: &'a Row) -> HumanLine<'a> {
        HumanLine {
            name: row.meta.name.as_str(),
            kind: row.meta.kind.as_str(),
            sentence: match row.last_failure.as_deref() {
                Some((_, failure)) if is_flaky(row) => {
                    format!("flaky: {}", words::failure(failure))
                }
                _ if row.status == Status::Healthy => words::listened(row).unwrap_or_default(),
                _ => words::condition(row),
            },
            latency: row
                .last_latency
                .map(|latency| words::target_latency(row, latency))
                .unwrap_or_default(),
            tries: tries(row),
        }
    }
}

/// How many of several attempts or heartbeats failed: `2/3 tries`, or `after 3 tries` if all did.
/// The sentence is enough for a single one.
fn tries(row: &Row) -> String {
    let heard = row.beats.saturating_add(row.failed_beats);
    if row.attempts <= 1 && heard <= 1 {
        return String::new();
    }
    let failed: Vec<String> = words::failed_counts(row)
        .map(|counts| {
            let of = counts.of();
            if counts.failed == counts.all {
                format!("after {of}")
            } else {
                format!("{}/{of}", counts.failed)
            }
        })
        .collect();
    failed.join(", ")
}

/// The widths of the columns.
struct LineWidths {
    name: usize,
    kind: usize,
    sentence: usize,
    /// Columns of the terminal.
    columns: Option<usize>,
}

impl LineWidths {
    fn of(rows: &[&Row], style: Style, verbose: bool) -> LineWidths {
        let shown = rows.iter().filter(|row| is_shown(row, verbose));
        let lines: Vec<HumanLine<'_>> = shown.map(|row| HumanLine::new(row)).collect();
        let widest = |limit: usize, width: &dyn Fn(&HumanLine<'_>) -> usize| {
            let widths = lines.iter().map(width).filter(|width| *width <= limit);
            widths.max().unwrap_or(0)
        };
        let mut widths = LineWidths {
            name: widest(MAX_NAME, &|line| line.name.width()),
            kind: widest(MAX_NAME, &|line| line.kind.width()),
            sentence: 0,
            columns: style.columns,
        };
        let tries = widest(usize::MAX, &|line| line.tries.width());
        let taken = widths.line(tries);
        let room = style
            .columns
            .map_or(MAX_SENTENCE, |columns| columns.saturating_sub(taken));
        widths.sentence = widest(MAX_SENTENCE.min(room), &|line| line.sentence.width());
        widths
    }

    /// Returns the width of a line with tries of this width.
    const fn line(&self, tries: usize) -> usize {
        let behind = if tries == 0 { 0 } else { GAP + tries };
        GAP + self.name + GAP + self.kind + GAP + self.sentence + GAP + LATENCY + behind
    }

    /// Returns whether a line fits the terminal when it is padded. A file has room for every line.
    fn fits(&self, line: &HumanLine<'_>) -> bool {
        self.columns.is_none_or(|columns| {
            line.name.width() <= self.name
                && line.sentence.width() <= self.sentence
                && self.line(line.tries.width()) <= columns
        })
    }

    fn padded(&self, line: &HumanLine<'_>) -> String {
        let text = format!(
            "{}  {}  {}  {:>LATENCY$}  {}",
            padded(line.name, self.name),
            padded(line.kind, self.kind),
            padded(&line.sentence, self.sentence),
            line.latency,
            line.tries
        );
        text.trim_end().to_owned()
    }
}

/// Pads by what the terminal shows, not by characters.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}
