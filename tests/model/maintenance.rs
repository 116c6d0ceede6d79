//! Maintenance: when it begins and ends, which targets it has, and what is announced.

use std::sync::Arc;
use std::time::Duration;

use hbmon::model::{
    ChangeKind, Event, Fleet, Gap, MaintenancePlan, MaintenanceTimes, Moment, Policy, Rhythm,
    Schedule, Selector, TargetId, Text,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::support::{ONE, at, meta, millis, row, snapshot};

/// Moment 0 is 2026-11-28, 01:00:00 UTC, a Saturday.
fn begin() -> Timestamp {
    "2026-11-28T01:00:00Z".parse().unwrap()
}

fn fleet(plans: Vec<MaintenancePlan>) -> Fleet {
    let mut fleet = Fleet::new();
    fleet.set_anchor(begin());
    fleet.set_maintenance(Moment::START, plans);
    let policy = Arc::new(Policy::with_interval(Rhythm::Poll, millis(10_000)));
    fleet.add(Moment::START, ONE, meta("one"), Arc::clone(&policy), false);
    fleet.add(Moment::START, TargetId(9), meta("other"), policy, false);
    fleet
}

fn plan(matches: &str, times: MaintenanceTimes) -> MaintenancePlan {
    MaintenancePlan {
        matches: Selector::parse(matches).unwrap(),
        times,
        reason: Text::clean("patches"),
    }
}

fn once(from: &str, until: &str) -> MaintenanceTimes {
    MaintenanceTimes::Once {
        from: from.parse().unwrap(),
        until: until.parse().unwrap(),
    }
}

fn nightly() -> MaintenanceTimes {
    MaintenanceTimes::Repeated {
        schedule: Box::new(Schedule::parse("0 2 * * *", TimeZone::UTC).unwrap()),
        length: Duration::from_secs(3600),
    }
}

/// Advances to a second; returns the events of maintenance so far: `3600 one true`.
fn events(fleet: &mut Fleet, second: u64) -> Vec<String> {
    while let Some(due) = fleet.deadline().filter(|due| *due <= at(second)) {
        fleet.advance(due);
    }
    let snapshot = snapshot(fleet, at(second));
    let events = snapshot.changes.iter().filter_map(|change| {
        let ChangeKind::Target { meta, event, .. } = &change.kind else {
            return None;
        };
        let Event::Maintenance(time) = event else {
            return None;
        };
        let second = change.at.since_start().as_secs();
        Some(format!("{second} {} {}", meta.name, time.is_some()))
    });
    events.collect()
}

#[test]
fn a_maintenance_begins_and_ends_at_its_times() {
    let times = once("2026-11-28T02:00:00Z", "2026-11-28T02:30:00Z");
    let mut fleet = fleet(vec![plan("one", times)]);
    assert_eq!(events(&mut fleet, 3599), [""; 0]);
    assert_eq!(row(&mut fleet, at(3599)).maintenance, None);
    assert_eq!(events(&mut fleet, 3600), ["3600 one true"]);
    let current = row(&mut fleet, at(3600)).maintenance.clone().unwrap();
    assert_eq!((current.from, current.until), (at(3600), at(5400)));
    assert_eq!(current.reason.as_str(), "patches");
    assert_eq!(
        events(&mut fleet, 9000),
        ["3600 one true", "5400 one false"]
    );
    assert_eq!(row(&mut fleet, at(9000)).maintenance, None);
}

#[test]
fn a_schedule_repeats() {
    let mut fleet = fleet(vec![plan("one", nightly())]);
    let day = 86_400;
    let wanted = [
        (3600, true),
        (7200, false),
        (day + 3600, true),
        (day + 7200, false),
    ];
    let wanted: Vec<String> = wanted
        .iter()
        .map(|(second, is_on)| format!("{second} one {is_on}"))
        .collect();
    assert_eq!(events(&mut fleet, 2 * day), wanted);
}

#[test]
fn one_that_is_in_force_at_the_start_is_no_event() {
    let times = once("2026-11-28T00:30:00Z", "2026-11-28T01:10:00Z");
    let mut fleet = fleet(vec![plan("*", times)]);
    assert!(row(&mut fleet, at(0)).maintenance.is_some());
    assert_eq!(
        events(&mut fleet, 1000),
        ["600 one false", "600 other false"]
    );
}

#[test]
fn the_one_that_ends_last_counts_and_no_gap_is_announced() {
    let early = once("2026-11-28T01:10:00Z", "2026-11-28T01:20:00Z");
    let late = once("2026-11-28T01:15:00Z", "2026-11-28T01:40:00Z");
    let mut fleet = fleet(vec![plan("one", early), plan("o*", late)]);
    let seen = events(&mut fleet, 3600);
    assert_eq!(
        seen,
        [
            "600 one true",
            "900 other true",
            "2400 one false",
            "2400 other false"
        ]
    );
}

#[test]
fn a_new_config_ends_what_it_does_not_plan() {
    let times = once("2026-11-28T00:30:00Z", "2026-11-28T03:00:00Z");
    let mut fleet = fleet(vec![plan("one", times)]);
    fleet.set_maintenance(at(60), Vec::new());
    assert_eq!(events(&mut fleet, 60), ["60 one false"]);
    assert_eq!(row(&mut fleet, at(60)).maintenance, None);
}

#[test]
fn a_clock_that_is_set_moves_the_maintenance() {
    let times = once("2026-11-28T02:00:00Z", "2026-11-28T02:30:00Z");
    let mut fleet = fleet(vec![plan("one", times)]);
    // The clock is set forward by 55 minutes.
    fleet.set_anchor("2026-11-28T01:55:00Z".parse().unwrap());
    let gap = Gap {
        clock_set: SignedDuration::from_mins(55),
        ..Gap::default()
    };
    fleet.apply_gap(at(10), &gap);
    assert_eq!(events(&mut fleet, 300), ["300 one true"]);
}
