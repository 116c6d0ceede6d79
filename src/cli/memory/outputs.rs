//! Writes the outputs of a command, each by reading the rows that it needs.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::choice::Choice;
use super::open::OpenStore;
use crate::cli::args::{LookArgs, PastFormat};
use crate::cli::output::{OutputSpec, append, check_destinations, write_by};
use crate::cli::outputs::{has_folder, style_of};
use crate::cli::{CommandError, pager};
use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::report::history::machine::{LineFormat, lines};
use crate::report::history::rows::HistoryRow;
use crate::report::style::Style;
use crate::store::{ChangeQuery, IncidentQuery, StoreError};

/// What is special about a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutputKind {
    /// A terminal shows it page by page.
    Paged,
    /// A file is appended to.
    Appended,
    Other,
}

/// Writes each output with a function that knows its format and style.
///
/// # Errors
/// Two outputs for one place, one that cannot be written, or rows that cannot be read.
pub(super) fn write_all<F: Copy + PartialEq>(
    outputs: &[OutputSpec<F>],
    usual: F,
    look: &LookArgs,
    kind: impl Fn(F) -> OutputKind,
    write: impl Fn(F, Style, &mut dyn Write) -> io::Result<()>,
) -> Result<(), CommandError> {
    let usual = [OutputSpec {
        format: usual,
        path: None,
    }];
    let outputs = if outputs.is_empty() { &usual } else { outputs };
    check_destinations(outputs).map_err(CommandError::usage)?;
    for output in outputs {
        let path = output.path.as_deref();
        path.map_or(Ok(()), has_folder)
            .map_err(CommandError::usage)?;
    }
    let style = style_of(look, &io::stdout());
    for OutputSpec { format, path } in outputs {
        let style = match path {
            Some(_) => Style {
                color: false,
                columns: None,
                ..style
            },
            None => style,
        };
        let write = |out: &mut dyn Write| write(*format, style, out);
        let kind = kind(*format);
        let is_paged = path.is_none()
            && kind == OutputKind::Paged
            && io::stdout().is_terminal()
            && pager::is_attended()
            && pager::show(&["PAGER"], &write).map_err(CommandError::internal)?;
        match path {
            _ if is_paged => Ok(()),
            Some(path) if kind == OutputKind::Appended => {
                let mut text = Vec::new();
                write(&mut text).and_then(|()| append(path, &text))
            }
            path => write_by(path.as_deref(), write),
        }
        .map_err(CommandError::internal)?;
    }
    Ok(())
}

/// A list of rows, in the formats of `history` and `incidents`.
pub(super) trait PastList {
    type Row: HistoryRow;

    /// The end of what lasts.
    fn now(&self) -> Timestamp;

    /// Gives each row to a function, until it fails.
    fn read(&self, each: &mut dyn FnMut(&Self::Row) -> io::Result<()>) -> io::Result<()>;

    fn human(&self, style: Style, out: &mut dyn Write) -> io::Result<()>;

    fn json(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// Writes a list.
///
/// # Errors
/// As `write_all`.
pub(super) fn write_list(
    list: &impl PastList,
    outputs: &[OutputSpec<PastFormat>],
    look: &LookArgs,
) -> Result<(), CommandError> {
    write_all(
        outputs,
        PastFormat::Human,
        look,
        is_paged,
        |format, style, out| {
            let format = match format {
                PastFormat::Human => return list.human(style, out),
                PastFormat::Json => return list.json(out),
                PastFormat::Ndjson => LineFormat::Ndjson,
                PastFormat::Csv => LineFormat::Csv,
                PastFormat::Plain => plain(look),
            };
            lines(format, list.now(), &mut |each| list.read(each), out)
        },
    )
}

/// What is special about the formats of a past: people read it page by page.
pub(super) fn is_paged(format: PastFormat) -> OutputKind {
    match format {
        PastFormat::Human => OutputKind::Paged,
        _ => OutputKind::Other,
    }
}

/// Returns lines separated by tabs: with `-v` below a header.
pub(super) const fn plain(look: &LookArgs) -> LineFormat {
    LineFormat::Plain {
        header: look.verbose > 0,
    }
}

/// Gives the chosen changes to `each`, until it fails.
///
/// # Errors
/// That of `each`, or the store cannot be read.
pub(super) fn read_changes(
    store: &OpenStore,
    query: &ChangeQuery,
    choice: &Choice,
    each: &mut dyn FnMut(&StatusChange) -> io::Result<()>,
) -> io::Result<()> {
    let mut result = Ok(());
    store
        .reader
        .changes(query, &mut |_, change| {
            if choice.has(&change.monitor) {
                go_on(each(&change), &mut result)
            } else {
                ControlFlow::Continue(())
            }
        })
        .map_err(io::Error::other)?;
    result
}

/// Gives the chosen incidents to `each`, until it fails.
///
/// # Errors
/// That of `each`, or the store cannot be read.
pub(super) fn read_incidents(
    store: &OpenStore,
    query: &IncidentQuery,
    choice: &Choice,
    each: &mut dyn FnMut(&Incident) -> io::Result<()>,
) -> io::Result<()> {
    let mut result = Ok(());
    store
        .reader
        .incidents(query, &mut |incident| {
            if choice.has(&incident.monitor) {
                go_on(each(&incident), &mut result)
            } else {
                ControlFlow::Continue(())
            }
        })
        .map_err(io::Error::other)?;
    result
}

/// Keeps the first error, which ends the reading.
pub(super) fn go_on(done: io::Result<()>, result: &mut io::Result<()>) -> ControlFlow<()> {
    match done {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            *result = Err(error);
            ControlFlow::Break(())
        }
    }
}

/// Returns the error of a store that cannot be read.
pub(super) fn unreadable(error: StoreError) -> CommandError {
    CommandError::internal(error)
}
