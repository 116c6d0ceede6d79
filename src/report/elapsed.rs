//! Times between two wall times.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::words;

/// Returns when and how long ago: `2026-11-22 13:32:04 UTC (6h05m)`.
pub(super) fn since(from: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let at = from.to_zoned(zone.clone());
    format!(
        "{} ({})",
        at.strftime("%Y-%m-%d %H:%M:%S %Z"),
        words::age(length(from, now))
    )
}

/// Returns the time between two moments; zero if the wall clock was set back in between.
pub(super) fn length(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(from.duration_until(to)).unwrap_or_default()
}
