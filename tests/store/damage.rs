//! Damaged files: they are put aside or refused, and never stop the program.

use std::fs;
use std::path::{Path, PathBuf};

use hbmon::model::Status;
use hbmon::store::{Batch, Editor, Keep, Reader, Store, StoreError};

use crate::support::*;

/// A store with rows in every table, all of them in the file itself.
fn full_store() -> Place {
    let place = place();
    let mut batches = Vec::new();
    for number in 0..200_i64 {
        let name = format!("monitor-{}", number % 10);
        let mut incident = incident(number.unsigned_abs() + 1, &name, number * 100);
        incident.closed = (number < 190).then(|| at(number * 100 + 50));
        batches.push(Batch {
            monitors: vec![known(&name).into()],
            changes: vec![change(&name, number * 100, Status::Error).into()],
            incidents: vec![incident],
            numbers: (0..10)
                .map(|row| numbers(&format!("monitor-{row}"), number * 300, 5))
                .collect(),
            watched: vec![period(number * 300, (number + 1) * 300)],
            ..Batch::default()
        });
    }
    write(&place.path, batches);
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(connection);
    place
}

fn put_aside(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path.parent().unwrap()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_bad = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("history.db.bad-") && name.ends_with('Z')
    };
    paths.filter(is_bad).collect()
}

fn put(path: &Path, bytes: &[u8]) {
    for beside in ["history.db-wal", "history.db-shm"] {
        let _ = fs::remove_file(path.with_file_name(beside));
    }
    fs::write(path, bytes).unwrap();
}

/// Opens a damaged store and uses it: it works, or it says what is wrong and stays as it is.
fn use_damaged(path: &Path, bytes: &[u8]) {
    put(path, bytes);
    if let Ok(reader) = Reader::open(path) {
        let _ = (reader.check(), reader.sums(always()), reader.monitors());
        let _ = (reader.info(), reader.watched(always()));
    }
    let store = match Store::open(path, Keep::default()) {
        Ok((store, _)) => store,
        Err(error) => {
            let is_named = matches!(error, StoreError::NotOurs(_) | StoreError::Newer { .. });
            assert!(is_named, "{error}");
            assert_eq!(fs::read(path).unwrap(), bytes);
            return;
        }
    };
    run(async {
        for number in 300..320 {
            let batch = Batch {
                monitors: vec![known("new").into()],
                changes: vec![change("new", number * 100, Status::Healthy).into()],
                numbers: vec![numbers("new", number * 300, 1)],
                watched: vec![period(number * 300, (number + 1) * 300)],
                ..Batch::default()
            };
            store.write(batch).await;
        }
        store.flush().await;
        assert_eq!(store.health().fault, None);
        store.close().await;
    });
}

#[test]
fn flipped_bits_stop_nothing() {
    let place = full_store();
    let bytes = fs::read(&place.path).unwrap();
    for _ in 0..60 {
        let mut bad = bytes.clone();
        for _ in 0..fastrand::usize(1..40) {
            let place = fastrand::usize(..bad.len());
            bad[place] ^= 1 << fastrand::u8(..8);
        }
        use_damaged(&place.path, &bad);
    }
}

#[test]
fn damaged_pages_stop_nothing() {
    let place = full_store();
    let bytes = fs::read(&place.path).unwrap();
    for page in 0..bytes.len() / 4096 {
        let mut bad = bytes.clone();
        bad[page * 4096..(page + 1) * 4096].fill(fastrand::u8(..));
        use_damaged(&place.path, &bad);
    }
}

#[test]
fn a_file_that_is_cut_off_stops_nothing() {
    let place = full_store();
    let bytes = fs::read(&place.path).unwrap();
    let ends = [0, 1, 15, 16, 50, 99, 100, 4095, 4096, 4097, bytes.len() - 1];
    let random = std::iter::repeat_with(|| fastrand::usize(..bytes.len())).take(20);
    for end in ends.into_iter().chain(random) {
        use_damaged(&place.path, &bytes[..end]);
    }
}

#[test]
fn a_damaged_store_is_put_aside_when_it_is_opened() {
    let place = full_store();
    let mut bytes = fs::read(&place.path).unwrap();
    bytes[4096..].fill(0xa5);
    put(&place.path, &bytes);
    let damaged = StoreError::Damaged(place.path.clone());
    let reader = Reader::open(&place.path).unwrap();
    assert_eq!(reader.monitors().unwrap_err(), damaged);
    drop(reader);
    let (store, left) = open(&place.path);
    assert!(left.monitors.is_empty());
    let aside = put_aside(&place.path);
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(fs::read(&aside[0]).unwrap(), bytes);
    assert!(!store.was_renewed());
}

/// A flipped bit of the header can forbid writing to a file that is whole otherwise.
#[test]
fn a_header_that_forbids_writing_is_damage() {
    let place = full_store();
    let mut bytes = fs::read(&place.path).unwrap();
    bytes[18] |= 0x10;
    put(&place.path, &bytes);
    run(async {
        let (store, _) = open(&place.path);
        assert_eq!(put_aside(&place.path).len(), 1);
        let batch = Batch {
            monitors: vec![known("new").into()],
            ..Batch::default()
        };
        store.write(batch).await;
        store.flush().await;
        assert_eq!(store.health().fault, None);
        store.close().await;
    });
}

/// Bytes of the header without which no hbmon and no SQLite can read the tables: their number, and
/// that of their format.
#[test]
fn a_header_with_wrong_numbers_is_damage() {
    for (at, value) in [(63, 0), (60, 0xff), (47, 0x7f)] {
        let place = full_store();
        let mut bytes = fs::read(&place.path).unwrap();
        bytes[at] = value;
        put(&place.path, &bytes);
        let damaged = StoreError::Damaged(place.path.clone());
        let read = Reader::open(&place.path).and_then(|reader| reader.monitors());
        assert_eq!(read.unwrap_err(), damaged, "{at}");
        let pruned = Editor::open(&place.path)
            .and_then(|editor| editor.prune(&Keep::default(), self::at(0)));
        assert_eq!(pruned.unwrap_err(), damaged, "{at}");
        let (_, left) = open(&place.path);
        assert!(left.monitors.is_empty());
        assert_eq!(put_aside(&place.path).len(), 1, "{at}");
    }
}

#[test]
fn damage_that_shows_later_begins_a_new_file_with_what_lasts() {
    let place = full_store();
    run(async {
        let (store, left) = open(&place.path);
        assert_eq!(left.open_changes.len(), 10);
        // Another program writes into the file.
        let bytes = fs::read(&place.path).unwrap();
        let mut bad = bytes.clone();
        bad[4096..].fill(0xa5);
        overwrite(&place.path, &bad);
        let batch = Batch {
            changes: vec![change("monitor-3", 50_000, Status::Healthy).into()],
            incidents: vec![incident(900, "monitor-new", 40_000)],
            numbers: vec![numbers("monitor-3", 50_000, 4)],
            ..Batch::default()
        };
        // Pages that SQLite has in its memory: it finds the damage when it reads others.
        let mut written = 0;
        while put_aside(&place.path).is_empty() && written < 100 {
            store.write(batch.clone()).await;
            store.flush().await;
            written += 1;
        }
        assert_eq!(put_aside(&place.path).len(), 1);
        assert_eq!(store.health().fault, None);
        assert!(store.was_renewed());
        assert!(!store.was_renewed());
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!(reader.check().unwrap(), Vec::<String>::new());
        assert_eq!(reader.monitors().unwrap().len(), 11);
        let changes = all_changes(&reader);
        let lasting = changes.iter().filter(|change| change.until.is_none());
        assert_eq!(lasting.count(), 10);
        assert!(changes.iter().any(|change| change.from == at(50_000)));
        store.close().await;
        let (_, left) = open(&place.path);
        assert_eq!(left.last_incident, 900);
    });
}

/// Writes into a file without a new one taking its place.
fn overwrite(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::FileExt;
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(bytes, 0).unwrap();
    // Closing it would release the locks of the store in this process.
    std::mem::forget(file);
}
