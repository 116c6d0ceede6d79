//! Writes a consistent copy of a store.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::Connection;

use super::connect;
use super::error::StoreError;

/// Copies the store at `path` to a new file, which only its owner can read.
pub(super) fn to(connection: &Connection, path: &Path, to: &Path) -> Result<(), StoreError> {
    let to = &connect::absolute(to)?;
    let failed = |error| StoreError::io(to, &error);
    let Some(name) = to.to_str() else {
        return Err(StoreError::failed(to, "its name is not UTF-8"));
    };
    // SQLite fills an empty file, and would create one that others can read.
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .map_err(failed)?;
    let copied = connection
        .execute("VACUUM INTO ?1", [name])
        .map_err(|error| StoreError::copy(path, to, &error))
        .and_then(|_| file.sync_all().map_err(failed));
    if copied.is_err() {
        let _ = fs::remove_file(to);
    }
    copied
}
