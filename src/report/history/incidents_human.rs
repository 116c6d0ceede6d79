//! `hbmon incidents` for people.

use std::io;

use jiff::Timestamp;

use super::changes_human::{ChangeLines, lasted};
use super::entry::{self, padded, padded_left};
use super::rows::RowFn;
use super::wall::WallStyle;
use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::model::{IncidentEnd, Text};
use crate::report::style::Style;
use crate::report::wrap::write_below;
use crate::words;

/// Width of `i-0042`; longer numbers push their line.
const ID: usize = 6;
/// Width of the longest of `warning` and `error`.
const WORST: usize = 7;
/// Width of a duration: `23h59m+`.
const DURATION: usize = 7;
/// Width of the longest way to end.
const END: usize = 9;
/// Width of the names of facts.
const FACT: usize = 12;

/// How incidents are shown.
#[derive(Clone, Debug)]
pub struct IncidentLines {
    pub style: Style,
    pub wall: WallStyle,
    pub now: Timestamp,
    /// Width of the names, in columns.
    pub names: usize,
}

impl IncidentLines {
    /// Writes a line for each incident, oldest first, and one below for who takes care of it and
    /// what was noted. Returns the number of incidents.
    ///
    /// # Errors
    /// A write fails, or the rows cannot be read.
    pub fn write(
        &self,
        rows: &mut RowFn<'_, Incident>,
        out: &mut dyn io::Write,
    ) -> io::Result<u64> {
        let mut lines = 0;
        rows(&mut |incident| {
            lines += 1;
            self.line(incident, out)
        })?;
        Ok(lines)
    }

    fn line(&self, incident: &Incident, out: &mut dyn io::Write) -> io::Result<()> {
        let width = self.names.min(entry::MAX_NAME);
        let columns = format!(
            "{:ID$}  {} {} {}  {:WORST$}  {}  {:END$}",
            incident.id.to_string(),
            self.wall.stamp(incident.opened),
            self.style.glyph(incident.worst),
            padded(incident.monitor.as_str(), width),
            incident.worst.as_str(),
            padded_left(
                &lasted(incident.opened, incident.closed, self.now),
                DURATION
            ),
            ended(incident),
        );
        let used = ID + 2 + self.wall.width() + 3 + width + 2 + WORST + 2 + DURATION + 2 + END;
        entry::write(&columns, used, why(incident), self.style, out)?;
        let more = self.more(incident);
        if more.is_empty() {
            return Ok(());
        }
        let dimmed = |line: &str| self.style.dim(line).to_string();
        write_below(&more.join(", "), ID + 2, self.style.columns, dimmed, out)
    }

    /// What else is known of an incident, each in a few words.
    fn more(&self, incident: &Incident) -> Vec<String> {
        let mut more = Vec::new();
        if let Some(acknowledged) = &incident.acknowledged {
            more.push(format!("acknowledged by {}", acknowledged.by));
        }
        let numbers = [
            (incident.notes.len(), "note", "notes"),
            (incident.told.len(), "notification", "notifications"),
        ];
        for (number, one, many) in numbers {
            if number > 0 {
                more.push(words::count(number as u64, one, many));
            }
        }
        if incident.maintenance {
            more.push("in maintenance".to_owned());
        }
        more
    }

    /// Writes everything about one incident: facts, its course, its notes.
    ///
    /// # Errors
    /// A write fails.
    pub fn course(
        &self,
        incident: &Incident,
        changes: &[StatusChange],
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let title = format!("{} {}", incident.id, incident.monitor);
        let lasted = lasted(incident.opened, incident.closed, self.now);
        let state = match incident.end {
            None => format!("open for {}", lasted.trim_end_matches('+')),
            Some(_) => format!("{} after {lasted}", ended(incident)),
        };
        writeln!(
            out,
            "{} {}: {}, {state}",
            self.style.glyph(incident.worst),
            self.style.bold(&title),
            incident.worst.as_str(),
        )?;
        for (name, fact) in self.facts(incident) {
            let name = self.style.dim(&padded(name, FACT)).to_string();
            entry::write(&format!("  {name}"), 2 + FACT, &fact, self.style, out)?;
        }
        if !changes.is_empty() {
            writeln!(out, "\nCourse:")?;
        }
        let lines = ChangeLines {
            style: self.style,
            wall: self.wall.clone(),
            now: self.now,
            names: self.names,
        };
        changes
            .iter()
            .try_for_each(|change| lines.change(change, out))?;
        if !incident.notes.is_empty() {
            writeln!(out, "\nNotes:")?;
        }
        incident.notes.iter().try_for_each(|note| {
            let head = format!("{} {}:", self.wall.stamp(note.at), note.by);
            let width = head.chars().count();
            entry::write(&head, width, note.text.as_str(), self.style, out)
        })
    }

    fn facts(&self, incident: &Incident) -> Vec<(&'static str, String)> {
        let mut facts = vec![("opened", self.wall.stamp(incident.opened))];
        if let Some(closed) = incident.closed {
            facts.push(("closed", self.wall.stamp(closed)));
        }
        let reason = incident.reason.map(|reason| reason.as_str());
        match (&incident.message, reason) {
            (Some(message), Some(reason)) => facts.push(("why", format!("{message} ({reason})"))),
            (Some(message), None) => facts.push(("why", message.to_string())),
            (None, Some(reason)) => facts.push(("why", reason.to_owned())),
            (None, None) => {}
        }
        let group = incident
            .group
            .as_ref()
            .map_or(String::new(), |group| format!(", group {group}"));
        facts.push(("monitor", format!("{}{group}", incident.kind.as_str())));
        if let Some(acknowledged) = &incident.acknowledged {
            let at = self.wall.stamp(acknowledged.at);
            let until = acknowledged.until.map_or(String::new(), |until| {
                format!(", until {}", self.wall.stamp(until))
            });
            facts.push((
                "acknowledged",
                format!("by {} at {at}{until}", acknowledged.by),
            ));
        }
        if incident.maintenance {
            facts.push(("maintenance", "it opened during maintenance".to_owned()));
        }
        for told in &incident.told {
            let at = self.wall.stamp(told.at);
            facts.push(("told", format!("{} at {at}: {}", told.channel, told.what)));
        }
        facts
    }
}

fn ended(incident: &Incident) -> &'static str {
    incident.end.map_or("open", IncidentEnd::as_str)
}

fn why(incident: &Incident) -> &str {
    let said = incident.message.as_ref().map(Text::as_str);
    said.or(incident.reason.map(|reason| reason.as_str()))
        .unwrap_or_default()
}
