//! Older numbers are summed up, and what is older than it is kept is deleted, while the session goes
//! on.

use std::time::Duration;

use hbmon::history::known::KnownMonitor;
use hbmon::history::numbers::Step;
use hbmon::model::Status;
use hbmon::store::{Batch, Editor, Keep, Reader, Store};

use crate::support::*;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn keep() -> Keep {
    Keep {
        changes: Duration::from_secs(10 * 86_400),
        minutes: Duration::from_secs(2 * 3600),
        hours: Duration::from_secs(2 * 86_400),
        days: Duration::from_secs(5 * 86_400),
    }
}

/// Some minutes of a session with three monitors, one batch each five minutes.
fn session(since: i64, until: i64) -> impl Iterator<Item = Batch> {
    let batch = |at| Batch {
        monitors: ["a", "b", "c"].map(|name| known(name).into()).to_vec(),
        numbers: ["a", "b", "c"].map(|name| numbers(name, at, 3)).to_vec(),
        watched: vec![period(at, at + 300)],
        ..Batch::default()
    };
    (since..until).step_by(300).map(batch)
}

fn rows(reader: &Reader, table: &str) -> u64 {
    let rows = reader.info().unwrap().rows;
    rows.into_iter().find(|(name, _)| *name == table).unwrap().1
}

/// Waits until the upkeep has done its work: the numbers of rows are as wanted.
async fn wait_for(store: &Store, reader: &Reader, wanted: &[(&str, u64)]) {
    let found = || -> Vec<(&str, u64)> {
        let tables = wanted.iter();
        tables
            .map(|(table, _)| (*table, rows(reader, table)))
            .collect()
    };
    for _ in 0..5000 {
        store.flush().await;
        if found() == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(found(), wanted);
}

#[test]
fn hours_and_days_are_summed_up_and_fine_rows_deleted() {
    let place = place();
    run(async {
        let (store, _) = Store::open(&place.path, keep()).unwrap();
        for batch in session(0, DAY + 4 * HOUR) {
            store.write(batch).await;
        }
        let reader = Reader::open(&place.path).unwrap();
        // At 04:00 of the second day hour 02 is summed up, and minutes are kept from 02:00 on.
        let wanted = [("hours", 3 * 27), ("days", 3), ("minutes", 3 * 24)];
        wait_for(&store, &reader, &wanted).await;
        let beats_of = |step| -> u64 {
            let points = reader.numbers(&text("b"), always(), step).unwrap();
            points.iter().map(|point| point.numbers.beats).sum()
        };
        let all = 28 * 12 * 3;
        assert_eq!(beats_of(Step::Hour), all);
        assert_eq!(beats_of(Step::Day), all);
        assert_eq!(beats(&reader, always())["a"], all);
        assert_eq!(beats(&reader, period(DAY, DAY + 4 * HOUR))["a"], 4 * 36);

        // Numbers that come late are in all rows that there are.
        let late = Batch {
            numbers: vec![numbers("a", 600, 5), numbers("a", DAY + 3 * HOUR, 7)],
            ..Batch::default()
        };
        store.write(late).await;
        store.flush().await;
        assert_eq!(beats(&reader, always())["a"], all + 12);
        assert_eq!(beats(&reader, period(0, DAY))["a"], 24 * 36 + 5);
        assert_eq!(beats(&reader, period(0, HOUR))["a"], 36 + 5);
        assert_eq!(reader.check().unwrap(), Vec::<String>::new());
    });
}

#[test]
fn what_was_missed_is_caught_up() {
    let place = place();
    run(async {
        // The first hour of a session believes nothing, so this one leaves all to the next.
        let (store, _) = Store::open(&place.path, keep()).unwrap();
        for (_, mut batch) in (0..).zip(session(0, 6 * HOUR)) {
            batch.watched.clear();
            store.write(batch).await;
        }
        store.close().await;
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!((rows(&reader, "minutes"), rows(&reader, "hours")), (216, 0));

        let (store, _) = Store::open(&place.path, keep()).unwrap();
        for batch in session(30 * DAY, 30 * DAY + 300) {
            store.write(batch).await;
        }
        // As of the last time of the session before: 05:55.
        let wanted = [("hours", 15), ("minutes", 3 * (3 * 12 + 1))];
        wait_for(&store, &reader, &wanted).await;
    });
}

#[test]
fn a_clock_that_is_wrong_for_a_moment_deletes_nothing() {
    let place = place();
    run(async {
        let (store, _) = Store::open(&place.path, keep()).unwrap();
        for batch in session(0, 3 * HOUR) {
            store.write(batch).await;
        }
        store.flush().await;
        let reader = Reader::open(&place.path).unwrap();
        for batch in session(3000 * DAY, 3000 * DAY + 1500) {
            store.write(batch).await;
        }
        for batch in session(3 * HOUR, 6 * HOUR) {
            store.write(batch).await;
        }
        store.flush().await;
        let all = beats(&reader, period(0, 6 * HOUR));
        assert_eq!(all["a"], 6 * 36);
        assert_eq!(
            reader.watched(period(0, DAY)).unwrap(),
            [period(0, 6 * HOUR)]
        );
    });
}

#[test]
fn a_command_with_a_wrong_clock_deletes_nothing_new() {
    let place = place();
    write(&place.path, session(0, 3 * HOUR));
    let before = beats(&Reader::open(&place.path).unwrap(), always());
    let editor = Editor::open(&place.path).unwrap();
    editor.prune(&keep(), at(3000 * DAY)).unwrap();
    let reader = Reader::open(&place.path).unwrap();
    assert_eq!(beats(&reader, always()), before);
    assert_eq!(rows(&reader, "watched"), 1);
    // What comes next is not hidden by marks of the future.
    write(&place.path, session(3 * HOUR, 4 * HOUR));
    let step = Step::Minutes;
    let numbers = reader.numbers(&text("a"), period(3 * HOUR, DAY), step);
    assert_eq!(numbers.unwrap().len(), 12);
}

#[test]
fn a_clock_that_was_wrong_for_long_is_forgiven_the_next_day() {
    let place = place();
    run(async {
        let (store, _) = Store::open(&place.path, keep()).unwrap();
        let reader = Reader::open(&place.path).unwrap();
        for batch in session(3000 * DAY, 3000 * DAY + 3 * HOUR) {
            store.write(batch).await;
        }
        wait_for(&store, &reader, &[("hours", 6), ("minutes", 3 * 24)]).await;
        for batch in session(0, 3 * HOUR) {
            store.write(batch).await;
        }
        let marks = rusqlite::Connection::open(&place.path).unwrap();
        let sql = "SELECT at FROM marks WHERE name = 'rolled_hours'";
        let rolled = || -> i64 { marks.query_row(sql, [], |row| row.get(0)).unwrap() };
        for _ in 0..5000 {
            store.flush().await;
            if rolled() == BEGIN + DAY {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert_eq!(rolled(), BEGIN + DAY);
        for batch in session(3 * HOUR, DAY + 6 * HOUR) {
            store.write(batch).await;
        }
        store.flush().await;
        let minutes = reader
            .numbers(&text("a"), period(0, 2 * DAY), Step::Minutes)
            .unwrap();
        let first = minutes.first().unwrap().at;
        assert!(first <= at(DAY + 4 * HOUR), "{first}");
        assert_eq!(beats(&reader, period(0, DAY))["a"], 24 * 36);
        assert_eq!(beats(&reader, period(0, 2 * DAY))["a"], 30 * 36);
        assert_eq!(beats(&reader, period(DAY, DAY + 3600))["a"], 36);
    });
}

#[test]
fn everything_old_is_deleted_except_what_lasts() {
    let place = place();
    let closed = |id, at| {
        let mut incident = incident(id, "a", at);
        incident.closed = Some(self::at(at + 60));
        incident
    };
    let first = Batch {
        monitors: vec![
            known("a").into(),
            KnownMonitor {
                removed: Some(at(600)),
                ..known("gone")
            }
            .into(),
        ],
        changes: vec![
            change("lasting", 0, Status::Error).into(),
            change("a", 0, Status::Healthy).into(),
            change("a", 60, Status::Error).into(),
            change("a", 120, Status::Healthy).into(),
            change("a", 20 * DAY, Status::Healthy).into(),
        ],
        incidents: vec![
            closed(1, 60),
            incident(2, "lasting", 0),
            closed(3, 20 * DAY),
        ],
        watched: vec![period(0, 600)],
        ..Batch::default()
    };
    run(async {
        let (store, _) = Store::open(&place.path, keep()).unwrap();
        store.write(first).await;
        for batch in session(20 * DAY, 20 * DAY + 2 * HOUR) {
            store.write(batch).await;
        }
        let reader = Reader::open(&place.path).unwrap();
        let wanted = [
            ("changes", 3),
            ("incidents", 2),
            ("watched", 1),
            ("monitors", 4),
        ];
        // a, b, c and lasting.
        wait_for(&store, &reader, &wanted).await;
        let left: Vec<_> = all_changes(&reader)
            .iter()
            .map(|change| (change.monitor.to_string(), change.until))
            .collect();
        let row = |name: &str, until: Option<i64>| (name.to_owned(), until.map(at));
        let wanted = [
            row("lasting", None),
            row("a", Some(20 * DAY)),
            row("a", None),
        ];
        assert_eq!(left, wanted);
        store.close().await;
        let (_, left) = Store::open(&place.path, keep()).unwrap();
        assert_eq!(left.last_incident, 3);
    });
}
