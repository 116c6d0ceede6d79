//! Faults of the disk: the writer goes on, and writes what waited when it can.

use std::fs::{self, Permissions};
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hbmon::history::numbers::Step;
use hbmon::model::{Status, Text};
use hbmon::store::{Batch, ChangeQuery, Editor, Keep, Reader, Store};

use crate::support::*;

fn one_change(number: i64) -> Batch {
    Batch {
        monitors: vec![known("a").into()],
        changes: vec![change("a", number, Status::Healthy).into()],
        numbers: vec![numbers("a", number, 2)],
        watched: vec![period(number, number + 5)],
        ..Batch::default()
    }
}

#[test]
fn changes_wait_until_the_path_can_be_used_again() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        store.write(one_change(0)).await;
        store.flush().await;
        let moved = place.folder.path().join("moved.db");
        fs::rename(&place.path, &moved).unwrap();
        fs::create_dir(&place.path).unwrap();
        store.write(one_change(5)).await;
        store.write(one_change(10)).await;
        store.flush().await;
        let health = store.health();
        let fault = health.fault.unwrap();
        assert!(fault.ends_with("cannot be used: it is a folder"), "{fault}");
        assert_eq!(health.dropped, 2);
        fs::remove_dir(&place.path).unwrap();
        store.write(one_change(15)).await;
        store.flush().await;
        assert_eq!(store.health().fault, None);
        assert!(store.was_renewed());
        let reader = Reader::open(&place.path).unwrap();
        let begins: Vec<_> = all_changes(&reader).iter().map(|row| row.from).collect();
        assert_eq!(begins, [0, 5, 10, 15].map(at));
        assert_eq!(beats(&reader, always())["a"], 2);
    });
}

#[test]
fn a_file_that_is_deleted_is_begun_anew() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        store.write(one_change(0)).await;
        store.flush().await;
        for end in ["history.db", "history.db-wal", "history.db-shm"] {
            fs::remove_file(place.path.with_file_name(end)).unwrap();
        }
        store.write(one_change(5)).await;
        store.flush().await;
        assert_eq!(store.health().fault, None);
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!(all_changes(&reader).len(), 2);
        assert_eq!(reader.check().unwrap(), Vec::<String>::new());
    });
}

/// Returns the beginnings of the changes in a store, which must be sound.
fn begins(path: &Path) -> Vec<jiff::Timestamp> {
    let reader = Reader::open(path).unwrap();
    assert_eq!(reader.check().unwrap(), Vec::<String>::new());
    all_changes(&reader).iter().map(|row| row.from).collect()
}

#[test]
fn what_is_in_a_deleted_journal_is_not_lost() {
    for ends in [
        &["history.db-wal"][..],
        &["history.db-wal", "history.db-shm"],
    ] {
        let place = place();
        run(async {
            let (store, _) = open(&place.path);
            store.write(one_change(0)).await;
            store.write(one_change(5)).await;
            store.flush().await;
            for end in ends {
                fs::remove_file(place.path.with_file_name(end)).unwrap();
            }
            store.write(one_change(10)).await;
            store.flush().await;
            assert_eq!(store.health().fault, None);
            assert_eq!(begins(&place.path), [0, 5, 10].map(at), "{ends:?}");
            store.close().await;
        });
        assert_eq!(begins(&place.path), [0, 5, 10].map(at), "{ends:?}");
    }
}

/// A copy is put in the place of a history that is being written.
#[test]
fn a_journal_is_not_mixed_with_another_file() {
    let place = place();
    let other = self::place();
    write(
        &other.path,
        (0..200).map(|number| one_change(1000 + number)),
    );
    let copy = place.folder.path().join("copy.db");
    Reader::open(&other.path).unwrap().copy(&copy).unwrap();
    let moved = place.folder.path().join("moved.db");
    run(async {
        let (store, _) = open(&place.path);
        for number in 0..20 {
            store.write(one_change(number)).await;
        }
        store.flush().await;
        fs::rename(&place.path, &moved).unwrap();
        fs::rename(&copy, &place.path).unwrap();
        store.write(one_change(20)).await;
        store.flush().await;
        assert_eq!(store.health().fault, None);
        store.close().await;
    });
    assert_eq!(begins(&moved), (0..20).map(at).collect::<Vec<_>>());
    let begins = begins(&place.path);
    assert!(begins.ends_with(&[at(1198), at(1199)]), "{begins:?}");
    assert_eq!(begins.len(), 200 + 2, "what lasts, and what came");
}

#[test]
fn a_file_that_is_emptied_is_begun_anew() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        store.write(one_change(0)).await;
        store.flush().await;
        fs::write(&place.path, "").unwrap();
        store.write(one_change(5)).await;
        store.flush().await;
        assert_eq!(store.health().fault, None);
        assert_eq!(begins(&place.path), [0, 5].map(at));
        store.close().await;
    });
}

#[test]
fn two_writers_wait_for_each_other() {
    let place = place();
    run(async {
        let (first, _) = open(&place.path);
        let (second, _) = open(&place.path);
        for number in 0..30 {
            for (name, store) in [("first", &first), ("second", &second)] {
                let batch = Batch {
                    changes: vec![change(name, number, Status::Healthy).into()],
                    ..Batch::default()
                };
                store.write(batch).await;
            }
        }
        tokio::join!(first.flush(), second.flush());
        assert_eq!(first.health().fault, None);
        assert_eq!(second.health().fault, None);
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!(all_changes(&reader).len(), 60);
        assert_eq!(reader.check().unwrap(), Vec::<String>::new());
    });
}

#[test]
fn a_batch_that_contradicts_the_store_does_not_block_the_others() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        store.write(one_change(0)).await;
        store.flush().await;
        let connection = rusqlite::Connection::open(&place.path).unwrap();
        connection
            .execute_batch(
                "CREATE TRIGGER no_b BEFORE INSERT ON monitors WHEN new.name = 'b'
                 BEGIN SELECT raise(ABORT, 'no'); END;",
            )
            .unwrap();
        let bad = Batch {
            monitors: vec![known("b").into()],
            ..Batch::default()
        };
        store.write(bad).await;
        store.write(one_change(5)).await;
        store.flush().await;
        assert_eq!(store.health().fault, None);
        assert_eq!(store.health().dropped, 1);
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!(all_changes(&reader).len(), 2);
    });
}

/// Whether the permissions of files mean something to this process: root ignores them.
fn is_bound_by_permissions(folder: &Path) -> bool {
    let probe = folder.join("probe");
    fs::create_dir(&probe).unwrap();
    fs::set_permissions(&probe, Permissions::from_mode(0o500)).unwrap();
    fs::write(probe.join("file"), "").is_err()
}

#[test]
fn a_folder_that_may_only_be_read_is_read() {
    let place = place();
    write(&place.path, [one_change(0)]);
    if !is_bound_by_permissions(place.folder.path()) {
        eprintln!("permissions do not bind this user: not tested");
        return;
    }
    let folder = place.path.parent().unwrap();
    // With the files of a writer beside it, then without, as on a medium.
    for has_journal in [true, false] {
        if !has_journal {
            let connection = rusqlite::Connection::open(&place.path).unwrap();
            connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                .unwrap();
            drop(connection);
            for beside in ["history.db-wal", "history.db-shm"] {
                let _ = fs::remove_file(place.path.with_file_name(beside));
            }
        }
        fs::set_permissions(folder, Permissions::from_mode(0o500)).unwrap();
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!(all_changes(&reader).len(), 1, "{has_journal}");
        assert_eq!(reader.check().unwrap(), Vec::<String>::new());
        let copy = place.folder.path().join(format!("copy-{has_journal}.db"));
        reader.copy(&copy).unwrap();
        if !has_journal {
            let error = Store::open(&place.path, Keep::default()).unwrap_err();
            let error = error.to_string();
            assert!(error.ends_with("its folder may only be read"), "{error}");
        }
        fs::set_permissions(&place.path, Permissions::from_mode(0o400)).unwrap();
        let error = Store::open(&place.path, Keep::default()).unwrap_err();
        assert!(
            error.to_string().ends_with("it may only be read"),
            "{error}"
        );
        let error = Editor::open(&place.path).unwrap_err();
        assert!(
            error.to_string().ends_with("it may only be read"),
            "{error}"
        );
        fs::set_permissions(&place.path, Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(folder, Permissions::from_mode(0o700)).unwrap();
    }
    fs::set_permissions(folder, Permissions::from_mode(0o500)).unwrap();
    let missing = folder.join("other.db");
    let error = Store::open(&missing, Keep::default()).unwrap_err();
    assert!(error.to_string().ends_with("permission denied"), "{error}");
    fs::set_permissions(folder, Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_slow_receiver_of_rows_does_not_hold_the_journal() {
    let place = place();
    write(&place.path, (0..3).map(one_change));
    let other = rusqlite::Connection::open(&place.path).unwrap();
    let checkpoint = || {
        other
            .execute_batch("INSERT OR REPLACE INTO marks VALUES ('test', 1)")
            .unwrap();
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let is_busy: bool = other.query_row(sql, [], |row| row.get(0)).unwrap();
        assert!(!is_busy);
        ControlFlow::<()>::Continue(())
    };
    let reader = Reader::open(&place.path).unwrap();
    let query = ChangeQuery {
        monitor: None,
        period: always(),
        after: None,
        newest_first: true,
    };
    reader.changes(&query, &mut |_, _| checkpoint()).unwrap();
    let numbers = &mut |_: &Text, _| checkpoint();
    reader.all_numbers(always(), Step::Day, numbers).unwrap();
}

#[test]
fn a_reader_and_an_editor_work_beside_a_writer_and_without_one() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        let reader = Reader::open(&place.path).unwrap();
        for number in 0..20 {
            store.write(one_change(number)).await;
            store.flush().await;
            let count = usize::try_from(number + 1).unwrap();
            assert_eq!(all_changes(&reader).len(), count);
        }
        drop(store);
        assert_eq!(all_changes(&reader).len(), 20);
        drop(reader);
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!(all_changes(&reader).len(), 20);
    });
}
