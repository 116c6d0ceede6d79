//! The parsed content of a file, which is read again when the file changes.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file and its last parsed content.
pub(super) struct CachedFile<T> {
    path: PathBuf,
    last: Option<(Option<FileVersion>, Arc<T>)>,
}

/// Metadata that differs between two versions of a file: modification time, length, device and
/// inode number.
#[derive(PartialEq, Eq)]
struct FileVersion {
    seconds: i64,
    nanoseconds: i64,
    length: u64,
    device: u64,
    number: u64,
}

impl<T> CachedFile<T> {
    pub(super) fn new(path: PathBuf) -> CachedFile<T> {
        CachedFile { path, last: None }
    }

    /// Returns the content, and calls `read` if the file has changed.
    pub(super) fn get(&mut self, read: impl FnOnce(&Path) -> T) -> Arc<T> {
        // Taken before the file is read, so that the next call notices a change in between.
        let stamp = stamp(&self.path);
        if let Some((known, content)) = &self.last
            && *known == stamp
        {
            return Arc::clone(content);
        }
        let content = Arc::new(read(&self.path));
        self.last = Some((stamp, Arc::clone(&content)));
        content
    }
}

fn stamp(path: &Path) -> Option<FileVersion> {
    let meta = std::fs::metadata(path).ok()?;
    Some(FileVersion {
        seconds: meta.mtime(),
        nanoseconds: meta.mtime_nsec(),
        length: meta.len(),
        device: meta.dev(),
        number: meta.ino(),
    })
}
