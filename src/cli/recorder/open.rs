//! Opens the history of a config for a session.

use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;

use super::book::Book;
use super::consumer::{Recorder, WriteMode};
use super::former::FormerState;
use super::resume::{self, SavedStates};
use super::states::States;
use super::{OtherWriter, SessionHistory, names};
use crate::alerts::decide::AlertsLeft;
use crate::cli::args::{Overlap, SessionStateArgs};
use crate::cli::lock::{self, Lock};
use crate::cli::state;
use crate::clock::Clock;
use crate::config::{ConfigSource, LoadedConfig};
use crate::engine::Past;
use crate::file;
use crate::history::notification::NotificationId;
use crate::model::{IncidentId, Text};
use crate::store::{Keep, Reader, Store, StoreError};

/// What a session continues from, and what writes its history.
pub(in crate::cli) struct OpenedHistory {
    pub clock: Clock,
    pub past: Past,
    pub history: SessionHistory,
    pub recorder: Option<Recorder>,
    pub alerts_left: AlertsLeft,
    /// Why no history is kept although one is wanted.
    pub unkept: Option<String>,
}

/// Where a history is, and what to keep in it.
pub(in crate::cli) struct HistoryPlace {
    pub path: PathBuf,
    pub keep: Keep,
    /// Names of all monitors of the config.
    pub names: HashSet<Text>,
    /// The path is the default one, beside which states of the former format may be.
    pub is_usual: bool,
    /// Everything is written at the end.
    pub is_short: bool,
}

impl OpenedHistory {
    /// A session that keeps nothing. Its incidents are numbered from 1.
    pub(in crate::cli) fn none() -> OpenedHistory {
        OpenedHistory {
            clock: Clock::start(),
            past: Past {
                first_incident: Some(IncidentId(1)),
                ..Past::default()
            },
            history: SessionHistory::default(),
            recorder: None,
            alerts_left: AlertsLeft::default(),
            unkept: None,
        }
    }
}

/// Opens the history that `serve` and `watch` keep. A history that cannot be kept is a warning.
///
/// # Errors
/// The path of `--state` is not usable.
pub(in crate::cli) fn open_usual(
    args: &SessionStateArgs,
    source: &ConfigSource,
    config: &LoadedConfig,
) -> Result<OpenedHistory, String> {
    if args.no_state {
        return Ok(OpenedHistory::none());
    }
    let wanted = args.state.as_ref().and_then(Option::as_deref);
    let path = match state::path(wanted, Some(source)) {
        Ok(path) => path,
        Err(why) if args.state.is_some() => return Err(why),
        // A history of what comes from stdin was not asked for.
        Err(_) if source.path().is_none() => return Ok(OpenedHistory::none()),
        Err(why) => return Ok(unkept(&why, None)),
    };
    let is_usual = wanted.is_none();
    if is_usual {
        state::make_folder(&path);
    }
    let place = HistoryPlace {
        path,
        keep: config.keep,
        names: names(&config.plan),
        is_usual,
        is_short: false,
    };
    let lock = match lock::take(&place.path, Overlap::Fail, None) {
        Ok(Lock::Taken(lock)) => lock,
        Ok(Lock::Held(holder)) => {
            let writer = OtherWriter {
                process: holder.process(),
            };
            return Ok(read_only(place.path, Some(writer)));
        }
        Err(error) => {
            let why = file::error_text(&error);
            let why = format!("`{}` cannot be locked: {why}", place.path.display());
            return Ok(unkept(&why, Some(place.path)));
        }
    };
    let path = place.path.clone();
    let opened = open_store(place, Some(lock), &mut |warning| {
        tracing::warn!("{warning}")
    });
    Ok(opened.map_or_else(
        |error| unkept(&error.to_string(), Some(path)),
        |(opened, _)| opened,
    ))
}

/// Opens a store whose lock is taken. Returns also the states in it, as the run before left them.
///
/// # Errors
/// The store cannot be used.
pub(in crate::cli) fn open_store(
    place: HistoryPlace,
    lock: Option<File>,
    warn: &mut dyn FnMut(String),
) -> Result<(OpenedHistory, SavedStates), StoreError> {
    let former = take_former(&place, warn);
    let (store, left) = match Store::open(&place.path, place.keep) {
        Ok(opened) => opened,
        Err(error) => {
            for former in former {
                // The next run takes it over.
                let _ = former.give_back();
            }
            return Err(error);
        }
    };
    let mut states = resume::states(&left);
    let is_taken_over = states.is_empty() && !former.is_empty();
    if is_taken_over {
        states = former.into_iter().fold(SavedStates::new(), merge);
    }
    let now = Clock::start().anchor();
    states.values_mut().for_each(|saved| saved.end_at(now));
    let clock = resume::clock(&left, &states);
    let past = resume::past(&left, &states, &clock);
    let mut known = States::new(&states);
    if is_taken_over {
        known.forget();
    }
    let recorder = Recorder {
        store: store.clone(),
        book: Book::new(&left, clock.anchor(), clock.started(), place.is_short),
        states: known,
        mode: if place.is_short {
            WriteMode::AtEnd
        } else {
            WriteMode::Steadily
        },
        names: place.names,
        is_taken_over,
        lock,
        other: None,
    };
    let opened = OpenedHistory {
        clock,
        past,
        history: SessionHistory {
            store: Some(store),
            path: Some(place.path),
            read_only: None,
            alerts: None,
        },
        recorder: Some(recorder),
        alerts_left: AlertsLeft {
            last: NotificationId(left.last_notification),
            rows: left.notifications,
            recovered: left.recovered,
            channels: left.channels,
            recent: left.recent_incidents,
        },
        unkept: None,
    };
    Ok((opened, states))
}

/// Takes over files of the former format.
fn take_former(place: &HistoryPlace, warn: &mut dyn FnMut(String)) -> Vec<FormerState> {
    // Beside a store that exists they are older than it.
    let are_beside = place.is_usual && !place.path.exists();
    let beside = ["serve.json", "json"].map(|end| place.path.with_extension(end));
    let beside = beside.into_iter().filter(|_| are_beside);
    let paths = [place.path.clone()].into_iter().chain(beside);
    let take = |path: PathBuf| match FormerState::take(&path) {
        Ok(former) => former,
        Err(why) => {
            let path = path.display();
            warn(format!("state `{path}` is replaced by a new one: {why}"));
            None
        }
    };
    paths.filter_map(take).collect()
}

/// Adds the states of another file: of each monitor the newer one, with what each told of it.
fn merge(mut states: SavedStates, former: FormerState) -> SavedStates {
    for (name, saved) in former.states {
        match states.get_mut(&name) {
            Some(known) => known.merge(saved),
            None => {
                states.insert(name, saved);
            }
        }
    }
    states
}

/// A session that writes no history. It shows the one at `path`, if that can be read.
fn unkept(why: &str, path: Option<PathBuf>) -> OpenedHistory {
    tracing::warn!("no history is kept: {why}");
    let mut opened = match path {
        Some(path) if Reader::open(&path).is_ok() => read_only(path, None),
        _ => OpenedHistory::none(),
    };
    opened.unkept = Some(why.to_owned());
    opened
}

/// A session that only reads the history. `writer`: the process that writes it, if there is one.
fn read_only(path: PathBuf, writer: Option<OtherWriter>) -> OpenedHistory {
    let mut opened = OpenedHistory::none();
    match Reader::open(&path).and_then(|reader| resume::read_only(&reader)) {
        Ok((clock, past)) => {
            opened.clock = clock;
            opened.past = past;
        }
        Err(error) => tracing::warn!("{error}"),
    }
    opened.history = SessionHistory {
        store: None,
        path: Some(path),
        read_only: writer,
        alerts: None,
    };
    opened
}
