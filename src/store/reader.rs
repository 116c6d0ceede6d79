//! Reads a store, also while another process writes it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::error::StoreError;
use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::history::known::KnownMonitor;
use crate::history::numbers::{Numbers, NumbersPoint, Step};
use crate::history::period::Period;
use crate::model::{IncidentId, Silence, Text};

/// A connection that only reads. Not `Sync`; opening one takes about a millisecond.
pub struct Reader {
    path: PathBuf,
}

/// Which changes to read. The period selects those whose time overlaps with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeQuery {
    pub monitor: Option<Text>,
    pub period: Period,
    /// Only those with a smaller number if newest first, else a greater one: the cursor of a page.
    pub after: Option<u64>,
    pub newest_first: bool,
}

/// Which incidents to read. The period selects those whose time overlaps with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentQuery {
    pub monitor: Option<Text>,
    pub period: Period,
    pub open_only: bool,
    /// Only those with a smaller number if newest first, else a greater one: the cursor of a page.
    pub after: Option<IncidentId>,
    pub newest_first: bool,
}

/// What `hbmon state` prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreInfo {
    pub path: PathBuf,
    /// Size of the file and its journal, in bytes.
    pub bytes: u64,
    pub schema: i64,
    /// From the first to the last time that anything was watched.
    pub span: Option<Period>,
    /// Names of the tables with the numbers of their rows.
    pub rows: Vec<(&'static str, u64)>,
    /// The process that writes, as far as the system knows it.
    pub writer: Option<u32>,
}

impl Reader {
    /// Opens a store.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn open(path: &Path) -> Result<Reader, StoreError> {
        Ok(Reader {
            path: path.to_owned(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns all monitors, also removed ones, by name.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn monitors(&self) -> Result<Vec<KnownMonitor>, StoreError> {
        Ok(Vec::new())
    }

    /// Gives each change with its number to `each`, in the order of their beginnings, until it
    /// breaks.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn changes(
        &self,
        _query: &ChangeQuery,
        _each: &mut dyn FnMut(u64, StatusChange) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns when hbmon watched, in order, without overlaps, cut to the period.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn watched(&self, _period: Period) -> Result<Vec<Period>, StoreError> {
        Ok(Vec::new())
    }

    /// Gives each incident to `each`, in the order of their numbers, until it breaks.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn incidents(
        &self,
        _query: &IncidentQuery,
        _each: &mut dyn FnMut(Incident) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns one incident.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn incident(&self, _id: IncidentId) -> Result<Option<Incident>, StoreError> {
        Ok(None)
    }

    /// Returns the silences that end after `now`, oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn silences(&self, _now: Timestamp) -> Result<Vec<Silence<Timestamp>>, StoreError> {
        Ok(Vec::new())
    }

    /// Returns the numbers of one monitor by intervals of a length, in order. Intervals that begin
    /// in the period count; a coarser step than is kept is put together from finer ones.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn numbers(
        &self,
        _monitor: &Text,
        _period: Period,
        _step: Step,
    ) -> Result<Vec<NumbersPoint>, StoreError> {
        Ok(Vec::new())
    }

    /// Gives the kept numbers of all monitors to `each`, by time, until it breaks.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn all_numbers(
        &self,
        _period: Period,
        _step: Step,
        _each: &mut dyn FnMut(&Text, NumbersPoint) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns the numbers of each monitor, summed over the intervals that begin in the period, at
    /// the finest step that is kept. The sums of two adjacent periods add up to that of both.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn sums(&self, _period: Period) -> Result<HashMap<Text, Numbers>, StoreError> {
        Ok(HashMap::new())
    }

    /// Returns what is known about the store itself.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn info(&self) -> Result<StoreInfo, StoreError> {
        Ok(StoreInfo {
            path: self.path.clone(),
            bytes: 0,
            schema: 1,
            span: None,
            rows: Vec::new(),
            writer: None,
        })
    }

    /// Checks the whole file. Returns what is wrong, one sentence each.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    /// Writes a consistent copy to a path at which there is no file (`VACUUM INTO`).
    ///
    /// # Errors
    /// The file exists or cannot be written, or the store cannot be read.
    pub fn copy(&self, _to: &Path) -> Result<(), StoreError> {
        Ok(())
    }
}
