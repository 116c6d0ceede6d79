//! Points in time on the command line.

use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// A time: `7d` ago, the date `2026-11-01`, a local time, or one with an offset (RFC 3339).
#[derive(Clone, Debug)]
pub(crate) enum When {
    Ago(Span),
    Local(DateTime),
    At(Timestamp),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<When, String> {
        let is_date = text.starts_with(|c: char| c.is_ascii_digit()) && text.get(4..5) == Some("-");
        if !is_date {
            return ago(text).map(When::Ago).ok_or_else(wrong);
        }
        // With an offset it is no local time. A date is its midnight.
        text.parse()
            .map(When::At)
            .or_else(|_| text.parse().map(When::Local))
            .map_err(|_| wrong())
    }
}

impl When {
    /// Returns the time; a local one is of this zone. A time before the first or after the last
    /// that there is becomes that one.
    pub(crate) fn resolve(&self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            When::Ago(span) => now
                .to_zoned(zone.clone())
                .checked_sub(*span)
                .map_or(Timestamp::MIN, |at| at.timestamp()),
            When::Local(local) => local
                .to_zoned(zone.clone())
                .map_or(Timestamp::MAX, |at| at.timestamp()),
            When::At(at) => *at,
        }
    }
}

/// Reads a span such as `7d`, `36h` or `1h30m`. Days are those of the calendar.
pub(crate) fn ago(text: &str) -> Option<Span> {
    let span: Span = text.parse().ok()?;
    (span.is_positive()).then_some(span)
}

fn wrong() -> String {
    "takes a time: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or \
     `2026-11-01T10:00:00Z`"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now: Timestamp = "2026-11-22T13:32:04Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let table = [
            ("90s", "2026-11-22T13:30:34Z"),
            ("1h30m", "2026-11-22T12:02:04Z"),
            ("7d", "2026-11-15T13:32:04Z"),
            ("2w", "2026-11-08T13:32:04Z"),
            // Thirty days of the calendar: the clock was set back in between.
            ("30d", "2026-10-23T12:32:04Z"),
            ("19998y", "-009999-01-02T01:59:59Z"),
            ("2026-11-01", "2026-10-31T23:00:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z"),
            ("2026-11-01T10:00", "2026-11-01T09:00:00Z"),
            ("2026-11-01 10:00:30", "2026-11-01T09:00:30Z"),
            ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z"),
            ("2026-11-01T10:00:00+05:00", "2026-11-01T05:00:00Z"),
        ];
        for (text, wanted) in table {
            let when: When = text.parse().unwrap();
            assert_eq!(when.resolve(now, &zone).to_string(), wanted, "{text}");
        }
        for bad in [
            "",
            "7",
            "-7d",
            "0s",
            "tomorrow",
            "2026-13-01",
            "2026-11-01T25:00",
            "d",
            "2026-11-01x",
        ] {
            let error = bad.parse::<When>().unwrap_err();
            assert!(error.contains("2026-11-01T10:00"), "{bad}");
        }
    }
}
