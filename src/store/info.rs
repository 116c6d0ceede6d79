//! What is known about a store itself.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::rows;
use crate::lock;

/// Returns a path with more behind the name of its file.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Returns the path behind symbolic links. The journal and the lock are beside the file itself.
pub(super) fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Returns the size of a file; 0 if there is none.
pub(super) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// Returns the size of the file and its journal.
pub(super) fn bytes(path: &Path) -> u64 {
    let path = resolved(path);
    size(&path).saturating_add(size(&beside(&path, "-wal")))
}

/// Returns the process that holds the lock of the store.
pub(super) fn writer(path: &Path) -> Option<u32> {
    let node = fs::metadata(beside(&resolved(path), ".lock")).ok()?;
    lock::holder(&node)
}

pub(super) fn rows(connection: &Connection) -> rusqlite::Result<Vec<(&'static str, u64)>> {
    const TABLES: [&str; 12] = [
        "monitors",
        "changes",
        "watched",
        "incidents",
        "notes",
        "told",
        "silences",
        "notifications",
        "channels",
        "minutes",
        "hours",
        "days",
    ];
    let count = |table| {
        let sql = format!("SELECT count(*) FROM {table}");
        let rows: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
        Ok((table, rows::unsigned(rows)))
    };
    TABLES.into_iter().map(count).collect()
}
