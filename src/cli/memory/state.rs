//! `hbmon state`: what is known about the store itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::open::{self, OpenStore};
use super::outputs::{plain, unreadable};
use crate::cli::args::{
    ErrorFormat, MemoryArgs, PastFormat, StoreArgs, StoreCommand, StoreCopyArgs, StorePlaceArgs,
};
use crate::cli::load::config_error;
use crate::cli::outputs::has_folder;
use crate::cli::{CommandError, exit, log, output};
use crate::clock::Clock;
use crate::config;
use crate::report::history::machine::{LineFormat, one_line};
use crate::report::history::rows::cell;
use crate::report::json_values::Time;
use crate::store::{Editor, Keep, Reader, StoreError, StoreInfo, forbids_writing};
use crate::words;

/// Width of the names of facts.
const FACT: usize = 8;

pub(in crate::cli) fn run(args: &StoreArgs) -> Result<u8, CommandError> {
    match &args.command {
        None => show(args),
        Some(StoreCommand::Check(args)) => check(args),
        Some(StoreCommand::Copy(args)) => copy(args),
        Some(StoreCommand::Prune(args)) => prune(args),
    }
}

fn print(text: &str) -> Result<(), CommandError> {
    output::write(None, text.as_bytes()).map_err(CommandError::internal)
}

fn show(args: &StoreArgs) -> Result<u8, CommandError> {
    let store = OpenStore::open(&args.memory, args.config.as_deref(), args.utc, &args.look)?;
    let info = store.reader.info().map_err(unreadable)?;
    let format = match args.output {
        PastFormat::Human => {
            print(&human(&info, &store))?;
            return Ok(exit::OK);
        }
        PastFormat::Json | PastFormat::Ndjson => LineFormat::Ndjson,
        PastFormat::Csv => LineFormat::Csv,
        PastFormat::Plain => plain(&args.look),
    };
    let object = StoreJson::new(&info);
    let (names, cells): (Vec<_>, Vec<_>) = object.cells().into_iter().unzip();
    let mut line = Vec::new();
    one_line(format, names.into_iter(), &cells, &object, &mut line)
        .and_then(|()| output::write(None, &line))
        .map_err(CommandError::internal)?;
    Ok(exit::OK)
}

fn human(info: &StoreInfo, store: &OpenStore) -> String {
    let kept = match info.span {
        Some(span) => store.wall.span(span),
        None => format!("nothing yet: {}", open::KEEPERS),
    };
    let rows: Vec<String> = info
        .rows
        .iter()
        .map(|(table, number)| format!("{number} {table}"))
        .collect();
    let writer = match info.writer {
        Some(process) => format!("process {process}"),
        None => "no process".to_owned(),
    };
    let facts = [
        ("path", info.path.display().to_string()),
        ("size", words::bytes(info.bytes)),
        ("span", kept),
        ("rows", rows.join(", ")),
        ("written", format!("by {writer}")),
        ("schema", info.schema.to_string()),
    ];
    let mut text = String::new();
    for (name, fact) in facts {
        let _ = writeln!(text, "{name:FACT$} {fact}");
    }
    text
}

/// The object of `-o json` and `ndjson`.
#[derive(Serialize)]
struct StoreJson<'a> {
    schema: &'static str,
    path: String,
    bytes: u64,
    version: i64,
    since: Option<Time>,
    until: Option<Time>,
    rows: BTreeMap<&'a str, u64>,
    writer: Option<u32>,
}

impl<'a> StoreJson<'a> {
    fn new(info: &'a StoreInfo) -> StoreJson<'a> {
        StoreJson {
            schema: "hbmon.store/1",
            path: info.path.display().to_string(),
            bytes: info.bytes,
            version: info.schema,
            since: info.span.map(|span| Time(span.since)),
            until: info.span.map(|span| Time(span.until)),
            rows: info.rows.iter().copied().collect(),
            writer: info.writer,
        }
    }

    /// Returns the cells with their names, without the schema.
    fn cells(&self) -> Vec<(Cow<'static, str>, Value)> {
        let mut cells = vec![
            ("path".into(), cell(&self.path)),
            ("bytes".into(), cell(&self.bytes)),
            ("version".into(), cell(&self.version)),
            ("since".into(), cell(&self.since)),
            ("until".into(), cell(&self.until)),
        ];
        let rows = self.rows.iter();
        cells.extend(rows.map(|(table, rows)| (format!("rows_{table}").into(), cell(rows))));
        cells.push(("writer".into(), cell(&self.writer)));
        cells
    }
}

fn check(args: &StorePlaceArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Bounded, &Arc::default())?;
    let path = place(&args.memory, args)?;
    let found = match Reader::open(&path).and_then(|reader| reader.check()) {
        Ok(mut found) => {
            if forbids_writing(&path) {
                found.push("the header of the file forbids to write it".to_owned());
            }
            found
        }
        Err(error @ StoreError::Damaged(_)) => vec![error.to_string()],
        Err(error) => return Err(open::refused(error)),
    };
    if found.is_empty() {
        print(&format!("`{}` is sound\n", path.display()))?;
        return Ok(exit::OK);
    }
    print(
        &found
            .iter()
            .map(|what| format!("{what}\n"))
            .collect::<String>(),
    )?;
    Ok(exit::BAD)
}

fn copy(args: &StoreCopyArgs) -> Result<u8, CommandError> {
    log::start(&args.place.look, log::TerminalUse::Bounded, &Arc::default())?;
    let path = place(&args.place.memory, &args.place)?;
    if args.to.exists() {
        let why = format!("`{}` exists: a copy replaces no file", args.to.display());
        return Err(CommandError::usage(why));
    }
    has_folder(&args.to).map_err(CommandError::usage)?;
    Reader::open(&path)
        .and_then(|reader| reader.copy(&args.to))
        .map_err(open::refused)?;
    print(&format!("copied to `{}`\n", args.to.display()))?;
    Ok(exit::OK)
}

fn prune(args: &StorePlaceArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Bounded, &Arc::default())?;
    let path = place(&args.memory, args)?;
    let keep = keep(args)?;
    let now = Clock::start().anchor();
    let deleted = Editor::open(&path)
        .and_then(|editor| editor.prune(&keep, now))
        .map_err(open::refused)?;
    print(&format!(
        "{} deleted\n",
        words::count(deleted, "row", "rows")
    ))?;
    Ok(exit::OK)
}

fn place(memory: &MemoryArgs, args: &StorePlaceArgs) -> Result<PathBuf, CommandError> {
    open::path(memory, args.config.as_deref(), &args.look)
}

/// Returns how long the config keeps what is in the store. With `--state` alone there is no config,
/// and the usual times hold.
fn keep(args: &StorePlaceArgs) -> Result<Keep, CommandError> {
    let config = args.config.as_deref();
    let names_config = config.is_some() || args.memory.option.path().is_some();
    if args.memory.state.is_some() && !names_config {
        return Ok(Keep::default());
    }
    let source = open::source(&args.memory.option, config, &args.look)?;
    let loaded = config::load(&source);
    loaded
        .map(|loaded| loaded.keep)
        .map_err(|error| config_error(&error, ErrorFormat::Full, &args.look))
}
