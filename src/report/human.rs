//! `-o human`: a line for every problem, one line for all healthy monitors, the worst last.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::style::Style;
use super::{RunInfo, evidence_line, is_flaky};
use crate::model::{Row, Snapshot, Status};
use crate::words;

/// Maximum width that a column is padded to. A longer value shifts only its own line.
const NAME: usize = 40;
const SENTENCE: usize = 60;

/// Best first, so that the worst is nearest to the prompt.
const ORDER: [Status; 5] = [
    Status::Paused,
    Status::Healthy,
    Status::Unknown,
    Status::Warning,
    Status::Error,
];

/// Writes the report. `verbose`: with a line for each healthy or paused monitor. A monitor that was
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
    let in_one = |status| !verbose && matches!(status, Status::Healthy | Status::Paused);
    let is_shown = |row: &Row| !in_one(row.status) || is_flaky(row);
    let lines: Vec<HumanLine<'_>> = snapshot
        .rows
        .iter()
        .filter(|row| is_shown(row))
        .map(|row| HumanLine::new(row))
        .collect();
    let widths = LineWidths::of(&lines);
    for status in ORDER {
        if in_one(status) {
            together(snapshot.counts.of(status), status, style, out)?;
        }
        let mut alike = lines.iter().filter(|line| line.row.status == status);
        alike.try_for_each(|line| line.write(&widths, style, verbose, out))?;
    }
    summary(snapshot, run, style, out)
}

/// Writes the last line: the counts, in the colour of the worst status, and the duration.
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
    write!(
        out,
        "{} {}, {}",
        style.glyph(worst),
        style.paint(worst, &counts),
        words::latency(run.duration)
    )?;
    if run.complete {
        writeln!(out)
    } else {
        writeln!(out, ", {}", words::incomplete(snapshot))
    }
}

fn together(
    number: usize,
    status: Status,
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let glyph = if status == Status::Healthy {
        style.glyphs.check()
    } else {
        style.glyphs.status(status)
    };
    match number {
        0 => Ok(()),
        _ => writeln!(
            out,
            "{} {number} {}",
            style.paint(status, glyph),
            status.as_str()
        ),
    }
}

/// The columns of one monitor's line, before padding.
struct HumanLine<'a> {
    row: &'a Row,
    sentence: String,
    latency: String,
    tries: String,
}

impl<'a> HumanLine<'a> {
    fn new(row: &'a Row) -> HumanLine<'a> {
        // The number of failures says more than the number of attempts.
        let failed: Vec<String> = words::failed_counts(row)
            .map(|(failed, of)| format!("{failed}/{of}"))
            .collect();
        let tries = failed.join(", ");
        HumanLine {
            row,
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
            tries,
        }
    }

    fn write(
        &self,
        widths: &LineWidths,
        style: Style,
        verbose: bool,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let name = self.row.meta.name.as_str();
        let mut line = format!(
            "{}  {}",
            padded(name, widths.name),
            padded(self.row.meta.kind.as_str(), widths.kind)
        );
        for cell in [
            padded(&self.sentence, widths.sentence),
            format!("{:>6}", self.latency),
            self.tries.clone(),
        ] {
            line.push_str("  ");
            line.push_str(&cell);
        }
        writeln!(out, "{} {}", style.glyph(self.row.status), line.trim_end())?;
        match evidence_line(self.row, verbose) {
            Some(seen) => writeln!(out, "    {}", style.dim(&seen)),
            None => Ok(()),
        }
    }
}

struct LineWidths {
    name: usize,
    kind: usize,
    sentence: usize,
}

impl LineWidths {
    fn of(lines: &[HumanLine<'_>]) -> LineWidths {
        let widest = |limit: usize, text: &dyn Fn(&HumanLine<'_>) -> usize| {
            lines
                .iter()
                .map(text)
                .filter(|width| *width <= limit)
                .max()
                .unwrap_or(0)
        };
        LineWidths {
            name: widest(NAME, &|line| line.row.meta.name.as_str().width()),
            kind: widest(NAME, &|line| line.row.meta.kind.as_str().len()),
            sentence: widest(SENTENCE, &|line| line.sentence.width()),
        }
    }
}

/// Pads to a number of terminal cells, not of characters.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}
