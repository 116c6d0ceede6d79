//! Which files stand under the names of a store and its journal.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::info;

/// What stands under the names of a file and its journal: others can take them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileIds {
    pub file: Option<FileId>,
    journal: Option<FileId>,
}

/// Device and number of a file.
type FileId = (u64, u64);

impl FileIds {
    pub(super) fn of(path: &Path) -> FileIds {
        FileIds {
            // A file that was emptied is no longer the one that was opened.
            file: file_id(path).filter(|_| info::size(path) > 0),
            journal: file_id(&journal(path)),
        }
    }

    /// Whether the file is still there, but without content. To write a part into it would not heal
    /// it.
    pub(super) fn is_emptied(self, path: &Path) -> bool {
        self.file.is_some() && self.file == file_id(path) && info::size(path) == 0
    }
}

fn file_id(path: &Path) -> Option<FileId> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Returns the path of the journal. SQLite puts it beside the file that a symbolic link names.
pub(super) fn journal(path: &Path) -> PathBuf {
    info::beside(&info::resolved(path), "-wal")
}
