//! How long a monitor was up, down, and neither.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::history::change::StatusChange;
use crate::history::period::Period;
use crate::model::Status;

/// A span of time, divided. The six parts add up to the span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// In `healthy` or `warning`.
    pub up: Duration,
    /// In `error`.
    pub down: Duration,
    pub unknown: Duration,
    /// hbmon was off, asleep or overloaded.
    pub unwatched: Duration,
    pub maintenance: Duration,
    pub paused: Duration,
}

impl Times {
    /// Divides the part of a span in which a monitor was known. The arguments after the span are
    /// the fields of a [`Timeline`].
    pub fn of(
        span: Period,
        first_known: Timestamp,
        changes: &[StatusChange],
        watched: &[Period],
        removed: Option<Timestamp>,
    ) -> Times {
        Timeline {
            first_known,
            removed,
            changes,
            watched,
        }
        .times(span)
    }

    /// Returns up / (up + down); `None` if both are zero.
    pub fn availability(&self) -> Option<f64> {
        let judged = self.judged();
        (!judged.is_zero()).then(|| self.up.as_secs_f64() / judged.as_secs_f64())
    }

    /// Returns the time that counts for the availability: up and down.
    pub fn judged(&self) -> Duration {
        self.up.saturating_add(self.down)
    }

    /// Returns the length of the span: the sum of all parts.
    pub fn total(&self) -> Duration {
        [self.unknown, self.unwatched, self.maintenance, self.paused]
            .into_iter()
            .fold(self.judged(), Duration::saturating_add)
    }

    /// Adds the times of another span or monitor.
    pub fn merge(&mut self, other: &Times) {
        self.add(TimeKind::Up, other.up);
        self.add(TimeKind::Down, other.down);
        self.add(TimeKind::Unknown, other.unknown);
        self.add(TimeKind::Unwatched, other.unwatched);
        self.add(TimeKind::Maintenance, other.maintenance);
        self.add(TimeKind::Paused, other.paused);
    }

    fn add(&mut self, kind: TimeKind, time: Duration) {
        let part = match kind {
            TimeKind::Up => &mut self.up,
            TimeKind::Down => &mut self.down,
            TimeKind::Unknown => &mut self.unknown,
            TimeKind::Unwatched => &mut self.unwatched,
            TimeKind::Maintenance => &mut self.maintenance,
            TimeKind::Paused => &mut self.paused,
        };
        *part = part.saturating_add(time);
    }
}

/// What a time counts as: a part of [`Times`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeKind {
    Up,
    Down,
    Unknown,
    Unwatched,
    Maintenance,
    Paused,
}

/// What is known about the time of one monitor.
///
/// The changes and the watched times are in the order in which they happened. After a wall clock
/// that jumped back they may overlap: then the earlier one counts, and the later one begins where
/// it ends.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'a> {
    /// Time before it does not count at all.
    pub first_known: Timestamp,
    /// Time from then on does not count at all.
    pub removed: Option<Timestamp>,
    /// The changes of this monitor. One without an end lasts until the next one.
    pub changes: &'a [StatusChange],
    /// When hbmon watched.
    pub watched: &'a [Period],
}

impl<'a> Timeline<'a> {
    /// Returns the part of a period in which the monitor was known; it may be empty.
    pub fn known_in(&self, period: Period) -> Period {
        period.overlap(Period::new(
            self.first_known,
            self.removed.unwrap_or(Timestamp::MAX),
        ))
    }

    /// Returns adjacent segments that fill the part of a span in which the monitor was known.
    pub fn segments(&self, span: Period) -> TimeSegments<'a> {
        let known = self.known_in(span);
        TimeSegments {
            changes: self.changes,
            watched: self.watched,
            cursor: known.since,
            end: known.until,
        }
    }

    /// Divides the part of a span in which the monitor was known.
    pub fn times(&self, span: Period) -> Times {
        let mut times = Times::default();
        for segment in self.segments(span) {
            times.add(segment.kind, segment.period.length());
        }
        times
    }

    /// Divides each of a list of periods, such as days, in one pass. The periods are in order and
    /// do not overlap.
    pub fn split(&self, periods: &[Period]) -> Vec<PeriodTimes> {
        let mut split: Vec<_> = periods.iter().copied().map(PeriodTimes::new).collect();
        let (Some(first), Some(last)) = (periods.first(), periods.last()) else {
            return split;
        };
        let mut place = 0;
        for segment in self.segments(Period::new(first.since, last.until)) {
            while let Some(part) = split.get_mut(place) {
                part.add(&segment);
                if part.period.until > segment.period.until {
                    break;
                }
                place += 1;
            }
        }
        split
    }
}

/// A time in which a monitor had one status, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSegment {
    pub kind: TimeKind,
    /// As the changes say, also while hbmon did not watch; `None` if no change covers the time.
    pub status: Option<Status>,
    /// Never empty.
    pub period: Period,
}

impl TimeSegment {
    /// Returns the status if the time counts as up or down.
    pub fn judged(&self) -> Option<Status> {
        let is_judged = matches!(self.kind, TimeKind::Up | TimeKind::Down);
        self.status.filter(|_| is_judged)
    }
}

/// The times of one period of several, and the worst status in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodTimes {
    pub period: Period,
    /// Zero where the monitor was not known.
    pub times: Times,
    /// The worst status that counted as up or down; `None` if there was none.
    pub worst: Option<Status>,
}

impl PeriodTimes {
    fn new(period: Period) -> PeriodTimes {
        PeriodTimes {
            period,
            times: Times::default(),
            worst: None,
        }
    }

    /// Adds the part of a segment that is in the period.
    fn add(&mut self, segment: &TimeSegment) {
        let shared = self.period.overlap(segment.period);
        if !shared.is_empty() {
            self.times.add(segment.kind, shared.length());
            self.worst = self.worst.max(segment.judged());
        }
    }
}

/// A change that overlaps with the next one by more was ended by a clock that was wrong.
const CLOCK_STEP: SignedDuration = SignedDuration::from_hours(24);

/// Walks along changes and watched times, from one end of either to the next.
#[derive(Clone, Debug)]
pub struct TimeSegments<'a> {
    /// Those that end after the cursor, or come after one that does.
    changes: &'a [StatusChange],
    watched: &'a [Period],
    cursor: Timestamp,
    end: Timestamp,
}

impl Iterator for TimeSegments<'_> {
    type Item = TimeSegment;

    fn next(&mut self) -> Option<TimeSegment> {
        if self.cursor >= self.end {
            return None;
        }
        let (change, change_until) = covering(&mut self.changes, self.cursor, |change, next| {
            let next = next.map_or(Timestamp::MAX, |next| next.from);
            let is_right = |until: &Timestamp| {
                next.duration_until(*until) <= CLOCK_STEP || next <= change.from
            };
            Period::new(change.from, change.until.filter(is_right).unwrap_or(next))
        });
        let (watched, watched_until) =
            covering(&mut self.watched, self.cursor, |&period, _| period);
        let until = self.end.min(change_until).min(watched_until);
        let period = Period::new(self.cursor, until);
        self.cursor = until;
        Some(TimeSegment {
            kind: kind_of(watched.is_some(), change),
            status: change.map(|change| change.status),
            period,
        })
    }
}

/// Returns the first row that covers a time, and until when this answer holds. Drops the rows that
/// are over. `period_of` returns the period of a row, given also the next row.
fn covering<'a, T>(
    rows: &mut &'a [T],
    at: Timestamp,
    period_of: impl Fn(&T, Option<&T>) -> Period,
) -> (Option<&'a T>, Timestamp) {
    while let [row, later @ ..] = *rows {
        let period = period_of(row, later.first());
        if period.until > at.max(period.since) {
            return if period.since > at {
                (None, period.since)
            } else {
                (Some(row), period.until)
            };
        }
        *rows = later;
    }
    (None, Timestamp::MAX)
}

fn kind_of(is_watched: bool, change: Option<&StatusChange>) -> TimeKind {
    let Some(change) = change.filter(|_| is_watched) else {
        return if is_watched {
            TimeKind::Unknown
        } else {
            TimeKind::Unwatched
        };
    };
    match change.status {
        Status::Paused => TimeKind::Paused,
        _ if change.maintenance => TimeKind::Maintenance,
        Status::Unknown => TimeKind::Unknown,
        Status::Healthy | Status::Warning => TimeKind::Up,
        Status::Error => TimeKind::Down,
    }
}
