//! `hbmon history`: what changed, when, for how long, why.

use std::io::{self, Write};

use jiff::{Timestamp, ToSpan};

use super::choice::Choice;
use super::open::{OpenStore, Since};
use super::outputs::{PastList, read_changes, unreadable, write_list};
use crate::cli::args::HistoryArgs;
use crate::cli::{CommandError, exit};
use crate::history::change::StatusChange;
use crate::history::period::Period;
use crate::model::Status;
use crate::report::history::changes_human::ChangeLines;
use crate::report::history::machine::changes_json;
use crate::report::style::Style;
use crate::store::ChangeQuery;

pub(in crate::cli) fn run(args: &HistoryArgs) -> Result<u8, CommandError> {
    let (name, config) = args.name.sorted().map_err(CommandError::usage)?;
    let scope = &args.part.scope;
    let store = OpenStore::open(&args.memory, config, scope.utc, &args.look)?;
    let choice = Choice::new(&store, name, args.part.filter.as_deref(), scope)?;
    let period = store.period(&args.part, Since::Ago(24.hours()))?;
    let unwatched = match choice.first_known() {
        Some(first) => store.reader.unwatched(period, first, store.now),
        None => Ok(Vec::new()),
    };
    let changes = Changes {
        unwatched: unwatched.map_err(unreadable)?,
        store,
        choice,
        period,
    };
    if changes.choice.is_store_empty {
        changes.store.say_empty();
    }
    write_list(&changes, &args.outputs.output, &args.look)?;
    Ok(exit::OK)
}

/// The changes of the chosen monitors in a period.
struct Changes {
    store: OpenStore,
    choice: Choice,
    period: Period,
    unwatched: Vec<Period>,
}

impl PastList for Changes {
    type Row = StatusChange;

    fn now(&self) -> Timestamp {
        self.store.now
    }

    fn read(&self, each: &mut dyn FnMut(&StatusChange) -> io::Result<()>) -> io::Result<()> {
        let query = ChangeQuery {
            monitor: self.choice.only.clone(),
            period: self.period,
            after: None,
            newest_first: false,
        };
        read_changes(&self.store, &query, &self.choice, each)
    }

    /// Without those that began before, unless they are of one monitor: a list of all that did not
    /// change would hide what did. A monitor that was not well then is shown.
    fn human(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        if self.choice.is_store_empty {
            return Ok(());
        }
        let lines = ChangeLines {
            style,
            wall: self.store.wall.clone(),
            now: self.store.now,
            names: self.choice.width(),
        };
        let since = self.period.since;
        let mut read = |each: &mut dyn FnMut(&StatusChange) -> io::Result<()>| {
            self.read(&mut |change| {
                let is_bad = matches!(change.status, Status::Warning | Status::Error);
                if change.from >= since || self.choice.only.is_some() || is_bad {
                    each(change)
                } else {
                    Ok(())
                }
            })
        };
        if lines.write(&mut read, &self.unwatched, out)? == 0 {
            let span = self.store.wall.span(self.period);
            writeln!(out, "no status changed: {span}")?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        changes_json(
            self.period,
            self.store.now,
            &mut |each| self.read(each),
            &self.unwatched,
            out,
        )
    }
}
