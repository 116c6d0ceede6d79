//! What an earlier run knew goes on: a restart neither forgives nor raises an alarm.

use std::sync::Arc;

use hbmon::model::{
    Beat, Fleet, GoodStreak, InstanceMemory, InstancePolicy, Levels, Memory, Moment, Policy, Push,
    PushSignal, Reason, Rhythm, Row, Signal, Status, Text,
};

use crate::support::{ONE, at, beat, failed, meta, millis, note, row};

/// When the second run begins; the first one remembers from 40 s on.
const NOW: u64 = 100;

fn policy(rhythm: Rhythm) -> Policy {
    Policy::with_interval(rhythm, millis(10_000))
}

fn healthy() -> Memory {
    Memory {
        status: Status::Healthy,
        since: at(40),
        cause: None,
        consecutive_failures: 0,
        consecutive_missed: 0,
        last_beat: Some(at(90)),
        good_streak: GoodStreak {
            below_error: 5,
            below_warning: 5,
        },
        incident: None,
        instances: Vec::new(),
    }
}

fn down() -> Memory {
    let cause = Some((Reason::Status, Text::clean("503 Service Unavailable")));
    Memory {
        status: Status::Error,
        cause,
        consecutive_failures: 2,
        good_streak: GoodStreak::default(),
        ..healthy()
    }
}

fn recalled(policy: Policy, memory: &Memory) -> Fleet {
    let mut fleet = Fleet::new();
    let is_paused = false;
    fleet.add(at(NOW), ONE, meta("one"), Arc::new(policy), is_paused);
    fleet.restore(at(NOW), ONE, memory);
    fleet
}

/// What a later run would be told of a row.
fn remembered(row: &Row) -> Memory {
    let cause = row
        .cause
        .as_ref()
        .map(|cause| (cause.reason(), Text::clean("as it was told")));
    Memory {
        status: row.status,
        since: row.since,
        cause,
        consecutive_failures: row.consecutive_failures,
        consecutive_missed: row.consecutive_missed,
        last_beat: row.last_beat,
        good_streak: row.good_streak,
        incident: row.incident.clone(),
        instances: Vec::new(),
    }
}

#[test]
fn heartbeats_are_counted_only_until_they_end_the_trouble() {
    let mut policy = policy(Rhythm::Poll);
    policy.recover = 3;
    let mut fleet = recalled(policy, &down());
    for (second, below_error, status) in [
        (101, 1, Status::Error),
        (102, 2, Status::Error),
        (103, 0, Status::Healthy),
        (104, 0, Status::Healthy),
    ] {
        fleet.observe(note(at(second), beat(None, None)));
        let row = row(&mut fleet, at(second));
        // A state that changed with every heartbeat would be written each minute.
        let streak = GoodStreak {
            below_error,
            below_warning: below_error,
        };
        assert_eq!((row.good_streak, row.status), (streak, status), "{second}");
    }
}

#[test]
fn an_error_stands_until_a_heartbeat_and_keeps_its_date() {
    let mut fleet = recalled(policy(Rhythm::Poll), &down());
    let before = row(&mut fleet, at(NOW));
    assert_eq!(
        (before.status, before.since, before.settled),
        (Status::Error, at(40), false)
    );
    assert_eq!(
        before.cause.as_ref().map(|cause| cause.reason()),
        Some(Reason::Status)
    );
    assert_eq!(
        (before.last_beat, before.beats, before.failures),
        (Some(at(90)), 0, 0)
    );
    fleet.observe(note(at(101), failed(None, true)));
    let after = row(&mut fleet, at(101));
    assert_eq!(
        (after.status, after.since, after.settled),
        (Status::Error, at(40), true)
    );
    assert_eq!((after.consecutive_failures, after.failures), (3, 1));
    assert_eq!(
        after.cause.as_ref().map(|cause| cause.reason()),
        Some(Reason::Refused),
        "the newest of equals"
    );
    fleet.observe(note(at(102), beat(None, None)));
    let healed = row(&mut fleet, at(102));
    assert_eq!(
        (healed.status, healed.since, healed.consecutive_failures),
        (Status::Healthy, at(102), 0)
    );
}

#[test]
fn failures_count_across_runs() {
    let mut first = Fleet::new();
    first.add(
        Moment::START,
        ONE,
        meta("one"),
        Arc::new(policy(Rhythm::Poll)),
        false,
    );
    first.observe(note(at(50), failed(None, true)));
    let mut second = recalled(policy(Rhythm::Poll), &remembered(&row(&mut first, at(60))));
    assert_eq!(
        (
            row(&mut second, at(NOW)).status,
            row(&mut second, at(NOW)).since
        ),
        (Status::Warning, at(50))
    );
    second.observe(note(at(101), failed(None, true)));
    assert_eq!(
        (
            row(&mut second, at(101)).status,
            row(&mut second, at(101)).since
        ),
        (Status::Error, at(101))
    );
}

#[test]
fn a_recovery_goes_on_where_it_stood() {
    let slow = Policy {
        recover: 3,
        ..policy(Rhythm::Poll)
    };
    let mut memory = down();
    for (run, wanted) in [(1, Status::Error), (2, Status::Error), (3, Status::Healthy)] {
        let mut fleet = recalled(slow.clone(), &memory);
        fleet.observe(note(at(NOW + 1), beat(None, None)));
        let row = row(&mut fleet, at(NOW + 2));
        assert_eq!((row.status, row.settled), (wanted, true), "run {run}");
        memory = remembered(&row);
    }
}

#[test]
fn whoever_was_healthy_gets_a_whole_interval_and_grace() {
    let mut fleet = recalled(policy(Rhythm::Subscription), &healthy());
    assert_eq!(
        fleet.deadline(),
        Some(at(NOW + 11)),
        "from the start of the run, not from the last heartbeat"
    );
    // The connection took four seconds: nobody could hear anything before.
    fleet.observe(note(at(NOW + 4), Signal::Open));
    fleet.advance(at(NOW + 14));
    let row = row(&mut fleet, at(NOW + 14));
    assert_eq!(
        (row.status, row.since, row.last_beat),
        (Status::Healthy, at(40), Some(at(90)))
    );
    fleet.advance(at(NOW + 15));
    assert_eq!(
        crate::support::row(&mut fleet, at(NOW + 15)).status,
        Status::Warning
    );
}

#[test]
fn misses_go_on_being_counted() {
    let memory = Memory {
        cause: Some((Reason::Missed, Text::default())),
        consecutive_missed: 3,
        ..down()
    };
    let mut fleet = recalled(policy(Rhythm::Subscription), &memory);
    fleet.advance(at(NOW + 10));
    assert_eq!(
        row(&mut fleet, at(NOW + 10)).status,
        Status::Error,
        "nothing is due, nothing is forgiven"
    );
    fleet.advance(at(NOW + 11));
    let row = row(&mut fleet, at(NOW + 11));
    assert_eq!(
        (row.status, row.since, row.consecutive_missed, row.missed),
        (Status::Error, at(40), 4, 1)
    );
}

#[test]
fn a_verdict_from_memory_alone_settles_nothing() {
    for memory in [healthy(), down()] {
        let mut fleet = recalled(policy(Rhythm::Poll), &memory);
        assert!(!row(&mut fleet, at(NOW)).settled);
        fleet.observe(note(at(101), beat(None, None)));
        assert!(row(&mut fleet, at(101)).settled);
    }
}

#[test]
fn whoever_was_paused_or_never_heard_starts_anew() {
    for status in [Status::Paused, Status::Unknown] {
        let mut fleet = recalled(policy(Rhythm::Subscription), &Memory { status, ..down() });
        let row = row(&mut fleet, at(NOW));
        assert_eq!(
            (row.status, row.last_beat, row.consecutive_failures),
            (Status::Unknown, Some(at(90)), 0)
        );
        assert_eq!(fleet.deadline(), None, "no alarm before an opening");
    }
    let mut fleet = Fleet::new();
    fleet.add(
        at(NOW),
        ONE,
        meta("one"),
        Arc::new(policy(Rhythm::Poll)),
        true,
    );
    fleet.restore(at(NOW), ONE, &down());
    assert_eq!(
        (
            row(&mut fleet, at(NOW)).status,
            row(&mut fleet, at(NOW)).since
        ),
        (Status::Paused, at(NOW))
    );
}

#[test]
fn remembered_trouble_stands_under_a_milder_policy_too() {
    let lenient = Policy {
        failures: Levels {
            warning: None,
            error: None,
        },
        ..policy(Rhythm::Poll)
    };
    let mut fleet = recalled(lenient, &down());
    assert_eq!(
        row(&mut fleet, at(NOW)).status,
        Status::Error,
        "until a heartbeat"
    );
}

#[test]
fn words_in_a_file_are_the_words_of_the_reports() {
    for status in Status::ALL {
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    for reason in [
        Reason::ContentType,
        Reason::TooLarge,
        Reason::NoReply,
        Reason::Dns,
        Reason::Certificate,
    ] {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
    }
}

#[test]
fn instances_are_expected_from_the_restart_on() {
    let instance = |id: &str, online: bool| InstanceMemory {
        id: Text::clean(id),
        online,
        available: true,
        last_beat: Some(at(90)),
    };
    let memory = Memory {
        instances: vec![
            instance("a", true),
            instance("b", true),
            instance("c", false),
        ],
        ..healthy()
    };
    let instances = InstancePolicy {
        forget_after: millis(60_000),
        min_online: 2,
    };
    let policy = Policy {
        instances: Some(instances),
        missed: Levels {
            warning: None,
            error: None,
        },
        ..policy(Rhythm::Subscription)
    };
    let mut fleet = recalled(policy, &memory);
    let counts = |fleet: &mut Fleet, now: u64| {
        fleet.advance(at(now));
        let row = row(fleet, at(now));
        let counts = row.instances.unwrap();
        (row.status, counts.total, counts.online, counts.available)
    };
    assert_eq!(counts(&mut fleet, NOW), (Status::Healthy, 3, 2, 2));
    let beat = PushSignal::Beat {
        beat: Beat::default(),
        available: false,
    };
    let push = Push {
        signal: beat,
        run: None,
        instance: Some(Text::clean("a")),
        evidence: None,
    };
    fleet.observe(note(at(NOW + 5), Signal::Pushed(Box::new(push))));
    let seen = fleet.instances(ONE, at(NOW + 5)).unwrap();
    let b = seen.iter().find(|seen| seen.id.as_str() == "b").unwrap();
    assert_eq!((b.online, b.last_beat), (true, Some(at(90))));
    assert_eq!(counts(&mut fleet, NOW + 10), (Status::Healthy, 3, 2, 1));
    assert_eq!(counts(&mut fleet, NOW + 11), (Status::Error, 3, 1, 0));
    let row = row(&mut fleet, at(NOW + 11));
    assert_eq!(
        row.since,
        at(NOW + 11),
        "b was expected from the restart on"
    );
    assert_eq!(counts(&mut fleet, NOW + 59).1, 3);
    assert_eq!(counts(&mut fleet, NOW + 60).1, 1, "b and c are forgotten");
}

#[test]
fn instances_of_a_paused_monitor_are_not_expected() {
    let memory = Memory {
        instances: vec![InstanceMemory {
            id: Text::clean("a"),
            online: true,
            available: true,
            last_beat: Some(at(90)),
        }],
        ..healthy()
    };
    let instances = InstancePolicy {
        forget_after: millis(60_000),
        min_online: 1,
    };
    let policy = Policy {
        instances: Some(instances),
        ..policy(Rhythm::Subscription)
    };
    let mut fleet = Fleet::new();
    fleet.add(at(NOW), ONE, meta("one"), Arc::new(policy), true);
    fleet.restore(at(NOW), ONE, &memory);
    assert!(fleet.instances(ONE, at(NOW)).unwrap().is_empty());
}
