//! What can be wrong with a store, as one sentence each.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi;

use super::damage;
use crate::file;

/// Why a store cannot be used. Its text is one sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// There is no file.
    Missing(PathBuf),
    /// It is no SQLite file, or another program's.
    NotOurs(PathBuf),
    /// A newer hbmon wrote it; `schema` is its version.
    Newer { path: PathBuf, schema: i64 },
    /// SQLite reports damage.
    Damaged(PathBuf),
    /// A reader was told to stop.
    TooSlow(PathBuf),
    /// The system or SQLite refuses; `why` has no path.
    Failed { path: PathBuf, why: String },
}

impl StoreError {
    pub(super) fn failed(path: &Path, why: impl Into<String>) -> StoreError {
        StoreError::Failed {
            path: path.to_owned(),
            why: why.into(),
        }
    }

    pub(super) fn io(path: &Path, error: &io::Error) -> StoreError {
        StoreError::failed(path, file::error_text(error))
    }

    /// The error of a copy of the store at `path`: SQLite does not say which file it is about.
    pub(super) fn copy(path: &Path, to: &Path, error: &rusqlite::Error) -> StoreError {
        match StoreError::sqlite(path, error) {
            StoreError::Failed { why, .. } => StoreError::failed(to, why),
            damaged => damaged,
        }
    }

    pub(super) fn sqlite(path: &Path, error: &rusqlite::Error) -> StoreError {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) if !damage::was_store(path) => {
                StoreError::NotOurs(path.to_owned())
            }
            Some(ErrorCode::OperationInterrupted) => StoreError::TooSlow(path.to_owned()),
            _ if damage::is_damage(error) => StoreError::Damaged(path.to_owned()),
            _ => StoreError::failed(path, reason(error)),
        }
    }
}

/// Says why SQLite failed. The library's own texts can contain SQL with values, its sentences for
/// result codes cannot.
fn reason(error: &rusqlite::Error) -> String {
    let code = error.sqlite_extended_error_code();
    if code == Some(ffi::SQLITE_READONLY_DIRECTORY) {
        return "its folder may only be read".to_owned();
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full".to_owned(),
        Some(ErrorCode::ReadOnly) => "it may only be read".to_owned(),
        Some(ErrorCode::CannotOpen) => {
            "the system does not let hbmon open it, or write in its folder".to_owned()
        }
        Some(ErrorCode::PermissionDenied) => "permission denied".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process has kept it locked for 5 s".to_owned()
        }
        Some(ErrorCode::SystemIoFailure) => "the system reports an input/output error".to_owned(),
        _ => match code {
            Some(code) => ffi::code_to_str(code).to_owned(),
            None => "a row has an unexpected value".to_owned(),
        },
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Missing(path) => write!(f, "there is no history at `{}`", path.display()),
            StoreError::NotOurs(path) => {
                write!(f, "`{}` is no history of hbmon", path.display())
            }
            StoreError::Newer { path, schema } => write!(
                f,
                "the history `{}` is of a newer hbmon (schema {schema}): it is left as it is",
                path.display()
            ),
            StoreError::Damaged(path) => {
                write!(f, "the history `{}` is damaged", path.display())
            }
            StoreError::TooSlow(path) => {
                write!(f, "the history `{}` takes too long to read", path.display())
            }
            StoreError::Failed { path, why } => {
                write!(f, "the history `{}` cannot be used: {why}", path.display())
            }
        }
    }
}

impl std::error::Error for StoreError {}
