//! The file of a store: modes, copies, checks, and files that are no store.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use hbmon::model::Status;
use hbmon::store::{Batch, Editor, Keep, Reader, Store, StoreError};

use crate::support::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn one_change() -> Batch {
    Batch {
        changes: vec![change("a", 0, Status::Healthy).into()],
        ..Batch::default()
    }
}

#[test]
fn only_its_owner_may_read_it() {
    let place = place();
    write(&place.path, [one_change()]);
    assert_eq!(mode(&place.path), 0o600);
    assert_eq!(mode(place.path.parent().unwrap()), 0o700);
    for beside in ["history.db-wal", "history.db-shm"] {
        assert_eq!(mode(&place.path.with_file_name(beside)), 0o600, "{beside}");
    }
    fs::set_permissions(&place.path, Permissions::from_mode(0o644)).unwrap();
    drop(open(&place.path));
    assert_eq!(mode(&place.path), 0o600);
}

#[test]
fn a_copy_is_a_store_of_its_own() {
    let place = place();
    write(&place.path, [one_change()]);
    let reader = Reader::open(&place.path).unwrap();
    let copy = place.folder.path().join("copy.db");
    reader.copy(&copy).unwrap();
    assert_eq!(mode(&copy), 0o600);
    let copied = Reader::open(&copy).unwrap();
    assert_eq!(all_changes(&copied), all_changes(&reader));
    assert!(copied.check().unwrap().is_empty());
    let error = reader.copy(&copy).unwrap_err().to_string();
    assert!(error.contains("copy.db"), "{error}");
    let nowhere = place.folder.path().join("none/copy.db");
    assert!(reader.copy(&nowhere).is_err());
}

#[test]
fn nothing_is_created_by_reading() {
    let place = place();
    let missing = StoreError::Missing(place.path.clone());
    assert_eq!(Reader::open(&place.path).unwrap_err(), missing);
    assert_eq!(Editor::open(&place.path).unwrap_err(), missing);
    assert!(!place.path.parent().unwrap().exists());
}

#[test]
fn what_is_no_store_is_left_as_it_is() {
    let place = place();
    let folder = place.folder.path();
    let path = |name: &str| folder.join(name);
    fs::write(path("text"), "some text that is no database at all").unwrap();
    fs::create_dir(path("folder")).unwrap();
    let pipe = Command::new("mkfifo").arg(path("pipe")).status().unwrap();
    assert!(pipe.success());
    let foreign = rusqlite::Connection::open(path("foreign.db")).unwrap();
    foreign.execute_batch("CREATE TABLE t(a)").unwrap();
    drop(foreign);
    for name in ["text", "folder", "pipe", "foreign.db"] {
        let path = path(name);
        let before = path.is_file().then(|| fs::read(&path).unwrap());
        let error = Store::open(&path, Keep::default()).unwrap_err();
        assert_eq!(Reader::open(&path).unwrap_err(), error, "{name}");
        assert_eq!(Editor::open(&path).unwrap_err(), error, "{name}");
        let after = path.is_file().then(|| fs::read(&path).unwrap());
        assert_eq!(before, after, "{name}");
        let wanted = match name {
            "folder" => "cannot be used: it is a folder",
            "pipe" => "cannot be used: it is a pipe, not a regular file",
            _ => "is no history of hbmon",
        };
        assert!(error.to_string().ends_with(wanted), "{error}");
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), 4);
}

#[test]
fn a_newer_store_is_left_as_it_is() {
    let place = place();
    write(&place.path, [one_change()]);
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = fs::read(&place.path).unwrap();
    let newer = StoreError::Newer {
        path: place.path.clone(),
        schema: 99,
    };
    let error = Store::open(&place.path, Keep::default()).unwrap_err();
    assert_eq!(error, newer);
    assert_eq!(Reader::open(&place.path).unwrap_err(), newer);
    assert_eq!(Editor::open(&place.path).unwrap_err(), newer);
    assert_eq!(fs::read(&place.path).unwrap(), before);
}

#[test]
fn a_check_finds_rows_that_contradict_each_other() {
    let place = place();
    let batch = Batch {
        incidents: vec![incident(1, "a", 0)],
        ..one_change()
    };
    write(&place.path, [batch]);
    let reader = Reader::open(&place.path).unwrap();
    assert!(reader.check().unwrap().is_empty());
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO changes(monitor, \"from\", until, status) VALUES (1, 9, 8, 'healthy');
             INSERT INTO changes(monitor, \"from\", status) VALUES (1, 9, 'healthy');
             INSERT INTO incidents(monitor, opened, worst) VALUES (1, 5, 'error');
             INSERT INTO notes(incident, at, \"by\", text) VALUES (77, 1, 'a', 'b');
             INSERT INTO hours VALUES (0, 5, 1, 0, 0, 0, 0, 0, NULL);",
        )
        .unwrap();
    let found = reader.check().unwrap();
    assert_eq!(
        found,
        [
            "row 1 of notes refers to a row that is missing",
            "`a`: a change of this monitor ends before it begins",
            "`a`: this monitor has more than one change without an end",
            "`a`: this monitor has more than one open incident",
            "`5`: there are numbers of a monitor with this row, but no such monitor",
        ]
    );
}

#[test]
fn info_counts_rows() {
    let place = place();
    let batch = Batch {
        watched: vec![period(3, 9), period(20, 30)],
        ..one_change()
    };
    write(&place.path, [batch]);
    let info = Reader::open(&place.path).unwrap().info().unwrap();
    assert_eq!(info.path, place.path);
    assert_eq!(info.schema, 2);
    assert_eq!(info.span, Some(period(3, 30)));
    assert!(info.bytes > 4096);
    assert_eq!(info.writer, None);
    let lock = fs::File::create(place.path.with_file_name("history.db.lock")).unwrap();
    lock.lock().unwrap();
    let writer = Reader::open(&place.path).unwrap().info().unwrap().writer;
    // A container may not show the locks of the system.
    assert!(writer.is_none_or(|process| process == std::process::id()));
    let rows: Vec<_> = info.rows.iter().filter(|(_, rows)| *rows > 0).collect();
    assert_eq!(rows, [&("monitors", 1), &("changes", 1), &("watched", 2)]);
}
