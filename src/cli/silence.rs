//! `hbmon silence`: adds, lists and ends silences.

use http::Method;
use serde_json::{Value, json};

use super::args::{
    ShortFormat, SilenceAddArgs, SilenceArgs, SilenceCommand, SilenceEndArgs, SilenceListArgs,
};
use super::output::print_stderr;
use super::place::{Place, author, cell, items, json as to_json, now, print, print_json, wall};
use super::{CommandError, columns, exit, memory};
use crate::model::{MAX_SILENCES, Selector, Silence, SilenceId, Text};
use crate::report::incident_json::{SilenceJson, SilencesJson};
use crate::serve::{silence_length, silence_match};
use crate::store::{Editor, Reader};

pub(super) fn run(args: &SilenceArgs) -> Result<u8, CommandError> {
    match &args.command {
        SilenceCommand::Add(args) => add(args)?,
        SilenceCommand::List(args) => list(args)?,
        SilenceCommand::End(args) => end(args)?,
    }
    Ok(exit::OK)
}

fn add(args: &SilenceAddArgs) -> Result<(), CommandError> {
    let matches = silence_match("EXPR", &args.filter).map_err(CommandError::usage)?;
    let length = silence_length("`--for`", &args.length).map_err(CommandError::usage)?;
    let reason = Text::clean(&args.reason);
    if reason.is_empty() {
        return Err(CommandError::usage("`--reason` is empty: say why"));
    }
    let by = author(args.by.as_deref());
    let added = match Place::find(&args.place, &args.look)? {
        Place::History(path) => {
            let now = now();
            let silence = Silence {
                // The store numbers it.
                id: SilenceId(0),
                matches,
                from: now,
                until: now.checked_add(length).map_err(CommandError::internal)?,
                by,
                reason,
            };
            let added = Editor::open(&path).and_then(|editor| editor.silence(&silence));
            let added = added.map_err(memory::refused)?.ok_or_else(|| {
                CommandError::usage(format!(
                    "{MAX_SILENCES} silences are in force already: `hbmon silence end ID` ends one"
                ))
            })?;
            if let Ok(reader) = Reader::open(&path) {
                note_idle(&reader, added.matches.as_str());
            }
            to_json(&SilenceJson::at_wall_times(&added, now))?
        }
        Place::Agent(agent) => {
            let body = json!({
                "match": matches.as_str(),
                "for": args.length.trim(),
                "by": by.as_str(),
                "reason": reason.as_str(),
            });
            let added = agent.ask(Method::POST, &["v1", "silences"], &[], Some(&body))?;
            let filter = [("filter", matches.as_str().to_owned())];
            let selected = agent.ask(Method::GET, &["v1", "monitors"], &filter, None);
            if selected.is_ok_and(|selected| items(&selected, "monitors").is_empty()) {
                note(matches.as_str(), "the agent");
            }
            added
        }
    };
    match args.output {
        ShortFormat::Json => print_json(&added),
        ShortFormat::Human => {
            let wall = wall(false);
            let [id, matches, until] = ["id", "match", "until"].map(|key| cell(&added[key], &wall));
            print(&format!("silenced: {id} {matches} until {until}\n"))
        }
    }
}

/// Says that a silence selects none of the monitors that the history knows.
fn note_idle(reader: &Reader, matches: &str) {
    let known = memory::metas(reader);
    let selects = |selector: Selector| known.iter().any(|meta| selector.matches(meta));
    if !known.is_empty() && !Selector::parse(matches).is_ok_and(selects) {
        note(matches, "the history");
    }
}

fn note(matches: &str, place: &str) {
    print_stderr(&format!(
        "note: `{matches}` selects no monitor of {place} now"
    ));
}

fn list(args: &SilenceListArgs) -> Result<(), CommandError> {
    let silences = match Place::find(&args.place, &args.look)? {
        Place::History(path) => {
            let now = now();
            let silences = Reader::open(&path).and_then(|reader| reader.silences(now));
            let silences = silences.map_err(memory::refused)?;
            let listed = silences.iter();
            let listed = listed.map(|silence| SilenceJson::at_wall_times(silence, now));
            to_json(&SilencesJson::new(listed.collect()))?
        }
        Place::Agent(agent) => agent.ask(Method::GET, &["v1", "silences"], &[], None)?,
    };
    match args.output {
        ShortFormat::Json => print_json(&silences),
        ShortFormat::Human => print(&human(items(&silences, "silences"), args.utc)),
    }
}

fn human(silences: &[Value], utc: bool) -> String {
    if silences.is_empty() {
        return "no silence is in force\n".to_owned();
    }
    let wall = wall(utc);
    let head = ["ID", "MATCH", "UNTIL", "BY", "REASON"].map(str::to_owned);
    let rows = silences.iter().map(|silence| {
        ["id", "match", "until", "by", "reason"].map(|key| cell(&silence[key], &wall))
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    columns::table(&rows)
}

fn end(args: &SilenceEndArgs) -> Result<(), CommandError> {
    let id = args.silence;
    match Place::find(&args.place, &args.look)? {
        Place::History(path) => {
            let ended = Editor::open(&path).and_then(|editor| editor.end_silence(id, now()));
            if ended.map_err(memory::refused)?.is_none() {
                return Err(CommandError::usage(format!(
                    "no silence `{id}` is in force: `hbmon silence list` lists them"
                )));
            }
        }
        Place::Agent(agent) => {
            let path = ["v1", "silences", &id.to_string()];
            agent.ask(Method::DELETE, &path, &[], None)?;
        }
    }
    print(&format!("ended: {id}\n"))
}

/// Returns the numbers of the silences that are in force in a store.
pub(super) fn ids(reader: &Reader) -> Vec<String> {
    let silences = reader.silences(now()).unwrap_or_default();
    silences
        .iter()
        .map(|silence| silence.id.to_string())
        .collect()
}
