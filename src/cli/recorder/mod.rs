//! Records what a session watches in the store of its config, and continues from it.
//!
//! `open` finds and opens the store, `resume` makes of it what the engine continues from. `book`
//! turns changes into rows; `consumer` writes them. `outside` reads what other processes wrote.

mod book;
mod consumer;
mod convert;
mod dates;
mod former;
mod open;
mod outside;
mod resume;
mod saved;
mod states;
mod watched;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use crate::engine::Plan;
use crate::history::alert_board::AlertBoard;
use crate::model::Text;
use crate::serve::ServedHistory;
use crate::store::Store;

pub(super) use consumer::Recorder;
pub(super) use open::{HistoryPlace, OpenedHistory, open_store, open_usual};
pub(super) use resume::SavedStates;
pub(super) use states::SharedTold;

/// The history of a session, for those who show it.
#[derive(Clone, Debug, Default)]
pub(super) struct SessionHistory {
    /// The writer; `None` if this process does not write a history.
    pub store: Option<Store>,
    /// The file to read; `None` if there is none that can be read.
    pub path: Option<PathBuf>,
    /// Another process writes the history, so this one only reads it.
    pub read_only: Option<OtherWriter>,
    /// What channels are told; `None` if this process sends no alerts.
    pub alerts: Option<watch::Receiver<Arc<AlertBoard>>>,
}

/// The process that writes a history, as far as the system knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OtherWriter {
    pub process: Option<u32>,
}

impl SessionHistory {
    /// Returns what the HTTP interface serves.
    pub(super) fn served(&self) -> Option<ServedHistory> {
        Some(ServedHistory {
            path: self.path.clone()?,
            store: self.store.clone(),
        })
    }

    /// Returns what is to be known about it: `history: read only, written by pid 812`. `None` if
    /// this process writes it, and without a history.
    pub(super) fn note(&self) -> Option<String> {
        let writer = self.read_only?;
        Some(match writer.process {
            Some(process) => format!("history: read only, written by pid {process}"),
            None => "history: read only, another process writes it".to_owned(),
        })
    }
}

/// Returns the names of all monitors of a plan.
pub(super) fn names(plan: &Plan) -> HashSet<Text> {
    (plan.targets.iter())
        .map(|target| target.meta.name.clone())
        .collect()
}
