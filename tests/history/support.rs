//! Short words for values of the history, and random ones.

use std::time::Duration;

use hbmon::history::change::StatusChange;
use hbmon::history::numbers::Numbers;
use hbmon::history::period::Period;
use hbmon::history::sketch::Sketch;
use hbmon::model::{Kind, Status, Text};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// So many seconds after the epoch.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(crate) fn text(text: &str) -> Text {
    Text::clean(text)
}

/// From one second after the epoch to another.
pub(crate) fn period(since: i64, until: i64) -> Period {
    Period::new(at(since), at(until))
}

/// A change of the monitor `api`, in seconds after the epoch.
pub(crate) fn change(from: i64, until: Option<i64>, status: Status) -> StatusChange {
    StatusChange {
        monitor: text("api"),
        kind: Kind::Http,
        group: None,
        from: at(from),
        until: until.map(at),
        status,
        reason: None,
        message: None,
        maintenance: false,
    }
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn sketch(latencies: &[Duration]) -> Sketch {
    let mut sketch = Sketch::default();
    for &latency in latencies {
        sketch.record(latency);
    }
    sketch
}

/// A list, and the same in another order.
pub(crate) fn with_shuffled<T: Clone + std::fmt::Debug>(
    list: impl Strategy<Value = Vec<T>>,
) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    list.prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
}

/// From 1 µs to 1,000 s, each order of magnitude as often.
pub(crate) fn latencies() -> impl Strategy<Value = Duration> {
    (0.0..9.0_f64).prop_map(|magnitude| Duration::from_secs_f64(10_f64.powf(magnitude) / 1e6))
}

/// As one 5-minute interval of a monitor has them.
pub(crate) fn numbers() -> impl Strategy<Value = Numbers> {
    let times = [0..300_000_u64, 0..300_000, 0..300_000].prop_map(|times| times.map(millis));
    let counts = [0..300_u64, 0..300, 0..300];
    (counts, times, vec(latencies(), 0..5)).prop_map(|(counts, times, latencies)| Numbers {
        beats: counts[0],
        failed: counts[1],
        missed: counts[2],
        healthy: times[0],
        warning: times[1],
        error: times[2],
        latency: sketch(&latencies),
    })
}

/// Changes of one monitor over some hundred seconds. The clock may jump back between two, and
/// some have no end, as after a crash.
pub(crate) fn changes() -> impl Strategy<Value = Vec<StatusChange>> {
    let step = prop_oneof![4 => 0..120_i64, 1 => -150..0_i64];
    let length = option::weighted(0.9, prop_oneof![6 => 0..150_i64, 1 => -20..0_i64]);
    let one = (
        step,
        length,
        select(&Status::ALL[..]),
        prop::bool::weighted(0.2),
    );
    vec(one, 0..15).prop_map(|rows| {
        let mut cursor = 0;
        rows.into_iter()
            .map(|(step, length, status, maintenance)| {
                let from = (cursor + step).max(0);
                let until = length.map(|length| from + length);
                cursor = until.unwrap_or(from);
                StatusChange {
                    maintenance,
                    ..change(from, until, status)
                }
            })
            .collect()
    })
}

/// When hbmon watched: with restarts in between, and a clock that jumps back.
pub(crate) fn watched() -> impl Strategy<Value = Vec<Period>> {
    let step = prop_oneof![4 => 0..60_i64, 1 => -100..0_i64];
    vec((step, 0..400_i64), 0..6).prop_map(|rows| {
        let mut cursor = 0;
        rows.into_iter()
            .map(|(step, length)| {
                let since = cursor + step;
                cursor = since + length;
                period(since, cursor)
            })
            .collect()
    })
}

/// Adjacent periods between 0 and about 1,500 seconds. Some are empty.
pub(crate) fn adjacent() -> impl Strategy<Value = Vec<Period>> {
    (0..300_i64, vec(0..300_i64, 1..8)).prop_map(|(start, lengths)| {
        let mut cursor = start;
        lengths
            .into_iter()
            .map(|length| {
                let since = cursor;
                cursor += length;
                period(since, cursor)
            })
            .collect()
    })
}
