//! Commits batches, and goes on when the disk or the file fails.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::apply::{self, MonitorIds};
use super::batch::{Batch, Left};
use super::board::Board;
use super::error::StoreError;
use super::file_ids::{FileIds, journal};
use super::marks::Marks;
use super::mirror::Mirror;
use super::upkeep::Upkeep;
use super::waiting::Waiting;
use super::{connect, damage, info, left, network};

/// Journals up to this size stay when the store is closed: the next process reads them in less time
/// than it takes to write them into the file and wait for the disk.
const SMALL_JOURNAL: u64 = 256 << 10;

/// Damaged files that one session puts aside. More would fill the disk.
const MAX_ASIDE: u32 = 3;

/// The file of a store, and what is to be written into it.
pub(super) struct Disk {
    path: PathBuf,
    board: Arc<Board>,
    /// `None` after a fault, until it can be opened again.
    open: Option<Open>,
    waiting: Waiting,
    mirror: Mirror,
    upkeep: Upkeep,
    aside: u32,
}

/// An open file.
struct Open {
    connection: Connection,
    file_ids: FileIds,
    ids: MonitorIds,
    /// The last `data_version`: it changes when another connection commits.
    version: i64,
    is_durable: bool,
}

impl Disk {
    /// Opens or creates a store. A damaged one is put aside.
    pub(super) fn open(path: &Path, board: Arc<Board>) -> Result<(Disk, Left), StoreError> {
        let mut aside = 0;
        let (open, left) = match open(path) {
            Err(StoreError::Damaged(_)) => {
                aside = 1;
                put_aside(path)?;
                self::open(path)?
            }
            other => other?,
        };
        if let Some(system) = network::file_system(path) {
            tracing::warn!(
                "the history `{}` is on a network file system ({system}): two machines must not \
                 write it, and a lost connection can damage it",
                path.display()
            );
        }
        board.set_bytes(info::bytes(path));
        let last = left.last_time.map_or(0, |last| last.as_second());
        let disk = Disk {
            path: path.to_owned(),
            board,
            open: Some(open),
            waiting: Waiting::default(),
            mirror: Mirror::new(&left),
            upkeep: Upkeep::new(last),
            aside,
        };
        Ok((disk, left))
    }

    /// Commits batches, and those that wait since a fault. What cannot be committed waits; its
    /// numbers are dropped.
    pub(super) fn write(&mut self, batches: Vec<Batch>) {
        for batch in batches {
            let dropped = self.waiting.push(batch);
            self.board.count_dropped(dropped as u64);
        }
        if self.waiting.batches().is_empty() {
            return;
        }
        let result = self.try_write();
        if result.is_err() {
            self.drop_numbers();
        }
        self.board.set_fault(result.err());
        self.board.set_bytes(info::bytes(&self.path));
    }

    fn try_write(&mut self) -> Result<(), StoreError> {
        self.close_if_moved();
        self.reopen()?;
        let error = match self.commit() {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if damage::is_damage(&error) {
            self.begin_anew()?;
            return self.commit().map_err(|error| self.said(&error));
        }
        match error.sqlite_error_code() {
            // Changes are small, and may fit.
            Some(ErrorCode::DiskFull) if self.drop_numbers() => {
                self.commit().map_err(|error| self.said(&error))
            }
            Some(ErrorCode::ConstraintViolation) => {
                self.commit_each().map_err(|error| self.said(&error))
            }
            _ => Err(self.said(&error)),
        }
    }

    /// Commits all that waits, in one transaction.
    fn commit(&mut self) -> rusqlite::Result<()> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let unknown = open.commit(self.waiting.batches())?;
        self.board.count_dropped(unknown);
        for batch in self.waiting.take() {
            self.mirror.committed(&batch);
            self.upkeep.committed(&batch);
        }
        Ok(())
    }

    /// Commits each batch alone. One that contradicts the store must not keep the others waiting: it
    /// is dropped.
    fn commit_each(&mut self) -> rusqlite::Result<()> {
        let mut batches = self.waiting.take().into_iter();
        while let Some(batch) = batches.next() {
            let rows = self.waiting.push(batch);
            self.board.count_dropped(rows as u64);
            match self.commit() {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    let bad = self.waiting.take();
                    tracing::warn!("a part of the history contradicts what is stored: it is lost");
                    self.board.count_dropped(bad.len() as u64);
                }
                Err(error) => {
                    for batch in batches {
                        let dropped = self.waiting.push(batch);
                        self.board.count_dropped(dropped as u64);
                    }
                    return Err(error);
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }

    fn drop_numbers(&mut self) -> bool {
        let dropped = self.waiting.drop_numbers();
        self.board.count_dropped(dropped as u64);
        dropped > 0
    }

    /// Closes a file that no longer has its name, or whose journal has not: it was moved, deleted
    /// or replaced.
    fn close_if_moved(&mut self) {
        let found = FileIds::of(&self.path);
        let Some(open) = self.open.take_if(|open| open.file_ids != found) else {
            return;
        };
        let path = self.path.display();
        if open.file_ids.file == found.file {
            tracing::warn!("the journal of the history `{path}` was deleted: a new one begins");
            if info::size(&journal(&self.path)) > 0 {
                // What another process has written there would be mixed with ours.
                return;
            }
        } else {
            tracing::warn!("the history `{path}` was moved or deleted: a new one begins");
        }
        if !open.file_ids.is_emptied(&self.path) {
            // Into the file that it belongs to: one that takes the name must not find it.
            open.empty_journal();
        }
    }

    /// Puts the damaged file aside and begins a fresh one.
    fn begin_anew(&mut self) -> Result<(), StoreError> {
        self.open = None;
        if self.aside >= MAX_ASIDE {
            return Err(StoreError::Damaged(self.path.clone()));
        }
        self.aside += 1;
        put_aside(&self.path)?;
        self.reopen()
    }

    /// Opens the file again after a fault, and writes what lasts.
    fn reopen(&mut self) -> Result<(), StoreError> {
        if self.open.is_some() {
            return Ok(());
        }
        let (mut open, _) = match open(&self.path) {
            Err(StoreError::Damaged(_)) if self.aside < MAX_ASIDE => {
                self.aside += 1;
                put_aside(&self.path)?;
                self::open(&self.path)?
            }
            other => other?,
        };
        let lasting = [self.mirror.batch()];
        self.mirror
            .continue_numbers(&open.connection)
            .and_then(|()| open.commit(&lasting))
            .map_err(|error| self.said(&error))?;
        self.open = Some(open);
        self.board.set_renewed();
        Ok(())
    }

    fn said(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::sqlite(&self.path, error)
    }

    /// Returns whether another connection has committed since the last call.
    pub(super) fn is_changed_outside(&mut self) -> bool {
        let Some(open) = &mut self.open else {
            return false;
        };
        let version = open.data_version();
        let is_changed = version != open.version;
        open.version = version;
        is_changed
    }

    /// Returns a number that no silence has or will have; `None` after a fault.
    pub(super) fn next_silence(&mut self) -> Option<u64> {
        let next = |connection: &Connection| left::next_number(connection, "silences");
        self.open.as_mut()?.slice(next).ok()
    }

    /// Whether there is work on older rows.
    pub(super) fn is_upkeep_due(&self) -> bool {
        self.open.is_some() && self.upkeep.is_due()
    }

    /// Does one slice of it.
    pub(super) fn upkeep(&mut self) {
        let keep = self.board.keep();
        let Some(open) = &mut self.open else {
            return;
        };
        let done = open.slice(|connection| self.upkeep.slice(connection, &keep));
        let Err(error) = done else {
            return;
        };
        self.upkeep.stop();
        let result = if damage::is_damage(&error) {
            self.begin_anew()
        } else {
            Err(self.said(&error))
        };
        self.board.set_fault(result.err());
    }

    /// Closes the file.
    pub(super) fn close(self) {
        if let Some(open) = &self.open
            && info::size(&journal(&self.path)) > SMALL_JOURNAL
        {
            open.empty_journal();
        }
    }
}

impl Open {
    /// Writes the journal into the file.
    fn empty_journal(&self) {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        // If this fails, it stays in the journal, and is read from there.
        let _ = self.connection.query_row(sql, [], |_| Ok(()));
    }

    fn commit(&mut self, batches: &[Batch]) -> rusqlite::Result<u64> {
        self.set_durable(batches.iter().any(Batch::is_durable))?;
        let result = self.commit_all(batches);
        if result.is_err() {
            // Rows that were rolled back.
            self.ids.clear();
        }
        result
    }

    fn commit_all(&mut self, batches: &[Batch]) -> rusqlite::Result<u64> {
        let transaction = begin(&self.connection)?;
        let marks = Marks::read(&transaction)?;
        let mut unknown = 0;
        for batch in batches {
            unknown += apply::batch(&transaction, &mut self.ids, &marks, batch)?;
        }
        transaction.commit()?;
        Ok(unknown)
    }

    /// Runs work that a loss of power may undo.
    fn slice<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.set_durable(false)?;
        let transaction = begin(&self.connection)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// With `FULL`, a commit waits until the disk has it. It cannot be changed in a transaction.
    fn set_durable(&mut self, is_durable: bool) -> rusqlite::Result<()> {
        if is_durable != self.is_durable {
            let level = if is_durable { "FULL" } else { "NORMAL" };
            self.connection.pragma_update(None, "synchronous", level)?;
            self.is_durable = is_durable;
        }
        Ok(())
    }

    fn data_version(&self) -> i64 {
        self.connection
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .unwrap_or(self.version)
    }
}

fn open(path: &Path) -> Result<(Open, Left), StoreError> {
    let connection = connect::writer(path)?;
    let left = left::read(&connection).map_err(|error| match error.sqlite_error_code() {
        // A table is missing.
        Some(ErrorCode::Unknown) => StoreError::Damaged(path.to_owned()),
        _ => StoreError::sqlite(path, &error),
    })?;
    let mut open = Open {
        file_ids: FileIds::of(path),
        connection,
        ids: MonitorIds::new(),
        version: 0,
        // SQLite's default.
        is_durable: true,
    };
    open.version = open.data_version();
    Ok((open, left))
}

fn begin(connection: &Connection) -> rusqlite::Result<Transaction<'_>> {
    Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
}

fn put_aside(path: &Path) -> Result<(), StoreError> {
    let aside = damage::put_aside(path).map_err(|error| StoreError::io(path, &error))?;
    tracing::warn!(
        "the history `{}` is damaged: it is kept as `{}`, and a new one begins",
        path.display(),
        aside.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::history::change::StatusChange;
    use crate::history::known::KnownMonitor;
    use crate::history::numbers::{Numbers, NumbersPoint};
    use crate::model::{Kind, Meta, Status, Text};

    fn batch(number: i64) -> Batch {
        let from = Timestamp::from_second(1_800_000_000 + number * 300).unwrap();
        let monitor = Text::clean("a");
        let numbers = Numbers {
            beats: 1,
            healthy: Duration::from_secs(300),
            ..Numbers::default()
        };
        Batch {
            monitors: vec![KnownMonitor::new(&Meta::new(monitor.clone(), Kind::Http), from).into()],
            changes: vec![
                StatusChange {
                    monitor: monitor.clone(),
                    kind: Kind::Http,
                    group: None,
                    from,
                    until: None,
                    status: Status::Error,
                    reason: None,
                    message: Some(Text::clean(&"long ".repeat(70))),
                    maintenance: false,
                }
                .into(),
            ],
            numbers: vec![(monitor, NumbersPoint { at: from, numbers })],
            ..Batch::default()
        }
    }

    #[test]
    fn a_full_disk_loses_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let board = Arc::new(Board::default());
        let (mut disk, _) = Disk::open(&path, Arc::clone(&board)).unwrap();
        let limit = |disk: &Disk, pages: u32| {
            let connection = &disk.open.as_ref().unwrap().connection;
            let pragma = format!("PRAGMA max_page_count = {pages}");
            let rows = connection.query_row(&pragma, [], |row| row.get::<_, u32>(0));
            rows.unwrap()
        };
        // The size that the file has.
        limit(&disk, 1);
        let mut number = 0;
        while board.health().fault.is_none() {
            disk.write(vec![batch(number)]);
            number += 1;
            assert!(number < 10_000);
        }
        let fault = board.health().fault.unwrap();
        assert!(fault.ends_with("the disk is full"), "{fault}");
        for _ in 0..100 {
            disk.write(vec![batch(number)]);
            number += 1;
        }
        let dropped = board.health().dropped;
        assert!(dropped >= 100, "{dropped}");
        limit(&disk, 1_000_000);
        disk.write(vec![batch(number)]);
        assert_eq!(board.health().fault, None);
        assert_eq!(board.health().dropped, dropped);
        let connection = &disk.open.as_ref().unwrap().connection;
        let changes: i64 = connection
            .query_row("SELECT count(*) FROM changes", [], |row| row.get(0))
            .unwrap();
        assert_eq!(changes, number + 1);
        let beats: i64 = connection
            .query_row("SELECT sum(beats) FROM minutes", [], |row| row.get(0))
            .unwrap();
        assert_eq!(u64::try_from(number + 1 - beats).unwrap(), dropped);
    }
}
