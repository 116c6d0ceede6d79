//! `hbmon history` for people: a line for each change, and for the times without a watch.

use std::io;
use std::time::Duration;

use jiff::Timestamp;

use super::entry::{self, padded, padded_left};
use super::rows::RowFn;
use super::wall::WallStyle;
use crate::history::change::StatusChange;
use crate::history::period::Period;
use crate::report::style::{Glyphs, Style};
use crate::words;

/// Shorter times without a watch are no news.
const MIN_GAP: Duration = Duration::from_secs(1);
/// Width of the longest status.
const STATUS: usize = 7;
/// Width of a duration: `23h59m+`.
const DURATION: usize = 7;

/// How changes are shown.
#[derive(Clone, Debug)]
pub struct ChangeLines {
    pub style: Style,
    pub wall: WallStyle,
    pub now: Timestamp,
    /// Width of the names, in columns.
    pub names: usize,
}

impl ChangeLines {
    /// Writes a line for each change, oldest first, and between them one for the times without a
    /// watch, which are in order. Returns the number of lines.
    ///
    /// # Errors
    /// A write fails, or the rows cannot be read.
    pub fn write(
        &self,
        rows: &mut RowFn<'_, StatusChange>,
        unwatched: &[Period],
        out: &mut dyn io::Write,
    ) -> io::Result<u64> {
        let mut gaps = unwatched
            .iter()
            .filter(|gap| gap.length() >= MIN_GAP)
            .peekable();
        let mut lines = 0;
        rows(&mut |change| {
            let mut before = Vec::new();
            while let Some(gap) = gaps.next_if(|gap| gap.since <= change.from) {
                before.push(*gap);
            }
            lines += 1 + u64::from(!before.is_empty());
            self.gaps(&before, out)?;
            self.change(change, out)
        })?;
        let rest: Vec<Period> = gaps.copied().collect();
        self.gaps(&rest, out)?;
        Ok(lines + u64::from(!rest.is_empty()))
    }

    /// Writes the line of one change.
    ///
    /// # Errors
    /// A write fails.
    pub(super) fn change(&self, change: &StatusChange, out: &mut dyn io::Write) -> io::Result<()> {
        let width = self.names.min(entry::MAX_NAME);
        let name = padded(change.monitor.as_str(), width);
        let columns = format!(
            "{} {} {name}  {:STATUS$}  {}",
            self.wall.stamp(change.from),
            self.style.glyph(change.status),
            change.status.as_str(),
            padded_left(&lasted(change.from, change.until, self.now), DURATION),
        );
        let width = self.wall.width() + 3 + width + 2 + STATUS + 2 + DURATION;
        entry::write(&columns, width, &why(change), self.style, out)
    }

    /// Writes one line about these times without a watch, if there are any.
    fn gaps(&self, gaps: &[Period], out: &mut dyn io::Write) -> io::Result<()> {
        let Some(first) = gaps.first() else {
            return Ok(());
        };
        let total = words::age(gaps.iter().map(Period::length).sum());
        let text = match gaps.len() {
            1 => format!("hbmon did not watch for {total}"),
            times => format!("hbmon did not watch {times} times, for {total} in all"),
        };
        let dash = match self.style.glyphs {
            Glyphs::Unicode => "—",
            Glyphs::Ascii => "-",
        };
        let line = format!("{} {dash} {text}", self.wall.stamp(first.since));
        writeln!(out, "{}", self.style.dim(&line))
    }
}

/// Returns how long something lasted; with `+` if it lasts.
pub(super) fn lasted(from: Timestamp, until: Option<Timestamp>, now: Timestamp) -> String {
    let length = words::age(Period::new(from, until.unwrap_or(now)).length());
    if until.is_none() {
        length + "+"
    } else {
        length
    }
}

fn why(change: &StatusChange) -> String {
    let said = change.message.as_ref().map(|text| text.as_str());
    let why = said.or(change.reason.map(|reason| reason.as_str()));
    let why = why.unwrap_or_default();
    match (why, change.maintenance) {
        (why, false) => why.to_owned(),
        ("", true) => "in maintenance".to_owned(),
        (why, true) => format!("{why}; in maintenance"),
    }
}
