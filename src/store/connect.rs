//! Opens the file of a store, for its writer, for short writes and for reading.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::StoreError;
use super::schema;

/// How long a connection waits for a lock of another process.
const BUSY: Duration = Duration::from_secs(5);

/// Opens a store for its writer; creates it and its folder if they are missing.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    let path = &absolute(path)?;
    match check_regular(path) {
        Err(StoreError::Missing(_)) => create(path)?,
        other => other?,
    }
    let connection = write(path)?;
    let failed = |error| StoreError::sqlite(path, &error);
    // WAL: commands read while this process writes. A file system that cannot do this keeps another
    // mode, in which they wait for each other.
    let mode: String = connection
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .map_err(failed)?;
    if mode != "wal" {
        connection
            .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
            .map_err(failed)?;
    }
    // Shortens the journal after a large transaction.
    connection
        .pragma_update_and_check(None, "journal_size_limit", 4 << 20, |_| Ok(()))
        .map_err(failed)?;
    if is_marked_read_only(&connection) {
        return Err(StoreError::Damaged(path.clone()));
    }
    let found = schema::version(&connection).map_err(failed)?;
    if found < schema::VERSION {
        schema::migrate(&connection).map_err(failed)?;
    }
    if found == 0 {
        // Its first page says whose file it is, also to those who do not read the journal.
        connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
            .map_err(failed)?;
    }
    Ok(connection)
}

/// Whether the header of the file says that it may only be read, which no hbmon writes there
/// (Database File Format, section 1.3.3). A file system that forbids it has other codes.
fn is_marked_read_only(connection: &Connection) -> bool {
    // The header forbids to write, not to begin. Nothing is written, since it is rolled back.
    let written = schema::version(connection).and_then(|version| {
        connection.execute_batch(&format!("BEGIN IMMEDIATE; PRAGMA user_version = {version}"))
    });
    let _ = connection.execute_batch("ROLLBACK");
    written.is_err_and(|error| {
        error
            .sqlite_error()
            .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_READONLY)
    })
}

/// Opens a store that exists for short writes.
pub(super) fn editor(path: &Path) -> Result<Connection, StoreError> {
    let path = &absolute(path)?;
    check_regular(path)?;
    let connection = write(path)?;
    check_current(path, &connection)?;
    Ok(connection)
}

/// Opens a store that exists for reading. Without permission to write in its folder, the journal of
/// a running writer cannot be read: then only what is in the file itself.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let path = &absolute(path)?;
    check_regular(path)?;
    let connection = open(path, path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let connection = match schema::application(&connection) {
        Err(error) if cannot_share(&error) => {
            let address = immutable_address(path);
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            open(path, Path::new(&address), flags)?
        }
        _ => connection,
    };
    check_ours(path, &connection)?;
    check_current(path, &connection)?;
    Ok(connection)
}

/// Makes a path absolute: SQLite reads a relative `file:…` as an address, and `:memory:` as no file.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path).map_err(|error| StoreError::io(path, &error))
}

/// Checks by name that there is a regular file. To open and close it would release the locks that
/// SQLite holds on it for other connections of this process (fcntl(2), "F_SETLK").
fn check_regular(path: &Path) -> Result<(), StoreError> {
    let kind = match fs::metadata(path) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(StoreError::Missing(path.to_owned()));
        }
        Err(error) => return Err(StoreError::io(path, &error)),
    };
    let why = match () {
        () if kind.is_file() => return Ok(()),
        () if kind.is_dir() => "it is a folder",
        () if kind.is_fifo() => "it is a pipe, not a regular file",
        () if kind.is_socket() => "it is a socket, not a regular file",
        () => "it is a device, not a regular file",
    };
    Err(StoreError::failed(path, why))
}

/// Creates an empty file for its owner alone. SQLite gives its journal the same mode.
fn create(path: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::io(path, &error);
    if let Some(folder) = path.parent() {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(folder).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(()),
    }
}

/// Opens a file for writing and checks that it is ours, or empty.
fn write(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path, path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let failed = |error| StoreError::sqlite(path, &error);
    if connection.is_readonly("main").map_err(failed)? {
        return Err(StoreError::failed(path, "it may only be read"));
    }
    match check_ours(path, &connection) {
        Err(StoreError::Missing(_)) => {}
        other => other?,
    }
    let schema = schema::version(&connection).map_err(failed)?;
    if schema > schema::VERSION {
        return Err(newer(path, schema));
    }
    if let Ok(found) = fs::metadata(path)
        && found.permissions().mode() & 0o077 != 0
    {
        // Another user's file stays as it is.
        let _ = fs::set_permissions(path, Permissions::from_mode(0o600));
    }
    Ok(connection)
}

fn open(path: &Path, address: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let failed = |error| StoreError::sqlite(path, &error);
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(address, flags).map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    // The last connection would write the whole journal into the file, also into a file that is to
    // be left as it is. The writer does it at its own times.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Checks that a file is a store. `Missing`: it is new and empty.
fn check_ours(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let failed = |error| StoreError::sqlite(path, &error);
    if schema::application(connection).map_err(failed)? == schema::APPLICATION {
        // Both are written in one transaction.
        return match schema::version(connection).map_err(failed)? {
            ..1 => Err(StoreError::Damaged(path.to_owned())),
            _ => Ok(()),
        };
    }
    if is_new(connection).map_err(failed)? {
        Err(StoreError::Missing(path.to_owned()))
    } else {
        Err(StoreError::NotOurs(path.to_owned()))
    }
}

fn is_new(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(schema::application(connection)? == 0
        && schema::version(connection)? == 0
        && schema::is_empty(connection)?)
}

/// Checks that the tables are those that this hbmon reads.
fn check_current(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let schema = schema::version(connection).map_err(|error| StoreError::sqlite(path, &error))?;
    match schema {
        schema::VERSION => Ok(()),
        0 => Err(StoreError::Missing(path.to_owned())),
        older if older < schema::VERSION => Err(StoreError::failed(
            path,
            "it is of an older hbmon: `hbmon serve`, `watch` or `check` brings it up to date",
        )),
        newer_schema => Err(newer(path, newer_schema)),
    }
}

fn newer(path: &Path, schema: i64) -> StoreError {
    StoreError::Newer {
        path: path.to_owned(),
        schema,
    }
}

/// Whether the shared memory beside the file cannot be created or written.
fn cannot_share(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

fn immutable_address(path: &Path) -> String {
    let mut address = "file://".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                address.push(char::from(*byte));
            }
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    address + "?immutable=1"
}
