//! Access to locks that a panic has poisoned, and the holders of locks on files.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::sync::{LockResult, PoisonError};

/// Takes the guard out of the result of `lock`, `read`, `write` or a wait on a condition variable.
pub trait LockExt {
    type Guard;

    /// Returns the guard, also of a poisoned lock.
    ///
    /// A lock is poisoned when a thread panics while it holds the lock. The code that holds a lock
    /// in hbmon is short and never leaves a value half changed, so the value stays usable.
    fn ignore_poison(self) -> Self::Guard;
}

impl<G> LockExt for LockResult<G> {
    type Guard = G;

    fn ignore_poison(self) -> G {
        self.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the process that holds a lock on a whole file (flock(2)), as far as the system knows it.
pub fn holder(file: &Metadata) -> Option<u32> {
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    holder_in(&locks, file.dev(), file.ino())
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
    }
}
