//! One run at a time for one state: an advisory lock on a file beside it, which the system gives back at any end.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::args::Overlap;

/// The lock as asked for; `None` if another run has it. The state itself cannot bear it, since it is replaced.
///
/// # Errors
/// A file that cannot be made or locked.
pub fn take(state: &Path, overlap: Overlap, limit: Option<Duration>) -> io::Result<Option<File>> {
    let mut path = state.as_os_str().to_owned();
    path.push(".lock");
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    match (file.try_lock(), overlap) {
        (Ok(()), _) => Ok(Some(file)),
        (Err(TryLockError::WouldBlock), Overlap::Wait) => wait(file, limit),
        (Err(TryLockError::WouldBlock), Overlap::Skip | Overlap::Fail) => Ok(None),
        (Err(TryLockError::Error(error)), _) => Err(error),
    }
}

fn wait(file: File, limit: Option<Duration>) -> io::Result<Option<File>> {
    let (send, locked) = mpsc::channel();
    // Waiting for a lock cannot be cut short: a thread that still does so ends with the process.
    thread::spawn(move || send.send(file.lock().map(|()| file)));
    match limit {
        Some(limit) => locked.recv_timeout(limit).map_or(Ok(None), |file| file.map(Some)),
        None => locked.recv().map_or(Ok(None), |file| file.map(Some)),
    }
}
