//! Reports: how available monitors were in a period, alone, by group or tag, and all together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;

use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::history::known::KnownMonitor;
use crate::history::numbers::Numbers;
use crate::history::period::Period;
use crate::history::times::{Timeline, Times};
use crate::model::{Kind, Text};

const MILLION: u128 = 1_000_000;

/// What a report is computed from.
#[derive(Clone, Debug)]
pub struct ReportInput<'a> {
    /// It does not end in the future: an incident that is open lasts until its end.
    pub period: Period,
    pub by: ReportBy,
    /// The monitors that the report is about.
    pub monitors: &'a [KnownMonitor],
    /// The changes of each, in order; those that overlap with the period are enough.
    pub changes: &'a HashMap<Text, Vec<StatusChange>>,
    /// When hbmon watched, in order.
    pub watched: &'a [Period],
    /// In any order; those that overlap with the period are enough. Those of other monitors do not
    /// count.
    pub incidents: &'a [Incident],
    /// The numbers of each monitor in the period.
    pub sums: &'a HashMap<Text, Numbers>,
    /// The objective of each row, in millionths, instead of those of the monitors.
    pub objective: Option<u32>,
    /// The report on the period before, whose rows stand beside those of this one.
    pub before: Option<Report>,
}

/// What the rows of a report stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportBy {
    #[default]
    Monitor,
    Group,
    Tag,
}

/// How available monitors were in a period. Times, incidents, outages and numbers of reports on
/// adjacent periods add up to those of the report on the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub period: Period,
    pub by: ReportBy,
    /// By name; the row of the monitors without a group or tag is the last one.
    pub rows: Vec<ReportRow>,
    /// Each monitor counts once in it, also if it has several tags.
    pub total: ReportRow,
    /// When the first of the monitors was first known, if that was after the period began.
    pub known_since: Option<Timestamp>,
}

/// One monitor, group or tag, or all monitors. Its values are the sums over its monitors.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportRow {
    /// Of the monitor, group or tag; empty for monitors without a group or tag, and `total` for
    /// the total.
    pub name: Text,
    /// `None` for several monitors.
    pub kind: Option<Kind>,
    /// The group of the monitor, or the group that the row is about.
    pub group: Option<Text>,
    pub times: Times,
    /// Incidents that opened in the period.
    pub incidents: u64,
    /// Those of them whose worst status is error.
    pub outages: u64,
    /// The longest part in the period of an outage, which may have opened before; `None` without
    /// one.
    pub longest: Option<Duration>,
    /// Mean time to recovery: mean length in the period of the outages that opened in it, also of
    /// one that lasts; `None` without one.
    pub mttr: Option<Duration>,
    /// Mean time between failures: time up by outages; `None` without an outage.
    pub mtbf: Option<Duration>,
    pub numbers: Numbers,
    /// For several monitors only if all have the same objective. `None` without one, and if no time
    /// was up or down.
    pub slo: Option<SloRow>,
    /// The same row in the period before, if it was asked for.
    pub before: Option<Box<ReportRow>>,
}

/// How an objective was met in a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SloRow {
    /// The share of time that is to be up, between 0 and 1.
    pub objective: f64,
    /// Whether the availability is at least the objective.
    pub met: bool,
    /// The downtime that the objective allows: its share of the time up and down.
    pub budget: Duration,
    /// The downtime that there was.
    pub used: Duration,
    /// The share of the budget that is left, at most 1; negative if it is overdrawn.
    pub left: f64,
}

impl SloRow {
    /// Compares times with an objective in millionths (1 to 999,999). `None` if no time was up or
    /// down.
    pub fn of(millionths: u32, times: &Times) -> Option<SloRow> {
        let burn = burn_rate(millionths, times)?;
        let allowed = allowed_millionths(millionths);
        Some(SloRow {
            objective: f64::from(millionths) / 1e6,
            met: burn <= 1.0,
            budget: Duration::from_nanos_u128(times.judged().as_nanos() * allowed / MILLION),
            used: times.down,
            left: 1.0 - burn,
        })
    }
}

/// Returns how many times faster than allowed the budget of an objective in millionths is used: at
/// 1 all of it is used in the end. `None` if no time was up or down.
pub(crate) fn burn_rate(millionths: u32, times: &Times) -> Option<f64> {
    let allowed = times.judged().as_nanos() * allowed_millionths(millionths);
    (allowed > 0).then(|| (times.down.as_nanos() * MILLION) as f64 / allowed as f64)
}

/// The share of time that may be down, in millionths. An objective of 100 % allows one.
fn allowed_millionths(millionths: u32) -> u128 {
    MILLION.saturating_sub(u128::from(millionths)).max(1)
}

impl Report {
    /// Computes the report. Monitors of which nothing is known in the period have no row.
    pub fn build(input: ReportInput<'_>) -> Report {
        let mut incidents: HashMap<&Text, Vec<&Incident>> = HashMap::new();
        for incident in input.incidents {
            (incidents.entry(&incident.monitor).or_default()).push(incident);
        }
        let all: Vec<_> = (input.monitors.iter())
            .map(|monitor| {
                let incidents = incidents.get(&monitor.name).map_or(&[][..], Vec::as_slice);
                MonitorSums::new(&input, monitor, incidents)
            })
            .filter(|sums| !sums.is_empty())
            .collect();

        // Those without a name come last.
        let mut members: BTreeMap<(bool, &Text), Vec<&MonitorSums>> = BTreeMap::new();
        let nameless = Text::default();
        for sums in &all {
            for name in sums.row_names(input.by, &nameless) {
                (members.entry((name.is_empty(), name)).or_default()).push(sums);
            }
        }
        let rows = (members.into_iter())
            .map(|((_, name), members)| sum_up(name.clone(), input.by, &members))
            .collect();
        // Like a tag that all monitors have.
        let everything: Vec<_> = all.iter().collect();
        let total = sum_up(Text::clean("total"), ReportBy::Tag, &everything);
        let mut report = Report {
            period: input.period,
            by: input.by,
            rows,
            total,
            known_since: (input
                .monitors
                .iter()
                .map(|monitor| monitor.first_known)
                .min())
            .filter(|first| *first > input.period.since),
        };
        if let Some(before) = input.before {
            report.compare(before);
        }
        report
    }

    /// Puts the rows of another report beside those with the same names.
    fn compare(&mut self, before: Report) {
        let mut rows: HashMap<_, _> = (before.rows.into_iter())
            .map(|row| (row.name.clone(), row))
            .collect();
        for row in &mut self.rows {
            row.before = rows.remove(&row.name).map(Box::new);
        }
        self.total.before = Some(Box::new(before.total));
    }
}

/// What is known about one monitor in the period.
struct MonitorSums<'a> {
    monitor: &'a KnownMonitor,
    times: Times,
    incidents: u64,
    outages: u64,
    /// The time in the period of the outages that opened in it.
    outage_time: Duration,
    longest: Option<Duration>,
    numbers: Option<&'a Numbers>,
    /// In millionths.
    objective: Option<u32>,
}

impl<'a> MonitorSums<'a> {
    fn new(
        input: &ReportInput<'a>,
        monitor: &'a KnownMonitor,
        incidents: &[&Incident],
    ) -> MonitorSums<'a> {
        let timeline = Timeline {
            first_known: monitor.first_known,
            removed: monitor.removed,
            changes: input.changes.get(&monitor.name).map_or(&[], Vec::as_slice),
            watched: input.watched,
        };
        let mut sums = MonitorSums {
            monitor,
            times: timeline.times(input.period),
            incidents: 0,
            outages: 0,
            outage_time: Duration::ZERO,
            longest: None,
            numbers: input.sums.get(&monitor.name),
            objective: (input.objective).or(monitor.slo.map(|slo| slo.millionths)),
        };
        for incident in incidents {
            sums.add(incident, input.period);
        }
        sums
    }

    fn add(&mut self, incident: &Incident, period: Period) {
        let until = incident.closed.unwrap_or(period.until);
        let inside = period.overlap(Period::new(incident.opened, until));
        let has_opened = period.contains(incident.opened);
        self.incidents += u64::from(has_opened);
        if !incident.is_outage() || (inside.is_empty() && !has_opened) {
            return;
        }
        self.longest = self.longest.max(Some(inside.length()));
        if has_opened {
            self.outages += 1;
            self.outage_time += inside.length();
        }
    }

    fn is_empty(&self) -> bool {
        self.times.total().is_zero()
            && self.incidents == 0
            && self.longest.is_none()
            && self.numbers.is_none_or(Numbers::is_empty)
    }

    /// The names of the rows in which the monitor counts.
    fn row_names<'b>(&self, by: ReportBy, nameless: &'b Text) -> BTreeSet<&'b Text>
    where
        'a: 'b,
    {
        let names: BTreeSet<&Text> = match by {
            ReportBy::Monitor => [&self.monitor.name].into(),
            ReportBy::Group => self.monitor.group.iter().collect(),
            ReportBy::Tag => self.monitor.tags.iter().collect(),
        };
        if names.is_empty() {
            [nameless].into()
        } else {
            names
        }
    }
}

/// Adds up monitors to one row.
fn sum_up(name: Text, by: ReportBy, members: &[&MonitorSums]) -> ReportRow {
    let mut times = Times::default();
    let mut numbers = Numbers::default();
    for sums in members {
        times.merge(&sums.times);
        if let Some(more) = sums.numbers {
            numbers.merge(more);
        }
    }
    let first = members.first();
    let objective = first.and_then(|first| first.objective);
    let is_common = members.iter().all(|sums| sums.objective == objective);
    let outages = members.iter().map(|sums| sums.outages).sum();
    let mean = |time: Duration| time.checked_div(u32::try_from(outages).unwrap_or(u32::MAX));
    ReportRow {
        name,
        kind: first
            .filter(|_| by == ReportBy::Monitor)
            .map(|first| first.monitor.kind),
        group: (first.filter(|_| by != ReportBy::Tag))
            .and_then(|first| first.monitor.group.clone()),
        times,
        incidents: members.iter().map(|sums| sums.incidents).sum(),
        outages,
        longest: members.iter().filter_map(|sums| sums.longest).max(),
        mttr: mean(members.iter().map(|sums| sums.outage_time).sum()),
        mtbf: mean(times.up),
        numbers,
        slo: objective
            .filter(|_| is_common)
            .and_then(|objective| SloRow::of(objective, &times)),
        before: None,
    }
}
