//! Records what a session watches in the store of its config, and continues from it.

use std::path::PathBuf;

use crate::store::Store;

/// The history of a session, for those who show it.
// Commands open it next.
#[allow(dead_code)]
#[derive(Clone, Debug, Default)]
pub(super) struct SessionHistory {
    /// The writer; `None` if this process does not write a history.
    pub store: Option<Store>,
    /// The file to read; `None` without a history.
    pub path: Option<PathBuf>,
    /// Another process writes the history, so this one only reads it.
    pub read_only: Option<OtherWriter>,
}

/// The process that writes a history, as far as the system knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OtherWriter {
    pub process: Option<u32>,
}

#[allow(dead_code)]
impl SessionHistory {
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
