//! `hbmon report`: how available monitors were.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::choice::Choice;
use super::open::{OpenStore, Since};
use super::outputs::{OutputKind, plain, unreadable, write_all};
use crate::cli::args::{AvailabilityArgs, AvailabilityFormat};
use crate::cli::{CommandError, exit};
use crate::history::numbers::{NumbersPoint, Step};
use crate::history::period::Period;
use crate::history::report::Report;
use crate::history::times::Timeline;
use crate::model::Text;
use crate::report::history::days::{DayLatency, MonitorDays};
use crate::report::history::machine::{LineFormat, report_json, report_lines};
use crate::report::history::{html, report_human, report_md};
use crate::report::style::Style;
use crate::store::{ReportQuery, StoreError};

/// The number of days that a page shows bars for.
const DAYS: i64 = 90;

pub(in crate::cli) fn run(args: &AvailabilityArgs) -> Result<u8, CommandError> {
    let scope = &args.part.scope;
    let config = args.config.as_deref();
    let store = OpenStore::open(&args.memory, config, scope.utc, &args.look)?;
    let choice = Choice::new(&store, None, args.part.filter.as_deref(), scope)?;
    let period = period(args, &store)?;
    if choice.is_store_empty {
        store.say_empty();
    }
    let sources = ReportSources { store, choice };
    let report = sources.report(args, period).map_err(unreadable)?;
    write_all(
        &args.output,
        AvailabilityFormat::Human,
        &args.look,
        |format| match format {
            AvailabilityFormat::Md => OutputKind::Appended,
            _ => OutputKind::Other,
        },
        |format, style, out| sources.write(&report, args, format, style, out),
    )?;
    Ok(exit::OK)
}

/// Returns the time of the report, which does not end in the future.
fn period(args: &AvailabilityArgs, store: &OpenStore) -> Result<Period, CommandError> {
    let period = match args.month.or(args.week) {
        Some(calendar) => calendar.period(store.now, &store.wall.zone),
        None => {
            let last = args.last.unwrap_or_else(|| 30.days());
            store.period(&args.part, Since::Ago(last))?
        }
    };
    if period.since >= store.now {
        return Err(CommandError::usage(format!(
            "{} has not begun yet",
            store.wall.span(period)
        )));
    }
    Ok(Period::new(period.since, period.until.min(store.now)))
}

/// What a report is made from.
struct ReportSources {
    store: OpenStore,
    choice: Choice,
}

impl ReportSources {
    fn report(&self, args: &AvailabilityArgs, period: Period) -> Result<Report, StoreError> {
        self.store.reader.report(&ReportQuery {
            period,
            now: self.store.now,
            by: args.by.into(),
            monitors: &self.choice.monitors,
            objective: args.slo,
            compare: args.compare,
        })
    }

    fn write(
        &self,
        report: &Report,
        args: &AvailabilityArgs,
        format: AvailabilityFormat,
        style: Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let wall = &self.store.wall;
        let lines = |format, out: &mut dyn Write| report_lines(format, report, args.compare, out);
        match format {
            AvailabilityFormat::Human if self.choice.is_store_empty => Ok(()),
            AvailabilityFormat::Human => report_human::write(report, style, wall, out),
            AvailabilityFormat::Plain => lines(plain(&args.look), out),
            AvailabilityFormat::Json => report_json(report, out),
            AvailabilityFormat::Ndjson => lines(LineFormat::Ndjson, out),
            AvailabilityFormat::Csv => lines(LineFormat::Csv, out),
            AvailabilityFormat::Md => report_md::write(report, wall, out),
            AvailabilityFormat::Html => {
                let days = days(report.period.until, &wall.zone);
                let mut sections = |each: &mut dyn FnMut(&MonitorDays) -> io::Result<()>| {
                    self.each_monitor(&days, each)
                };
                html::write(report, &mut sections, wall, out)
            }
        }
    }

    /// Gives the days of each chosen monitor that was known in them to a function.
    fn each_monitor(
        &self,
        days: &[Period],
        each: &mut dyn FnMut(&MonitorDays) -> io::Result<()>,
    ) -> io::Result<()> {
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            return Ok(());
        };
        let span = Period::new(first.since, last.until);
        let reader = &self.store.reader;
        let names = self.choice.monitors.iter().map(|monitor| &monitor.name);
        let changes = reader.changes_of(&names.collect(), span);
        let mut changes = changes.map_err(io::Error::other)?;
        let watched = reader.watched_until(span, self.store.now);
        let watched = watched.map_err(io::Error::other)?;
        let mut latencies = self.latencies(span).map_err(io::Error::other)?;
        for monitor in &self.choice.monitors {
            let changes = changes.remove(&monitor.name).unwrap_or_default();
            let timeline = Timeline {
                first_known: monitor.first_known,
                removed: monitor.removed,
                changes: &changes,
                watched: &watched,
            };
            if timeline.known_in(span).is_empty() {
                continue;
            }
            each(&MonitorDays {
                name: monitor.name.clone(),
                days: timeline.split(days),
                latencies: latencies.remove(&monitor.name).unwrap_or_default(),
            })?;
        }
        Ok(())
    }

    /// Returns the latencies of the days of each chosen monitor. The numbers of all monitors lie
    /// together by time: one pass reads them all.
    fn latencies(&self, span: Period) -> Result<HashMap<Text, Vec<DayLatency>>, StoreError> {
        let mut latencies: HashMap<Text, Vec<DayLatency>> = HashMap::new();
        let mut each = |monitor: &Text, day: NumbersPoint| {
            if self.choice.has(monitor) {
                let of_monitor = latencies.entry(monitor.clone()).or_default();
                of_monitor.extend(DayLatency::new(&day));
            }
            ControlFlow::Continue(())
        };
        self.store.reader.all_numbers(span, Step::Day, &mut each)?;
        Ok(latencies)
    }
}

/// Returns the days of a zone before a time, the last one up to it.
fn days(until: Timestamp, zone: &TimeZone) -> Vec<Period> {
    let last = (until - 1.millisecond()).to_zoned(zone.clone()).date();
    let midnight = |before: i64| {
        let day = last.saturating_sub(before.days());
        day.to_zoned(zone.clone())
            .map_or(until, |at| at.timestamp())
    };
    let begins = (0..DAYS).rev().map(midnight);
    let ends = (0..DAYS - 1).rev().map(midnight).chain([until]);
    begins
        .zip(ends)
        .map(|(since, until)| Period::new(since, until))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_zone_and_adjacent() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let until: Timestamp = "2026-11-22T13:32:04Z".parse().unwrap();
        let all = days(until, &zone);
        assert_eq!(all.len(), 90);
        assert_eq!(all[0].since.to_string(), "2026-08-24T22:00:00Z");
        assert_eq!(all[89].since.to_string(), "2026-11-21T23:00:00Z");
        assert_eq!(all[89].until, until);
        assert!(all.windows(2).all(|pair| pair[0].until == pair[1].since));
        // A report that ends at midnight has no empty day.
        let midnight = "2026-10-31T23:00:00Z".parse().unwrap();
        assert_eq!(
            days(midnight, &zone)[89].since.to_string(),
            "2026-10-30T23:00:00Z"
        );
    }
}
