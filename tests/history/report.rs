//! Reports by hand, and as sums of the reports on their parts.

use std::collections::HashMap;
use std::time::Duration;

use hbmon::history::change::StatusChange;
use hbmon::history::incident::Incident;
use hbmon::history::known::KnownMonitor;
use hbmon::history::numbers::{Numbers, NumbersPoint};
use hbmon::history::period::Period;
use hbmon::history::report::{Report, ReportBy, ReportInput, ReportRow, SloRow};
use hbmon::history::times::Times;
use hbmon::model::{IncidentId, Kind, Slo, Status, Text};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::support::{
    adjacent, at, change, changes, millis, numbers, period, seconds, sketch, text, watched,
};

/// What a store has.
#[derive(Clone, Debug, Default)]
struct Past {
    monitors: Vec<KnownMonitor>,
    changes: HashMap<Text, Vec<StatusChange>>,
    watched: Vec<Period>,
    incidents: Vec<Incident>,
    numbers: Vec<(Text, NumbersPoint)>,
}

impl Past {
    fn report(&self, period: Period, by: ReportBy) -> Report {
        self.compare(period, by, None, None)
    }

    fn compare(
        &self,
        period: Period,
        by: ReportBy,
        objective: Option<u32>,
        before: Option<Report>,
    ) -> Report {
        let mut sums: HashMap<Text, Numbers> = HashMap::new();
        for (name, point) in self
            .numbers
            .iter()
            .filter(|(_, point)| period.contains(point.at))
        {
            sums.entry(name.clone()).or_default().merge(&point.numbers);
        }
        Report::build(ReportInput {
            period,
            by,
            monitors: &self.monitors,
            changes: &self.changes,
            watched: &self.watched,
            incidents: &self.incidents,
            sums: &sums,
            objective,
            before,
        })
    }
}

fn monitor(name: &str, group: Option<&str>, tags: &[&str]) -> KnownMonitor {
    KnownMonitor {
        name: text(name),
        kind: Kind::Http,
        group: group.map(text),
        tags: tags.iter().map(|tag| text(tag)).collect(),
        slo: None,
        first_known: at(0),
        removed: None,
    }
}

fn incident(monitor: &str, opened: i64, closed: Option<i64>, worst: Status) -> Incident {
    Incident {
        id: IncidentId(1),
        monitor: text(monitor),
        kind: Kind::Http,
        group: None,
        opened: at(opened),
        closed: closed.map(at),
        worst,
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

/// Two outages of `api`, of 200 s and 100 s, a warning of `web`, and `old`, which is unwatched.
fn past() -> Past {
    let slo = |millionths| {
        Some(Slo {
            millionths,
            window: seconds(86_400),
        })
    };
    let web = [
        change(0, Some(5_000), Status::Healthy),
        change(5_000, Some(5_500), Status::Warning),
        change(5_500, None, Status::Healthy),
    ];
    let api = [
        change(0, Some(1_000), Status::Healthy),
        change(1_000, Some(1_200), Status::Error),
        change(1_200, Some(9_900), Status::Healthy),
        change(9_900, None, Status::Error),
    ];
    let point = |name: &str, second, latency| {
        let numbers = Numbers {
            beats: 1,
            latency: sketch(&[millis(latency)]),
            ..Numbers::default()
        };
        (
            text(name),
            NumbersPoint {
                at: at(second),
                numbers,
            },
        )
    };
    Past {
        monitors: vec![
            KnownMonitor {
                slo: slo(970_000),
                ..monitor("web", None, &["edge"])
            },
            KnownMonitor {
                slo: slo(980_000),
                ..monitor("api", Some("core"), &["edge", "paid", "paid"])
            },
            KnownMonitor {
                removed: Some(at(500)),
                ..monitor("old", Some("core"), &[])
            },
        ],
        changes: [(text("web"), web.to_vec()), (text("api"), api.to_vec())].into(),
        watched: vec![period(500, 20_000)],
        incidents: vec![
            incident("api", 1_000, Some(1_200), Status::Error),
            incident("web", 5_000, Some(5_500), Status::Warning),
            incident("api", 9_900, None, Status::Error),
            incident("gone", 10, Some(20), Status::Error),
        ],
        numbers: vec![
            point("api", 300, 10),
            point("api", 600, 30),
            point("web", 900, 20),
        ],
    }
}

fn names(report: &Report) -> Vec<&str> {
    report.rows.iter().map(|row| row.name.as_str()).collect()
}

#[test]
fn a_report_by_hand() {
    let report = past().report(period(0, 10_000), ReportBy::Monitor);
    assert_eq!(names(&report), ["api", "old", "web"]);
    let [api, old, web] = &report.rows[..] else {
        panic!()
    };

    let times = Times {
        up: seconds(9_200),
        down: seconds(300),
        unwatched: seconds(500),
        ..Times::default()
    };
    assert_eq!(api.times, times);
    assert_eq!(api.kind, Some(Kind::Http));
    assert_eq!(api.group, Some(text("core")));
    assert_eq!((api.incidents, api.outages), (2, 2));
    assert_eq!(api.longest, Some(seconds(200)));
    assert_eq!(api.mttr, Some(seconds(150)));
    assert_eq!(api.mtbf, Some(seconds(4_600)));
    assert_eq!(api.numbers.beats, 2);
    assert_eq!(api.numbers.latency, sketch(&[millis(10), millis(30)]));
    assert_eq!(api.before, None);
    // 2 % of 9,500 s are 190 s.
    let slo = api.slo.unwrap();
    assert_eq!((slo.objective, slo.met), (0.98, false));
    assert_eq!((slo.budget, slo.used), (seconds(190), seconds(300)));
    assert!((slo.left - (1.0 - 300.0 / 190.0)).abs() < 1e-12);

    assert_eq!(old.times.unwatched, seconds(500));
    assert_eq!(old.times.total(), seconds(500));
    assert_eq!(old.slo, None);

    assert_eq!((web.incidents, web.outages), (1, 0));
    assert_eq!((web.longest, web.mttr, web.mtbf), (None, None, None));
    assert_eq!(web.times.up, seconds(9_500));
    assert_eq!(web.slo.map(|slo| (slo.met, slo.left)), Some((true, 1.0)));

    let total = &report.total;
    assert_eq!(total.name, text("total"));
    assert_eq!((total.kind, &total.group), (None, &None));
    assert_eq!(total.times.up, seconds(18_700));
    assert_eq!(total.times.unwatched, seconds(1_500));
    assert_eq!((total.incidents, total.outages), (3, 2));
    assert_eq!(total.mtbf, Some(seconds(9_350)));
    assert_eq!(total.numbers.beats, 3);
    // Its monitors have several objectives.
    assert_eq!(total.slo, None);
}

#[test]
fn groups_and_tags_add_up() {
    let groups = past().report(period(0, 10_000), ReportBy::Group);
    assert_eq!(names(&groups), ["core", ""]);
    let [core, none] = &groups.rows[..] else {
        panic!()
    };
    assert_eq!((core.kind, &core.group), (None, &Some(text("core"))));
    assert_eq!(core.times.total(), seconds(10_500));
    assert_eq!(core.outages, 2);
    assert_eq!((none.kind, &none.group), (None, &None));
    assert_eq!(none.times.up, seconds(9_500));
    // All of its monitors have one objective.
    assert_eq!(none.slo.map(|slo| slo.objective), Some(0.97));

    let tags = past().report(period(0, 10_000), ReportBy::Tag);
    assert_eq!(names(&tags), ["edge", "paid", ""]);
    let [edge, paid, none] = &tags.rows[..] else {
        panic!()
    };
    assert_eq!((edge.kind, &edge.group), (None, &None));
    assert_eq!(edge.numbers.beats, 3);
    assert_eq!(edge.incidents, 3);
    assert_eq!(paid.numbers.beats, 2);
    assert_eq!(none.times.total(), seconds(500));
    // A monitor with two tags counts once.
    assert_eq!(tags.total, groups.total);
}

#[test]
fn an_incident_counts_where_it_opened_and_lasts_only_inside() {
    let past = past();
    let row = |since, until| past.report(period(since, until), ReportBy::Monitor).rows[0].clone();
    let first = row(0, 1_150);
    assert_eq!(
        (first.outages, first.longest, first.mttr),
        (1, Some(seconds(150)), Some(seconds(150)))
    );
    let second = row(1_150, 2_000);
    assert_eq!((second.incidents, second.outages), (0, 0));
    assert_eq!(
        (second.longest, second.mttr, second.mtbf),
        (Some(seconds(50)), None, None)
    );
    let third = row(1_200, 2_000);
    assert_eq!((third.incidents, third.longest), (0, None));
    // One that is open lasts until the end.
    assert_eq!(row(9_000, 10_000).longest, Some(seconds(100)));
}

#[test]
fn an_objective_for_all_rows() {
    let report = past().compare(period(0, 10_000), ReportBy::Group, Some(990_000), None);
    let objectives: Vec<_> = (report.rows.iter().chain([&report.total]))
        .map(|row| row.slo.map(|slo| (slo.objective, slo.budget)))
        .collect();
    assert_eq!(
        objectives,
        [
            Some((0.99, seconds(95))),
            Some((0.99, seconds(95))),
            Some((0.99, seconds(190))),
        ]
    );
}

#[test]
fn an_objective_is_met_to_the_millisecond() {
    let times = |down| Times {
        up: millis(1_000_000 - down),
        down: millis(down),
        ..Times::default()
    };
    let exact = SloRow::of(999_000, &times(1_000)).unwrap();
    assert_eq!(
        (exact.met, exact.left, exact.budget),
        (true, 0.0, millis(1_000))
    );
    assert!(!SloRow::of(999_000, &times(1_001)).unwrap().met);
    assert!(SloRow::of(999_000, &times(0)).unwrap().met);
    assert_eq!(SloRow::of(999_000, &Times::default()), None);
    // No config has it.
    assert!(SloRow::of(1_000_000, &times(1)).unwrap().left.is_finite());
}

#[test]
fn the_period_before_stands_beside() {
    let past = past();
    let now = period(5_000, 10_000);
    let before = past.report(now.before(), ReportBy::Monitor);
    let report = past.compare(now, ReportBy::Monitor, None, Some(before.clone()));
    // `old` was not known any more.
    assert_eq!(names(&report), ["api", "web"]);
    let beside: Vec<_> = report
        .rows
        .iter()
        .map(|row| row.before.as_deref())
        .collect();
    assert_eq!(beside, [Some(&before.rows[0]), Some(&before.rows[2])]);
    assert_eq!(report.total.before.as_deref(), Some(&before.total));
    assert_eq!(before.rows[0].times.down, seconds(200));

    let new = past.compare(period(0, 100), ReportBy::Group, None, Some(before));
    assert_eq!(new.rows[0].before, None);
}

#[test]
fn a_report_on_nothing() {
    let report = Past::default().report(period(0, 10), ReportBy::Tag);
    assert_eq!(report.rows, []);
    assert_eq!(report.total.times, Times::default());
    assert_eq!((report.total.mttr, report.total.mtbf), (None, None));
}

prop_compose! {
    fn monitors(name: &'static str)(
        group in option::of(select(&["x", "y"][..])),
        tags in subsequence(&["p", "q", "r"][..], 0..=3),
        first_known in 0..400_i64,
        removed in option::of(0..1_500_i64),
        changes in changes(),
        incidents in vec((0..1_500_i64, option::of(0..300_i64), any::<bool>()), 0..6),
        points in vec((0..6_i64, numbers()), 0..5),
    ) -> Past {
        Past {
            monitors: vec![KnownMonitor {
                first_known: at(first_known),
                removed: removed.map(at),
                ..monitor(name, group, &tags)
            }],
            changes: [(text(name), changes)].into(),
            watched: Vec::new(),
            incidents: (incidents.into_iter())
                .map(|(opened, lasts, is_outage)| {
                    let worst = if is_outage { Status::Error } else { Status::Warning };
                    incident(name, opened, lasts.map(|lasts| opened + lasts), worst)
                })
                .collect(),
            numbers: (points.into_iter())
                .map(|(place, numbers)| (text(name), NumbersPoint { at: at(place * 300), numbers }))
                .collect(),
        }
    }
}

fn pasts() -> impl Strategy<Value = Past> {
    let monitors = (monitors("a"), monitors("b"), monitors("c"));
    (monitors, watched()).prop_map(|((a, b, c), watched)| {
        let mut past = Past {
            watched,
            ..Past::default()
        };
        for one in [a, b, c] {
            past.monitors.extend(one.monitors);
            past.changes.extend(one.changes);
            past.incidents.extend(one.incidents);
            past.numbers.extend(one.numbers);
        }
        past
    })
}

/// What adds up.
#[derive(Debug, Default, PartialEq)]
struct RowSum {
    times: Times,
    incidents: u64,
    outages: u64,
    numbers: Numbers,
}

impl RowSum {
    fn add(&mut self, row: &ReportRow) {
        self.times.merge(&row.times);
        self.incidents += row.incidents;
        self.outages += row.outages;
        self.numbers.merge(&row.numbers);
    }
}

/// Sums by name; the total has a name that no other row has here.
fn sums<'a>(reports: impl IntoIterator<Item = &'a Report>) -> HashMap<Text, RowSum> {
    let mut sums: HashMap<Text, RowSum> = HashMap::new();
    for report in reports {
        for row in report.rows.iter().chain([&report.total]) {
            sums.entry(row.name.clone()).or_default().add(row);
        }
    }
    sums
}

proptest! {
    #[test]
    fn a_report_is_the_sum_of_the_reports_on_its_parts(past in pasts(), periods in adjacent()) {
        let span = Period::new(periods[0].since, periods[periods.len() - 1].until);
        for by in [ReportBy::Monitor, ReportBy::Group, ReportBy::Tag] {
            let whole = past.report(span, by);
            let parts: Vec<_> = periods.iter().map(|&part| past.report(part, by)).collect();
            prop_assert_eq!(sums([&whole]), sums(&parts));
            let longest = parts.iter().filter_map(|part| part.total.longest).max();
            prop_assert!(longest <= whole.total.longest);
        }
    }

    #[test]
    fn the_total_is_the_sum_of_monitors_and_of_groups(past in pasts(), span in adjacent()) {
        for by in [ReportBy::Monitor, ReportBy::Group] {
            let report = past.report(span[0], by);
            let mut sum = RowSum::default();
            report.rows.iter().for_each(|row| sum.add(row));
            let mut total = RowSum::default();
            total.add(&report.total);
            prop_assert_eq!(sum, total);
        }
        let report = past.report(span[0], ReportBy::Monitor);
        for row in &report.rows {
            let known = past.monitors.iter().find(|known| known.name == row.name).unwrap();
            let until = known.removed.map_or(span[0].until, |removed| removed.min(span[0].until));
            let known = Period::new(known.first_known.max(span[0].since), until);
            prop_assert_eq!(row.times.total(), known.length());
            prop_assert!(row.longest.unwrap_or(Duration::ZERO) <= span[0].length());
        }
    }
}
