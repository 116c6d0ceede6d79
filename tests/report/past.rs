//! A history as a store may hold it: two monitors, an outage, an open incident, a gap.

use std::time::Duration;

use hbmon::history::change::StatusChange;
use hbmon::history::incident::{Incident, Note, Told};
use hbmon::history::numbers::{Numbers, NumbersPoint, Step};
use hbmon::history::period::Period;
use hbmon::history::report::{Report, ReportBy, ReportRow, SloRow};
use hbmon::history::times::{PeriodTimes, Timeline, Times};
use hbmon::model::{Acknowledgement, IncidentEnd, IncidentId, Kind, Reason, Status, Text};
use hbmon::report::history::days::{DayLatency, MonitorDays};
use hbmon::report::history::json::NumbersRow;
use hbmon::report::history::rows::RowFn;
use hbmon::report::history::wall::WallStyle;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::fixture::secs;

const DAY: u64 = 86_400;

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

pub(crate) fn now() -> Timestamp {
    time("2026-11-22T13:32:04.120Z")
}

pub(crate) fn wall() -> WallStyle {
    WallStyle {
        zone: TimeZone::get("Europe/Berlin").expect("a zone"),
        utc: false,
    }
}

/// The day before now.
pub(crate) fn day() -> Period {
    Period::new(time("2026-11-21T13:32:04.120Z"), now())
}

/// Gives these rows to a writer.
pub(crate) fn rows<T>(rows: &[T]) -> Box<RowFn<'_, T>> {
    Box::new(move |each| rows.iter().try_for_each(each))
}

fn change(name: &str, from: &str, until: Option<&str>, status: Status) -> StatusChange {
    StatusChange {
        monitor: Text::clean(name),
        kind: Kind::Http,
        group: Some(Text::clean("web")),
        from: time(from),
        until: until.map(time),
        status,
        reason: None,
        message: None,
        maintenance: false,
    }
}

pub(crate) fn changes() -> Vec<StatusChange> {
    let why = |reason: Reason, message: &str, change: StatusChange| StatusChange {
        reason: Some(reason),
        message: Some(Text::clean(message)),
        ..change
    };
    let night = "2026-11-22T03:12:00Z";
    let back = "2026-11-22T03:26:02.500Z";
    let slow = "2026-11-22T11:02:00Z";
    vec![
        change(
            "api-eu",
            "2026-11-20T08:00:00Z",
            Some(night),
            Status::Healthy,
        ),
        why(
            Reason::Status,
            "503 Service Unavailable, \"try, later\"",
            change("api-eu", night, Some(back), Status::Error),
        ),
        change("api-eu", back, Some(slow), Status::Healthy),
        StatusChange {
            kind: Kind::Push,
            group: None,
            maintenance: true,
            ..why(
                Reason::Missed,
                "missed 2 heartbeats",
                change(
                    "nächtliche Sicherung",
                    "2026-11-22T04:00:00Z",
                    Some("2026-11-22T04:30:00Z"),
                    Status::Warning,
                ),
            )
        },
        why(
            Reason::Latency,
            "latency 1.9s, limit 1s",
            change("api-eu", slow, None, Status::Warning),
        ),
    ]
}

pub(crate) fn unwatched() -> Vec<Period> {
    [
        ("2026-11-21T20:00:00Z", "2026-11-21T20:15:00Z"),
        ("2026-11-22T05:00:00Z", "2026-11-22T05:00:20Z"),
        ("2026-11-22T06:00:00Z", "2026-11-22T06:01:00Z"),
    ]
    .map(|(since, until)| Period::new(time(since), time(until)))
    .to_vec()
}

pub(crate) fn incidents() -> Vec<Incident> {
    let outage = Incident {
        id: IncidentId(41),
        monitor: Text::clean("api-eu"),
        kind: Kind::Http,
        group: Some(Text::clean("web")),
        opened: time("2026-11-22T03:12:00Z"),
        closed: Some(time("2026-11-22T03:26:02.500Z")),
        worst: Status::Error,
        reason: Some(Reason::Status),
        message: Some(Text::clean("503 Service Unavailable, \"try, later\"")),
        first_reason: Some(Reason::Status),
        last_reason: Some(Reason::Status),
        end: Some(IncidentEnd::Recovered),
        acknowledged: Some(Acknowledgement {
            by: Text::clean("ana"),
            at: time("2026-11-22T03:15:00Z"),
            until: Some(time("2026-11-22T07:15:00Z")),
        }),
        maintenance: false,
        notes: vec![
            Note {
                at: time("2026-11-22T03:16:00Z"),
                by: Text::clean("ana"),
                text: Text::clean("the pool of connections is exhausted"),
            },
            Note {
                at: time("2026-11-22T09:00:00Z"),
                by: Text::clean("bo"),
                text: Text::clean("raised to 64"),
            },
        ],
        told: vec![Told {
            channel: Text::clean("ops"),
            at: time("2026-11-22T03:12:01Z"),
            what: Text::clean("opened"),
        }],
    };
    vec![
        outage.clone(),
        Incident {
            id: IncidentId(42),
            monitor: Text::clean("nächtliche Sicherung"),
            kind: Kind::Push,
            group: None,
            opened: time("2026-11-22T11:02:00Z"),
            closed: None,
            worst: Status::Warning,
            reason: Some(Reason::Missed),
            message: Some(Text::clean("missed 2 heartbeats")),
            end: None,
            acknowledged: None,
            maintenance: true,
            notes: Vec::new(),
            told: Vec::new(),
            ..outage
        },
    ]
}

pub(crate) fn numbers(millis: &[u64]) -> Numbers {
    let mut numbers = Numbers {
        beats: millis.len() as u64,
        failed: 2,
        missed: 1,
        healthy: secs(280),
        warning: secs(10),
        error: secs(10),
        ..Numbers::default()
    };
    for millis in millis {
        numbers.latency.record(Duration::from_millis(*millis));
    }
    numbers
}

pub(crate) fn numbers_rows() -> Vec<NumbersRow> {
    let row = |name: &str, millis: &[u64]| NumbersRow {
        monitor: Text::clean(name),
        step: Step::Hour,
        point: NumbersPoint {
            at: time("2026-11-22T03:00:00Z"),
            numbers: numbers(millis),
        },
    };
    vec![
        row("api-eu", &[12, 20, 90]),
        row("nächtliche Sicherung", &[]),
    ]
}

fn row(name: &str, times: Times) -> ReportRow {
    ReportRow {
        name: Text::clean(name),
        kind: None,
        group: None,
        times,
        incidents: 0,
        outages: 0,
        longest: None,
        mttr: None,
        mtbf: None,
        numbers: Numbers::default(),
        slo: None,
        before: None,
    }
}

/// October, with the month before.
pub(crate) fn report() -> Report {
    let month = Period::new(time("2026-09-30T22:00:00Z"), time("2026-10-31T23:00:00Z"));
    let all = month.length();
    let slo = |met, left| {
        Some(SloRow {
            objective: 0.999,
            met,
            budget: secs(2_678),
            used: secs(842),
            left,
        })
    };
    let api = ReportRow {
        kind: Some(Kind::Http),
        group: Some(Text::clean("web")),
        incidents: 3,
        outages: 1,
        longest: Some(secs(842)),
        mttr: Some(secs(842)),
        mtbf: Some(all - secs(842 + 900)),
        numbers: numbers(&[12, 20, 22, 25, 31, 40, 90]),
        slo: slo(true, 0.685_586),
        before: Some(Box::new(row(
            "api-eu",
            Times {
                up: secs(30 * DAY),
                ..Times::default()
            },
        ))),
        ..row(
            "api-eu",
            Times {
                up: all - secs(842 + 900),
                down: secs(842),
                unwatched: secs(900),
                ..Times::default()
            },
        )
    };
    let backup = ReportRow {
        kind: Some(Kind::Push),
        incidents: 8,
        outages: 8,
        longest: Some(secs(7_200)),
        mttr: Some(secs(1_800)),
        mtbf: Some(secs(3 * DAY)),
        slo: slo(false, -4.4),
        ..row(
            "nächtliche Sicherung <b>",
            Times {
                up: secs(20 * DAY),
                down: secs(14_400),
                unknown: secs(60),
                unwatched: secs(840),
                maintenance: secs(7_200),
                paused: secs(DAY),
            },
        )
    };
    let total = ReportRow {
        incidents: 11,
        outages: 9,
        longest: Some(secs(7_200)),
        mttr: Some(secs(1_693)),
        mtbf: Some(secs(5 * DAY)),
        numbers: api.numbers.clone(),
        ..row(
            "all",
            Times {
                up: api.times.up + backup.times.up,
                down: secs(842 + 14_400),
                unknown: secs(60),
                unwatched: secs(1_740),
                maintenance: secs(7_200),
                paused: secs(DAY),
            },
        )
    };
    Report {
        period: month,
        by: ReportBy::Monitor,
        rows: vec![api, backup],
        total,
        known_since: Some(time("2026-10-02T05:30:00Z")),
    }
}

/// Twelve days of one monitor: unknown, well, down, unwatched, in warning.
pub(crate) fn days() -> MonitorDays {
    let begin = time("2026-09-30T22:00:00Z");
    let on = |day: u64| begin + secs(day * DAY);
    let shifted = |day: u64, status, length: Option<u64>| {
        let from = on(day) + secs(7_200);
        StatusChange {
            from,
            until: length.map(|length| from + secs(length)),
            ..change("api-eu", "2026-10-20T00:00:00Z", None, status)
        }
    };
    let changes = [
        shifted(2, Status::Healthy, Some(3 * DAY)),
        shifted(5, Status::Error, Some(842)),
        shifted(6, Status::Healthy, Some(2 * DAY)),
        shifted(9, Status::Warning, None),
    ];
    let watched = [Period::new(on(2), on(7)), Period::new(on(8), on(12))];
    let timeline = Timeline {
        first_known: on(2),
        removed: None,
        changes: &changes,
        watched: &watched,
    };
    let periods: Vec<Period> = (0..12)
        .map(|day| Period::new(on(day), on(day + 1)))
        .collect();
    let days: Vec<PeriodTimes> = timeline.split(&periods);
    let point = |day: u64, millis: &[u64]| NumbersPoint {
        at: on(day) + secs(7_200),
        numbers: numbers(millis),
    };
    MonitorDays {
        name: Text::clean("api-eu <i>"),
        days,
        latencies: [
            point(2, &[12, 20, 90]),
            point(3, &[14, 24, 120]),
            point(5, &[40, 80, 400]),
            point(8, &[]),
            point(9, &[12, 18, 60]),
        ]
        .iter()
        .filter_map(DayLatency::new)
        .collect(),
    }
}
