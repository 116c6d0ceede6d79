//! Durations, sizes and numbers with their units.

use std::time::Duration;

use crate::model::{Phase, Phases, Row};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A duration in its largest unit, which fits at least once, and the rest in the next smaller one.
struct Units {
    whole: u64,
    unit: char,
    /// Number and unit; `None` for seconds.
    rest: Option<(u64, char)>,
}

impl Units {
    const fn of(duration: Duration) -> Units {
        let seconds = duration.as_secs();
        let (whole, unit, rest) = match seconds {
            0..MINUTE => (seconds, 's', None),
            MINUTE..HOUR => (seconds / MINUTE, 'm', Some((seconds % MINUTE, 's'))),
            HOUR..DAY => (seconds / HOUR, 'h', Some((seconds % HOUR / MINUTE, 'm'))),
            _ => (seconds / DAY, 'd', Some((seconds % DAY / HOUR, 'h'))),
        };
        Units { whole, unit, rest }
    }
}

/// Formats an age or outage with at most two units: `0s`, `4m12s`, `3h02m`, `6d04h`.
pub fn age(age: Duration) -> String {
    let Units { whole, unit, rest } = Units::of(age);
    match rest {
        Some((rest, smaller)) => format!("{whole}{unit}{rest:02}{smaller}"),
        None => format!("{whole}{unit}"),
    }
}

/// Formats an age in at most five columns under a year, in one unit except for a few minutes:
/// `12s`, `9m59s`, `12m`, `3h`, `20h`, `6d`.
pub fn short_age(time: Duration) -> String {
    if (MINUTE..600).contains(&time.as_secs()) {
        age(time)
    } else {
        age_in_one_unit(time)
    }
}

/// Formats an age in whole units of one kind: `45s`, `4m`, `3h`, `6d`.
pub(super) fn age_in_one_unit(age: Duration) -> String {
    let Units { whole, unit, .. } = Units::of(age);
    format!("{whole}{unit}")
}

/// Formats a point on a time axis: `45s`, `7m30`, `10m`, `1h30`, `2d`.
pub fn axis_tick(time: Duration) -> String {
    let Units { whole, unit, rest } = Units::of(time);
    match rest {
        Some((rest @ 1.., _)) => format!("{whole}{unit}{rest:02}"),
        _ => format!("{whole}{unit}"),
    }
}

/// Formats a latency: `0.4ms`, `38ms`, `412ms`, `1.9s`, `12s`.
pub fn latency(latency: Duration) -> String {
    let micros = latency.as_micros();
    // Rounded before the unit is chosen: 999.7 ms is `1.0s`, not `1000ms`.
    let rounded = |unit: u128| (micros + unit / 2) / unit;
    if rounded(100) < 10 {
        format!("0.{}ms", rounded(100))
    } else if rounded(1_000) < 1_000 {
        format!("{}ms", rounded(1_000))
    } else if rounded(100_000) < 100 {
        format!("{}.{}s", rounded(100_000) / 10, rounded(100_000) % 10)
    } else if rounded(1_000_000) < u128::from(MINUTE) {
        format!("{}s", rounded(1_000_000))
    } else {
        age(Duration::from_secs(
            u64::try_from(rounded(1_000_000)).unwrap_or(u64::MAX),
        ))
    }
}

/// Formats a latency of one target: `< 1 s` if its timestamps are whole seconds and say no more.
pub fn target_latency(row: &Row, time: Duration) -> String {
    if row.whole_seconds && time < Duration::from_secs(1) {
        "< 1 s".to_owned()
    } else {
        latency(time)
    }
}

/// Formats named latencies: `avg 41ms, max 93ms`.
pub fn latencies(named: impl IntoIterator<Item = (&'static str, Duration)>) -> String {
    let parts: Vec<String> = named
        .into_iter()
        .map(|(name, spent)| format!("{name} {}", latency(spent)))
        .collect();
    parts.join(", ")
}

/// Formats the phases that happened: `dns 0.3ms, connect 0.4ms, tls 9ms, first byte 31ms, body
/// 0.1ms`.
pub fn phases(phases: &Phases) -> String {
    let name = |phase| match phase {
        Phase::Dns => "dns",
        Phase::Connect => "connect",
        Phase::Tls => "tls",
        Phase::FirstByte => "first byte",
        Phase::Body => "body",
    };
    latencies(phases.iter().map(|(phase, spent)| (name(phase), spent)))
}

/// Formats a limit or an interval as a config would write it: `10us`, `500ms`, `1.5s`, `10s`, `1m`,
/// `1m33s`, `2h`, `14d`.
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0 if (1..1_000).contains(&span.as_micros()) => format!("{}us", span.as_micros()),
        0 => format!("{}ms", span.as_millis()),
        1..MINUTE => {
            let text = format!("{seconds}.{:03}", span.subsec_millis());
            format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => [(DAY, 'd'), (HOUR, 'h'), (MINUTE, 'm')]
            .into_iter()
            .find(|(unit, _)| seconds.is_multiple_of(*unit))
            .map_or_else(
                || age(span),
                |(unit, letter)| format!("{}{letter}", seconds / unit),
            ),
    }
}

/// Formats a size: `1 byte`, `512 bytes`, `12 KiB`, `1.5 MiB`.
pub fn bytes(bytes: u64) -> String {
    let scaled = |unit: u64, name: &str| {
        let tenths = (u128::from(bytes) * 10 / u128::from(unit)) as u64;
        match (tenths / 10, tenths % 10) {
            (whole, 0) => format!("{whole} {name}"),
            (whole, tenth) => format!("{whole}.{tenth} {name}"),
        }
    };
    match bytes {
        0..1_024 => count(bytes, "byte", "bytes"),
        1_024..1_048_576 => scaled(1_024, "KiB"),
        1_048_576..1_073_741_824 => scaled(1_048_576, "MiB"),
        _ => scaled(1_073_741_824, "GiB"),
    }
}

/// Formats a share between 0 and 1: `99.6%`, `100%`. Never rounds up to 100 %.
pub fn percent(share: f64) -> String {
    let percent = (share * 100.0).clamp(0.0, 100.0);
    match percent {
        100.0 => "100%".to_owned(),
        99.95.. => format!("{:.2}%", percent.min(99.99)),
        _ => format!("{percent:.1}%"),
    }
}

/// Formats an availability between 0 and 1 with what a report needs: `99.953%`, `100%`. Rounds
/// down, so that a promise is never kept by rounding.
pub fn availability(share: f64) -> String {
    // What binary fractions lose does not cost the last digit.
    let thousandths = (share.clamp(0.0, 1.0) * 1e5 + 1e-6).floor();
    if share >= 1.0 {
        "100%".to_owned()
    } else {
        format!("{:.3}%", thousandths.min(99_999.0) / 1e3)
    }
}

/// Formats an objective as it was written: `99.9%`.
pub fn objective(share: f64) -> String {
    format!("{}%", (share * 1e6).round() / 1e4)
}

/// Formats a running time: `00:12`, `1:02:07`.
pub fn stopwatch(time: Duration) -> String {
    let seconds = time.as_secs();
    let hours = seconds / HOUR;
    let minutes = seconds % HOUR / MINUTE;
    let seconds = seconds % MINUTE;
    if hours == 0 {
        format!("{minutes:02}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

/// Formats a number and its noun: `1 heartbeat`, `3 heartbeats`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Formats elapsed time in its largest whole unit: `3 days`, `1 hour`, `12 minutes`.
pub(super) fn elapsed_distance(distance: Duration) -> String {
    let seconds = distance.as_secs();
    match seconds {
        0..MINUTE => "less than a minute".to_owned(),
        _ => in_unit(seconds, |unit| seconds / unit),
    }
}

/// Formats remaining time, rounded up, so that 14 days are shown as 14 for a whole day.
pub(super) fn remaining_distance(distance: Duration) -> String {
    let seconds = distance.as_secs();
    match seconds {
        0..MINUTE => "less than a minute".to_owned(),
        _ => in_unit(seconds, |unit| seconds.div_ceil(unit)),
    }
}

fn in_unit(seconds: u64, number: impl Fn(u64) -> u64) -> String {
    match seconds {
        0..HOUR => count(number(MINUTE), "minute", "minutes"),
        HOUR..DAY => count(number(HOUR), "hour", "hours"),
        _ => count(number(DAY), "day", "days"),
    }
}
