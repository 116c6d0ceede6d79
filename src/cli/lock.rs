//! One run at a time for each state: an advisory lock on a file beside it, which the system
//! releases however the process ends.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::libc::O_NONBLOCK;

use super::args::Overlap;
use crate::file;

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

/// Takes the lock of a state. It is a file beside the state, because the state is replaced.
///
/// # Errors
/// The file cannot be created or locked.
pub(super) fn take(state: &Path, overlap: Overlap, limit: Option<Duration>) -> io::Result<Lock> {
    let mut path = state.as_os_str().to_owned();
    path.push(".lock");
    let file = open(Path::new(&path))?;
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
    fn of(node: &fs::Metadata) -> Holder {
        let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
        let process = holder_in(&locks, node.dev(), node.ino());
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

/// Returns the process that holds a lock on a whole file, from `/proc/locks` (proc_locks(5)).
fn holder_in(locks: &str, device: u64, inode: u64) -> Option<u32> {
    let major = ((device >> 8) & 0xfff) | ((device >> 32) & !0xfff);
    let minor = (device & 0xff) | ((device >> 12) & 0xffff_ff00);
    let node = format!("{major:02x}:{minor:02x}:{inode}");
    locks.lines().find_map(
        |line| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            [_, "FLOCK", _, "WRITE", process, found, ..] if *found == node => process.parse().ok(),
            _ => None,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCKS: &str = "1: POSIX  ADVISORY  WRITE 11 08:01:131 0 EOF\n\
                         2: FLOCK  ADVISORY  READ  12 08:01:131 0 EOF\n\
                         3: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF\n\
                         3: -> FLOCK  ADVISORY  WRITE 13 fe:03:132 0 EOF\n\
                         4: FLOCK  ADVISORY  WRITE -1 fe:03:133 0 EOF\nnonsense\n";

    #[test]
    fn the_holder_is_found_among_all_locks_of_the_system() {
        let device = |major: u64, minor: u64| (major << 8) | minor;
        let table = [
            (device(8, 1), 131, Some(4711)),
            (device(8, 2), 131, None),
            // A process that waits, and one of another namespace.
            (device(0xfe, 3), 132, None),
            (device(0xfe, 3), 133, None),
        ];
        for (device, inode, wanted) in table {
            assert_eq!(
                holder_in(LOCKS, device, inode),
                wanted,
                "{device:x} {inode}"
            );
        }
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
