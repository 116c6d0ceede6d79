//! Everything that is written is read again, and queries select what they say.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use hbmon::history::change::StatusChange;
use hbmon::history::incident::{Incident, Note};
use hbmon::history::known::KnownMonitor;
use hbmon::history::numbers::Step;
use hbmon::history::period::Period;
use hbmon::history::report::ReportBy;
use hbmon::model::{
    Acknowledgement, IncidentEnd, IncidentId, Kind, MAX_SILENCES, Reason, Silence, SilenceId, Slo,
    Status,
};
use hbmon::store::{
    Batch, ChangeQuery, Editor, IncidentQuery, MonitorState, Reader, ReportQuery, StoreError,
};

use crate::support::*;

#[test]
fn a_session_goes_on_from_what_the_last_one_left() {
    let place = place();
    let shop = KnownMonitor {
        group: Some(text("eu")),
        tags: vec![text("prod"), text("a \"quoted\" one")],
        kind: Kind::Push,
        slo: Some(Slo {
            millionths: 999_000,
            window: Duration::from_secs(30 * 86_400),
        }),
        ..known("shop")
    };
    let gone = KnownMonitor {
        removed: Some(at(50)),
        ..known("gone")
    };
    let open = StatusChange {
        kind: Kind::Push,
        group: Some(text("eu")),
        maintenance: true,
        ..change("shop", 60, Status::Error)
    };
    let trouble = hbmon::history::incident::Incident {
        kind: Kind::Push,
        group: Some(text("eu")),
        acknowledged: Some(Acknowledgement {
            by: text("ana"),
            at: at(70),
            until: Some(at(7200)),
        }),
        maintenance: true,
        ..incident(41, "shop", 60)
    };
    let silence = |id, until| Silence {
        id: SilenceId(id),
        matches: text("group:eu"),
        from: at(10),
        until: at(until),
        by: text("ana"),
        reason: text("new router"),
    };
    let note = Note {
        at: at(71),
        by: text("ana"),
        text: text("I look"),
    };
    let batch = Batch {
        monitors: vec![shop.clone().into(), gone.clone().into()],
        changes: vec![
            change("shop", 5, Status::Healthy).into(),
            open.clone().into(),
        ],
        incidents: vec![trouble.clone()],
        notes: vec![
            (IncidentId(41), note.clone()),
            (IncidentId(41), note.clone()),
        ],
        silences: vec![silence(3, 20), silence(4, 5000)],
        states: vec![(
            text("shop"),
            MonitorState {
                json: "{\"a\":1}".to_owned(),
                is_minor: false,
            },
        )],
        watched: vec![period(0, 75)],
        ..Batch::default()
    };
    write(&place.path, [batch]);

    let (_store, left) = self::open(&place.path);
    assert_eq!(left.monitors, [gone, shop].map(Arc::new));
    let states = HashMap::from([(text("shop"), "{\"a\":1}".to_owned())]);
    assert_eq!(left.states, states);
    assert_eq!(left.open_changes, [Arc::new(open)]);
    let mut with_note = trouble;
    with_note.notes = vec![note];
    assert_eq!(left.open_incidents, [with_note]);
    assert_eq!(left.silences, [silence(4, 5000)]);
    assert_eq!((left.last_incident, left.last_silence), (41, 4));
    assert_eq!(left.last_time, Some(at(75)));
}

#[test]
fn a_removed_monitor_that_comes_back_is_the_same() {
    let place = place();
    let removed = KnownMonitor {
        removed: Some(at(9)),
        ..known("a")
    };
    let back = KnownMonitor {
        first_known: at(100),
        group: Some(text("new")),
        ..known("a")
    };
    let monitors = |monitor: KnownMonitor| Batch {
        monitors: vec![monitor.into()],
        ..Batch::default()
    };
    write(&place.path, [monitors(removed), monitors(back)]);
    let found = Reader::open(&place.path).unwrap().monitors().unwrap();
    let wanted = KnownMonitor {
        group: Some(text("new")),
        ..known("a")
    };
    assert_eq!(found, [wanted]);
}

/// Two monitors with changes at known times.
fn course() -> Batch {
    let closed = StatusChange {
        until: Some(at(400)),
        ..change("b", 300, Status::Error)
    };
    Batch {
        changes: vec![
            change("a", 0, Status::Healthy).into(),
            change("b", 10, Status::Healthy).into(),
            change("a", 100, Status::Error).into(),
            change("a", 200, Status::Healthy).into(),
            change("b", 300, Status::Error).into(),
            closed.into(),
        ],
        ..Batch::default()
    }
}

#[test]
fn a_change_ends_the_one_before_it() {
    let place = place();
    write(&place.path, [course()]);
    let reader = Reader::open(&place.path).unwrap();
    let found: Vec<_> = all_changes(&reader)
        .iter()
        .map(|change| (change.monitor.to_string(), change.from, change.until))
        .collect();
    let row = |name: &str, from, until: Option<i64>| (name.to_owned(), at(from), until.map(at));
    let wanted = [
        row("a", 0, Some(100)),
        row("b", 10, Some(300)),
        row("a", 100, Some(200)),
        row("a", 200, None),
        row("b", 300, Some(400)),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_change_that_is_written_again_stays_one() {
    let place = place();
    write(
        &place.path,
        [
            course(),
            Batch {
                changes: vec![change("a", 200, Status::Warning).into()],
                ..Batch::default()
            },
        ],
    );
    let reader = Reader::open(&place.path).unwrap();
    let found = all_changes(&reader);
    assert_eq!(found.len(), 5, "{found:#?}");
    assert_eq!(found[3].status, Status::Warning);
}

#[test]
fn changes_are_selected_by_overlap_and_paged_by_their_numbers() {
    let place = place();
    write(&place.path, [course()]);
    let reader = Reader::open(&place.path).unwrap();
    let query = |monitor: Option<&str>, period: Period, newest_first| ChangeQuery {
        monitor: monitor.map(text),
        period,
        after: None,
        newest_first,
    };
    let begins = |query: &ChangeQuery| -> Vec<i64> {
        let found = changes(&reader, query);
        found
            .iter()
            .map(|(_, change)| change.from.as_second() - BEGIN)
            .collect()
    };
    let table = [
        (query(None, period(150, 250), false), vec![10, 100, 200]),
        (query(None, period(150, 250), true), vec![200, 100, 10]),
        (query(Some("b"), period(150, 250), false), vec![10]),
        (query(Some("none"), period(150, 250), false), vec![]),
        (query(None, period(100, 101), false), vec![10, 100]),
        (query(None, period(400, 500), false), vec![200]),
        (query(None, period(250, 150), false), vec![]),
        (query(None, period(-10, 0), false), vec![]),
        (query(None, always(), true), vec![300, 200, 100, 10, 0]),
    ];
    for (query, wanted) in table {
        assert_eq!(begins(&query), wanted, "{query:?}");
        // Page by page it is the same.
        let mut paged = Vec::new();
        let mut query = query;
        loop {
            let mut page = None;
            reader
                .changes(&query, &mut |id, change| {
                    page = Some((id, change.from.as_second() - BEGIN));
                    ControlFlow::Break(())
                })
                .unwrap();
            let Some((id, from)) = page else { break };
            paged.push(from);
            query.after = Some(id);
        }
        assert_eq!(paged, wanted, "{query:?}");
    }
}

#[test]
fn incidents_are_selected_by_overlap() {
    let place = place();
    let closed = |id, name: &str, opened, closed| {
        let mut incident = incident(id, name, opened);
        incident.closed = Some(at(closed));
        incident.end = Some(IncidentEnd::Recovered);
        incident
    };
    let batch = Batch {
        incidents: vec![
            closed(1, "a", 0, 50),
            closed(2, "b", 20, 500),
            closed(4, "a", 100, 200),
            incident(5, "a", 300),
        ],
        ..Batch::default()
    };
    write(&place.path, [batch.clone(), batch]);
    let reader = Reader::open(&place.path).unwrap();
    let ids = |monitor: Option<&str>, period, open_only, after: Option<u64>, newest_first| {
        let query = IncidentQuery {
            monitor: monitor.map(text),
            period,
            open_only,
            after: after.map(IncidentId),
            newest_first,
        };
        let found = incidents(&reader, &query);
        found.iter().map(|found| found.id.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, always(), false, None, false), [1, 2, 4, 5]);
    assert_eq!(ids(None, always(), false, None, true), [5, 4, 2, 1]);
    assert_eq!(ids(None, always(), false, Some(2), false), [4, 5]);
    assert_eq!(ids(None, always(), false, Some(2), true), [1]);
    assert_eq!(ids(Some("a"), period(60, 301), false, None, false), [4, 5]);
    assert_eq!(ids(None, period(60, 100), false, None, false), [2]);
    assert_eq!(ids(None, period(200, 300), false, None, false), [2]);
    assert_eq!(ids(None, always(), true, None, false), [5]);
    assert!(ids(None, period(0, 300), true, None, false).is_empty());
    let one = reader.incident(IncidentId(4)).unwrap();
    assert_eq!(one, Some(closed(4, "a", 100, 200)));
    assert_eq!(reader.incident(IncidentId(3)).unwrap(), None);
}

#[test]
fn watched_times_grow_and_never_overlap() {
    let place = place();
    let batch = Batch {
        watched: vec![
            period(0, 5),
            period(5, 10),
            period(8, 12),
            period(100, 105),
            // The clock was set back.
            period(50, 55),
            period(55, 102),
            period(103, 104),
            // And it never ran backwards.
            period(200, 190),
        ],
        ..Batch::default()
    };
    write(&place.path, [batch]);
    let reader = Reader::open(&place.path).unwrap();
    let found = reader.watched(always()).unwrap();
    assert_eq!(found, [period(0, 12), period(50, 105)]);
    let found = reader.watched(period(10, 60)).unwrap();
    assert_eq!(found, [period(10, 12), period(50, 60)]);
    assert!(reader.watched(period(20, 30)).unwrap().is_empty());
    assert_eq!(reader.info().unwrap().span, Some(period(0, 105)));
}

#[test]
fn numbers_of_the_same_five_minutes_are_added() {
    let place = place();
    let batch = |numbers| Batch {
        monitors: vec![known("a").into(), known("b").into()],
        numbers,
        ..Batch::default()
    };
    write(
        &place.path,
        [
            batch(vec![numbers("a", 0, 2), numbers("b", 0, 7)]),
            batch(vec![numbers("a", 0, 3), numbers("a", 300, 4)]),
            batch(vec![numbers("a", 3600, 1), numbers("a", 3900, 0)]),
        ],
    );
    let reader = Reader::open(&place.path).unwrap();
    let points = |step| -> Vec<(i64, u64)> {
        let points = reader.numbers(&text("a"), always(), step).unwrap();
        points
            .iter()
            .map(|point| (point.at.as_second() - BEGIN, point.numbers.beats))
            .collect()
    };
    assert_eq!(points(Step::Minutes), [(0, 5), (300, 4), (3600, 1)]);
    assert_eq!(points(Step::Hour), [(0, 9), (3600, 1)]);
    assert_eq!(points(Step::Day), [(0, 10)]);
    let points = reader.numbers(&text("b"), always(), Step::Minutes).unwrap();
    assert_eq!(points, [numbers("b", 0, 7).1]);
    let sum = &reader.sums(always()).unwrap()[&text("a")];
    assert_eq!(sum.latency.count(), 10);
    let mut all = Vec::new();
    reader
        .all_numbers(always(), Step::Hour, &mut |name, point| {
            all.push((name.to_string(), point.at, point.numbers.beats));
            ControlFlow::Continue(())
        })
        .unwrap();
    let row = |name: &str, from, beats| (name.to_owned(), at(from), beats);
    assert_eq!(all, [row("a", 0, 9), row("b", 0, 7), row("a", 3600, 1)]);
    let sums = beats(&reader, period(1, 3601));
    assert_eq!(sums, HashMap::from([("a".to_owned(), 5)]));
}

#[test]
fn numbers_of_an_unknown_monitor_are_counted() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        let batch = Batch {
            numbers: vec![numbers("nobody", 0, 1)],
            ..Batch::default()
        };
        store.write(batch).await;
        store.flush().await;
        store.count_dropped(2);
        assert_eq!(store.health().dropped, 3);
        assert!(store.health().bytes > 4096);
    });
}

#[test]
fn another_process_adds_notes_acknowledgements_and_silences() {
    let place = place();
    let mut ended = incident(2, "a", 0);
    ended.closed = Some(at(1));
    let batch = Batch {
        incidents: vec![ended, incident(3, "a", 10)],
        ..Batch::default()
    };
    run(async {
        let (store, _) = open(&place.path);
        store.write(batch.clone()).await;
        store.flush().await;
        assert!(!store.changed_outside().await);
        let editor = Editor::open(&place.path).unwrap();
        assert!(!store.changed_outside().await);

        let note = Note {
            at: at(20),
            by: text("ana"),
            text: text("looking"),
        };
        let noted = editor.note(IncidentId(3), &note).unwrap().unwrap();
        assert_eq!(noted.notes, std::slice::from_ref(&note));
        assert_eq!(editor.note(IncidentId(9), &note).unwrap(), None);
        assert!(store.changed_outside().await);
        assert!(!store.changed_outside().await);

        let acknowledged = Acknowledgement {
            by: text("ana"),
            at: at(21),
            until: None,
        };
        let found = editor.acknowledge(IncidentId(3), Some(&acknowledged));
        let found = found.unwrap().unwrap();
        assert_eq!(found.acknowledged, Some(acknowledged.clone()));
        let closed = editor.acknowledge(IncidentId(2), Some(&acknowledged));
        assert_eq!(closed.unwrap(), None);
        let found = editor.acknowledge(IncidentId(3), None).unwrap().unwrap();
        assert_eq!(found.acknowledged, None);

        let silence = Silence {
            id: SilenceId(0),
            matches: text("tag:prod"),
            from: at(0),
            until: at(100),
            by: text("ana"),
            reason: text("move"),
        };
        let first = editor.silence(&silence).unwrap().unwrap();
        let second = editor.silence(&silence).unwrap().unwrap();
        assert_eq!((first.id, second.id), (SilenceId(1), SilenceId(2)));
        let ended = editor.end_silence(SilenceId(1), at(30)).unwrap().unwrap();
        assert_eq!(ended.until, at(30));
        assert_eq!(editor.end_silence(SilenceId(1), at(31)).unwrap(), None);
        assert_eq!(editor.end_silence(SilenceId(9), at(31)).unwrap(), None);
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!(reader.silences(at(31)).unwrap(), [second]);

        // The writer replaces the incident, and its notes stay.
        store.write(batch).await;
        store.flush().await;
        let found = reader.incident(IncidentId(3)).unwrap().unwrap();
        assert_eq!(found.notes, [note]);
    });
}

#[test]
fn what_opened_in_the_last_half_an_hour_is_left() {
    let place = place();
    let closed = |id, opened, until: i64| Incident {
        closed: Some(at(until)),
        end: Some(IncidentEnd::Recovered),
        ..incident(id, "shop", opened)
    };
    let batch = Batch {
        monitors: vec![known("shop").into()],
        // The last one begins half an hour after the second.
        incidents: vec![
            closed(1, 0, 60),
            closed(2, 100, 160),
            closed(3, 400, 500),
            incident(4, "shop", 1_900),
        ],
        ..Batch::default()
    };
    write(&place.path, [batch]);
    let (_store, left) = open(&place.path);
    let recent = left.recent_incidents.iter().map(|one| {
        assert_eq!(one.monitor, text("shop"));
        (one.opened, one.closed, one.end)
    });
    let recovered = Some(IncidentEnd::Recovered);
    assert_eq!(
        recent.collect::<Vec<_>>(),
        [
            (at(100), Some(at(160)), recovered),
            (at(400), Some(at(500)), recovered),
            (at(1_900), None, None),
        ]
    );
}

#[test]
fn there_is_a_limit_of_silences_in_force() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        let silence = |from, until| Silence {
            id: SilenceId(0),
            matches: text("tag:prod"),
            from: at(from),
            until: at(until),
            by: text("ana"),
            reason: text("move"),
        };
        let silences = (1..=MAX_SILENCES as u64).map(|id| Silence {
            id: SilenceId(id),
            ..silence(0, 100)
        });
        let batch = Batch {
            silences: silences.collect(),
            ..Batch::default()
        };
        store.write(batch).await;
        store.flush().await;
        let editor = Editor::open(&place.path).unwrap();
        assert_eq!(editor.silence(&silence(10, 50)).unwrap(), None);
        editor.end_silence(SilenceId(7), at(10)).unwrap().unwrap();
        assert!(editor.silence(&silence(10, 50)).unwrap().is_some());
        assert_eq!(editor.silence(&silence(10, 50)).unwrap(), None);
        // The others are over.
        assert!(editor.silence(&silence(100, 200)).unwrap().is_some());
        store.close().await;
    });
}

#[test]
fn two_who_add_silences_in_the_same_moment_get_two_numbers() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        let editor = Editor::open(&place.path).unwrap();
        let silence = |id| Silence {
            id: SilenceId(id),
            matches: text("tag:prod"),
            from: at(0),
            until: at(100),
            by: text("ana"),
            reason: text("move"),
        };
        // Taken, and not written yet.
        let taken = store.next_silence().await.unwrap();
        let other = editor.silence(&silence(0)).unwrap().unwrap();
        let next = store.next_silence().await.unwrap();
        assert_eq!([taken.0, other.id.0, next.0], [1, 2, 3]);
        store
            .write(Batch {
                silences: vec![silence(3), silence(1)],
                ..Batch::default()
            })
            .await;
        store.flush().await;
        let last = editor.silence(&silence(0)).unwrap().unwrap();
        assert_eq!(last.id, SilenceId(4));
        let known = Reader::open(&place.path).unwrap().silences(at(1)).unwrap();
        assert_eq!(known.len(), 4);
        store.close().await;
        let (store, left) = open(&place.path);
        assert_eq!(left.last_silence, 4);
        store.close().await;
    });
}

#[test]
fn a_reader_stops_when_it_is_told_to() {
    let place = place();
    let point = |n: i64| numbers("a", 300 * n, 5);
    let batch = Batch {
        monitors: vec![known("a").into()],
        changes: vec![change("a", 0, Status::Healthy).into()],
        numbers: (0..2000).map(point).collect(),
        ..Batch::default()
    };
    write(&place.path, [batch]);
    let stopped = Reader::open(&place.path)
        .unwrap()
        .stop_when(|| true)
        .unwrap();
    let too_slow = StoreError::TooSlow(place.path.clone());
    assert_eq!(stopped.sums(always()).unwrap_err(), too_slow);
    let points = stopped.numbers(&text("a"), always(), Step::Minutes);
    assert_eq!(points.unwrap_err(), too_slow);
    let monitors = [known("a")];
    let report = stopped.report(&ReportQuery {
        period: period(0, 600_000),
        now: at(600_000),
        by: ReportBy::Monitor,
        monitors: &monitors,
        objective: None,
        compare: true,
    });
    assert_eq!(report.unwrap_err(), too_slow);
    let going = Reader::open(&place.path)
        .unwrap()
        .stop_when(|| false)
        .unwrap();
    assert_eq!(going.sums(always()).unwrap()[&text("a")].beats, 10_000);
}

#[test]
fn reasons_and_statuses_of_every_name_are_kept() {
    let place = place();
    let all: Vec<StatusChange> = Status::ALL
        .into_iter()
        .flat_map(|status| Reason::ALL.map(|reason| (status, reason)))
        .zip(0..)
        .map(|((status, reason), from)| StatusChange {
            reason: Some(reason),
            until: Some(at(from + 1)),
            ..change("a", from, status)
        })
        .collect();
    let batch = Batch {
        changes: all.iter().cloned().map(Arc::new).collect(),
        ..Batch::default()
    };
    write(&place.path, [batch]);
    assert_eq!(all_changes(&Reader::open(&place.path).unwrap()), all);
}

#[test]
fn an_answer_waits_for_what_was_recorded() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        store.set_recorded(3);
        assert!(store.wait_recorded(3).await);
        let later = store.clone();
        let (is_recorded, ()) = tokio::join!(store.wait_recorded(4), async {
            later.write(course()).await;
            later.set_recorded(4);
        });
        assert!(is_recorded);
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!(all_changes(&reader).len(), 5);
    });
}

#[test]
fn an_answer_does_not_wait_for_ever() {
    let place = place();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let (store, _) = open(&place.path);
        store.set_recorded(3);
        assert!(!store.wait_recorded(4).await);
    });
}

#[test]
fn other_tools_read_names_and_times() {
    let place = place();
    let batch = Batch {
        incidents: vec![incident(7, "a", 10)],
        numbers: vec![numbers("a", 300, 2)],
        ..course()
    };
    write(&place.path, [batch]);
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    let row = |sql: &str| -> Vec<String> {
        connection
            .query_row(sql, [], |row| {
                (0..row.as_ref().column_count())
                    .map(|column| row.get::<_, Option<String>>(column))
                    .map(|text| Ok(text?.unwrap_or_default()))
                    .collect()
            })
            .unwrap()
    };
    let sql = "SELECT monitor, \"from\", until, status, reason FROM history_changes WHERE id = 3";
    let wanted = [
        "a",
        "2026-11-02T00:01:40.000Z",
        "2026-11-02T00:03:20.000Z",
        "error",
        "refused",
    ];
    assert_eq!(row(sql), wanted);
    let sql = "SELECT id, monitor, opened, closed, worst FROM history_incidents";
    let wanted = ["i-0007", "a", "2026-11-02T00:00:10.000Z", "", "error"];
    assert_eq!(row(sql), wanted);
    let sql = "SELECT step, at, monitor, CAST(healthy_s AS TEXT) FROM history_numbers";
    assert_eq!(row(sql), ["5m", "2026-11-02T00:05:00Z", "a", "2.0"]);
}
