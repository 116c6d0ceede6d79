//! The arguments of `hbmon report`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use super::LookArgs;
use super::memory::{MemoryArgs, PartArgs};
use super::when::ago;
use crate::cli::output::{OutputSpec, format_names};
use crate::history::period::Period;
use crate::history::report::ReportBy;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("span").args(["last", "month", "week"]).conflicts_with_all(["since", "until"])))]
pub(crate) struct AvailabilityArgs {
    /// The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]
    #[arg(value_name = "CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub memory: MemoryArgs,
    /// The last days or hours, such as 7d or 12h [default: 30d]
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub last: Option<Span>,
    /// A month: `2026-10`, or `last`
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub month: Option<Calendar>,
    /// A week, from Monday on: `2026-W40` (ISO 8601), or `last`
    #[arg(long, value_name = "WEEK", value_parser = week)]
    pub week: Option<Calendar>,
    #[command(flatten)]
    pub part: PartArgs,
    /// The share of time that each row is to be up, such as 99.9%, instead of `slo` of the config
    #[arg(long, value_name = "PERCENT", value_parser = objective)]
    pub slo: Option<u32>,
    /// Also show the span of the same length before
    #[arg(long)]
    pub compare: bool,
    /// What the rows stand for
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub by: ReportRows,
    #[arg(
        short,
        long = "output",
        value_name = "FORMAT[=PATH]",
        value_parser = OutputSpec::<AvailabilityFormat>::parser(),
        help = format!(
            "Write this format; repeatable, at most one to stdout: {}",
            format_names::<AvailabilityFormat>()
        )
    )]
    pub output: Vec<OutputSpec<AvailabilityFormat>>,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportRows {
    /// one monitor each
    #[default]
    Monitor,
    /// their `group`; monitors without one together
    Group,
    /// one of their `tags` each; a monitor with several is in several rows
    Tag,
}

impl From<ReportRows> for ReportBy {
    fn from(rows: ReportRows) -> ReportBy {
        match rows {
            ReportRows::Monitor => ReportBy::Monitor,
            ReportRows::Group => ReportBy::Group,
            ReportRows::Tag => ReportBy::Tag,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AvailabilityFormat {
    /// for people
    Human,
    /// one line per row, tab-separated
    Plain,
    /// one JSON object
    Json,
    /// one JSON object per row
    Ndjson,
    /// comma-separated values (RFC 4180) with a header
    Csv,
    /// Markdown, which is also readable as the text of a mail; a file is appended to
    Md,
    /// one HTML file with a bar for each of 90 days and charts, without script
    Html,
}

/// A month or a week of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calendar {
    /// The month that begins on this day.
    Month(Date),
    LastMonth,
    /// The week that begins on this day.
    Week(Date),
    LastWeek,
}

impl Calendar {
    /// Returns its time in this zone.
    pub(crate) fn period(self, now: Timestamp, zone: &TimeZone) -> Period {
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

fn span(text: &str) -> Result<Span, String> {
    ago(text).ok_or_else(|| "takes a span of time, such as 30d, 12h or 2w".to_owned())
}

fn month(text: &str) -> Result<Calendar, String> {
    if text == "last" {
        return Ok(Calendar::LastMonth);
    }
    let begin = || {
        let is_month = text.len() == 7;
        is_month.then(|| format!("{text}-01").parse().ok())?
    };
    begin()
        .map(Calendar::Month)
        .ok_or_else(|| "takes a month as `2026-10`, or `last`".to_owned())
}

fn week(text: &str) -> Result<Calendar, String> {
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

/// Returns a share in millionths: 99.9% is 999,000.
fn objective(text: &str) -> Result<u32, String> {
    let wrong = || "takes a percentage between 0 and 100, such as 99.9%".to_owned();
    let number = text.strip_suffix('%').unwrap_or(text).trim();
    let percent: f64 = number.parse().map_err(|_| wrong())?;
    let millionths = (percent * 1e4).round();
    if (1.0..1e6).contains(&millionths) {
        Ok(millionths as u32)
    } else {
        Err(wrong())
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
                month("2026-10"),
                "2026-09-30T22:00:00Z",
                "2026-10-31T23:00:00Z",
            ),
            (
                month("last"),
                "2026-09-30T22:00:00Z",
                "2026-10-31T23:00:00Z",
            ),
            (
                month("2026-12"),
                "2026-11-30T23:00:00Z",
                "2026-12-31T23:00:00Z",
            ),
            (week("last"), "2026-11-08T23:00:00Z", "2026-11-15T23:00:00Z"),
            (
                week("2026-W01"),
                "2025-12-28T23:00:00Z",
                "2026-01-04T23:00:00Z",
            ),
            (
                week("2026-W53"),
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
            assert!(month(bad).is_err(), "{bad}");
        }
        for bad in ["2026-W54", "2026-40", "W40", "2025-W53"] {
            assert!(week(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn objectives_are_percentages() {
        assert_eq!(objective("99.9%"), Ok(999_000));
        assert_eq!(objective("99.95"), Ok(999_500));
        assert_eq!(objective("50 %"), Ok(500_000));
        for bad in ["100%", "0%", "-1", "101", "nan", "x", "99.99999%"] {
            assert!(objective(bad).is_err(), "{bad}");
        }
    }
}
