//! Durations, sizes and objectives. All need a unit.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::de::{Deserialize, Deserializer, Error};

/// A day of 24 hours.
pub const DAY: Duration = Duration::from_secs(86_400);

/// Maximum duration of most keys: 366 days.
pub const YEAR: Duration = DAY.saturating_mul(366);

/// Minimum duration of most keys.
pub const MILLISECOND: Duration = Duration::from_millis(1);

/// A duration: `500ms`, `30s`, `1m 30s`, `2h`, `14d`, `3y` (a day is 24 hours, a year 365 days).
/// Never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigDuration(pub Duration);

/// A number of bytes: `512B`, `64KiB`, `1MiB`, `1MB` (K, M, G; powers of 1024 with `i`, else powers
/// of 1000).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(pub u64);

/// A share of time in millionths, as `99.9%` or `0.999`. Above 0 and below 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Objective(pub u32);

impl<'de> Deserialize<'de> for ConfigDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        period(text.trim())
            .map(ConfigDuration)
            .map_err(Error::custom)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        size(text.trim()).map(Size).map_err(Error::custom)
    }
}

impl<'de> Deserialize<'de> for Objective {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        objective(text.trim()).map(Objective).map_err(Error::custom)
    }
}

/// Reads a duration with a unit.
///
/// # Errors
/// Two lines: a predicate, and what to write instead.
pub fn period(text: &str) -> Result<Duration, String> {
    if text.len() <= 12 && text.parse::<f64>().is_ok() {
        return Err(format!("has no unit\nwrite `{text}s` for seconds"));
    }
    let bad = || "is not a duration\nexpected `500ms`, `30s`, `1m 30s`, `2h` or `14d`".to_owned();
    let span: Span = text.parse().map_err(|_| bad())?;
    let years = span.get_years();
    let span = span
        .try_years(0)
        .and_then(|rest| rest.try_days(i64::from(rest.get_days()) + 365 * i64::from(years)))
        .map_err(|_| bad())?;
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

/// Reads an objective: `99.9%` or `0.999`, as millionths.
///
/// # Errors
/// Two lines: a predicate, and what to write instead.
pub fn objective(text: &str) -> Result<u32, String> {
    const BOUNDS: &str = "is no share of time that can be kept or missed\nexpected above 0% and at \
                          most 99.9999%, such as `99.9%`";
    let bad = || "is not an objective\nexpected such as `99.9%` or `0.999`".to_owned();
    let (number, whole) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let is_plain = number.len() <= 12 && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let share: f64 = number.parse().ok().filter(|_| is_plain).ok_or_else(bad)?;
    if whole == 1.0 && share > 1.0 {
        return Err(format!("has no unit\nwrite `{number}%`"));
    }
    let millionths = (share / whole * 1e6).round();
    if !(1.0..1e6).contains(&millionths) {
        return Err(BOUNDS.to_owned());
    }
    // It is a whole number below a million.
    Ok(millionths as u32)
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
        assert_eq!(period("1y"), Ok(365 * DAY));
        assert_eq!(period("3y 2d"), Ok((3 * 365 + 2) * DAY));
        for bad in [
            "30",
            "1.5",
            "",
            "s",
            "-5s",
            "1mo",
            "30 parsecs",
            "9999999999999999999h",
            "-1y",
            "1y -2d",
        ] {
            assert!(period(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn objectives_are_shares_of_time() {
        for (text, millionths) in [
            ("99.9%", 999_000),
            ("99.95 %", 999_500),
            ("0.999", 999_000),
            ("50%", 500_000),
            ("99.9999%", 999_999),
            ("0.0001%", 1),
        ] {
            assert_eq!(objective(text), Ok(millionths), "{text}");
        }
        for bad in [
            "99.9",
            "100%",
            "1",
            "0",
            "0%",
            "99.99999%",
            "-5%",
            "1e-3",
            "NaN",
            "inf",
            "%",
            "",
            "three nines",
            "101%",
        ] {
            assert!(objective(bad).is_err(), "{bad}");
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
