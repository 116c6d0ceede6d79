//! Files that are damaged: how they are told from files of others, and how they are put aside.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::info::beside;
use super::schema;
use crate::clock::Clock;

/// How a SQLite file begins ("Database File Format", section 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Where the application is written in it.
const APPLICATION: std::ops::Range<usize> = 68..72;

/// Where the version that is needed to write is written in it.
const WRITE_VERSION: usize = 18;

/// Whether an error means that the content of the file is damaged.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => {
            matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
                || has_unknown_format(error)
        }
        // A column is missing, or has a value that hbmon never writes there.
        None => matches!(
            error,
            rusqlite::Error::SqlInputError { .. }
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..)
        ),
    }
}

/// Whether the header names a format of tables that no SQLite has. SQLite has no error code for it.
fn has_unknown_format(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(_, Some(text)) if text == "unsupported file format")
}

/// Whether the header of the file says that it may only be read, which no hbmon writes there
/// (Database File Format, section 1.3.3): to a reader it is sound, and no writer takes it. The file
/// must have no usable connection in this process: to close it releases their locks.
pub fn forbids_writing(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(100).read_to_end(&mut head));
    read.is_ok() && head.get(WRITE_VERSION).is_some_and(|version| *version > 2)
}

/// Whether a file that SQLite cannot read was a store. The file must have no usable connection in
/// this process: to close it releases their locks.
pub(super) fn was_store(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(100).read_to_end(&mut head));
    if read.is_err() {
        return false;
    }
    match head.get(APPLICATION) {
        Some(application) => application == (schema::APPLICATION as u32).to_be_bytes(),
        // Cut off before it.
        None => {
            let begin = head.len().min(MAGIC.len());
            begin > 0 && head[..begin] == MAGIC[..begin]
        }
    }
}

/// Renames a damaged file and its journal to `PATH.bad-TIME`, so that a fresh one can begin.
/// Returns the new path.
///
/// # Errors
/// The folder cannot be written.
pub(super) fn put_aside(path: &Path) -> io::Result<PathBuf> {
    let now = Clock::start().anchor();
    let name = |number: u32| {
        let time = now.strftime("%Y%m%dT%H%M%SZ");
        let number = match number {
            0 => String::new(),
            more => format!("-{more}"),
        };
        beside(path, &format!(".bad-{time}{number}"))
    };
    let aside = (0..100)
        .map(name)
        .find(|aside| !aside.exists())
        .ok_or(ErrorKind::AlreadyExists)?;
    // The journal first: a fresh file must not find one that is not its own.
    for end in ["-wal", "-shm", ""] {
        match fs::rename(beside(path, end), beside(&aside, end)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(aside)
}
