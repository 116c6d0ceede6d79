//! Numbers of intervals, and where intervals begin.

use std::time::Duration;

use hbmon::history::numbers::{Numbers, Step};
use hbmon::history::period::Period;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{millis, numbers, seconds, sketch, with_shuffled};

#[test]
fn merging_adds_everything() {
    let part = |count, time| Numbers {
        beats: count,
        failed: count + 1,
        missed: count + 2,
        healthy: seconds(time),
        warning: seconds(time + 1),
        error: seconds(time + 2),
        latency: sketch(&[millis(count)]),
    };
    let mut sum = part(10, 100);
    sum.merge(&part(20, 200));
    assert_eq!(
        sum,
        Numbers {
            beats: 30,
            failed: 32,
            missed: 34,
            healthy: seconds(300),
            warning: seconds(302),
            error: seconds(304),
            latency: sketch(&[millis(10), millis(20)]),
        }
    );
}

#[test]
fn empty_is_what_counted_nothing() {
    assert!(Numbers::default().is_empty());
    let one = || Numbers::default();
    for numbers in [
        Numbers { beats: 1, ..one() },
        Numbers { failed: 1, ..one() },
        Numbers { missed: 1, ..one() },
        Numbers {
            healthy: millis(1),
            ..one()
        },
        Numbers {
            warning: millis(1),
            ..one()
        },
        Numbers {
            error: millis(1),
            ..one()
        },
        Numbers {
            latency: sketch(&[millis(1)]),
            ..one()
        },
    ] {
        assert!(!numbers.is_empty(), "{numbers:?}");
    }
}

#[test]
fn steps_begin_at_multiples_in_utc() {
    let start = |step: Step, at: &str| step.start_of(at.parse().unwrap()).to_string();
    let time = "2026-11-01T13:59:59.999Z";
    assert_eq!(start(Step::Minutes, time), "2026-11-01T13:55:00Z");
    assert_eq!(start(Step::Hour, time), "2026-11-01T13:00:00Z");
    assert_eq!(start(Step::Day, time), "2026-11-01T00:00:00Z");
    assert_eq!(
        start(Step::Day, "2026-11-02T00:00:00Z"),
        "2026-11-02T00:00:00Z"
    );
    assert_eq!(
        start(Step::Hour, "1969-12-31T23:30:00Z"),
        "1969-12-31T23:00:00Z"
    );
    for step in Step::ALL {
        step.start_of(Timestamp::MIN);
        step.start_of(Timestamp::MAX);
    }
}

#[test]
fn a_period_and_the_one_before() {
    let month = Period::new(
        "2026-10-01T00:00:00Z".parse().unwrap(),
        "2026-11-01T00:00:00Z".parse().unwrap(),
    );
    assert_eq!(month.before().since.to_string(), "2026-08-31T00:00:00Z");
    assert_eq!(month.before().until, month.since);
    assert_eq!(
        Period::ending(month.since, seconds(60)).length(),
        seconds(60)
    );
    assert_eq!(
        Period::ending(month.since, Duration::MAX).since.to_string(),
        "0001-01-01T00:00:00Z"
    );
}

#[test]
fn steps_are_read_by_name() {
    for step in Step::ALL {
        assert_eq!(Step::parse(step.as_str()), Some(step));
    }
    for other in ["", "5M", "300", "1w", " 1h"] {
        assert_eq!(Step::parse(other), None);
    }
}

proptest! {
    #[test]
    fn the_order_of_merging_does_not_matter(
        (parts, shuffled) in with_shuffled(vec(numbers(), 0..8)),
    ) {
        let sum = |parts: &[Numbers]| {
            let mut sum = Numbers::default();
            parts.iter().for_each(|part| sum.merge(part));
            sum
        };
        prop_assert_eq!(sum(&parts), sum(&shuffled));
    }
}
