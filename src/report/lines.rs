//! `watch --headless`: a line for every change of status; with `-v` also for every other event.

use std::io;

use jiff::tz::TimeZone;

use super::style::Style;
use crate::model::{Change, ChangeKind, Event, Follower, Meta, Moment, Snapshot, Status};
use crate::words;

/// A stream of lines. Times of day are shown in `zone`.
#[derive(Debug)]
pub struct LineStream {
    style: Style,
    zone: TimeZone,
    verbose: bool,
    follower: Follower,
    /// Width of the longest name so far, so that columns stop moving once every monitor has had a
    /// line.
    width: usize,
}

impl LineStream {
    pub fn new(style: Style, zone: TimeZone, verbose: bool) -> LineStream {
        LineStream {
            style,
            zone,
            verbose,
            follower: Follower::new(),
            width: 0,
        }
    }

    /// Writes what is new in this snapshot, and the number of events that were lost because the
    /// reader was too slow.
    ///
    /// # Errors
    /// A write fails.
    pub fn follow(&mut self, snapshot: &Snapshot, out: &mut dyn io::Write) -> io::Result<()> {
        let news = self.follower.read(snapshot);
        if news.lost > 0 {
            let lost = words::count(news.lost, "change", "changes");
            self.remark(
                &self.clock(snapshot, news.at),
                &format!("{lost} lost, too many at once"),
                out,
            )?;
        }
        news.changes
            .into_iter()
            .try_for_each(|change| self.change(snapshot, change, out))?;
        out.flush()
    }

    fn change(
        &mut self,
        snapshot: &Snapshot,
        change: &Change,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let clock = self.clock(snapshot, change.at);
        match &change.kind {
            ChangeKind::Target { meta, event, .. } => self.event(&clock, meta, event, out),
            ChangeKind::Reloaded {
                added,
                removed,
                changed,
                total,
            } => self.remark(
                &clock,
                &words::reloaded(*added, *removed, *changed, *total),
                out,
            ),
            ChangeKind::ReloadRefused { why } => {
                self.remark(&clock, &format!("config not reloaded: {why}"), out)
            }
            ChangeKind::Stalled { gap } => self.remark(&clock, &words::stalled(*gap), out),
            ChangeKind::ClockSet { by } => self.remark(&clock, &words::clock_set(*by), out),
            ChangeKind::Overloaded(overload) => {
                self.remark(&clock, words::overload(*overload), out)
            }
            ChangeKind::Silence { silence, change } => {
                self.remark(&clock, &words::silence(silence, *change), out)
            }
        }
    }

    fn event(
        &mut self,
        clock: &str,
        meta: &Meta,
        event: &Event,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let (glyph, status) = match event {
            Event::Transition { to, .. } => (self.style.glyph(*to), to.as_str()),
            _ if !self.verbose => return Ok(()),
            _ => (self.style.dim(self.style.glyphs.dot()), ""),
        };
        self.width = self.width.max(meta.name.as_str().len());
        let width = self.width;
        let mut line = format!("{:width$}  {status:7}  {}", meta.name, words::event(event));
        if let Event::Transition {
            to: Status::Warning | Status::Error,
            ..
        } = event
        {
            for note in words::notes(meta) {
                line.push_str("; ");
                line.push_str(&note);
            }
        }
        writeln!(out, "{clock} {glyph} {}", line.trim_end())
    }

    fn remark(&self, clock: &str, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(
            out,
            "{clock} {} {text}",
            self.style.dim(self.style.glyphs.dot())
        )
    }

    fn clock(&self, snapshot: &Snapshot, at: Moment) -> String {
        snapshot
            .wall(at)
            .to_zoned(self.zone.clone())
            .strftime("%H:%M:%S")
            .to_string()
    }
}
