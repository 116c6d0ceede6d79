//! The lines of the table and their order. Computed only when a status, the fleet or the user's
//! options change.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use crate::model::{Cause, Moment, Row, Snapshot, Status, Text};
use crate::prefs::Column;

use super::filter::RowFilter;
use super::state::list::{Group, TableLine};
use super::state::tabs::Tab;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Worst,
    Name,
    /// By a column, the most serious value first: the oldest heartbeat, the greatest number, the
    /// newest status.
    Column(Column),
    Config,
}

impl Sort {
    const ALL: [Sort; 13] = [
        Sort::Worst,
        Sort::Name,
        Sort::Column(Column::Kind),
        Sort::Column(Column::Last),
        Sort::Column(Column::Avg),
        Sort::Column(Column::P95),
        Sort::Column(Column::Beats),
        Sort::Column(Column::Missed),
        Sort::Column(Column::Failed),
        Sort::Column(Column::Uptime),
        Sort::Column(Column::Since),
        Sort::Column(Column::Certificate),
        Sort::Config,
    ];

    /// Returns the next order; the first one follows the last.
    #[must_use]
    pub fn next(self) -> Sort {
        let place = Sort::ALL
            .iter()
            .position(|sort| *sort == self)
            .map_or(0, |place| place + 1);
        Sort::ALL.get(place).copied().unwrap_or_default()
    }

    pub const fn label(self) -> &'static str {
        match self {
            Sort::Worst => "worst first",
            Sort::Name => "name",
            Sort::Column(column) => column.as_str(),
            Sort::Config => "config",
        }
    }
}

/// The rows that the user wants to see, and their order.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    pub tab: Tab,
    pub filter: RowFilter,
    pub problems_only: bool,
    pub sort: Sort,
    pub reversed: bool,
    /// Show the monitors of each group together, below the head of the group.
    pub grouped: bool,
    /// Groups that show only their head.
    pub folded: HashSet<Option<Text>>,
}

impl TableOptions {
    pub fn shows_all(&self) -> bool {
        self.filter.is_empty() && !self.problems_only
    }

    /// Returns the lines of the table and the groups that they refer to.
    pub fn lines(&self, snapshot: &Snapshot, now: Moment) -> (Vec<TableLine>, Vec<Group>) {
        let chosen = self.rows(snapshot, now);
        if self.grouped {
            self.group(snapshot, chosen)
        } else {
            (
                chosen.into_iter().map(TableLine::Monitor).collect(),
                Vec::new(),
            )
        }
    }

    /// Returns positions in `snapshot.rows`. The sort is stable: equal rows keep the order of the
    /// config, so a heartbeat never moves a row.
    fn rows(&self, snapshot: &Snapshot, now: Moment) -> Vec<usize> {
        let mut rows: Vec<(usize, &Row)> = snapshot
            .rows
            .iter()
            .enumerate()
            .map(|(place, row)| (place, &**row))
            .filter(|(_, row)| self.shows(row, now))
            .collect();
        if self.sort != Sort::Config {
            rows.sort_by(|(_, a), (_, b)| self.sort.compare(a, b, snapshot.at));
        }
        if self.reversed {
            rows.reverse();
        }
        rows.into_iter().map(|(place, _)| place).collect()
    }

    fn shows(&self, row: &Row, now: Moment) -> bool {
        (!self.problems_only || is_problem(row.status))
            && self.tab.contains(&row.meta)
            && self.filter.matches(row, now)
    }

    /// Puts each group at the place of its first member. Monitors without a group come last.
    fn group(&self, snapshot: &Snapshot, chosen: Vec<usize>) -> (Vec<TableLine>, Vec<Group>) {
        let mut groups: Vec<Group> = Vec::new();
        let mut members: Vec<Vec<usize>> = Vec::new();
        let mut places: BTreeMap<Option<&Text>, usize> = BTreeMap::new();
        for place in chosen {
            let Some(row) = snapshot.rows.get(place) else {
                continue;
            };
            let name = row.meta.group.as_ref();
            let group = *places.entry(name).or_insert_with(|| {
                let folded = self.folded.contains(&row.meta.group);
                groups.push(Group {
                    name: name.cloned(),
                    size: 0,
                    worst: place,
                    status: row.status,
                    folded,
                });
                members.push(Vec::new());
                groups.len() - 1
            });
            let (Some(group), Some(members)) = (groups.get_mut(group), members.get_mut(group))
            else {
                continue;
            };
            group.size += 1;
            if row.status > group.status {
                group.worst = place;
                group.status = row.status;
            }
            members.push(place);
        }
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_by_key(|group| groups.get(*group).is_some_and(|group| group.name.is_none()));
        let mut lines = Vec::new();
        for place in order {
            lines.push(TableLine::Group(place));
            if groups.get(place).is_some_and(|group| !group.folded) {
                lines.extend(
                    members
                        .get(place)
                        .into_iter()
                        .flatten()
                        .map(|row| TableLine::Monitor(*row)),
                );
            }
        }
        (lines, groups)
    }
}

impl Sort {
    /// Compares two rows. There is one sort for all orders, because each sort is 7 KB of code.
    fn compare(self, a: &Row, b: &Row, at: Moment) -> Ordering {
        match self {
            Sort::Worst => b.status.cmp(&a.status),
            Sort::Name => a.meta.name.cmp(&b.meta.name),
            Sort::Column(column) => compare(column, a, b, at),
            Sort::Config => Ordering::Equal,
        }
    }
}

fn compare(column: Column, a: &Row, b: &Row, at: Moment) -> Ordering {
    let avg = |row: &Row| row.latency.map(|latency| latency.avg);
    let p95 = |row: &Row| row.latency.map(|latency| latency.p95);
    let share = |row: &Row| row.uptime(at).unwrap_or(f64::INFINITY);
    let reason = |row: &Row| {
        let reason = row.cause.as_ref().map(Cause::reason);
        (reason.is_none(), reason)
    };
    let not_after = |row: &Row| {
        let certificate = row.connection.certificate.as_ref();
        certificate.map_or(Timestamp::MAX, |certificate| certificate.not_after)
    };
    match column {
        Column::Kind => a.meta.kind.cmp(&b.meta.kind),
        Column::Group => a.meta.group.cmp(&b.meta.group),
        Column::Last | Column::Presence => a.last_beat.cmp(&b.last_beat),
        Column::Next => a.due_at.cmp(&b.due_at),
        Column::Avg => avg(b).cmp(&avg(a)),
        Column::P95 => p95(b).cmp(&p95(a)),
        Column::Beats => b.beats.cmp(&a.beats),
        Column::Missed => b.missed.cmp(&a.missed),
        Column::Failed => b.failures.cmp(&a.failures),
        Column::Uptime => share(a).total_cmp(&share(b)),
        // No order is by it: rows would move when an answer comes.
        Column::Month => Ordering::Equal,
        Column::Quality => b.quality.cmp(&a.quality),
        Column::Reason => reason(a).cmp(&reason(b)),
        Column::Since => b.since.cmp(&a.since),
        Column::Certificate => not_after(a).cmp(&not_after(b)),
        Column::Tags => a.meta.tags.cmp(&b.meta.tags),
    }
}

/// Returns whether a status is a problem: warning or error.
pub(super) fn is_problem(status: Status) -> bool {
    status >= Status::Warning
}
