//! Months and weeks of the calendar.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::history::period::Period;

/// A month or a week of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// The month that begins on this day.
    Month(Date),
    LastMonth,
    /// The week that begins on this day.
    Week(Date),
    LastWeek,
}

impl Calendar {
    /// Reads a month: `2026-10`, or `last`.
    ///
    /// # Errors
    /// What it takes, as a predicate.
    pub fn month(text: &str) -> Result<Calendar, String> {
        if text == "last" {
            return Ok(Calendar::LastMonth);
        }
        let begin = text.len() == 7;
        begin
            .then(|| format!("{text}-01").parse().ok())
            .flatten()
            .map(Calendar::Month)
            .ok_or_else(|| "takes a month as `2026-10`, or `last`".to_owned())
    }

    /// Reads a week of ISO 8601, which begins on Monday: `2026-W40`, or `last`.
    ///
    /// # Errors
    /// What it takes, as a predicate.
    pub fn week(text: &str) -> Result<Calendar, String> {
        if text == "last" {
            return Ok(Calendar::LastWeek);
        }
        let begin = || {
            let (year, week) = text.split_once("-W")?;
            let (year, week) = (year.parse().ok()?, week.parse().ok()?);
            Some(ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date())
        };
        begin()
            .map(Calendar::Week)
            .ok_or_else(|| "takes a week as `2026-W40`, or `last`".to_owned())
    }

    /// Returns its time in a zone.
    pub fn period(self, now: Timestamp, zone: &TimeZone) -> Period {
        let today = now.to_zoned(zone.clone()).date();
        let this_week = || today.saturating_sub(today.weekday().since(Weekday::Monday).days());
        let (begin, end) = match self {
            Calendar::Month(begin) => (begin, begin.saturating_add(1.month())),
            Calendar::LastMonth => {
                let end = today.first_of_month();
                (end.saturating_sub(1.month()), end)
            }
            Calendar::Week(begin) => (begin, begin.saturating_add(1.week())),
            Calendar::LastWeek => (this_week().saturating_sub(1.week()), this_week()),
        };
        let midnight = |date: Date| {
            date.to_zoned(zone.clone())
                .map_or(Timestamp::MAX, |at| at.timestamp())
        };
        Period::new(midnight(begin), midnight(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_weeks_are_those_of_the_zone() {
        let now = "2026-11-22T13:32:04Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let table = [
            (
                Calendar::month("2026-10"),
                "2026-09-30T22:00:00Z",
                "2026-10-31T23:00:00Z",
            ),
            (
                Calendar::month("last"),
                "2026-09-30T22:00:00Z",
                "2026-10-31T23:00:00Z",
            ),
            (
                Calendar::month("2026-12"),
                "2026-11-30T23:00:00Z",
                "2026-12-31T23:00:00Z",
            ),
            (
                Calendar::week("last"),
                "2026-11-08T23:00:00Z",
                "2026-11-15T23:00:00Z",
            ),
            (
                Calendar::week("2026-W01"),
                "2025-12-28T23:00:00Z",
                "2026-01-04T23:00:00Z",
            ),
            (
                Calendar::week("2026-W53"),
                "2026-12-27T23:00:00Z",
                "2027-01-03T23:00:00Z",
            ),
        ];
        for (calendar, since, until) in table {
            let period = calendar.unwrap().period(now, &zone);
            assert_eq!(
                (period.since.to_string(), period.until.to_string()),
                (since.to_owned(), until.to_owned())
            );
        }
        for bad in ["2026-13", "2026-1", "2026", "", "next"] {
            assert!(Calendar::month(bad).is_err(), "{bad}");
        }
        for bad in ["2026-W54", "2026-40", "W40", "2025-W53"] {
            assert!(Calendar::week(bad).is_err(), "{bad}");
        }
    }
}
