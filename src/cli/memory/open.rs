//! Opens the store that the arguments name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::cli::args::{ConfigOption, ErrorFormat, LookArgs, MemoryArgs, PartArgs, When};
use crate::cli::load::config_error;
use crate::cli::output::print_stderr;
use crate::cli::{CommandError, log, state};
use crate::clock::Clock;
use crate::config::{self, ConfigSource};
use crate::history::period::{Period, whole_millis};
use crate::report::history::wall::WallStyle;
use crate::store::{Reader, StoreError};

/// What keeps a history.
pub(super) const KEEPERS: &str =
    "`hbmon serve` and `hbmon watch` keep one while they run, `hbmon check --state` with each run";

/// What counts without `--since`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Since {
    /// This time before the end.
    Ago(Span),
    /// The first time that is known.
    Beginning(Option<Timestamp>),
}

/// A store that is read, and the time of that.
pub(super) struct OpenStore {
    pub reader: Reader,
    pub now: Timestamp,
    pub wall: WallStyle,
}

impl OpenStore {
    /// Opens the store and starts the log.
    ///
    /// # Errors
    /// No config and no path, or no store there that can be read.
    pub(super) fn open(
        memory: &MemoryArgs,
        config: Option<&Path>,
        utc: bool,
        look: &LookArgs,
    ) -> Result<OpenStore, CommandError> {
        log::start(look, log::TerminalUse::Bounded, &Arc::default())?;
        let path = path(memory, config, look)?;
        let zone = if utc {
            TimeZone::UTC
        } else {
            TimeZone::system()
        };
        Ok(OpenStore {
            reader: Reader::open(&path).map_err(refused)?,
            now: whole_millis(Clock::start().anchor()),
            wall: WallStyle { zone, utc },
        })
    }

    /// Returns the time that `--since` and `--until` name. `usual`: what counts without `--since`.
    ///
    /// # Errors
    /// The end is not behind the beginning.
    pub(super) fn period(&self, part: &PartArgs, usual: Since) -> Result<Period, CommandError> {
        let resolve = |when: &When| when.resolve(self.now, &self.wall.zone);
        let until = part.until.as_ref().map_or(self.now, resolve);
        let since = match (&part.since, usual) {
            (Some(since), _) => resolve(since),
            (None, Since::Ago(span)) => until
                .to_zoned(self.wall.zone.clone())
                .checked_sub(span)
                .map_or(Timestamp::MIN, |at| at.timestamp()),
            (None, Since::Beginning(first)) => first.unwrap_or(until).min(until),
        };
        let period = Period::new(whole_millis(since), whole_millis(until));
        if part.since.is_some() && period.is_empty() {
            let end = if part.until.is_some() {
                "`--until`"
            } else {
                "now"
            };
            return Err(CommandError::usage(format!(
                "`--since` ({}) is not before {end} ({})",
                self.wall.stamp(since),
                self.wall.stamp(until)
            )));
        }
        Ok(period)
    }

    /// Says how to fill a store that nothing was written to.
    pub(super) fn say_empty(&self) {
        print_stderr(&self.empty());
    }

    /// Returns the sentence about a store that nothing was written to.
    pub(super) fn empty(&self) -> String {
        let path = self.reader.path().display();
        format!("the history `{path}` is empty: {KEEPERS}")
    }
}

/// Returns the path of the store: that of `--state`, else the usual one of the config.
///
/// # Errors
/// No config is found, or it has no usual path.
pub(in crate::cli) fn path(
    memory: &MemoryArgs,
    config: Option<&Path>,
    look: &LookArgs,
) -> Result<PathBuf, CommandError> {
    if let Some(path) = &memory.state {
        return Ok(path.clone());
    }
    let source = source(&memory.option, config, look)?;
    usual_path(&source).map_err(CommandError::usage)
}

/// Returns the usual path of the store of a config.
///
/// # Errors
/// It has none; the message says what to do instead.
pub(in crate::cli) fn usual_path(source: &ConfigSource) -> Result<PathBuf, String> {
    state::usual_path(source)
}

/// Finds the config that the arguments name.
///
/// # Errors
/// No config is found, or the arguments name two.
pub(super) fn source(
    option: &ConfigOption,
    config: Option<&Path>,
    look: &LookArgs,
) -> Result<ConfigSource, CommandError> {
    let named = match config {
        Some(argument) => Some(option.agree(argument).map_err(CommandError::usage)?),
        None => option.path(),
    };
    config::find(named).map_err(|error| config_error(&error, ErrorFormat::Full, look))
}

/// Returns the error of a store that cannot be opened.
pub(in crate::cli) fn refused(error: StoreError) -> CommandError {
    match error {
        StoreError::Missing(_) => CommandError::usage(format!("{error}: {KEEPERS}")),
        _ => CommandError::usage(error),
    }
}
