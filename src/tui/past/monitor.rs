//! The last 90 days of one monitor.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::history::period::Period;
use crate::history::times::{PeriodTimes, Timeline, Times};
use crate::model::Text;

/// The spans that are shown, the longest last.
const SPANS: [(&str, u64); 4] = [("24h", 1), ("7d", 7), ("30d", 30), ("90d", 90)];
/// Number of days with a bar.
const DAYS: i32 = 90;
const DAY: u64 = 86_400;
/// Maximum number of incidents that are listed.
const MAX_INCIDENTS: usize = 200;
/// While hbmon watches, the history says so up to this time ago.
const WATCHED_DELAY: Duration = Duration::from_secs(10);

/// What happened to a monitor in the last 90 days.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitorPast {
    pub monitor: Text,
    pub first_known: Timestamp,
    /// 24 hours, 7, 30 and 90 days.
    pub spans: [PastSpan; 4],
    /// In the user's time zone, oldest first; the last one is today, until now.
    pub days: Vec<PeriodTimes>,
    /// Newest first.
    pub incidents: Vec<Incident>,
}

/// The time until now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastSpan {
    pub name: &'static str,
    pub times: Times,
    /// Number of incidents, also of those that began before.
    pub incidents: u64,
}

/// What the history keeps of a monitor.
#[derive(Clone, Debug)]
pub struct PastFacts {
    pub monitor: Text,
    pub first_known: Timestamp,
    /// Those of the last 90 days, in their order.
    pub changes: Vec<StatusChange>,
    pub watched: Vec<Period>,
    pub incidents: IncidentTally,
}

/// Counts incidents by spans, and keeps the newest.
#[derive(Clone, Debug)]
pub struct IncidentTally {
    now: Timestamp,
    counts: [u64; 4],
    newest: Vec<Incident>,
}

impl IncidentTally {
    pub const fn new(now: Timestamp) -> IncidentTally {
        IncidentTally {
            now,
            counts: [0; 4],
            newest: Vec::new(),
        }
    }

    /// Adds the incident before those that were added until now.
    pub fn add(&mut self, incident: Incident) {
        for (count, (_, days)) in self.counts.iter_mut().zip(SPANS) {
            let since = before(self.now, days);
            *count += u64::from(incident.closed.is_none_or(|closed| closed > since));
        }
        if self.newest.len() < MAX_INCIDENTS {
            self.newest.push(incident);
        }
    }
}

impl MonitorPast {
    /// The time of which anything can be shown: the first day with a bar began up to a day before
    /// the longest span.
    pub const LENGTH: Duration = Duration::from_secs(91 * DAY);

    pub fn new(facts: PastFacts, now: Timestamp, zone: &TimeZone) -> MonitorPast {
        let PastFacts {
            monitor,
            first_known,
            changes,
            mut watched,
            incidents,
        } = facts;
        if let Some(last) = watched.last_mut()
            && Period::new(last.until, now).length() <= WATCHED_DELAY
        {
            last.until = last.until.max(now);
        }
        let timeline = Timeline {
            first_known,
            removed: None,
            changes: &changes,
            watched: &watched,
        };
        let span = |((name, days), incidents): ((&'static str, u64), u64)| PastSpan {
            name,
            times: timeline.times(Period::new(before(now, days), now)),
            incidents,
        };
        let [day, week, month, quarter] = SPANS;
        let [of_day, of_week, of_month, of_quarter] = incidents.counts;
        MonitorPast {
            monitor,
            first_known,
            spans: [
                (day, of_day),
                (week, of_week),
                (month, of_month),
                (quarter, of_quarter),
            ]
            .map(span),
            days: timeline.split(&days_until(&now.to_zoned(zone.clone()))),
            incidents: incidents.newest,
        }
    }

    /// Returns the time of which anything can be shown.
    pub fn period(now: Timestamp) -> Period {
        let since = now.checked_sub(MonitorPast::LENGTH);
        Period::new(since.unwrap_or(Timestamp::MIN), now)
    }
}

/// Returns the time this number of days of 24 hours before another.
fn before(now: Timestamp, days: u64) -> Timestamp {
    now.checked_sub(Duration::from_secs(days * DAY))
        .unwrap_or(Timestamp::MIN)
}

/// Returns the days of the calendar until now, oldest first.
fn days_until(now: &Zoned) -> Vec<Period> {
    let midnight = |ago: i32| {
        let day = now.date().checked_sub(ago.days()).ok()?;
        let day = day.to_zoned(now.time_zone().clone()).ok()?;
        Some(day.start_of_day().ok()?.timestamp())
    };
    let end = |ago| {
        midnight(ago - 1)
            .unwrap_or(Timestamp::MAX)
            .min(now.timestamp())
    };
    (0..DAYS)
        .rev()
        .filter_map(|ago| Some(Period::new(midnight(ago)?, end(ago))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{IncidentId, Kind, Status};

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn change(from: &str, status: Status) -> StatusChange {
        StatusChange {
            monitor: Text::clean("api"),
            kind: Kind::Http,
            group: None,
            from: time(from),
            until: None,
            status,
            reason: None,
            message: None,
            maintenance: false,
        }
    }

    fn incident(id: u64, opened: &str, closed: &str) -> Incident {
        Incident {
            id: IncidentId(id),
            monitor: Text::clean("api"),
            kind: Kind::Http,
            group: None,
            opened: time(opened),
            closed: Some(time(closed)),
            worst: Status::Error,
            reason: None,
            message: None,
            first_reason: None,
            last_reason: None,
            end: None,
            acknowledged: None,
            maintenance: false,
            notes: Vec::new(),
            told: Vec::new(),
        }
    }

    #[test]
    fn spans_and_days_are_divided_and_unwatched_time_is_neither_up_nor_down() {
        let now = time("2026-11-22T12:00:00Z");
        let mut incidents = IncidentTally::new(now);
        incidents.add(incident(2, "2026-11-22T09:00:00Z", "2026-11-22T09:30:00Z"));
        incidents.add(incident(1, "2026-11-18T23:00:00Z", "2026-11-19T01:00:00Z"));
        let facts = PastFacts {
            monitor: Text::clean("api"),
            first_known: time("2026-11-18T12:00:00Z"),
            changes: vec![
                change("2026-11-18T12:00:00Z", Status::Healthy),
                change("2026-11-18T23:00:00Z", Status::Error),
                change("2026-11-19T01:00:00Z", Status::Healthy),
                change("2026-11-22T09:00:00Z", Status::Error),
                change("2026-11-22T09:30:00Z", Status::Healthy),
            ],
            watched: vec![
                Period::new(time("2026-11-18T12:00:00Z"), time("2026-11-20T00:00:00Z")),
                // The history is five seconds behind.
                Period::new(time("2026-11-20T06:00:00Z"), time("2026-11-22T11:59:55Z")),
            ],
            incidents,
        };
        let past = MonitorPast::new(facts, now, &TimeZone::UTC);
        let minutes = |time: Duration| time.as_secs() / 60;
        let spans = past.spans.map(|span| {
            let Times {
                up,
                down,
                unwatched,
                ..
            } = span.times;
            (
                span.name,
                minutes(up),
                minutes(down),
                minutes(unwatched),
                span.incidents,
            )
        });
        assert_eq!(
            spans,
            [
                ("24h", 1_410, 30, 0, 1),
                ("7d", 5_250, 150, 360, 2),
                ("30d", 5_250, 150, 360, 2),
                ("90d", 5_250, 150, 360, 2),
            ]
        );
        assert_eq!(past.days.len(), 90);
        let newest = past.days.iter().rev().take(6);
        let newest: Vec<_> = newest
            .map(|day| {
                (
                    day.worst,
                    minutes(day.times.down),
                    minutes(day.times.unwatched),
                )
            })
            .collect();
        let error = Some(Status::Error);
        let well = Some(Status::Healthy);
        assert_eq!(
            newest,
            [
                (error, 30, 0),
                (well, 0, 0),
                (well, 0, 360),
                (error, 60, 0),
                (error, 60, 0),
                (None, 0, 0),
            ]
        );
        assert_eq!(past.incidents[0].id, IncidentId(2));
    }

    #[test]
    fn a_day_is_one_of_the_calendar() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now = time("2026-11-22T12:00:00Z").to_zoned(zone);
        let days = days_until(&now);
        assert_eq!(days.len(), 90);
        assert_eq!(days[89].since, time("2026-11-21T23:00:00Z"));
        assert_eq!(days[89].until, now.timestamp());
        // Summer time ended on 2026-10-25.
        let length = |ago: usize| days[89 - ago].length().as_secs() / 3600;
        assert_eq!((length(28), length(29)), (25, 24));
        let follow = |pair: &[Period]| pair[0].until == pair[1].since;
        assert!(days.windows(2).all(follow));
    }
}
