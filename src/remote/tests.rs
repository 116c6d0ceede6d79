//! Timelines of statuses, events and losses.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::model::{Cause, ChangeKind, Event, OutcomeKind, Overload, Reason, Row};
use crate::remote::link::LinkState;
use crate::words;

/// The wall time of `Moment::START` in these tests.
const ANCHOR: &str = "2026-11-22T13:00:00Z";

fn wall(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn at(seconds: u64) -> Moment {
    Moment::after_start(Duration::from_secs(seconds))
}

/// Returns the wall time a number of seconds after the anchor.
fn second(seconds: u64) -> String {
    let at = wall(ANCHOR).checked_add(Duration::from_secs(seconds));
    format!("{:.3}", at.unwrap())
}

fn monitor(name: &str, status: &str) -> Value {
    json!({
        "name": name, "kind": "sse", "target": "http://a/b", "group": "web", "tags": ["eu"],
        "status": status, "since": second(50), "reason": null, "message": null,
        "latency_ms": 41.5, "beats": 3, "quality": "good", "last_beat": second(100),
        "recent": [{"at": second(90), "outcome": "beat", "latency_ms": 40.0, "reason": null},
                   {"at": second(100), "outcome": "beat", "latency_ms": 41.5, "reason": null}],
        "live": {"enabled": true, "settled": true, "due": second(110),
                 "availability": {"up_ms": 1000.0, "down_ms": 0.0, "until": second(50),
                                  "is_up": true, "known_since": second(50), "outages": []},
                 "policy": {"rhythm": "subscription", "interval_ms": 10000.0, "grace_ms": 1000.0,
                            "latency_ms": {"warning": 500.0, "error": null}, "recover": 1}}
    })
}

/// Returns a status that was written 100 s after the anchor.
fn status(monitors: &[Value]) -> WireStatus {
    let json = json!({
        "schema": "hbmon.status/1", "started": second(0), "duration_ms": 100_000.0,
        "self": {"strain": "network", "reload_refused": true}, "monitors": monitors
    });
    serde_json::from_value(json).unwrap()
}

fn event(json: Value) -> WireEvent {
    serde_json::from_value(json).unwrap()
}

fn fleet(names: &[&str]) -> RemoteFleet {
    let names = names.iter().map(|name| Text::clean(name)).collect();
    RemoteFleet::new(names, Box::new(|_| true))
}

/// Takes over a status that was read when it was written.
fn take(fleet: &mut RemoteFleet, agent: usize, monitors: &[Value]) {
    let read_at = wall(&second(100));
    fleet.take_status(agent, &status(monitors), (wall(ANCHOR), read_at));
}

fn shown(fleet: &RemoteFleet) -> Arc<Snapshot> {
    fleet.snapshot(at(120), wall(ANCHOR))
}

fn only(fleet: &RemoteFleet) -> Arc<Row> {
    Arc::clone(&shown(fleet).rows[0])
}

#[test]
fn a_status_becomes_rows() {
    let mut fleet = fleet(&["h:9747"]);
    take(&mut fleet, 0, &[monitor("orders", "healthy")]);
    let snapshot = shown(&fleet);
    let row = &snapshot.rows[0];
    assert_eq!(
        (row.meta.name.as_str(), row.status),
        ("orders", Status::Healthy)
    );
    assert_eq!(
        (row.since, row.last_beat, row.due_at),
        (at(50), Some(at(100)), Some(at(110)))
    );
    assert_eq!(row.policy.interval, Duration::from_secs(10));
    assert_eq!(row.policy.latency.warning, Some(Duration::from_millis(500)));
    assert_eq!(row.recent.len(), 2);
    assert_eq!(row.uptime(at(120)), Some(1.0));
    assert_eq!((snapshot.counts.healthy, snapshot.settled), (1, 1));
    assert_eq!(
        snapshot.self_stats.overload.map(Overload::as_str),
        Some("network")
    );
    assert!(snapshot.self_stats.reload_refused);
    let link = fleet.links().remove(0);
    assert_eq!(
        (link.state, link.started),
        (LinkState::Connected, Some(at(0)))
    );
}

#[test]
fn what_an_older_agent_does_not_say_is_unknown() {
    let mut fleet = fleet(&["h"]);
    let bare = json!({"name": "a", "kind": "http", "status": "healthy"});
    take(
        &mut fleet,
        0,
        &[bare, json!({"name": "b", "kind": "carrier pigeon"})],
    );
    let snapshot = shown(&fleet);
    assert_eq!(
        snapshot.rows.len(),
        2,
        "a kind that this version does not know is shown"
    );
    assert_eq!(snapshot.rows[1].status, Status::Unknown);
    let row = &snapshot.rows[0];
    assert_eq!(
        (row.due_at, row.last_latency, row.uptime(at(120))),
        (None, None, None)
    );
}

#[test]
fn events_change_rows_until_the_next_status() {
    let mut fleet = fleet(&["h"]);
    take(&mut fleet, 0, &[monitor("orders", "healthy")]);
    let about =
        |kind: &str, seconds| json!({"type": kind, "at": second(seconds), "monitor": "orders"});
    let mut beat = about("beat", 105);
    beat["latency_ms"] = 12.0.into();
    beat["status"] = "healthy".into();
    fleet.take_event(0, &event(beat));
    let row = only(&fleet);
    assert_eq!(
        (row.beats, row.last_beat, row.due_at),
        (4, Some(at(105)), Some(at(115)))
    );
    assert_eq!(row.recent.len(), 3);

    let mut failure = about("failure", 108);
    failure["reason"] = "closed".into();
    failure["message"] = "connection \u{1b}[2Jclosed".into();
    fleet.take_event(0, &event(failure));
    let mut transition = about("transition", 108);
    for (key, value) in [
        ("from", "healthy"),
        ("to", "error"),
        ("reason", "closed"),
        ("message", "connection closed"),
    ] {
        transition[key] = value.into();
    }
    fleet.take_event(0, &event(transition));
    let row = only(&fleet);
    assert_eq!(
        (row.status, row.since, row.incidents),
        (Status::Error, at(108), 1)
    );
    assert_eq!(
        (row.attempts, row.failures),
        (1, 1),
        "no failure without an attempt"
    );
    assert_eq!(
        row.cause.as_ref().map(words::cause).unwrap(),
        "connection closed"
    );
    let last = row.recent.iter().next_back().unwrap();
    assert_eq!(last.what, OutcomeKind::Failed(Reason::Closed));
    let (_, said) = row.last_failure.as_deref().unwrap();
    assert_eq!(words::failure(said), "connection [2Jclosed");

    // A status knows the last outcomes only; the earlier ones stay.
    let mut later = monitor("orders", "healthy");
    later["recent"] = json!([{"at": second(105), "outcome": "beat"}]);
    take(&mut fleet, 0, &[later]);
    let row = only(&fleet);
    let times: Vec<Moment> = row.recent.iter().map(|outcome| outcome.at).collect();
    assert_eq!(times, [at(90), at(100), at(105)]);
    let numbers: Vec<u64> = shown(&fleet)
        .changes
        .iter()
        .map(|change| change.seq)
        .collect();
    assert_eq!(numbers, [0, 1, 2], "every event is a change");
}

#[test]
fn an_event_that_the_status_has_counted_changes_no_row() {
    let mut fleet = fleet(&["h"]);
    take(&mut fleet, 0, &[monitor("orders", "healthy")]);
    let before = only(&fleet);
    let beat = json!({"type": "beat", "at": second(100), "monitor": "orders", "status": "healthy"});
    fleet.take_event(0, &event(beat));
    assert!(Arc::ptr_eq(&before, &only(&fleet)));
    let snapshot = shown(&fleet);
    let change = snapshot.changes.back().unwrap();
    assert!(matches!(
        &change.kind,
        ChangeKind::Target {
            event: Event::Beat { .. },
            ..
        }
    ));
}

#[test]
fn rows_that_did_not_change_are_shared() {
    let mut fleet = fleet(&["h"]);
    take(
        &mut fleet,
        0,
        &[monitor("a", "healthy"), monitor("b", "healthy")],
    );
    let before = shown(&fleet);
    take(
        &mut fleet,
        0,
        &[monitor("a", "healthy"), monitor("b", "error")],
    );
    let after = shown(&fleet);
    assert!(Arc::ptr_eq(&before.rows[0], &after.rows[0]));
    assert!(!Arc::ptr_eq(&before.rows[1], &after.rows[1]));
    assert_eq!(before.rows[1].id, after.rows[1].id);
}

#[test]
fn nothing_of_a_lost_agent_is_healthy() {
    let mut fleet = fleet(&["h"]);
    let mut broken = monitor("search", "error");
    broken["reason"] = "status".into();
    broken["message"] = "503 Service Unavailable".into();
    take(
        &mut fleet,
        0,
        &[
            monitor("orders", "healthy"),
            broken,
            monitor("off", "paused"),
        ],
    );
    fleet.lose(0, at(130), "connection refused");
    fleet.lose(0, at(140), "no route");
    let snapshot = shown(&fleet);
    let said: Vec<(Status, String)> = snapshot
        .rows
        .iter()
        .map(|row| (row.status, words::condition(row)))
        .collect();
    assert_eq!(
        said,
        [
            (
                Status::Unknown,
                "stale: was healthy when its agent was last heard".to_owned()
            ),
            (Status::Error, "stale: 503 Service Unavailable".to_owned()),
            (Status::Paused, String::new()),
        ]
    );
    assert!(
        snapshot
            .rows
            .iter()
            .all(|row| row.due_at.is_none() || row.status == Status::Paused)
    );
    assert_eq!(snapshot.rows[0].uptime(at(200)), None, "not known");
    assert_eq!(snapshot.counts.healthy, 0);
    let state = fleet.links().remove(0).state;
    let why = "no route".to_owned();
    assert_eq!(
        state,
        LinkState::Lost {
            since: at(130),
            why
        }
    );
    take(&mut fleet, 0, &[monitor("orders", "healthy")]);
    assert_eq!(only(&fleet).status, Status::Healthy);
}

#[test]
fn several_agents_are_told_apart() {
    let mut fleet = fleet(&["a:1", "b:2"]);
    take(&mut fleet, 0, &[monitor("orders", "healthy")]);
    take(&mut fleet, 1, &[monitor("orders", "error")]);
    let snapshot = shown(&fleet);
    let names: Vec<&str> = snapshot
        .rows
        .iter()
        .map(|row| row.meta.name.as_str())
        .collect();
    assert_eq!(names, ["a:1/orders", "b:2/orders"]);
    let found = fleet.find(snapshot.rows[1].id);
    let found = found.map(|(agent, name, _)| (agent, name));
    assert_eq!(found, Some((1, "orders")));
    fleet.lose(0, at(130), "gone");
    let snapshot = shown(&fleet);
    assert_eq!((snapshot.counts.unknown, snapshot.counts.error), (1, 1));
}

#[test]
fn a_filter_leaves_monitors_and_their_events_out() {
    // It goes by the agent's own names.
    let names = ["g", "h"].map(Text::clean).to_vec();
    let mut fleet = RemoteFleet::new(names, Box::new(|meta| meta.name.as_str() != "b"));
    take(
        &mut fleet,
        0,
        &[monitor("a", "healthy"), monitor("b", "error")],
    );
    let beat = json!({"type": "beat", "at": second(105), "monitor": "b", "status": "healthy"});
    fleet.take_event(0, &event(beat));
    let snapshot = shown(&fleet);
    let counts = (snapshot.counts.healthy, snapshot.counts.error);
    assert_eq!(counts, (1, 0));
    assert_eq!(snapshot.counts.unknown, 1, "the agent without an answer");
    assert!(snapshot.changes.is_empty());
}

#[test]
fn ages_follow_the_clock_of_the_agent() {
    let mut fleet = fleet(&["h"]);
    // Our clock is an hour ahead: the status of 100 s is read at 3700 s.
    let read_at = wall(&second(3_700));
    fleet.take_status(
        0,
        &status(&[monitor("orders", "healthy")]),
        (wall(ANCHOR), read_at),
    );
    let row = only(&fleet);
    assert_eq!(row.last_beat, Some(at(3_700)), "just now");
}

#[test]
fn names_come_once() {
    let mut fleet = fleet(&["h"]);
    take(
        &mut fleet,
        0,
        &[monitor("a", "healthy"), monitor("a", "error")],
    );
    assert_eq!(shown(&fleet).rows.len(), 1);
    let cause = &only(&fleet).cause;
    assert!(!matches!(cause, Some(Cause::Restored { .. })));
}

fn incident(acknowledged: Value) -> Value {
    json!({"id": "i-0007", "opened": second(50), "worst": "error", "reason": "status",
           "message": "503 Service Unavailable", "acknowledged": acknowledged})
}

fn silence() -> Value {
    json!({"id": "s-0003", "match": "tag:eu", "from": second(60), "until": second(3600),
           "by": "ana", "reason": "deploy", "active": true})
}

#[test]
fn incidents_and_silences_are_in_the_rows() {
    let mut fleet = fleet(&["h"]);
    let mut orders = monitor("orders", "error");
    let acknowledged = json!({"by": "ana\u{1b}[2J", "at": second(70), "until": null});
    orders["incident"] = incident(acknowledged);
    orders["silence"] = silence();
    take(&mut fleet, 0, &[orders]);
    let row = only(&fleet);
    let open = row.incident.as_ref().unwrap();
    assert_eq!(
        (open.id.0, open.opened, open.worst),
        (7, at(50), Status::Error)
    );
    assert_eq!(open.cause.as_ref().unwrap().reason(), Reason::Status);
    let acknowledged = open.acknowledged.as_ref().unwrap();
    assert_eq!(acknowledged.by.as_str(), "ana[2J");
    assert_eq!((acknowledged.at, acknowledged.until), (at(70), None));
    let silence = row.silence.as_ref().unwrap();
    assert_eq!((silence.id.0, silence.until), (3, at(3600)));
    assert!(silence.is_active(at(120)));

    // An id of a later version.
    let mut orders = monitor("orders", "error");
    orders["incident"] = incident(Value::Null);
    orders["incident"]["id"] = json!("incident/7");
    take(&mut fleet, 0, &[orders]);
    assert_eq!(only(&fleet).incident, None);
}

#[test]
fn events_of_incidents_and_silences_are_changes() {
    let mut fleet = fleet(&["h"]);
    take(&mut fleet, 0, &[monitor("orders", "error")]);
    let told = |change: &str, seconds: u64, acknowledged: Value| {
        event(
            json!({"type": "incident", "at": second(seconds), "monitor": "orders",
                     "kind": "sse", "change": change, "incident": incident(acknowledged),
                     "end": (change == "closed").then_some("recovered"),
                     "by": (change == "note").then_some("ana"),
                     "text": (change == "note").then_some("disk full")}),
        )
    };
    fleet.take_event(0, &told("opened", 101, Value::Null));
    assert_eq!(only(&fleet).incident.as_ref().unwrap().id.0, 7);
    let acknowledged = json!({"by": "ana", "at": second(102), "until": second(900)});
    fleet.take_event(0, &told("acknowledged", 102, acknowledged.clone()));
    assert!(
        only(&fleet)
            .incident
            .as_ref()
            .unwrap()
            .acknowledged
            .is_some()
    );
    fleet.take_event(0, &told("note", 103, acknowledged));
    fleet.take_event(0, &told("closed", 104, Value::Null));
    assert_eq!(only(&fleet).incident, None);
    fleet.take_event(0, &told("a later change", 105, Value::Null));
    let added = json!({"type": "silence", "at": second(106), "change": "added",
                       "silence": silence()});
    fleet.take_event(0, &event(added));
    let snapshot = shown(&fleet);
    let said: Vec<String> = snapshot
        .changes
        .iter()
        .map(|change| match &change.kind {
            ChangeKind::Target { event, .. } => words::event(event),
            ChangeKind::Silence { silence, change } => words::silence(silence, *change),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        said,
        [
            "i-0007 opened",
            "i-0007 acknowledged by ana",
            "i-0007 noted by ana: disk full",
            "i-0007 closed: recovered",
            "s-0003 silences tag:eu for 59m00s, by ana: deploy",
        ]
    );
}

#[test]
fn past_events_are_changes_and_change_no_row() {
    let mut fleet = fleet(&["a", "b"]);
    take(&mut fleet, 0, &[monitor("orders", "healthy")]);
    let before = only(&fleet);
    let about = |kind: &str, seconds: u64| {
        json!({"type": kind, "at": second(seconds), "monitor": "orders", "reason": "status",
               "message": "503 Service Unavailable"})
    };
    let past = [
        event(about("failure", 40)),
        event(json!({"type": "reload", "at": second(45), "total": 1})),
        event(about("beat", 90)),
    ];
    fleet.take_past(0, &past);
    assert_eq!(only(&fleet), before);
    let snapshot = shown(&fleet);
    assert_eq!(snapshot.changes.len(), 3);
    // The refused reload of the status came after the good one.
    assert!(snapshot.self_stats.reload_refused);
    // One agent leaves room for the other one.
    let many: Vec<WireEvent> = (0..5000).map(|_| event(about("beat", 80))).collect();
    fleet.take_past(0, &many);
    assert_eq!(shown(&fleet).changes.len(), 3 + 2048);
}
