//! `serve --state`: takes down how everything stands, so that a restart neither forgets nor raises
//! an alarm.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use super::args::Overlap;
use super::lock::{self, Lock};
use super::output::print_stderr;
use super::run::Resume;
use super::state::StateFile;
use super::{CommandError, run_state};
use crate::config::ConfigSource;
use crate::model::{Change, ChangeKind, Event, Follower, Snapshot};

/// How soon a change of status is on disk.
const SOON: Duration = Duration::from_secs(5);
/// And how many of those later the heartbeats of everything that only goes on.
const ROUNDS: u32 = 12;
/// Longer than a snapshot takes.
const LAST: Duration = Duration::from_millis(300);

/// The state of a service, its own for as long as it runs.
pub struct StateSaver {
    state: StateFile,
    _lock: Option<File>,
    /// Only a part of the config is watched: what is remembered of the others stays.
    partial: bool,
}

impl StateSaver {
    /// Locks the state and reads it. `path`: none for the usual one of this config.
    ///
    /// # Errors
    /// No place for a state, or another process that has it.
    pub fn open(
        path: Option<&Path>,
        source: &ConfigSource,
        partial: bool,
    ) -> Result<StateSaver, CommandError> {
        let usual = path.is_none();
        let mut path = run_state::path(path, source).map_err(CommandError::usage)?;
        if usual {
            // Its own, or a `check` of the same config would find it locked for ever.
            path.set_extension("serve.json");
        }
        let lock = match lock::take(&path, Overlap::Fail, None) {
            Ok(Lock::Taken(file)) => Some(file),
            Ok(Lock::Held(holder)) => {
                return Err(CommandError::usage(format_args!(
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

    pub fn resume(&self) -> Resume {
        let clock = self.state.clock();
        let memories = self.state.memories(&clock);
        Resume {
            clock,
            memories,
            ..Resume::fresh()
        }
    }

    /// Saves now and then until it is told to stop, and then once more.
    pub async fn run(
        mut self,
        mut snapshots: watch::Receiver<Arc<Snapshot>>,
        mut stop: oneshot::Receiver<()>,
    ) {
        let mut follower = Follower::new();
        let mut rounds = 0;
        loop {
            let is_over = tokio::time::timeout(SOON, &mut stop).await.is_ok();
            if is_over {
                // What came in last is in the next snapshot, if there is one.
                let _ = tokio::time::timeout(LAST, snapshots.changed()).await;
            }
            let snapshot = Arc::clone(&snapshots.borrow_and_update());
            let news = follower.read(&snapshot);
            let is_turned = news.lost > 0 || news.changes.iter().any(|change| turns(change));
            rounds += 1;
            if is_over || is_turned || rounds == ROUNDS {
                rounds = 0;
                // A disk may take its time, and the loops of this process do not.
                let saved = tokio::task::spawn_blocking(move || self.save(&snapshot)).await;
                let Ok(keeper) = saved else { return };
                self = keeper;
            }
            if is_over {
                return;
            }
        }
    }

    fn save(mut self, snapshot: &Snapshot) -> StateSaver {
        self.state.update(snapshot, self.partial);
        if let Err(error) = self.state.save(snapshot.wall(snapshot.at)) {
            tracing::warn!("nothing is remembered: {error}");
        }
        self
    }
}

fn turns(change: &Change) -> bool {
    match &change.kind {
        ChangeKind::Target { event, .. } => matches!(event, Event::Transition { .. }),
        ChangeKind::Reloaded { .. } => true,
        ChangeKind::ReloadRefused { .. }
        | ChangeKind::Stalled { .. }
        | ChangeKind::ClockSet { .. }
        | ChangeKind::Overloaded(_) => false,
    }
}
