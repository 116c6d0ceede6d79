//! One run at a time for each state: an advisory lock on a file beside it, which the system
//! releases however the process ends.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::libc::O_NONBLOCK;

use super::args::Overlap;
use crate::{file, lock};

/// The result of a request for a lock.
pub(super) enum Lock {
    /// The lock is held as long as this file is open.
    Taken(File),
    Held(Holder),
}

/// The holder of a lock, as far as the system knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Holder {
    process: Option<u32>,
    user: Option<u32>,
}

/// Returns the path of the lock of a state: beside the file itself, so that two names of it, of which
/// one is a symbolic link, have one lock.
fn path(state: &Path) -> PathBuf {
    let state = fs::canonicalize(state).unwrap_or_else(|_| state.to_owned());
    let mut path = state.into_os_string();
    path.push(".lock");
    path.into()
}

/// Whether the file of a lock that is held has lost its name: another process could take the lock
/// too.
pub(super) fn is_lost(lock: &File, state: &Path) -> bool {
    let node = |found: fs::Metadata| (found.dev(), found.ino());
    let named = fs::metadata(path(state)).map(node).ok();
    lock.metadata().map(node).ok() != named
}

/// Takes the lock of a state. It is a file beside the state, because the state is replaced.
///
/// # Errors
/// The file cannot be created or locked.
pub(super) fn take(state: &Path, overlap: Overlap, limit: Option<Duration>) -> io::Result<Lock> {
    let file = open(&path(state))?;
    let node = file.metadata()?;
    let held = || Lock::Held(Holder::of(&node));
    match (file.try_lock(), overlap) {
        (Ok(()), _) => Ok(Lock::Taken(file)),
        (Err(TryLockError::WouldBlock), Overlap::Wait) => {
            Ok(wait(file, limit)?.map_or_else(held, Lock::Taken))
        }
        (Err(TryLockError::WouldBlock), Overlap::Skip | Overlap::Fail) => Ok(held()),
        (Err(TryLockError::Error(error)), _) => Err(error),
    }
}

/// Opens the lock file. Only its owner may open it: every user who can open it can lock it.
fn open(path: &Path) -> io::Result<File> {
    // O_NONBLOCK: a pipe in its place would block until it has a reader.
    let mut options = OpenOptions::new();
    let file = options
        .create(true)
        .read(true)
        .append(true)
        .mode(0o600)
        .custom_flags(O_NONBLOCK)
        .open(path)?;
    file::check_regular(&file)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        // Older releases created it readable for all users. Another user's file stays as it is; its
        // holder is reported when it is locked.
        let _ = file.set_permissions(fs::Permissions::from_mode(0o600));
    }
    Ok(file)
}

fn wait(file: File, limit: Option<Duration>) -> io::Result<Option<File>> {
    let (send, locked) = mpsc::channel();
    // Waiting for a lock cannot be cancelled: a thread that still waits ends with the process.
    thread::spawn(move || send.send(file.lock().map(|()| file)));
    match limit {
        Some(limit) => locked
            .recv_timeout(limit)
            .map_or(Ok(None), |file| file.map(Some)),
        None => locked.recv().map_or(Ok(None), |file| file.map(Some)),
    }
}

impl Holder {
    pub(super) const fn process(self) -> Option<u32> {
        self.process
    }

    fn of(node: &fs::Metadata) -> Holder {
        let process = lock::holder(node);
        let user = process.and_then(|process| user_of(&process.to_string()));
        Holder { process, user }
    }

    /// Returns whether the holder is a process of another user. Then it is no other run of this
    /// user and perhaps no hbmon at all.
    pub(super) fn is_foreign(self) -> bool {
        self.user
            .is_some_and(|user| user_of("self").is_some_and(|own| own != user))
    }
}

/// Writes ` (process 123 of user 1001)`, or nothing if the holder is not known.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.process, self.user) {
            (Some(process), Some(user)) => write!(f, " (process {process} of user {user})"),
            (Some(process), None) => write!(f, " (process {process})"),
            (None, _) => Ok(()),
        }
    }
}

fn user_of(process: &str) -> Option<u32> {
    fs::metadata(format!("/proc/{process}"))
        .ok()
        .map(|found| found.uid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_named_as_far_as_it_is_known() {
        let texts = [(None, None), (Some(7), None), (Some(7), Some(1001))];
        let texts = texts.map(|(process, user)| Holder { process, user }.to_string());
        assert_eq!(texts, ["", " (process 7)", " (process 7 of user 1001)"]);
    }

    #[test]
    fn a_lock_names_its_holder_and_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state.json");
        let path = folder.path().join("state.json.lock");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let Lock::Taken(_file) = take(&state, Overlap::Skip, None).unwrap() else {
            panic!("it is free")
        };
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let Lock::Held(holder) = take(&state, Overlap::Skip, None).unwrap() else {
            panic!("it is held")
        };
        assert!(!holder.is_foreign());
        assert!(
            holder
                .process
                .is_none_or(|process| process == std::process::id()),
            "{holder:?}"
        );
    }
}
