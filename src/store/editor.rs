//! Changes single rows of a store from another process than its writer, such as a command.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::batch::Keep;
use super::error::StoreError;
use super::{apply, connect, left, prune, read_incidents, rollup, rows};
use crate::history::incident::{Incident, Note};
use crate::model::{Acknowledgement, IncidentId, MAX_SILENCES, Silence, SilenceId};

/// A connection for short writes. It waits at most 5 s for another process.
#[derive(Debug)]
pub struct Editor {
    path: PathBuf,
    connection: Connection,
}

impl Editor {
    /// Opens a store that exists.
    ///
    /// # Errors
    /// There is none, or it cannot be written.
    pub fn open(path: &Path) -> Result<Editor, StoreError> {
        Ok(Editor {
            path: path.to_owned(),
            connection: connect::editor(path)?,
        })
    }

    /// Adds a note. Returns the incident with it; `None` if there is no such incident.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn note(&self, id: IncidentId, note: &Note) -> Result<Option<Incident>, StoreError> {
        self.write(|transaction| {
            apply::note(transaction, id, note)?;
            read_incidents::one(transaction, id)
        })
    }

    /// Acknowledges an open incident; `None` takes that back. Returns the incident; `None` if there
    /// is no such open incident.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn acknowledge(
        &self,
        id: IncidentId,
        acknowledged: Option<&Acknowledgement<Timestamp>>,
    ) -> Result<Option<Incident>, StoreError> {
        self.write(|transaction| {
            if apply::acknowledge(transaction, id, acknowledged)? {
                read_incidents::one(transaction, id)
            } else {
                Ok(None)
            }
        })
    }

    /// Adds a silence under a new number, which replaces the one in it. Returns it; `None` if
    /// [`MAX_SILENCES`] are in force when it begins.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn silence(
        &self,
        silence: &Silence<Timestamp>,
    ) -> Result<Option<Silence<Timestamp>>, StoreError> {
        self.write(|transaction| {
            if read_incidents::silences(transaction, silence.from)?.len() >= MAX_SILENCES {
                return Ok(None);
            }
            let id = SilenceId(left::next_number(transaction, "silences")?);
            let silence = Silence {
                id,
                ..silence.clone()
            };
            apply::silence(transaction, &silence)?;
            Ok(Some(silence))
        })
    }

    /// Ends a silence that has not ended. Returns it; `None` if there is no such silence.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn end_silence(
        &self,
        id: SilenceId,
        now: Timestamp,
    ) -> Result<Option<Silence<Timestamp>>, StoreError> {
        let sql = format!(
            "UPDATE silences SET until = max(\"from\", ?2) WHERE id = ?1 AND until > ?2 \
             RETURNING {}",
            rows::SILENCE
        );
        self.write(|transaction| {
            transaction
                .prepare_cached(&sql)?
                .query_row([rows::signed(id.0), rows::ms(now)], rows::silence)
                .optional()
        })
    }

    /// Deletes what is older than it is kept, in slices. Returns the number of deleted rows. Ages
    /// count until the latest time in the store at most: a clock that is wrong must not delete all.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn prune(&self, keep: &Keep, now: Timestamp) -> Result<u64, StoreError> {
        let last = self.write(|transaction| left::last_time(transaction))?;
        let now = last.map_or(now, |last| last.min(now)).as_second();
        // An hour in each transaction: the writer could add to one that is half summed up.
        while self.write(|transaction| {
            let mut rolling = None;
            let mut has_more = rollup::slice(transaction, &mut rolling, now)?;
            while rolling.is_some() {
                has_more = rollup::slice(transaction, &mut rolling, now)?;
            }
            Ok(has_more)
        })? {}
        let mut deleted = 0;
        loop {
            match self.write(|transaction| prune::slice(transaction, keep, now))? {
                0 => return Ok(deleted),
                more => deleted += more as u64,
            }
        }
    }

    /// Runs a write in one transaction, which is on the disk before this returns.
    fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let run = || {
            let behavior = TransactionBehavior::Immediate;
            let transaction = Transaction::new_unchecked(&self.connection, behavior)?;
            let result = change(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        run().map_err(|error| StoreError::sqlite(&self.path, &error))
    }
}
