//! Reads a store, also while another process writes it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::StoreError;
use super::query::{ChangeQuery, IncidentQuery};
use super::{check, connect, copy, info, ledger, left, read_changes, read_incidents, read_numbers};
use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::history::known::KnownMonitor;
use crate::history::notification::Notification;
use crate::history::numbers::{Numbers, NumbersPoint, Step};
use crate::history::period::Period;
use crate::model::{IncidentId, Silence, Text};

/// Instructions of SQLite between two questions whether to go on: about 50 µs.
const STEPS: i32 = 1000;

/// A connection that only reads. Not `Sync`; opening one takes about a millisecond.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    connection: Connection,
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
            connection: connect::reader(path)?,
        })
    }

    /// Ends every reading once `is_over` says so, also in the middle of a query. It is asked often.
    ///
    /// # Errors
    /// SQLite refuses.
    pub fn stop_when(
        self,
        is_over: impl FnMut() -> bool + Send + 'static,
    ) -> Result<Reader, StoreError> {
        let set = self.connection.progress_handler(STEPS, Some(is_over));
        self.said(set)?;
        Ok(self)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns all monitors, also removed ones, by name.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn monitors(&self) -> Result<Vec<KnownMonitor>, StoreError> {
        self.said(left::monitors(&self.connection))
    }

    /// Gives each change with its number to `each`, in the order of their beginnings, until it
    /// breaks.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn changes(
        &self,
        query: &ChangeQuery,
        each: &mut dyn FnMut(u64, StatusChange) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.said(read_changes::each(&self.connection, query, each))
    }

    /// Returns when hbmon watched, in order, without overlaps, cut to the period.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn watched(&self, period: Period) -> Result<Vec<Period>, StoreError> {
        self.said(read_changes::watched(&self.connection, period))
    }

    /// Gives each incident to `each`, in the order of their numbers, until it breaks.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn incidents(
        &self,
        query: &IncidentQuery,
        each: &mut dyn FnMut(Incident) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.said(read_incidents::each(&self.connection, query, each))
    }

    /// Returns one incident.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        self.said(read_incidents::one(&self.connection, id))
    }

    /// Returns the silences that end after `now`, oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn silences(&self, now: Timestamp) -> Result<Vec<Silence<Timestamp>>, StoreError> {
        self.said(read_incidents::silences(&self.connection, now))
    }

    /// Returns the notifications that are not over (held, waiting, or told of what lasts), those that
    /// failed while their incident lasts, and the `last` ones; by number.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn notifications(&self, last: usize) -> Result<Vec<Notification>, StoreError> {
        self.said(ledger::latest(&self.connection, last))
    }

    /// Returns since when the config has each channel, by name.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn channels(&self) -> Result<Vec<(Text, Timestamp)>, StoreError> {
        self.said(ledger::channels(&self.connection))
    }

    /// Returns the numbers of one monitor by intervals of a length, in order. Intervals that begin
    /// in the period count; a coarser step than is kept is put together from finer ones.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn numbers(
        &self,
        monitor: &Text,
        period: Period,
        step: Step,
    ) -> Result<Vec<NumbersPoint>, StoreError> {
        self.said(read_numbers::of_monitor(
            &self.connection,
            monitor,
            period,
            step,
        ))
    }

    /// Gives the kept numbers of all monitors to `each`, by time, until it breaks.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn all_numbers(
        &self,
        period: Period,
        step: Step,
        each: &mut dyn FnMut(&Text, NumbersPoint) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.said(read_numbers::of_all(&self.connection, period, step, each))
    }

    /// Returns the numbers of each monitor, summed over the intervals that begin in the period, at
    /// the finest step that is kept. The sums of two adjacent periods add up to that of both.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn sums(&self, period: Period) -> Result<HashMap<Text, Numbers>, StoreError> {
        self.said(read_numbers::sums(&self.connection, period))
    }

    /// Returns what is known about the store itself.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn info(&self) -> Result<StoreInfo, StoreError> {
        let connection = &self.connection;
        Ok(StoreInfo {
            path: self.path.clone(),
            bytes: info::bytes(&self.path),
            schema: self.said(super::schema::version(connection))?,
            span: self.said(read_changes::span(connection))?,
            rows: self.said(info::rows(connection))?,
            writer: info::writer(&self.path),
        })
    }

    /// Checks the whole file. Returns what is wrong, one sentence each.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        self.said(check::all(&self.connection))
    }

    /// Writes a consistent copy to a path at which there is no file (`VACUUM INTO`).
    ///
    /// # Errors
    /// The file exists or cannot be written, or the store cannot be read.
    pub fn copy(&self, to: &Path) -> Result<(), StoreError> {
        copy::to(&self.connection, &self.path, to)
    }

    fn said<T>(&self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        result.map_err(|error| StoreError::sqlite(&self.path, &error))
    }
}
