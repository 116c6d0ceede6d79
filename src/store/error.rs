//! What can be wrong with a store, as one sentence each.

use std::fmt;
use std::path::PathBuf;

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
    /// The system or SQLite refuses; `why` has no path.
    Failed { path: PathBuf, why: String },
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
            StoreError::Failed { path, why } => {
                write!(f, "the history `{}` cannot be used: {why}", path.display())
            }
        }
    }
}

impl std::error::Error for StoreError {}
