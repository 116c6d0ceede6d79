//! Incidents and silences: how the fleet opens, changes and ends them.

use std::sync::Arc;

use hbmon::model::{
    Acknowledgement, ChangeKind, Event, Fleet, IncidentChange, IncidentEnd, IncidentId, Memory,
    Moment, OpenIncident, Policy, Rhythm, Silence, SilenceChange, SilenceId, Status, TargetId,
    Text,
};

use crate::support::{ONE, at, beat, failed, meta, millis, note, row, snapshot};

fn policy() -> Policy {
    Policy::with_interval(Rhythm::Poll, millis(10_000))
}

fn fleet() -> Fleet {
    let mut fleet = Fleet::new();
    fleet.announce_incidents(IncidentId(41));
    fleet.add(Moment::START, ONE, meta("one"), Arc::new(policy()), false);
    fleet
}

fn observe(fleet: &mut Fleet, second: u64, good: bool) {
    let signal = if good {
        beat(Some(millis(5)), None)
    } else {
        failed(None, true)
    };
    fleet.observe(note(at(second), signal));
}

/// Everything that happened to incidents: `3s i-0041 opened`.
fn story(fleet: &mut Fleet, now: u64) -> Vec<String> {
    let snapshot = snapshot(fleet, at(now));
    let events = snapshot
        .changes
        .iter()
        .filter_map(|change| match &change.kind {
            ChangeKind::Target {
                event: Event::Incident(event),
                ..
            } => {
                let second = change.at.since_start().as_secs();
                let end = match event.change {
                    IncidentChange::Closed(end) => format!(" {}", end.as_str()),
                    _ => String::new(),
                };
                let what = event.change.as_str();
                Some(format!("{second}s {} {what}{end}", event.incident.id))
            }
            _ => None,
        });
    events.collect()
}

fn incident(fleet: &mut Fleet, now: u64) -> Arc<OpenIncident> {
    row(fleet, at(now))
        .incident
        .clone()
        .expect("an open incident")
}

fn acknowledged(second: u64) -> Acknowledgement {
    Acknowledgement {
        by: Text::clean("ana"),
        at: at(second),
        until: None,
    }
}

#[test]
fn an_incident_lasts_from_the_first_trouble_to_the_recovery() {
    let mut fleet = fleet();
    observe(&mut fleet, 1, true);
    observe(&mut fleet, 10, false);
    assert_eq!(incident(&mut fleet, 10).worst, Status::Warning);
    observe(&mut fleet, 20, false);
    let open = incident(&mut fleet, 20);
    assert_eq!(
        (open.id, open.opened, open.worst),
        (IncidentId(41), at(10), Status::Error)
    );
    observe(&mut fleet, 30, true);
    assert_eq!(row(&mut fleet, at(30)).incident, None);
    observe(&mut fleet, 40, false);
    assert_eq!(
        story(&mut fleet, 40),
        [
            "10s i-0041 opened",
            "20s i-0041 worse",
            "30s i-0041 closed recovered",
            "40s i-0042 opened"
        ]
    );
}

#[test]
fn a_pause_and_a_removal_end_an_incident_and_are_no_recovery() {
    let mut fleet = fleet();
    observe(&mut fleet, 1, false);
    fleet.pause(at(5), ONE, true);
    fleet.pause(at(6), ONE, false);
    observe(&mut fleet, 7, false);
    fleet.retain(at(9), &[]);
    assert_eq!(
        story(&mut fleet, 9),
        [
            "1s i-0041 opened",
            "5s i-0041 closed paused",
            "7s i-0042 opened",
            "9s i-0042 closed removed"
        ]
    );
}

#[test]
fn an_acknowledgement_ends_when_it_gets_worse() {
    let mut fleet = fleet();
    assert_eq!(fleet.acknowledge(at(0), ONE, Some(acknowledged(0))), None);
    observe(&mut fleet, 1, false);
    let open = fleet.acknowledge(at(2), ONE, Some(acknowledged(2)));
    assert_eq!(open.unwrap().acknowledged, Some(acknowledged(2)));
    fleet.acknowledge(at(3), ONE, Some(acknowledged(2)));
    observe(&mut fleet, 10, false);
    assert_eq!(incident(&mut fleet, 10).acknowledged, None);
    fleet.note(at(11), ONE, Text::clean("ana"), Text::clean("a cable"));
    assert_eq!(
        story(&mut fleet, 11),
        [
            "1s i-0041 opened",
            "2s i-0041 acknowledged",
            "10s i-0041 worse",
            "11s i-0041 note"
        ]
    );
}

#[test]
fn a_restart_continues_the_incident() {
    let mut before = fleet();
    observe(&mut before, 1, false);
    observe(&mut before, 9, false);
    before.acknowledge(at(10), ONE, Some(acknowledged(10)));
    let row = row(&mut before, at(10));
    let memory = Memory {
        status: row.status,
        since: row.since,
        cause: row
            .cause
            .as_ref()
            .map(|cause| (cause.reason(), Text::clean("refused"))),
        consecutive_failures: row.consecutive_failures,
        consecutive_missed: 0,
        last_beat: None,
        good_streak: row.good_streak,
        incident: row.incident.clone(),
        instances: Vec::new(),
    };
    let mut after = Fleet::new();
    after.announce_incidents(IncidentId(42));
    after.add(at(60), ONE, meta("one"), Arc::new(policy()), false);
    after.restore(at(60), ONE, &memory);
    assert_eq!(incident(&mut after, 60), row.incident.clone().unwrap());
    observe(&mut after, 61, true);
    assert_eq!(story(&mut after, 61), ["61s i-0041 closed recovered"]);
}

#[test]
fn a_fleet_that_announces_nothing_still_has_incidents() {
    let mut fleet = Fleet::new();
    fleet.add(Moment::START, ONE, meta("one"), Arc::new(policy()), false);
    observe(&mut fleet, 1, false);
    assert_eq!(incident(&mut fleet, 1).id, IncidentId(1));
    assert_eq!(story(&mut fleet, 1), [""; 0]);
}

fn silence(matches: &str, from: u64, until: u64) -> Silence {
    Silence {
        id: SilenceId(0),
        matches: Text::clean(matches),
        from: at(from),
        until: at(until),
        by: Text::clean("ana"),
        reason: Text::clean("deploy"),
    }
}

#[test]
fn a_silence_shows_in_the_rows_that_it_selects() {
    let mut fleet = fleet();
    let first = fleet.silence(at(1), silence("on*", 1, 50));
    let other = fleet.silence(at(2), silence("two", 2, 90));
    assert_eq!((first.id, other.id), (SilenceId(1), SilenceId(2)));
    fleet.add(at(3), TargetId(2), meta("two"), Arc::new(policy()), false);
    let shown = |fleet: &mut Fleet, now| {
        let rows = snapshot(fleet, at(now)).rows.clone();
        let ids = rows.iter().map(|row| {
            let silence = row
                .silence
                .clone()
                .filter(|silence| silence.is_active(at(now)));
            silence.map(|silence| silence.id.0)
        });
        ids.collect::<Vec<_>>()
    };
    assert_eq!(shown(&mut fleet, 3), [Some(1), Some(2)]);
    assert_eq!(shown(&mut fleet, 50), [None, Some(2)]);
    let ended = fleet.end_silence(at(60), SilenceId(2)).unwrap();
    assert_eq!(ended.until, at(60));
    assert_eq!(fleet.end_silence(at(60), SilenceId(2)), None);
    assert_eq!(shown(&mut fleet, 60), [None, None]);
    assert_eq!(fleet.silences(at(60)), []);
    let changes = snapshot(&mut fleet, at(60)).changes.clone();
    let changes = changes.iter().filter_map(|change| match &change.kind {
        ChangeKind::Silence { silence, change } => Some((silence.id.0, *change)),
        _ => None,
    });
    assert_eq!(
        changes.collect::<Vec<_>>(),
        [
            (1, SilenceChange::Added),
            (2, SilenceChange::Added),
            (2, SilenceChange::Ended)
        ]
    );
}

#[test]
fn silences_of_an_earlier_run_go_on() {
    let mut fleet = fleet();
    let known = Silence {
        id: SilenceId(7),
        ..silence("kind:websocket", 0, 99)
    };
    fleet.resume_silences(at(1), 8, &[Arc::new(known.clone())]);
    assert_eq!(fleet.silences(at(1)), [Arc::new(known)]);
    assert_eq!(fleet.silence(at(2), silence("x", 2, 9)).id, SilenceId(9));
}

#[test]
fn ids_are_read_as_they_are_written() {
    assert_eq!("i-0042".parse(), Ok(IncidentId(42)));
    assert_eq!("42".parse(), Ok(IncidentId(42)));
    assert!("i-".parse::<IncidentId>().is_err());
    assert_eq!("s-0007".parse(), Ok(SilenceId(7)));
    assert_eq!(SilenceId(12_345).to_string(), "s-12345");
    assert_eq!(IncidentEnd::ALL.len(), 3);
}
