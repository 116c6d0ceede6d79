//! Times of a monitor by hand, and against a clock that looks at every second.

use hbmon::history::change::StatusChange;
use hbmon::history::period::Period;
use hbmon::history::times::{TimeKind, TimeSegment, Timeline, Times};
use hbmon::model::Status;
use jiff::Timestamp;
use proptest::option;
use proptest::prelude::*;

use crate::support::{adjacent, at, change, changes, period, seconds, watched};

/// A monitor that is known for as long as there is time.
fn always<'a>(changes: &'a [StatusChange], watched: &'a [Period]) -> Timeline<'a> {
    Timeline {
        first_known: at(0),
        removed: None,
        changes,
        watched,
    }
}

#[test]
fn an_outage_with_a_restart_in_it() {
    // Up for 100 s, down for 200 s of which 50 s are unwatched, up for 300 s with a warning.
    let changes = [
        change(1_000, Some(1_100), Status::Healthy),
        change(1_100, Some(1_300), Status::Error),
        change(1_300, Some(1_400), Status::Warning),
        change(1_400, None, Status::Healthy),
    ];
    let watched = [period(1_000, 1_150), period(1_200, 2_000)];
    let times = Times::of(period(0, 1_600), at(1_000), &changes, &watched, None);
    let expected = Times {
        up: seconds(400),
        down: seconds(150),
        unwatched: seconds(50),
        ..Times::default()
    };
    assert_eq!(times, expected);
    assert_eq!(times.total(), seconds(600));
    assert_eq!(times.judged(), seconds(550));
    assert_eq!(times.availability(), Some(400.0 / 550.0));
    assert_eq!(Times::default().availability(), None);
}

#[test]
fn what_counts_before_what() {
    let in_maintenance = |from, until, status| StatusChange {
        maintenance: true,
        ..change(from, Some(until), status)
    };
    let changes = [
        in_maintenance(0, 10, Status::Paused),
        in_maintenance(10, 20, Status::Unknown),
        in_maintenance(20, 40, Status::Error),
        in_maintenance(40, 80, Status::Healthy),
        change(80, Some(160), Status::Paused),
        change(160, Some(320), Status::Unknown),
        // 320 s without a change.
        change(640, Some(1_280), Status::Error),
    ];
    let times = Times::of(period(0, 1_280), at(0), &changes, &[period(0, 1_280)], None);
    let expected = Times {
        up: seconds(0),
        down: seconds(640),
        unknown: seconds(160 + 320),
        unwatched: seconds(0),
        maintenance: seconds(70),
        paused: seconds(10 + 80),
    };
    assert_eq!(times, expected);
    let unwatched = Times::of(period(0, 1_280), at(0), &changes, &[], None);
    assert_eq!(unwatched.unwatched, seconds(1_280));
    assert_eq!(unwatched.total(), seconds(1_280));
}

#[test]
fn a_clock_that_jumps_back() {
    // It is set from 200 back to 100 while the monitor is down; then it recovers at 150.
    let changes = [
        change(0, Some(100), Status::Healthy),
        change(100, Some(200), Status::Error),
        change(150, Some(300), Status::Healthy),
    ];
    let watched = [period(0, 200), period(100, 300)];
    let times = Times::of(period(0, 300), at(0), &changes, &watched, None);
    let expected = Times {
        up: seconds(200),
        down: seconds(100),
        ..Times::default()
    };
    assert_eq!(times, expected);
}

#[test]
fn a_clock_that_was_wrong_for_a_while() {
    const YEAR: i64 = 365 * 86_400;
    // A year ahead from 200 on, and at 300 right again: an outage ended in the meantime.
    let changes = [
        change(0, Some(100), Status::Healthy),
        change(100, Some(YEAR + 250), Status::Error),
        change(300, None, Status::Healthy),
        change(YEAR + 250, Some(YEAR + 300), Status::Healthy),
    ];
    let watched = [period(0, 200), period(300, 1_000)];
    let times = Times::of(period(0, 1_000), at(0), &changes, &watched, None);
    let expected = Times {
        up: seconds(800),
        down: seconds(100),
        unwatched: seconds(100),
        ..Times::default()
    };
    assert_eq!(times, expected);
}

#[test]
fn a_change_without_an_end_lasts_until_the_next() {
    let changes = [
        change(0, None, Status::Error),
        change(60, None, Status::Healthy),
    ];
    let times = Times::of(period(0, 100), at(0), &changes, &[period(0, 100)], None);
    assert_eq!(times.down, seconds(60));
    assert_eq!(times.up, seconds(40));
}

#[test]
fn only_the_time_in_which_it_was_known() {
    let changes = [change(0, None, Status::Healthy)];
    let times = |since, until| {
        let watched = [period(0, 1_000)];
        let span = period(since, until);
        Times::of(span, at(100), &changes, &watched, Some(at(400))).total()
    };
    assert_eq!(times(0, 1_000), seconds(300));
    assert_eq!(times(0, 150), seconds(50));
    assert_eq!(times(0, 100), seconds(0));
    assert_eq!(times(400, 1_000), seconds(0));
    assert_eq!(times(300, 200), seconds(0));
}

#[test]
fn segments_say_status_and_kind() {
    let changes = [change(10, Some(30), Status::Warning)];
    let watched = [period(0, 20)];
    let segments: Vec<_> = always(&changes, &watched).segments(period(0, 40)).collect();
    let segment = |kind, status, since, until| TimeSegment {
        kind,
        status,
        period: period(since, until),
    };
    assert_eq!(
        segments,
        [
            segment(TimeKind::Unknown, None, 0, 10),
            segment(TimeKind::Up, Some(Status::Warning), 10, 20),
            segment(TimeKind::Unwatched, Some(Status::Warning), 20, 30),
            segment(TimeKind::Unwatched, None, 30, 40),
        ]
    );
    let judged: Vec<_> = segments.iter().map(TimeSegment::judged).collect();
    assert_eq!(judged, [None, Some(Status::Warning), None, None]);
}

#[test]
fn days_with_their_worst_status() {
    let day = 86_400;
    let changes = [
        change(0, Some(day - 60), Status::Healthy),
        change(day - 60, Some(day + 60), Status::Error),
        change(day + 60, Some(2 * day), Status::Healthy),
        change(2 * day, Some(2 * day + 1), Status::Warning),
        change(2 * day + 1, None, Status::Healthy),
    ];
    let days: Vec<_> = (-1..5).map(|n| period(n * day, (n + 1) * day)).collect();
    let watched = [period(0, 4 * day)];
    let split = always(&changes, &watched).split(&days);
    let found: Vec<_> = (split.iter().zip(&days))
        .map(|(part, day)| {
            assert_eq!(part.period, *day);
            (
                part.times.down.as_secs(),
                part.times.total().as_secs(),
                part.worst,
            )
        })
        .collect();
    let day = 86_400;
    assert_eq!(
        found,
        [
            // Before it was known.
            (0, 0, None),
            (60, day, Some(Status::Error)),
            (60, day, Some(Status::Error)),
            (0, day, Some(Status::Warning)),
            (0, day, Some(Status::Healthy)),
            // Unwatched.
            (0, day, None),
        ]
    );
    assert_eq!(always(&changes, &watched).split(&[]), []);
}

/// Finds the row that covers a second, the long way: rows are cut to begin after the end of those
/// before, then looked through.
fn covering(second: i64, rows: impl Iterator<Item = Period>) -> Option<usize> {
    let mut cursor = Timestamp::MIN;
    let mut cut = rows.map(|row| {
        let cut = Period::new(row.since.max(cursor), row.until);
        if !cut.is_empty() {
            cursor = cut.until;
        }
        cut
    });
    cut.position(|row| row.contains(at(second)))
}

/// What the contract says about one second.
fn kind_at(second: i64, timeline: &Timeline) -> TimeKind {
    if covering(second, timeline.watched.iter().copied()).is_none() {
        return TimeKind::Unwatched;
    }
    let changes = timeline.changes;
    let rows = changes.iter().enumerate().map(|(place, change)| {
        let next = (changes.get(place + 1)).map_or(Timestamp::MAX, |next| next.from);
        Period::new(change.from, change.until.unwrap_or(next))
    });
    let change = covering(second, rows).map(|place| &changes[place]);
    match change.map(|change| (change.status, change.maintenance)) {
        None => TimeKind::Unknown,
        Some((Status::Paused, _)) => TimeKind::Paused,
        Some((_, true)) => TimeKind::Maintenance,
        Some((Status::Unknown, _)) => TimeKind::Unknown,
        Some((Status::Healthy | Status::Warning, _)) => TimeKind::Up,
        Some((Status::Error, _)) => TimeKind::Down,
    }
}

fn by_seconds(span: Period, timeline: &Timeline) -> Times {
    let known = timeline.known_in(span);
    let mut times = Times::default();
    for second in known.since.as_second()..known.until.as_second() {
        let part = match kind_at(second, timeline) {
            TimeKind::Up => &mut times.up,
            TimeKind::Down => &mut times.down,
            TimeKind::Unknown => &mut times.unknown,
            TimeKind::Unwatched => &mut times.unwatched,
            TimeKind::Maintenance => &mut times.maintenance,
            TimeKind::Paused => &mut times.paused,
        };
        *part += seconds(1);
    }
    times
}

proptest! {
    #[test]
    fn times_add_up_to_the_span(
        changes in changes(),
        watched in watched(),
        first_known in 0..600_i64,
        removed in option::of(0..1_500_i64),
        periods in adjacent(),
    ) {
        let timeline = Timeline {
            first_known: at(first_known),
            removed: removed.map(at),
            changes: &changes,
            watched: &watched,
        };
        let span = Period::new(periods[0].since, periods[periods.len() - 1].until);
        let times = timeline.times(span);
        let until = removed.map_or(span.until, |removed| span.until.min(at(removed)));
        let known = Period::new(span.since.max(at(first_known)), until);
        prop_assert_eq!(times.total(), known.length());
        prop_assert_eq!(times, by_seconds(span, &timeline));

        // The parts of a span add up to it, each for itself and in one pass.
        let mut sum = Times::default();
        for part in timeline.split(&periods) {
            prop_assert_eq!(part.times, timeline.times(part.period));
            let judged = timeline.segments(part.period).filter_map(|segment| segment.judged());
            prop_assert_eq!(part.worst, judged.max());
            sum.merge(&part.times);
        }
        prop_assert_eq!(sum, times);

        let mut cursor = timeline.known_in(span).since;
        for segment in timeline.segments(span) {
            prop_assert_eq!(segment.period.since, cursor);
            prop_assert!(!segment.period.is_empty());
            cursor = segment.period.until;
        }
    }
}
