//! `hbmon ack`: acknowledges an open incident, or takes that back.

use std::ops::ControlFlow;
use std::path::Path;

use http::Method;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::args::{AckArgs, ShortFormat};
use super::place::{
    AskedAgent, Place, author, cell, items, json as to_json, now, print, print_json, wall,
};
use super::{CommandError, exit, memory};
use crate::history::incident::{Incident, Note};
use crate::model::{Acknowledgement, IncidentId, Text};
use crate::report::history::json::IncidentJson;
use crate::serve::silence_length;
use crate::store::{Editor, IncidentQuery, Reader, StoreError};

/// Maximum number of incidents that a completion offers.
const MAX_COMPLETED: usize = 50;

pub(super) fn run(args: &AckArgs) -> Result<u8, CommandError> {
    let length = args.length.as_deref();
    let length = length.map(|length| silence_length("`--for`", length));
    let length = length.transpose().map_err(CommandError::usage)?;
    let incident = match Place::find(&args.place, &args.look)? {
        Place::History(path) => {
            let at = now();
            let until = length.map(|length| at.checked_add(length));
            let until = until.transpose().map_err(CommandError::internal)?;
            let by = author(args.by.as_deref());
            let acknowledged = (!args.undo).then_some(Acknowledgement { by, at, until });
            let incident = write(&path, args, acknowledged.as_ref())?;
            to_json(&IncidentJson::new(&incident, at))?
        }
        Place::Agent(agent) => ask(&agent, args)?,
    };
    match args.output {
        ShortFormat::Json => print_json(&incident)?,
        ShortFormat::Human => print(&human(&incident, args.undo))?,
    }
    Ok(exit::OK)
}

fn human(incident: &Value, is_undone: bool) -> String {
    let wall = wall(false);
    let [id, monitor] = ["id", "monitor"].map(|key| cell(&incident[key], &wall));
    if is_undone {
        return format!("no longer acknowledged: {id} {monitor}\n");
    }
    let until = match cell(&incident["acknowledged"]["until"], &wall) {
        until if until.is_empty() => String::new(),
        until => format!(" until {until}"),
    };
    format!("acknowledged: {id} {monitor}{until}\n")
}

/// Writes to a store, and returns the incident.
fn write(
    path: &Path,
    args: &AckArgs,
    acknowledged: Option<&Acknowledgement<Timestamp>>,
) -> Result<Incident, CommandError> {
    let reader = Reader::open(path).map_err(memory::refused)?;
    let id = find(&reader, &args.what)?;
    let editor = Editor::open(path).map_err(memory::refused)?;
    let edited = editor.acknowledge(id, acknowledged);
    let Some(incident) = edited.map_err(memory::refused)? else {
        let known = reader.incident(id).map_err(memory::refused)?;
        return Err(CommandError::usage(match known {
            Some(closed) => format!("{id} {} is closed", closed.monitor),
            None => format!("the history has no incident `{id}`: `hbmon incidents` lists them"),
        }));
    };
    let text = Text::clean(args.reason.as_deref().unwrap_or_default());
    let Some(acknowledged) = acknowledged.filter(|_| !text.is_empty()) else {
        return Ok(incident);
    };
    let note = Note {
        at: acknowledged.at,
        by: acknowledged.by.clone(),
        text,
    };
    let noted = editor.note(id, &note).map_err(memory::refused)?;
    Ok(noted.unwrap_or(incident))
}

/// Returns the incident that is meant: the open one of a monitor, else the one of this number.
fn find(reader: &Reader, what: &str) -> Result<IncidentId, CommandError> {
    let name = Text::clean(what);
    if let Some(open) = open_of(reader, &name).map_err(memory::refused)? {
        return Ok(open);
    }
    if let Ok(id) = what.parse() {
        return Ok(id);
    }
    let known = memory::metas(reader);
    if known.iter().any(|meta| meta.name == name) {
        return Err(CommandError::usage(format!(
            "`{name}` has no open incident"
        )));
    }
    let names = known.iter().map(|meta| meta.name.as_str());
    Err(CommandError::usage(memory::unknown_monitor(&name, names)))
}

fn open_of(reader: &Reader, monitor: &Text) -> Result<Option<IncidentId>, StoreError> {
    let query = IncidentQuery {
        monitor: Some(monitor.clone()),
        open_only: true,
        ..IncidentQuery::newest()
    };
    let mut open = None;
    reader.incidents(&query, &mut |incident| {
        open = Some(incident.id);
        ControlFlow::Break(())
    })?;
    Ok(open)
}

/// Asks an agent, and returns the incident.
fn ask(agent: &AskedAgent, args: &AckArgs) -> Result<Value, CommandError> {
    let query = [
        ("open", "true".to_owned()),
        ("monitor", args.what.clone()),
        // Also one that has lasted for long.
        ("since", "1970-01-01".to_owned()),
    ];
    let open = agent.ask(Method::GET, &["v1", "incidents"], &query, None)?;
    let open = items(&open, "incidents").last();
    let id = match open.and_then(|incident| incident["id"].as_str()) {
        Some(id) => id.to_owned(),
        None => match args.what.parse::<IncidentId>() {
            Ok(id) => id.to_string(),
            Err(_) => {
                let name = Text::clean(&args.what);
                let why = format!("the agent knows no open incident of a monitor `{name}`");
                return Err(CommandError::usage(why));
            }
        },
    };
    let path = ["v1", "incidents", &id, "ack"];
    if args.undo {
        return agent.ask(Method::DELETE, &path, &[], None);
    }
    let mut body = Map::new();
    body.insert("by".to_owned(), json!(author(args.by.as_deref()).as_str()));
    for (key, value) in [("for", &args.length), ("reason", &args.reason)] {
        if let Some(value) = value {
            body.insert(key.to_owned(), json!(value.trim()));
        }
    }
    agent.ask(Method::POST, &path, &[], Some(&Value::Object(body)))
}

/// Returns the monitors with an open incident in a store, and the numbers of these.
pub(super) fn open(reader: &Reader) -> Vec<String> {
    let query = IncidentQuery {
        open_only: true,
        ..IncidentQuery::newest()
    };
    let (mut monitors, mut ids) = (Vec::new(), Vec::new());
    // A completion without candidates is no error.
    let _ = reader.incidents(&query, &mut |incident| {
        monitors.push(incident.monitor.to_string());
        ids.push(incident.id.to_string());
        if ids.len() < MAX_COMPLETED {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    monitors.append(&mut ids);
    monitors
}
