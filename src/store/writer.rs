//! The writer of a store: a thread with a bounded queue, so that a slow disk never delays the
//! watching.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::Builder;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::batch::{Batch, Keep, Left};
use super::board::{Board, Health};
use super::disk::Disk;
use super::error::StoreError;
use super::thread::{self, ThreadCommand};
use crate::model::SilenceId;

/// Batches that wait for the disk.
const QUEUE: usize = 64;

/// How long an answer waits for the thread.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// How long the end of a session waits for the disk.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// The writer. Clones share it. The thread ends when the last one is dropped.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
    queue: mpsc::Sender<ThreadCommand>,
    board: Arc<Board>,
    recorded: Arc<watch::Sender<u64>>,
}

impl Store {
    /// Opens a store for writing, or creates it with mode 0600, and starts its thread. The caller
    /// holds the lock of the path. A damaged file is put aside as `.bad-TIME`, with a warning.
    ///
    /// # Errors
    /// It cannot be written, or a newer hbmon wrote it.
    pub fn open(path: &Path, keep: Keep) -> Result<(Store, Left), StoreError> {
        let board = Arc::new(Board::new(keep));
        let (disk, left) = Disk::open(path, Arc::clone(&board))?;
        let (queue, commands) = mpsc::channel(QUEUE);
        let shared = Arc::clone(&board);
        Builder::new()
            .name("hbmon-store".to_owned())
            .spawn(move || thread::run(disk, commands, &shared))
            .map_err(|error| StoreError::io(path, &error))?;
        let store = Store {
            path: path.to_owned(),
            queue,
            board,
            recorded: Arc::new(watch::Sender::new(0)),
        };
        Ok((store, left))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Queues a batch; waits while the queue is full. For what must not be lost.
    pub async fn write(&self, batch: Batch) {
        // The thread ends only after `close`.
        let _ = self.queue.send(ThreadCommand::Write(Box::new(batch))).await;
    }

    /// Queues a batch, or returns it if the queue is full.
    ///
    /// # Errors
    /// The queue is full.
    pub fn try_write(&self, batch: Batch) -> Result<(), Box<Batch>> {
        match self.queue.try_send(ThreadCommand::Write(Box::new(batch))) {
            Err(TrySendError::Full(ThreadCommand::Write(batch))) => Err(batch),
            _ => Ok(()),
        }
    }

    /// Waits until everything that was queued before is committed, or has failed.
    pub async fn flush(&self) {
        let (done, answer) = oneshot::channel();
        let _ = self.queue.send(ThreadCommand::Flush(done)).await;
        let _ = answer.await;
    }

    /// Returns whether another process has written since the last call.
    pub async fn changed_outside(&self) -> bool {
        let (send, answer) = oneshot::channel();
        let _ = self.queue.send(ThreadCommand::ChangedOutside(send)).await;
        answer.await.unwrap_or(false)
    }

    /// Returns the number of a new silence. The store gives them, because other processes add
    /// silences too. `None` if it does not answer within 2 s, and after a fault.
    pub async fn next_silence(&self) -> Option<SilenceId> {
        let (send, answer) = oneshot::channel();
        let asked = async {
            let _ = self.queue.send(ThreadCommand::NextSilence(send)).await;
            answer.await.ok().flatten()
        };
        timeout(ANSWER_LIMIT, asked)
            .await
            .ok()
            .flatten()
            .map(SilenceId)
    }

    /// Tells that all changes of the engine with smaller numbers than `next` are queued.
    pub fn set_recorded(&self, next: u64) {
        self.recorded.send_if_modified(|recorded| {
            let is_later = next > *recorded;
            *recorded = next.max(*recorded);
            is_later
        });
    }

    /// Waits until all changes of the engine with smaller numbers than `next` are committed, or have
    /// failed, so that an answer contains what was accepted before. Returns whether that is so after
    /// at most 2 s.
    pub async fn wait_recorded(&self, next: u64) -> bool {
        let mut recorded = self.recorded.subscribe();
        let committed = async {
            let _ = recorded.wait_for(|recorded| *recorded >= next).await;
            self.flush().await;
        };
        timeout(ANSWER_LIMIT, committed).await.is_ok()
    }

    /// Counts numbers that were dropped because the queue was full.
    pub fn count_dropped(&self, rows: u64) {
        self.board.count_dropped(rows);
    }

    /// Changes how long rows are kept.
    pub fn set_keep(&self, keep: Keep) {
        self.board.set_keep(keep);
    }

    pub fn health(&self) -> Health {
        self.board.health()
    }

    /// Returns whether a new file was begun since the last call, because the one before was damaged,
    /// moved or deleted. It has the monitors, and what lasts; their states are to be written again.
    pub fn was_renewed(&self) -> bool {
        self.board.take_renewed()
    }

    /// Commits what is queued and closes the file, for the end of a session. Other clones write
    /// nothing any more. It waits at most 5 s.
    pub async fn close(self) {
        let (done, answer) = oneshot::channel();
        let closed = async {
            let _ = self.queue.send(ThreadCommand::Close(done)).await;
            let _ = answer.await;
        };
        let _ = timeout(CLOSE_LIMIT, closed).await;
    }
}
