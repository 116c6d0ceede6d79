//! Figures that can be checked by hand: percentiles, jitter, quality, bounds, the ring of changes.

use std::sync::Arc;
use std::time::Duration;

use hbmon::model::{
    ChangeKind, Event, Fleet, Gap, Levels, MAX_RECENT, Moment, Observation, Policy, Quality,
    QualityLimits, Rhythm, Row, Signal, StabilityLimits, Status, TargetId,
};
use jiff::SignedDuration;

use crate::support::{
    ONE, at, beat, certified, dated, failed, fleet_of_one, meta, millis, note, row, snapshot,
};

fn poll() -> Policy {
    Policy::with_interval(Rhythm::Poll, Duration::from_secs(10))
}

fn subscription() -> Policy {
    Policy::with_interval(Rhythm::Subscription, Duration::from_secs(10))
}

fn after_latencies(latencies: impl IntoIterator<Item = Duration>) -> Arc<Row> {
    let mut fleet = fleet_of_one(poll());
    for (second, latency) in (0..).zip(latencies) {
        fleet.observe(note(at(second), beat(Some(latency), None)));
    }
    row(&mut fleet, at(0))
}

#[test]
fn percentiles_are_nearest_ranks() {
    let summary = after_latencies((1..=100).map(millis)).latency.unwrap();
    assert_eq!(
        (summary.p50, summary.p95, summary.p99),
        (millis(50), millis(95), millis(99))
    );
    assert_eq!((summary.min, summary.max), (millis(1), millis(100)));
    assert_eq!(summary.avg, Duration::from_micros(50_500));

    let summary = after_latencies([15, 20, 35, 40, 50].map(millis))
        .latency
        .unwrap();
    assert_eq!(
        (summary.p50, summary.p95, summary.p99),
        (millis(35), millis(50), millis(50))
    );

    let summary = after_latencies([Duration::from_micros(41_700)])
        .latency
        .unwrap();
    assert_eq!(
        (summary.avg, summary.p50, summary.p99),
        (summary.min, summary.min, summary.max)
    );
    assert_eq!(after_latencies([]).latency, None);
}

#[test]
fn percentiles_forget_and_extremes_do_not() {
    let slow_then_fast = [9_000]
        .into_iter()
        .chain(std::iter::repeat_n(10, 128))
        .map(millis);
    let summary = after_latencies(slow_then_fast).latency.unwrap();
    assert_eq!((summary.p99, summary.max), (millis(10), millis(9_000)));
    assert_eq!(
        summary.avg,
        Duration::from_nanos((9_000_000_000 + 128 * 10_000_000) / 129)
    );
}

#[test]
fn jitter_smooths_like_rfc_3550() {
    // |D| is 16 ms, then 0: J = 16/16 = 1 ms, then 1 + (0 - 1)/16 ms.
    assert_eq!(
        after_latencies([10, 26].map(millis))
            .latency
            .unwrap()
            .jitter,
        millis(1)
    );
    assert_eq!(
        after_latencies([26, 10, 10].map(millis))
            .latency
            .unwrap()
            .jitter,
        Duration::from_nanos(937_500)
    );
}

#[test]
fn latencies_are_kept_to_the_microsecond() {
    let row = after_latencies([Duration::from_nanos(1_234_567)]);
    assert_eq!(row.last_latency, Some(Duration::from_micros(1_234)));
    assert_eq!(row.latency.unwrap().max, Duration::from_micros(1_234));
}

#[test]
fn quality_follows_the_contract() {
    let table = [
        (vec![10, 10], Quality::Unknown),
        (vec![49, 49, 49], Quality::Excellent),
        (vec![50, 50, 50], Quality::Good),
        // Variance 18.67 and 24 ms².
        (vec![20, 26, 30], Quality::Excellent),
        (vec![20, 26, 32], Quality::Good),
        (vec![99, 99, 99], Quality::Good),
        (vec![100, 100, 100], Quality::Fair),
        (vec![10, 10, 40], Quality::Fair),
        (vec![199, 199, 199], Quality::Fair),
        (vec![200, 200, 200], Quality::Poor),
        // Only the last three count.
        (vec![900, 900, 10, 10, 10], Quality::Excellent),
    ];
    for (latencies, quality) in table {
        assert_eq!(
            after_latencies(latencies.iter().copied().map(millis)).quality,
            quality,
            "{latencies:?}"
        );
    }
}

#[test]
fn quality_has_limits_of_its_own() {
    let excellent = StabilityLimits {
        mean: millis(150),
        variance: 900,
    };
    let quality = QualityLimits {
        excellent,
        good: StabilityLimits {
            mean: millis(150),
            variance: 5_000,
        },
        fair: millis(900),
    };
    for (latencies, expected) in [
        ([100, 140, 150], Quality::Excellent),
        ([100, 200, 140], Quality::Good),
        ([150, 150, 150], Quality::Fair),
        ([900, 900, 900], Quality::Poor),
    ] {
        let mut fleet = fleet_of_one(Policy { quality, ..poll() });
        for (second, latency) in (0..).zip(latencies) {
            fleet.observe(note(at(second), beat(Some(millis(latency)), None)));
        }
        assert_eq!(row(&mut fleet, at(0)).quality, expected, "{latencies:?}");
    }
}

#[test]
fn statistics_are_of_heartbeats_only() {
    let mut fleet = fleet_of_one(poll());
    fleet.observe(note(at(0), beat(Some(millis(40)), None)));
    (1..50).for_each(|second| fleet.observe(note(at(second), failed(Some(millis(1)), true))));
    let row = row(&mut fleet, at(50));
    let summary = row.latency.unwrap();
    assert_eq!(
        (summary.avg, summary.min, summary.p50, summary.max),
        (millis(40), millis(40), millis(40), millis(40))
    );
    assert_eq!(row.last_latency, Some(millis(40)));
    assert_eq!(row.histogram.as_ref().unwrap().count(), 1);
    assert!(
        row.recent
            .iter()
            .skip(1)
            .all(|outcome| outcome.latency == Some(millis(1)))
    );
    let mut fleet = fleet_of_one(poll());
    fleet.observe(note(at(0), failed(Some(millis(1)), true)));
    let row = crate::support::row(&mut fleet, at(0));
    assert_eq!(
        (row.last_latency, row.latency, row.histogram.is_none()),
        (None, None, true)
    );
}

#[test]
fn whole_seconds_have_no_quality() {
    let mut fleet = fleet_of_one(Policy {
        timestamped: true,
        ..subscription()
    });
    let mut say = |second: u64, sent: SignedDuration| {
        fleet.observe(note(at(second), Signal::Beat(dated(at(second), sent))));
        let row = row(&mut fleet, at(second));
        (row.whole_seconds, row.quality)
    };
    for second in 1..10 {
        assert!(
            !say(second, SignedDuration::from_secs(second as i64)).0,
            "{second}"
        );
    }
    assert_eq!(
        say(10, SignedDuration::from_secs(10)),
        (true, Quality::Unknown)
    );
    assert_eq!(
        say(11, SignedDuration::from_secs(11)),
        (true, Quality::Unknown)
    );
    assert_eq!(
        say(12, SignedDuration::from_millis(11_999)),
        (false, Quality::Excellent)
    );
}

#[test]
fn quality_looks_over_the_end_of_the_ring() {
    for count in 120..140 {
        let latencies = std::iter::repeat_n(500, count)
            .chain([10, 10, 10])
            .map(millis);
        assert_eq!(
            after_latencies(latencies).quality,
            Quality::Excellent,
            "{count}"
        );
    }
}

#[test]
fn extreme_numbers_saturate() {
    let row = after_latencies([Duration::MAX, Duration::ZERO, Duration::MAX]);
    assert!(row.latency.unwrap().max > Duration::from_secs(1 << 40));
    let mut fleet = fleet_of_one(Policy {
        timestamped: true,
        ..subscription()
    });
    for delta in [
        SignedDuration::MIN,
        SignedDuration::MAX,
        SignedDuration::ZERO,
    ] {
        fleet.observe(note(at(1), beat(None, Some(delta))));
        fleet.observe(note(at(1), Signal::Pong { rtt: Duration::MAX }));
    }
    for left in [SignedDuration::MIN, SignedDuration::MAX] {
        fleet.observe(Observation {
            connection: Some(certified(left)),
            ..note(Moment::FAR, Signal::Open)
        });
        fleet.advance(Moment::FAR);
    }
    let gap = Gap {
        stalled: Duration::MAX,
        slept: Duration::MAX,
        clock_set: SignedDuration::MIN,
    };
    fleet.apply_gap(Moment::FAR, &gap);
    row_at_the_end(&mut fleet);
}

fn row_at_the_end(fleet: &mut Fleet) {
    fleet.advance(Moment::FAR);
    assert!(fleet.deadline().is_none_or(|at| at < Moment::FAR));
    let row = row(fleet, Moment::FAR);
    assert!(
        row.uptime(Moment::FAR)
            .is_none_or(|share| (0.0..=1.0).contains(&share))
    );
}

#[test]
fn a_jump_to_the_end_of_time_takes_no_time() {
    let mut fleet = Fleet::new();
    let policy = Arc::new(Policy::with_interval(Rhythm::Subscription, millis(1)));
    for id in 0..1_000 {
        fleet.add(
            Moment::START,
            TargetId(id),
            meta("many"),
            Arc::clone(&policy),
            false,
        );
        fleet.observe(Observation {
            target: TargetId(id),
            ..note(Moment::START, beat(None, None))
        });
    }
    fleet.advance(Moment::after_start(Duration::from_secs(u64::MAX)));
    let seen = snapshot(&mut fleet, Moment::FAR);
    assert_eq!(seen.counts.error, 1_000);
    let row = &seen.rows[0];
    // The end of time comes after as many nanoseconds.
    assert_eq!(
        (row.missed, row.consecutive_missed),
        (u64::MAX / 1_000_000, u32::MAX)
    );
    assert_eq!(
        (row.recent.len(), row.since),
        (
            MAX_RECENT,
            Moment::after_start(Duration::from_micros(2_100))
        )
    );
    row_at_the_end(&mut fleet);
}

#[test]
fn recent_holds_the_newest_outcomes() {
    let mut fleet = fleet_of_one(poll());
    fleet.observe(note(at(0), beat(None, None)));
    (1..=MAX_RECENT as u64).for_each(|second| fleet.observe(note(at(second), failed(None, true))));
    let row = row(&mut fleet, at(0));
    assert_eq!(
        (row.recent.len(), row.recent.iter().next().unwrap().at),
        (MAX_RECENT, at(1))
    );
}

#[test]
fn changes_are_numbered_without_gaps_and_bounded() {
    let mut fleet = fleet_of_one(poll());
    (0..5_000).for_each(|second| fleet.observe(note(at(second), beat(None, None))));
    let seen = snapshot(&mut fleet, at(5_000));
    // 5,000 beats and one transition, of which 4,096 are kept.
    assert_eq!(
        (seen.changes.len(), seen.changes.front().unwrap().seq),
        (4_096, 905)
    );
    assert!(
        seen.changes
            .iter()
            .zip(905..)
            .all(|(change, seq)| change.seq == seq)
    );
    let (lost, rest) = seen.changes_since(900);
    assert_eq!((lost, rest.count()), (5, 4_096));
}

#[test]
fn a_fleet_that_goes_silent_in_one_instant_is_heard_in_full() {
    let mut fleet = Fleet::new();
    let policy = Arc::new(Policy::with_interval(
        Rhythm::Subscription,
        Duration::from_secs(30),
    ));
    for id in 0..3_000 {
        fleet.add(
            at(0),
            TargetId(id),
            meta(&id.to_string()),
            Arc::clone(&policy),
            false,
        );
        fleet.observe(Observation {
            target: TargetId(id),
            at: at(0),
            signal: Signal::Open,
            connection: None,
        });
    }
    let before = snapshot(&mut fleet, at(0))
        .changes
        .back()
        .map_or(0, |change| change.seq + 1);
    fleet.advance(at(63));
    // Two misses, a warning and an error each.
    let seen = snapshot(&mut fleet, at(63));
    let (lost, news) = seen.changes_since(before);
    assert_eq!((lost, news.count()), (0, 12_000));
}

#[test]
fn a_beat_is_logged_before_its_transition_with_the_status_after_it() {
    let mut fleet = fleet_of_one(poll());
    fleet.observe(note(at(1), beat(Some(millis(7)), None)));
    let seen = snapshot(&mut fleet, at(1));
    let events = seen.changes.iter().map(|change| match &change.kind {
        ChangeKind::Target { event, .. } => event.clone(),
        other => panic!("{other:?}"),
    });
    let [first, second] = <[Event; 2]>::try_from(events.collect::<Vec<_>>()).unwrap();
    assert!(
        matches!(first, Event::Beat { latency, status: Status::Healthy, .. } if latency == Some(millis(7)))
    );
    assert_eq!(
        second,
        Event::Transition {
            from: Status::Unknown,
            to: Status::Healthy,
            cause: None,
            recovered_after: None,
        }
    );
}

/// From the first warning to the end, also over a time in which nothing is known.
#[test]
fn a_recovery_says_how_long_the_trouble_lasted() {
    let mut fleet = fleet_of_one(poll());
    fleet.observe(note(at(1), beat(None, None)));
    for second in [10, 20, 30] {
        fleet.observe(note(at(second), failed(None, true)));
    }
    fleet.observe(note(at(88), beat(None, None)));
    let recoveries = |seen: &hbmon::model::Snapshot| -> Vec<(Status, Option<u64>)> {
        let changes = seen.changes.iter();
        let transitions = changes.filter_map(|change| match &change.kind {
            ChangeKind::Target {
                event:
                    Event::Transition {
                        to,
                        recovered_after,
                        ..
                    },
                ..
            } => Some((*to, recovered_after.map(|lasted| lasted.as_secs()))),
            _ => None,
        });
        transitions.collect()
    };
    assert_eq!(
        recoveries(&snapshot(&mut fleet, at(88))),
        [
            (Status::Healthy, None),
            (Status::Warning, None),
            (Status::Error, None),
            (Status::Healthy, Some(78)),
        ]
    );
    // A pause ends the trouble without a recovery.
    fleet.observe(note(at(90), failed(None, true)));
    fleet.pause(at(95), ONE, true);
    fleet.pause(at(99), ONE, false);
    fleet.observe(note(at(100), beat(None, None)));
    let last = recoveries(&snapshot(&mut fleet, at(100)));
    assert_eq!(last.last(), Some(&(Status::Healthy, None)));
}

#[test]
fn rows_are_shared_until_something_changes() {
    let mut fleet = fleet_of_one(subscription());
    fleet.add(
        at(0),
        TargetId(2),
        meta("two"),
        Arc::new(subscription()),
        false,
    );
    fleet.observe(note(at(0), beat(None, None)));
    let before = snapshot(&mut fleet, at(0));
    assert!(!fleet.is_dirty());
    fleet.observe(Observation {
        target: TargetId(2),
        ..note(at(1), beat(None, None))
    });
    assert!(fleet.is_dirty());
    let after = snapshot(&mut fleet, at(1));
    assert!(Arc::ptr_eq(&before.rows[0], &after.rows[0]));
    assert!(!Arc::ptr_eq(&before.rows[1], &after.rows[1]));
    // A postponed deadline comes up, and nothing is due: nothing changed.
    fleet.observe(note(at(5), beat(None, None)));
    snapshot(&mut fleet, at(5));
    fleet.advance(fleet.deadline().unwrap());
    assert!(!fleet.is_dirty());
}

#[test]
fn targets_come_and_go_and_are_put_in_order() {
    let mut fleet = Fleet::new();
    for id in 1..=4 {
        fleet.add(
            at(0),
            TargetId(id),
            meta("t"),
            Arc::new(subscription()),
            id == 4,
        );
    }
    fleet.observe(Observation {
        target: TargetId(2),
        ..note(at(0), beat(None, None))
    });
    fleet.observe(Observation {
        target: TargetId(4),
        ..note(at(0), beat(None, None))
    });
    fleet.observe(Observation {
        target: TargetId(99),
        ..note(at(0), beat(None, None))
    });
    fleet.retain(Moment::START, &[3, 2, 77, 1, 4].map(TargetId));
    let order = |fleet: &mut Fleet| {
        snapshot(fleet, at(0))
            .rows
            .iter()
            .map(|row| row.id.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&mut fleet), [3, 2, 1, 4]);
    let seen = snapshot(&mut fleet, at(0));
    assert_eq!(
        (
            seen.counts.healthy,
            seen.counts.unknown,
            seen.counts.paused,
            seen.settled
        ),
        (1, 2, 1, 1)
    );
    assert!(!seen.is_settled());

    fleet.retain(Moment::START, &[3, 1, 4].map(TargetId));
    assert_eq!(order(&mut fleet), [3, 1, 4]);
    let seen = snapshot(&mut fleet, at(0));
    assert_eq!((seen.counts.healthy, seen.settled), (0, 0));
    fleet.advance(at(1_000));
    for id in [1, 3] {
        fleet.observe(Observation {
            target: TargetId(id),
            ..note(at(1_000), beat(None, None))
        });
    }
    assert!(snapshot(&mut fleet, at(1_000)).is_settled());
}

#[test]
fn a_new_policy_judges_the_old_facts() {
    let mut fleet = fleet_of_one(poll());
    fleet.observe(note(at(0), beat(Some(millis(800)), None)));
    let strict = Policy {
        latency: Levels {
            warning: Some(millis(500)),
            error: None,
        },
        ..poll()
    };
    fleet.update(at(1), ONE, meta("renamed"), Arc::new(strict));
    let row = row(&mut fleet, at(1));
    assert_eq!(
        (row.status, row.beats, row.meta.name.as_str()),
        (Status::Warning, 1, "renamed")
    );
}

#[test]
fn misses_of_many_targets_are_logged_in_the_order_of_their_deadlines() {
    let mut fleet = Fleet::new();
    for id in 0..5_u32 {
        let interval = Duration::from_secs(10 + u64::from(id));
        let policy = Policy::with_interval(Rhythm::Subscription, interval);
        fleet.add(at(0), TargetId(id), meta("t"), Arc::new(policy), false);
        fleet.observe(Observation {
            target: TargetId(id),
            ..note(at(0), Signal::Open)
        });
    }
    fleet.advance(at(300));
    let seen = snapshot(&mut fleet, at(300));
    assert!(seen.changes.len() > 100);
    assert!(seen.changes.iter().is_sorted_by_key(|change| change.at));
}
