//! `hbmon export`: everything in a store, for other programs. Nothing is kept in memory.

use std::io;

use super::choice::Choice;
use super::open::{OpenStore, Since};
use super::outputs::{go_on, read_changes, read_incidents};
use crate::cli::args::{ExportArgs, ExportFormat, ExportedRows};
use crate::cli::output::write_by;
use crate::cli::outputs::has_folder;
use crate::cli::{CommandError, exit};
use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::history::numbers::Step;
use crate::report::history::json::NumbersRow;
use crate::report::history::machine::{LineFormat, lines};
use crate::store::{ChangeQuery, IncidentQuery};

pub(in crate::cli) fn run(args: &ExportArgs) -> Result<u8, CommandError> {
    let scope = &args.part.scope;
    let store = OpenStore::open(&args.memory, args.config.as_deref(), scope.utc, &args.look)?;
    let choice = Choice::new(&store, None, args.part.filter.as_deref(), scope)?;
    let first = choice.first_known().map(|first| match args.what {
        // The interval in which hbmon began to watch begins before that.
        ExportedRows::Numbers => Step::from(args.step).start_of(first),
        ExportedRows::Changes | ExportedRows::Incidents => first,
    });
    let period = store.period(&args.part, Since::Beginning(first))?;
    if choice.is_store_empty {
        store.say_empty();
    }
    let (format, path) = match &args.output {
        Some(output) => (output.format, output.path.as_deref()),
        None => (ExportFormat::default(), None),
    };
    path.map_or(Ok(()), has_folder)
        .map_err(CommandError::usage)?;
    let format = match format {
        ExportFormat::Csv => LineFormat::Csv,
        ExportFormat::Ndjson => LineFormat::Ndjson,
    };
    let now = store.now;
    write_by(path, |out| match args.what {
        ExportedRows::Changes => {
            let query = ChangeQuery {
                monitor: None,
                period,
                after: None,
                newest_first: false,
            };
            let mut read = |each: &mut dyn FnMut(&StatusChange) -> io::Result<()>| {
                read_changes(&store, &query, &choice, each)
            };
            lines(format, now, &mut read, out)
        }
        ExportedRows::Incidents => {
            let query = IncidentQuery::of(period);
            let mut read = |each: &mut dyn FnMut(&Incident) -> io::Result<()>| {
                read_incidents(&store, &query, &choice, each)
            };
            lines(format, now, &mut read, out)
        }
        ExportedRows::Numbers => {
            let step = Step::from(args.step);
            let mut read = |each: &mut dyn FnMut(&NumbersRow) -> io::Result<()>| {
                let mut result = Ok(());
                store
                    .reader
                    .all_numbers(period, step, &mut |monitor, point| {
                        if !choice.has(monitor) {
                            return std::ops::ControlFlow::Continue(());
                        }
                        let row = NumbersRow {
                            monitor: monitor.clone(),
                            step,
                            point,
                        };
                        go_on(each(&row), &mut result)
                    })
                    .map_err(io::Error::other)?;
                result
            };
            lines(format, now, &mut read, out)
        }
    })
    .map_err(CommandError::internal)?;
    Ok(exit::OK)
}
