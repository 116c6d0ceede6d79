//! Durations and sizes. Both need a unit.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::de::{Deserialize, Deserializer, Error};

/// A day of 24 hours.
pub const DAY: Duration = Duration::from_secs(86_400);

/// Maximum duration of most keys: 366 days.
pub const YEAR: Duration = DAY.saturating_mul(366);

/// Minimum duration of most keys.
pub const MILLISECOND: Duration = Duration::from_millis(1);

/// A duration: `500ms`, `30s`, `1m 30s`, `2h`, `14d` (a day is 24 hours). Never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(pub Duration);

/// A number of bytes: `512B`, `64KiB`, `1MiB`, `1MB` (K, M, G; powers of 1024 with `i`, else powers
/// of 1000).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(pub u64);

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        period(text.trim()).map(Period).map_err(Error::custom)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        size(text.trim()).map(Size).map_err(Error::custom)
    }
}

/// Errors have two lines: a predicate, and what to write instead.
fn period(text: &str) -> Result<Duration, String> {
    if text.len() <= 12 && text.parse::<f64>().is_ok() {
        return Err(format!("has no unit\nwrite `{text}s` for seconds"));
    }
    let bad = || "is not a duration\nexpected `500ms`, `30s`, `1m 30s`, `2h` or `14d`".to_owned();
    let span: Span = text.parse().map_err(|_| bad())?;
    let length: SignedDuration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| bad())?;
    Duration::try_from(length)
        .map_err(|_| "is negative\nexpected a duration such as `30s`".to_owned())
}

fn size(text: &str) -> Result<u64, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim() {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "" if !number.is_empty() && number.len() <= 12 => {
            return Err(format!(
                "has no unit\nwrite `{number}B` for bytes, or `64KiB`, `1MiB`"
            ));
        }
        _ => 0,
    };
    match number
        .parse::<u64>()
        .ok()
        .filter(|_| factor > 0)
        .and_then(|number| number.checked_mul(factor))
    {
        Some(size) => Ok(size),
        None => Err("is not a size\nexpected `512B`, `64KiB` or `1MiB`".to_owned()),
    }
}

/// Writes a duration in the syntax of the config, in the largest unit that gives a whole number.
pub fn duration_text(duration: Duration) -> String {
    let (seconds, rest) = (duration.as_secs(), duration.subsec_nanos());
    match seconds {
        _ if rest % 1_000_000 != 0 => format!("{}us", duration.as_micros()),
        _ if rest > 0 => format!("{}ms", duration.as_millis()),
        0 => "0s".to_owned(),
        _ if seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        _ if seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        _ if seconds % 60 == 0 => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(period("1m 30s"), Ok(Duration::from_secs(90)));
        assert_eq!(period("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(period("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(period("14d"), Ok(Duration::from_secs(14 * 86_400)));
        assert_eq!(period("0s"), Ok(Duration::ZERO));
        for bad in [
            "30",
            "1.5",
            "",
            "s",
            "-5s",
            "1mo",
            "1y",
            "30 parsecs",
            "9999999999999999999h",
        ] {
            assert!(period(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_need_a_unit() {
        assert_eq!(size("1MiB"), Ok(1 << 20));
        assert_eq!(size("64 KiB"), Ok(1 << 16));
        assert_eq!(size("1MB"), Ok(1_000_000));
        for bad in [
            "1024",
            "",
            "MiB",
            "1.5MiB",
            "-1B",
            "99999999999999999999GiB",
            "18446744073709551615KiB",
        ] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
