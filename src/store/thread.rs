//! The thread that writes: takes batches from the queue and commits them.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::apply::{self, MonitorIds};
use super::batch::{Batch, Keep};
use super::error::StoreError;
use super::info;
use super::marks::Marks;
use crate::lock::LockExt;

/// Batches that are committed in one transaction, if they wait already.
const AT_ONCE: usize = 64;

/// Journals up to this size stay when the store is closed: the next process reads them in less time
/// than it takes to write them into the file and wait for the disk.
const SMALL_JOURNAL: u64 = 256 << 10;

/// What the thread is asked.
pub(super) enum Command {
    Write(Box<Batch>),
    Flush(oneshot::Sender<()>),
    ChangedOutside(oneshot::Sender<bool>),
    Close(oneshot::Sender<()>),
}

/// What the thread and the handles share.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) keep: Mutex<Keep>,
    pub(super) fault: Mutex<Option<String>>,
    pub(super) dropped: AtomicU64,
    pub(super) bytes: AtomicU64,
}

pub(super) struct WriterThread {
    path: PathBuf,
    connection: Connection,
    queue: mpsc::Receiver<Command>,
    board: Arc<Board>,
    ids: MonitorIds,
    /// The last `data_version`: it changes when another connection commits.
    version: i64,
    is_durable: bool,
}

impl WriterThread {
    pub(super) fn new(
        path: PathBuf,
        connection: Connection,
        queue: mpsc::Receiver<Command>,
        board: Arc<Board>,
    ) -> WriterThread {
        let mut thread = WriterThread {
            path,
            connection,
            queue,
            board,
            ids: MonitorIds::new(),
            version: 0,
            // SQLite's default.
            is_durable: true,
        };
        thread.version = thread.data_version();
        thread
    }

    pub(super) fn run(mut self) {
        let mut closed = None;
        while let Some(command) = self.queue.blocking_recv() {
            let mut next = Some(command);
            let mut batches = Vec::new();
            while let Some(Command::Write(batch)) = next {
                batches.push(*batch);
                next = (batches.len() < AT_ONCE)
                    .then(|| self.queue.try_recv().ok())
                    .flatten();
            }
            if !batches.is_empty() {
                self.write(&batches);
            }
            match next {
                Some(Command::Flush(done)) => {
                    let _ = done.send(());
                }
                Some(Command::ChangedOutside(answer)) => {
                    let _ = answer.send(self.is_changed_outside());
                }
                Some(Command::Close(done)) => {
                    closed = Some(done);
                    break;
                }
                Some(Command::Write(_)) | None => {}
            }
        }
        self.close();
        if let Some(done) = closed {
            let _ = done.send(());
        }
    }

    fn write(&mut self, batches: &[Batch]) {
        match self.commit(batches) {
            Ok(unknown) => {
                self.board.dropped.fetch_add(unknown, Ordering::Relaxed);
                *self.board.fault.lock().ignore_poison() = None;
            }
            Err(error) => {
                let fault = StoreError::sqlite(&self.path, &error);
                *self.board.fault.lock().ignore_poison() = Some(fault.to_string());
            }
        }
        let bytes = info::bytes(&self.path);
        self.board.bytes.store(bytes, Ordering::Relaxed);
    }

    fn commit(&mut self, batches: &[Batch]) -> rusqlite::Result<u64> {
        let is_durable = batches.iter().any(Batch::is_durable);
        if is_durable != self.is_durable {
            let level = if is_durable { "FULL" } else { "NORMAL" };
            self.connection.pragma_update(None, "synchronous", level)?;
            self.is_durable = is_durable;
        }
        let behavior = TransactionBehavior::Immediate;
        let transaction = Transaction::new_unchecked(&self.connection, behavior)?;
        let marks = Marks::read(&transaction)?;
        let mut unknown = 0;
        for batch in batches {
            unknown += apply::batch(&transaction, &mut self.ids, &marks, batch)?;
        }
        transaction.commit()?;
        Ok(unknown)
    }

    fn data_version(&self) -> i64 {
        self.connection
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .unwrap_or(self.version)
    }

    fn is_changed_outside(&mut self) -> bool {
        let version = self.data_version();
        let is_changed = version != self.version;
        self.version = version;
        is_changed
    }

    fn close(self) {
        let journal = info::beside(&self.path, "-wal");
        let size = std::fs::metadata(journal).map_or(0, |found| found.len());
        if size > SMALL_JOURNAL {
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            let _ = self.connection.query_row(sql, [], |_| Ok(()));
        }
    }
}
