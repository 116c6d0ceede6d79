//! Wall times and spans as people read them.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::history::period::Period;
use crate::words;

/// How times are shown.
#[derive(Clone, Debug)]
pub struct WallStyle {
    pub zone: TimeZone,
    /// The zone is UTC because that was asked for, so that every time says so.
    pub utc: bool,
}

impl WallStyle {
    /// Returns a time to the second: `2026-11-22 13:32:04`, in UTC `2026-11-22 13:32:04Z`.
    pub fn stamp(&self, at: Timestamp) -> String {
        self.shown(at, "%Y-%m-%d %H:%M:%S")
    }

    /// Width of a time to the second, in columns.
    pub(super) const fn width(&self) -> usize {
        if self.utc { 20 } else { 19 }
    }

    /// Returns a span: `October 2026`, or with its length `2026-11-01 10:00 to 2026-11-22 13:32
    /// (21d03h)`.
    pub fn span(&self, period: Period) -> String {
        let since = self.zoned(period.since);
        let is_month = since.day() == 1
            && since.time() == Time::midnight()
            && since
                .checked_add(1.month())
                .is_ok_and(|end| end.timestamp() == period.until);
        if is_month {
            return self.shown(period.since, "%B %Y");
        }
        let length = words::age(period.length());
        let (since, until) = (self.minute(period.since), self.minute(period.until));
        format!("{since} to {until} ({length})")
    }

    /// Returns a time to the minute: `2026-11-22 13:32`, in UTC `2026-11-22 13:32Z`.
    pub(super) fn minute(&self, at: Timestamp) -> String {
        self.shown(at, "%Y-%m-%d %H:%M")
    }

    /// Returns a day: `2026-11-22`.
    pub(super) fn date(&self, at: Timestamp) -> String {
        self.shown(at, "%Y-%m-%d")
    }

    /// Returns the name of the zone: `Europe/Berlin`, or as of this time `CET`.
    pub(super) fn zone_name(&self, at: Timestamp) -> String {
        self.zone
            .iana_name()
            .map_or_else(|| self.zoned(at).strftime("%Z").to_string(), str::to_owned)
    }

    fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    fn shown(&self, at: Timestamp, format: &str) -> String {
        let shown = self.zoned(at).strftime(format).to_string();
        if self.utc && format.contains("%M") {
            shown + "Z"
        } else {
            shown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_the_name_of_their_month() {
        let wall = WallStyle {
            zone: TimeZone::get("Europe/Berlin").unwrap(),
            utc: false,
        };
        let span = |since: &str, until: &str| {
            wall.span(Period::new(since.parse().unwrap(), until.parse().unwrap()))
        };
        assert_eq!(
            span("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"),
            "October 2026"
        );
        assert_eq!(
            span("2026-09-30T22:00:00Z", "2026-10-30T22:00:00Z"),
            "2026-10-01 00:00 to 2026-10-30 23:00 (30d00h)"
        );
        let utc = WallStyle {
            zone: TimeZone::UTC,
            utc: true,
        };
        assert_eq!(
            utc.stamp("2026-11-22T13:32:04.9Z".parse().unwrap()),
            "2026-11-22 13:32:04Z"
        );
    }
}
