//! Notifications: what a session left is found by the next one, and by readers.

use std::fs;
use std::sync::Arc;

use hbmon::clock::Clock;
use hbmon::history::incident::Told;
use hbmon::history::notification::{
    HeldBecause, Notification, NotificationId, NotificationState, Subject, What,
};
use hbmon::history::period::Period;
use hbmon::model::{IncidentEnd, IncidentId, Reason, Status};
use hbmon::store::{Batch, Editor, Keep, Reader};
use jiff::SignedDuration;

use crate::support::*;

fn notification(id: u64, incident: u64, what: What, state: NotificationState) -> Notification {
    let is_done = matches!(state, NotificationState::Told | NotificationState::Failed);
    let opened = i64::try_from(incident).unwrap() * 100;
    let is_closed = what == What::Recovered;
    Notification {
        id: NotificationId(id),
        channel: text("page"),
        what,
        subject: Arc::new(Subject {
            incident: Some(IncidentId(incident)),
            monitor: text("shop"),
            status: Status::Error,
            before: Some(Status::Healthy),
            reason: Some(Reason::Refused),
            message: Some(text("connection refused")),
            opened: at(opened),
            closed: is_closed.then(|| at(opened + 60)),
            end: is_closed.then_some(IncidentEnd::Recovered),
            acknowledged_by: Some(text("ana")),
        }),
        state,
        why: (!is_done).then_some(HeldBecause::Digest),
        sent_with: is_done.then_some(NotificationId(id)),
        created: at(opened + 1),
        next: (!is_done).then(|| at(opened + 31)),
        attempts: 2,
        error: Some(text("503 Service Unavailable")),
        done: is_done.then(|| at(opened + 3)),
    }
}

fn opened(id: u64, incident: u64, state: NotificationState) -> Notification {
    notification(id, incident, What::Opened, state)
}

fn recovered(id: u64, incident: u64, state: NotificationState) -> Notification {
    notification(id, incident, What::Recovered, state)
}

fn changed(notifications: impl IntoIterator<Item = Notification>) -> Batch {
    Batch {
        notifications: notifications.into_iter().map(Arc::new).collect(),
        ..Batch::default()
    }
}

use NotificationState::{Failed, Held, Told as Accepted, Waiting};

#[test]
fn what_is_not_over_is_left_to_the_next_session() {
    let place = place();
    let own = Notification {
        subject: Arc::new(Subject {
            incident: None,
            monitor: text("hbmon"),
            before: None,
            reason: None,
            message: None,
            acknowledged_by: None,
            ..Subject::clone(&opened(6, 6, Accepted).subject)
        }),
        error: None,
        ..opened(6, 6, Accepted)
    };
    let open = [
        opened(1, 1, Held),
        opened(2, 2, Waiting),
        opened(3, 3, Accepted),
        notification(4, 4, What::Flapping, Accepted),
        recovered(5, 4, Waiting),
        own,
    ];
    let over = [
        opened(7, 7, Accepted),
        recovered(8, 7, Accepted),
        opened(9, 8, Accepted),
        recovered(10, 8, Failed),
        opened(11, 9, Failed),
        notification(12, 3, What::Reminder, Accepted),
        // An opening that was over before it could be told.
        recovered(13, 10, Accepted),
    ];
    let channels = vec![(text("mail"), at(5)), (text("page"), at(0))];
    let batch = Batch {
        channels: Some(channels.clone()),
        ..changed(open.iter().chain(&over).cloned())
    };
    let dropped = Batch {
        dropped_notifications: vec![NotificationId(20)],
        ..changed([opened(20, 20, Held)])
    };
    // Written again, such as for a new time of its reminder, it still is over.
    let again = changed([opened(7, 7, Accepted)]);
    write(&place.path, [batch, dropped, again]);
    let (_store, left) = self::open(&place.path);
    assert_eq!(left.notifications, open);
    assert_eq!(left.channels, channels);
    assert_eq!(left.last_notification, 20);

    let reader = Reader::open(&place.path).unwrap();
    assert_eq!(reader.channels().unwrap(), channels);
    assert_eq!(reader.notifications(0).unwrap(), open);
    let ids = |last| {
        let found = reader.notifications(last).unwrap().into_iter();
        found.map(|one| one.id.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(2), [1, 2, 3, 4, 5, 6, 12, 13]);
    assert_eq!(ids(100), (1..=13).collect::<Vec<_>>());
    assert!(reader.check().unwrap().is_empty());
}

#[test]
fn what_was_told_lately_is_left_to_the_next_session() {
    let place = place();
    let now = Clock::start().anchor();
    let before = |minutes: i64| now - SignedDuration::from_mins(minutes);
    let told = |id: u64, minutes: i64| Notification {
        done: Some(before(minutes)),
        ..recovered(id, id, Accepted)
    };
    let mut failed = told(4, 1);
    failed.state = Failed;
    let batch = Batch {
        incidents: vec![incident(6, "shop", 600)],
        ..changed([
            told(1, 20),
            told(2, 10),
            told(3, 1),
            failed,
            opened(5, 5, Failed),
            opened(6, 6, Failed),
        ])
    };
    write(&place.path, [batch]);
    let (_store, left) = self::open(&place.path);
    let ids = |all: &[Notification]| all.iter().map(|one| one.id.0).collect::<Vec<_>>();
    assert_eq!(ids(&left.recovered), [2, 3]);
    // An opening that the receiver refused is not told anew while its incident lasts.
    assert_eq!(ids(&left.notifications), [6]);
}

#[test]
fn a_channel_that_left_is_new_when_it_comes_back() {
    let place = place();
    let channels = |all: &[(&str, i64)]| Batch {
        channels: Some(all.iter().map(|one| (text(one.0), at(one.1))).collect()),
        ..Batch::default()
    };
    let first = channels(&[("a", 1), ("b", 1)]);
    let other = Batch::default();
    write(&place.path, [first, channels(&[("b", 1)]), other]);
    let (_store, left) = open(&place.path);
    assert_eq!(left.channels, [(text("b"), at(1))]);
}

#[test]
fn an_incident_says_who_was_told() {
    let place = place();
    let shop = Batch {
        monitors: vec![known("shop").into()],
        incidents: vec![incident(1, "shop", 100)],
        ..changed([opened(1, 1, Waiting), opened(2, 9, Accepted)])
    };
    let told = changed([opened(1, 1, Accepted)]);
    write(&place.path, [shop, told.clone(), told]);
    let reader = Reader::open(&place.path).unwrap();
    let found = reader.incident(IncidentId(1)).unwrap().unwrap();
    let expected = Told {
        channel: text("page"),
        at: at(103),
        what: text("opened"),
    };
    assert_eq!(found.told, [expected]);
    assert!(reader.check().unwrap().is_empty());
}

#[test]
fn a_failed_notification_of_an_open_incident_is_listed() {
    let place = place();
    let mut closed = incident(2, "shop", 200);
    closed.closed = Some(at(260));
    let batch = Batch {
        incidents: vec![incident(1, "shop", 100), closed],
        ..changed([opened(1, 1, Failed), opened(2, 2, Failed)])
    };
    write(&place.path, [batch]);
    let found = Reader::open(&place.path).unwrap().notifications(0).unwrap();
    assert_eq!(found, [opened(1, 1, Failed)]);
}

#[test]
fn notifications_are_kept_as_long_as_their_incidents() {
    let place = place();
    const DAY: i64 = 86_400;
    let keep = Keep::default();
    let old = |incident: u64| {
        let mut closed = self::incident(incident, "shop", i64::try_from(incident).unwrap() * 100);
        closed.closed = Some(at(1000));
        closed
    };
    let batch = Batch {
        monitors: vec![known("shop").into()],
        incidents: vec![old(1), incident(2, "shop", 200)],
        ..changed([
            opened(1, 1, Accepted),
            recovered(2, 1, Accepted),
            opened(3, 2, Failed),
            opened(4, 3, Waiting),
            opened(5, 4, Failed),
        ])
    };
    write(&place.path, [batch]);
    let editor = Editor::open(&place.path).unwrap();
    editor.prune(&keep, at(2 * 365 * DAY)).unwrap();
    let ids = || {
        let found = Reader::open(&place.path).unwrap().notifications(9).unwrap();
        found.iter().map(|one| one.id.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(), [1, 2, 3, 4, 5]);
    // Ages count until the last time in the store.
    let later = Period::new(at(2 * 365 * DAY), at(4 * 365 * DAY));
    let batch = Batch {
        watched: vec![later],
        ..Batch::default()
    };
    write(&place.path, [batch]);
    editor.prune(&keep, at(4 * 365 * DAY)).unwrap();
    assert_eq!(ids(), [3, 4]);
}

#[test]
fn a_new_file_gets_what_is_not_over() {
    let place = place();
    run(async {
        let (store, _) = open(&place.path);
        let channels = Some(vec![(text("page"), at(0))]);
        let batch = Batch {
            channels: channels.clone(),
            ..changed([
                opened(1, 1, Accepted),
                opened(2, 2, Accepted),
                opened(3, 3, Held),
                opened(4, 4, Waiting),
            ])
        };
        store.write(batch).await;
        store.flush().await;
        let later = Batch {
            dropped_notifications: vec![NotificationId(3)],
            ..changed([recovered(9, 2, Accepted)])
        };
        store.write(later).await;
        store.flush().await;
        fs::remove_file(&place.path).unwrap();
        store.write(changed([opened(10, 10, Waiting)])).await;
        store.flush().await;
        assert!(store.was_renewed());
        store.close().await;
    });
    let (_store, left) = open(&place.path);
    let ids: Vec<_> = left.notifications.iter().map(|one| one.id.0).collect();
    assert_eq!(ids, [1, 4, 10]);
    assert_eq!(left.channels, [(text("page"), at(0))]);
}

#[test]
fn a_store_of_schema_1_gets_a_ledger() {
    let place = place();
    fs::create_dir(place.path.parent().unwrap()).unwrap();
    let old = rusqlite::Connection::open(&place.path).unwrap();
    old.execute_batch(include_str!("../../src/store/schema/1.sql"))
        .unwrap();
    old.execute_batch(
        "PRAGMA application_id = 0x68626d6e;
         PRAGMA user_version = 1;
         INSERT INTO migrations VALUES (1, 1793577600000, '0.1.0');
         INSERT INTO monitors(id, name, kind, first_known) VALUES (7, 'shop', 'http', 0);
         INSERT INTO incidents(id, monitor, opened, worst) VALUES (3, 7, 1793577700000, 'error');
         INSERT INTO told(incident, channel, at, what) VALUES (3, 'old', 1793577701000, 'opened');",
    )
    .unwrap();
    drop(old);
    let error = Reader::open(&place.path).unwrap_err().to_string();
    assert!(error.contains("of an older hbmon"), "{error}");
    write(&place.path, [changed([opened(1, 3, Accepted)])]);
    let reader = Reader::open(&place.path).unwrap();
    assert_eq!(reader.info().unwrap().schema, 2);
    let told = reader.incident(IncidentId(3)).unwrap().unwrap().told;
    let channels: Vec<_> = told.iter().map(|told| told.channel.as_str()).collect();
    assert_eq!(channels, ["old", "page"]);
    assert_eq!(reader.notifications(0).unwrap(), [opened(1, 3, Accepted)]);
    assert!(reader.check().unwrap().is_empty());
}

#[test]
fn people_read_notifications_with_any_tool() {
    let place = place();
    let mut own = opened(2, 2, Waiting);
    Arc::make_mut(&mut own.subject).incident = None;
    write(&place.path, [changed([opened(1, 1, Accepted), own])]);
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT channel || ' ' || what || ' ' || state || ' ' || coalesce(incident, '-') \
             || ' ' || coalesce(done, '-') FROM history_notifications ORDER BY id",
        )
        .unwrap();
    let lines = statement.query_map([], |row| row.get(0)).unwrap();
    let lines: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(
        lines,
        [
            "page opened told i-0001 2026-11-02T00:01:43.000Z",
            "page opened waiting - -",
        ]
    );
}
