//! A pause by hand, and what a row remembers of troubles: incidents, the longest gap, the quality
//! before.

use std::time::Duration;

use hbmon::model::{
    Beat, Fleet, Kind, Levels, Meta, Moment, Policy, Push, PushSignal, Quality, Rhythm, Signal,
    Status, TargetId,
};

use crate::support::{ONE, at, beat, failed, fleet_of_one, meta, millis, note, row, snapshot};

const SECOND: Duration = Duration::from_secs(1);

fn subscription() -> Policy {
    Policy::with_interval(Rhythm::Subscription, 10 * SECOND)
}

#[test]
fn a_paused_target_is_judged_by_nothing_and_starts_anew() {
    let mut fleet = fleet_of_one(subscription());
    fleet.observe(note(at(0), Signal::Open));
    fleet.observe(note(at(0), beat(None, None)));
    fleet.advance(at(15));
    assert_eq!(row(&mut fleet, at(15)).status, Status::Warning);
    fleet.pause(at(16), ONE, true);
    // Late words of the conversation that ended.
    fleet.observe(note(at(16), Signal::Closed));
    fleet.observe(note(at(17), failed(None, true)));
    fleet.advance(at(1_000));
    let paused = row(&mut fleet, at(1_000));
    assert_eq!(
        (
            paused.status,
            paused.missed,
            paused.failures,
            paused.connected_since
        ),
        (Status::Paused, 1, 0, None)
    );
    assert_eq!(snapshot(&mut fleet, at(1_000)).counts.paused, 1);

    fleet.pause(at(1_000), ONE, false);
    assert_eq!(row(&mut fleet, at(1_000)).status, Status::Unknown);
    fleet.observe(note(at(1_001), Signal::Open));
    assert_eq!(row(&mut fleet, at(1_001)).status, Status::Unknown);
    fleet.observe(note(at(1_005), beat(None, None)));
    let resumed = row(&mut fleet, at(1_005));
    assert_eq!(
        (resumed.status, resumed.beats, resumed.missed),
        (Status::Healthy, 2, 1)
    );
    // The pause was no silence of the target.
    assert_eq!(resumed.longest_gap, None);
    fleet.advance(at(1_017));
    assert_eq!(row(&mut fleet, at(1_017)).status, Status::Warning);
}

#[test]
fn a_slow_answer_before_the_pause_says_nothing_after_it() {
    let mut fleet = fleet_of_one(Policy {
        latency: Levels::new(SECOND, 2 * SECOND),
        ..subscription()
    });
    fleet.observe(note(at(0), beat(Some(5 * SECOND), None)));
    assert_eq!(row(&mut fleet, at(0)).status, Status::Error);
    fleet.pause(at(1), ONE, true);
    fleet.pause(at(2), ONE, false);
    fleet.observe(note(at(3), beat(None, None)));
    assert_eq!(row(&mut fleet, at(3)).status, Status::Healthy);
}

/// Nobody opens a connection for it: a sender that died during the pause is missed all the same.
#[test]
fn a_pushed_heartbeat_is_awaited_again_after_a_pause() {
    let said = PushSignal::Beat {
        beat: Beat::default(),
        available: true,
    };
    let mut fleet = Fleet::new();
    let described = Meta {
        kind: Kind::Push,
        ..Meta::clone(&meta("job"))
    };
    fleet.add(
        Moment::START,
        ONE,
        described.into(),
        subscription().into(),
        false,
    );
    fleet.observe(note(
        at(0),
        Signal::Pushed(Box::new(Push {
            signal: said,
            run: None,
            instance: None,
            evidence: None,
        })),
    ));
    fleet.pause(at(1), ONE, true);
    fleet.pause(at(100), ONE, false);
    fleet.advance(at(110));
    assert_eq!(row(&mut fleet, at(110)).status, Status::Unknown);
    fleet.advance(at(111));
    assert_eq!(row(&mut fleet, at(111)).status, Status::Warning);
}

#[test]
fn what_is_not_enabled_is_not_resumed() {
    let mut fleet = Fleet::new();
    fleet.add(
        Moment::START,
        TargetId(1),
        meta("off"),
        subscription().into(),
        true,
    );
    fleet.pause(at(1), ONE, false);
    let row = row(&mut fleet, at(1));
    assert_eq!((row.status, row.enabled), (Status::Paused, false));
}

#[test]
fn troubles_are_counted_once_however_long_they_last() {
    let mut fleet = fleet_of_one(subscription());
    fleet.observe(note(at(0), Signal::Open));
    for (second, incidents) in [(0, 0), (5, 0), (40, 1), (45, 1), (100, 2)] {
        fleet.observe(note(at(second), beat(None, None)));
        assert_eq!(
            row(&mut fleet, at(second)).incidents,
            incidents,
            "at {second}"
        );
    }
    assert_eq!(row(&mut fleet, at(100)).longest_gap, Some(55 * SECOND));
}

#[test]
fn the_quality_before_is_remembered() {
    let mut fleet = fleet_of_one(subscription());
    for (second, latency) in [10, 10, 10, 10, 900, 900, 900, 900].into_iter().enumerate() {
        fleet.observe(note(at(second as u64), beat(Some(millis(latency)), None)));
    }
    let row = row(&mut fleet, at(8));
    assert_eq!(row.quality, Quality::Poor);
    assert!(
        row.quality_before
            .is_some_and(|before| before < Quality::Poor),
        "{:?}",
        row.quality_before
    );
}
