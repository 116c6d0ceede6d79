//! `serve --state`: saves the state of all monitors, so that a restart neither loses it nor raises
//! an alarm.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use super::args::Overlap;
use super::consumer::{Consumer, Feed};
use super::lock::{self, Lock};
use super::output::print_stderr;
use super::session::Resume;
use super::state::StateFile;
use super::{CommandError, run_state};
use crate::config::ConfigSource;
use crate::engine::Past;
use crate::model::{Change, ChangeKind, Event, Snapshot};

/// Time after which a change of status is on disk.
const CHANGE_DELAY: Duration = Duration::from_secs(5);
/// Number of such intervals between saves if no status changes.
const SAVE_ROUNDS: u32 = 12;

/// The state of a service, locked as long as it runs.
pub(super) struct StateSaver {
    state: StateFile,
    _lock: Option<File>,
    /// Only a part of the config is watched; the state of the other monitors stays.
    partial: bool,
}

impl StateSaver {
    /// Locks the state and reads it. `path`: `None` for the default path of this config.
    ///
    /// # Errors
    /// The path is not usable, or another process holds the lock.
    pub(super) fn open(
        path: Option<&Path>,
        source: &ConfigSource,
        partial: bool,
    ) -> Result<StateSaver, CommandError> {
        let usual = path.is_none();
        let mut path = run_state::path(path, Some(source)).map_err(CommandError::usage)?;
        if usual {
            // A `check` of the same config locks the other file.
            path.set_extension("serve.json");
        }
        let lock = match lock::take(&path, Overlap::Fail, None) {
            Ok(Lock::Taken(file)) => Some(file),
            Ok(Lock::Held(holder)) => {
                return Err(CommandError::usage(format!(
                    "another process holds the state `{}`{holder}",
                    path.display()
                )));
            }
            Err(error) => {
                print_stderr(&format!(
                    "warning: state `{}` cannot be locked: {error}",
                    path.display()
                ));
                None
            }
        };
        Ok(StateSaver {
            state: StateFile::load(path),
            _lock: lock,
            partial,
        })
    }

    pub(super) fn resume(&self) -> Resume {
        let clock = self.state.clock();
        let memories = self.state.memories(&clock);
        Resume {
            clock,
            past: Past {
                memories,
                ..Past::default()
            },
            ..Resume::fresh()
        }
    }

    fn save(mut self, snapshot: &Snapshot) -> StateSaver {
        self.state.update(snapshot, self.partial);
        if let Err(error) = self.state.save(snapshot.wall(snapshot.at)) {
            tracing::warn!("the state is not saved: {error}");
        }
        self
    }
}

impl Consumer for StateSaver {
    /// Saves soon after a change of status, once a minute, and at the end.
    async fn run(mut self, mut feed: Feed) {
        let mut rounds = 0;
        loop {
            let is_over = tokio::time::timeout(CHANGE_DELAY, feed.stopped())
                .await
                .is_ok();
            let snapshot = feed.snapshot();
            let new = feed.follower.read(&snapshot);
            let is_due = new.lost > 0 || new.changes.iter().any(|change| is_saved_soon(change));
            rounds += 1;
            if is_over || is_due || rounds == SAVE_ROUNDS {
                rounds = 0;
                // Writing to a disk may block.
                let saved = tokio::task::spawn_blocking(move || self.save(&snapshot)).await;
                let Ok(saver) = saved else { return };
                self = saver;
            }
            if is_over {
                return;
            }
        }
    }

    fn late_warning(&self) -> Option<&'static str> {
        Some("the state could not be saved in time")
    }
}

fn is_saved_soon(change: &Change) -> bool {
    match &change.kind {
        ChangeKind::Target { event, .. } => matches!(event, Event::Transition { .. }),
        ChangeKind::Reloaded { .. } => true,
        ChangeKind::ReloadRefused { .. }
        | ChangeKind::Stalled { .. }
        | ChangeKind::ClockSet { .. }
        | ChangeKind::Silence { .. }
        | ChangeKind::Overloaded(_) => false,
    }
}
