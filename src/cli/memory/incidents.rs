//! `hbmon incidents`: what went wrong, and what was noted about it.

use std::io::{self, Write};
use std::ops::ControlFlow;

use jiff::{Timestamp, ToSpan};
use unicode_width::UnicodeWidthStr;

use super::choice::Choice;
use super::open::{self, OpenStore, Since};
use super::outputs::{
    PastList, is_paged, plain, read_incidents, unreadable, write_all, write_list,
};
use crate::cli::args::{
    IncidentNoteArgs, IncidentShowArgs, IncidentsArgs, IncidentsCommand, PastFormat,
};
use crate::cli::user::user_name;
use crate::cli::{CommandError, exit, log, output};
use crate::clock::Clock;
use crate::history::change::StatusChange;
use crate::history::incident::{Incident, Note};
use crate::history::period::{Period, whole_millis};
use crate::model::{IncidentId, Text};
use crate::report::history::incidents_human::IncidentLines;
use crate::report::history::machine::{LineFormat, incident_json, incident_line, incidents_json};
use crate::report::style::Style;
use crate::store::{Editor, IncidentQuery, Reader};

/// Maximum number of incidents that a completion offers.
const MAX_COMPLETED: usize = 50;

pub(in crate::cli) fn run(args: &IncidentsArgs) -> Result<u8, CommandError> {
    match &args.command {
        None => list(args)?,
        Some(IncidentsCommand::Show(args)) => show(args)?,
        Some(IncidentsCommand::Note(args)) => note(args)?,
    }
    Ok(exit::OK)
}

fn list(args: &IncidentsArgs) -> Result<(), CommandError> {
    let (name, config) = args.name.sorted().map_err(CommandError::usage)?;
    let scope = &args.part.scope;
    let store = OpenStore::open(&args.memory, config, scope.utc, &args.look)?;
    let choice = Choice::new(&store, name, args.part.filter.as_deref(), scope)?;
    let usual = if args.open {
        Since::Beginning(choice.first_known())
    } else {
        Since::Ago(30.days())
    };
    let incidents = Incidents {
        period: store.period(&args.part, usual)?,
        open: args.open,
        store,
        choice,
    };
    if incidents.choice.is_store_empty {
        incidents.store.say_empty();
    }
    write_list(&incidents, &args.outputs.output, &args.look)
}

/// The incidents of the chosen monitors in a period.
struct Incidents {
    store: OpenStore,
    choice: Choice,
    period: Period,
    open: bool,
}

impl PastList for Incidents {
    type Row = Incident;

    fn now(&self) -> Timestamp {
        self.store.now
    }

    fn read(&self, each: &mut dyn FnMut(&Incident) -> io::Result<()>) -> io::Result<()> {
        let query = IncidentQuery {
            monitor: self.choice.only.clone(),
            open_only: self.open,
            ..IncidentQuery::of(self.period)
        };
        read_incidents(&self.store, &query, &self.choice, each)
    }

    fn human(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        if self.choice.is_store_empty {
            return Ok(());
        }
        let lines = IncidentLines {
            style,
            wall: self.store.wall.clone(),
            now: self.store.now,
            names: self.choice.width(),
        };
        if lines.write(&mut |each| self.read(each), out)? == 0 {
            let open = if self.open {
                "no open incident"
            } else {
                "no incident"
            };
            writeln!(out, "{open}: {}", self.store.wall.span(self.period))?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut read = |each: &mut dyn FnMut(&Incident) -> io::Result<()>| self.read(each);
        incidents_json(self.period, self.store.now, &mut read, out)
    }
}

fn show(args: &IncidentShowArgs) -> Result<(), CommandError> {
    let config = args.config.as_deref();
    let store = OpenStore::open(&args.memory, config, args.utc, &args.look)?;
    let incident = store.reader.incident(args.id).map_err(unreadable)?;
    let incident = incident.ok_or_else(|| unknown(args.id))?;
    let changes = course(&store, &incident)?;
    let usual = [output::OutputSpec {
        format: args.output,
        path: None,
    }];
    write_all(
        &usual,
        PastFormat::Human,
        &args.look,
        is_paged,
        |format, style, out| {
            let format = match format {
                PastFormat::Human => {
                    let lines = IncidentLines {
                        style,
                        wall: store.wall.clone(),
                        now: store.now,
                        names: incident.monitor.as_str().width(),
                    };
                    return lines.course(&incident, &changes, out);
                }
                PastFormat::Json => return incident_json(&incident, &changes, store.now, out),
                PastFormat::Ndjson => LineFormat::Ndjson,
                PastFormat::Csv => LineFormat::Csv,
                PastFormat::Plain => plain(&args.look),
            };
            incident_line(format, &incident, &changes, store.now, out)
        },
    )
}

/// Returns the changes of the monitor while the incident lasted.
fn course(store: &OpenStore, incident: &Incident) -> Result<Vec<StatusChange>, CommandError> {
    let end = incident.closed.unwrap_or(store.now);
    let period = Period::new(incident.opened, end);
    let changes = store.reader.changes_of_one(&incident.monitor, period);
    changes.map_err(unreadable)
}

fn note(args: &IncidentNoteArgs) -> Result<(), CommandError> {
    log::start(&args.look, log::TerminalUse::Bounded, &Default::default())?;
    let text = Text::clean(&args.text);
    if text.is_empty() {
        return Err(CommandError::usage("a note has a text"));
    }
    let path = open::path(&args.memory, args.config.as_deref(), &args.look)?;
    let note = Note {
        at: whole_millis(Clock::start().anchor()),
        by: user_name(),
        text,
    };
    let edited = Editor::open(&path)
        .and_then(|editor| editor.note(args.id, &note))
        .map_err(open::refused)?;
    let incident = edited.ok_or_else(|| unknown(args.id))?;
    let text = format!("noted: {} {}\n", incident.id, incident.monitor);
    output::write(None, text.as_bytes()).map_err(CommandError::internal)
}

fn unknown(id: IncidentId) -> CommandError {
    CommandError::usage(format!(
        "the history has no incident `{id}`: `hbmon incidents` lists them"
    ))
}

/// Returns the numbers of the incidents in a store, the newest first.
pub(in crate::cli) fn ids(reader: &Reader) -> Vec<String> {
    let mut ids = Vec::new();
    // A completion without candidates is no error.
    let _ = reader.incidents(&IncidentQuery::newest(), &mut |incident| {
        ids.push(incident.id.to_string());
        if ids.len() < MAX_COMPLETED {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    ids
}
