//! The thread that writes: takes batches from the queue, and looks after older rows in between.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

use super::batch::Batch;
use super::board::Board;
use super::disk::Disk;
use crate::clock::Clock;

/// Batches that are committed in one transaction, if they wait already.
const AT_ONCE: usize = 64;

/// How long the end waits for work on older rows. A run of `check` a minute has no other time for
/// it.
const LAST_UPKEEP: Duration = Duration::from_millis(50);

/// What the thread is asked.
pub(super) enum ThreadCommand {
    Write(Box<Batch>),
    Flush(oneshot::Sender<()>),
    ChangedOutside(oneshot::Sender<bool>),
    NextSilence(oneshot::Sender<Option<u64>>),
    Close(oneshot::Sender<()>),
}

/// Runs until it is asked to close, or all handles are gone.
pub(super) fn run(mut disk: Disk, mut queue: mpsc::Receiver<ThreadCommand>, board: &Arc<Board>) {
    let guard = PanicReport(Arc::clone(board));
    let mut closed = None;
    while let Some(command) = next(&mut disk, &mut queue) {
        let mut next = Some(command);
        let mut batches = Vec::new();
        while let Some(ThreadCommand::Write(batch)) = next {
            batches.push(*batch);
            let has_room = batches.len() < AT_ONCE;
            next = has_room.then(|| queue.try_recv().ok()).flatten();
        }
        disk.write(batches);
        match next {
            Some(ThreadCommand::Flush(done)) => {
                let _ = done.send(());
            }
            Some(ThreadCommand::ChangedOutside(answer)) => {
                let _ = answer.send(disk.is_changed_outside());
            }
            Some(ThreadCommand::NextSilence(answer)) => {
                let _ = answer.send(disk.next_silence());
            }
            Some(ThreadCommand::Close(done)) => {
                closed = Some(done);
                break;
            }
            Some(ThreadCommand::Write(_)) | None => {}
        }
    }
    let begin = Clock::monotonic();
    while disk.is_upkeep_due() && Clock::monotonic().saturating_sub(begin) < LAST_UPKEEP {
        disk.upkeep();
    }
    disk.close();
    drop(guard);
    if let Some(done) = closed {
        let _ = done.send(());
    }
}

/// Returns the next command. While none waits, it works on older rows.
fn next(disk: &mut Disk, queue: &mut mpsc::Receiver<ThreadCommand>) -> Option<ThreadCommand> {
    while disk.is_upkeep_due() {
        match queue.try_recv() {
            Ok(command) => return Some(command),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => disk.upkeep(),
        }
    }
    queue.blocking_recv()
}

/// Shows that the thread has ended, if a mistake in hbmon ends it.
struct PanicReport(Arc<Board>);

impl Drop for PanicReport {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let fault = "the history is not written any more: a mistake in hbmon ended its thread";
            self.0.set_fault(Some(fault));
        }
    }
}
