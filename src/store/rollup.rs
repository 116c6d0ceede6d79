//! Sums up the numbers of five minutes into hours, and those of hours into days, in slices.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use super::marks::{Marks, floor, seconds};
use super::rows::{self, NUMBERS, table};
use super::write_numbers;
use crate::history::numbers::{Numbers, Step};

/// Monitors of a slice.
const SLICE: i64 = 300;

/// The numbers of the last five minutes are written a little after the end of their hour.
pub(super) const DELAY: i64 = 600;

/// 2026-01-01. A clock before it is wrong, and the marks are right.
const FIRST_RELEASE: i64 = 1_767_225_600;

/// The interval that is being summed up. A slice replaces rows, so to begin again does no harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rolling {
    step: Step,
    at: i64,
    /// Monitors below this row are done.
    monitor: i64,
}

impl Rolling {
    /// Begins the interval again, if numbers came that belong to it.
    pub(super) fn numbers_came(&mut self, at: i64) {
        if at < self.at + seconds(self.step) {
            self.monitor = 0;
        }
    }
}

/// Sums up one slice, in the transaction of the connection. Returns whether there may be more to
/// do.
pub(super) fn slice(
    connection: &Connection,
    rolling: &mut Option<Rolling>,
    now: i64,
) -> rusqlite::Result<bool> {
    let before = Marks::read(connection)?;
    let mut marks = before;
    let Some(next) = next(connection, &mut marks, *rolling, now)? else {
        *rolling = None;
        marks.write(connection, before)?;
        return Ok(false);
    };
    let end = next.monitor.saturating_add(SLICE);
    roll(connection, next, end)?;
    if end <= last_monitor(connection)? {
        *rolling = Some(Rolling {
            monitor: end,
            ..next
        });
    } else {
        *rolling = None;
        let rolled = next.at + seconds(next.step);
        match next.step {
            Step::Day => marks.rolled_days = rolled,
            _ => marks.rolled_hours = rolled,
        }
    }
    marks.write(connection, before)?;
    Ok(true)
}

/// Takes marks back that lie in the future, because the clock was wrong for long. Numbers of today
/// go into the rows of the day; from tomorrow on, all is as before.
pub(super) fn repair(connection: &Connection, now: i64) -> rusqlite::Result<()> {
    let marks = Marks::read(connection)?;
    let today = floor(now, Step::Day);
    let tomorrow = today + seconds(Step::Day);
    if marks.rolled_hours <= tomorrow || now < FIRST_RELEASE {
        return Ok(());
    }
    let repaired = Marks {
        rolled_hours: tomorrow,
        rolled_days: tomorrow.min(marks.rolled_days),
        pruned_minutes: tomorrow.min(marks.pruned_minutes),
        pruned_hours: tomorrow.min(marks.pruned_hours),
        pruned_days: today.min(marks.pruned_days),
    };
    repaired.write(connection, marks)
}

/// Returns the interval to go on with. Moves the marks over times without numbers.
fn next(
    connection: &Connection,
    marks: &mut Marks,
    rolling: Option<Rolling>,
    now: i64,
) -> rusqlite::Result<Option<Rolling>> {
    let hours = floor(now - DELAY, Step::Hour);
    if let Some(at) = first(connection, Step::Minutes, marks.rolled_hours, hours)? {
        return Ok(Some(resumed(rolling, Step::Hour, floor(at, Step::Hour))));
    }
    marks.rolled_hours = marks.rolled_hours.max(hours);
    let days = floor(marks.rolled_hours.min(now), Step::Day);
    if let Some(at) = first(connection, Step::Hour, marks.rolled_days, days)? {
        return Ok(Some(resumed(rolling, Step::Day, floor(at, Step::Day))));
    }
    marks.rolled_days = marks.rolled_days.max(days);
    Ok(None)
}

fn resumed(rolling: Option<Rolling>, step: Step, at: i64) -> Rolling {
    let fresh = Rolling {
        step,
        at,
        monitor: 0,
    };
    rolling
        .filter(|rolling| rolling.step == step && rolling.at == at)
        .unwrap_or(fresh)
}

/// Returns the time of the first row from one time until another.
fn first(
    connection: &Connection,
    step: Step,
    since: i64,
    until: i64,
) -> rusqlite::Result<Option<i64>> {
    let sql = format!(
        "SELECT at FROM {} WHERE at >= ?1 AND at < ?2 ORDER BY at LIMIT 1",
        table(step)
    );
    connection
        .prepare_cached(&sql)?
        .query_row([since, until], |row| row.get(0))
        .optional()
}

fn last_monitor(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(max(id), 0) FROM monitors")?
        .query_row([], |row| row.get(0))
}

/// Replaces the coarse rows of some monitors by the sums of the finer ones.
fn roll(connection: &Connection, rolling: Rolling, end: i64) -> rusqlite::Result<()> {
    let finer = match rolling.step {
        Step::Day => Step::Hour,
        _ => Step::Minutes,
    };
    let sql = format!(
        "SELECT {NUMBERS} FROM {} WHERE at = ?1 AND monitor >= ?2 AND monitor < ?3",
        table(finer)
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut sums: BTreeMap<i64, Numbers> = BTreeMap::new();
    let mut at = rolling.at;
    while at < rolling.at + seconds(rolling.step) {
        let mut found = statement.query([at, rolling.monitor, end])?;
        while let Some(row) = found.next()? {
            let sum = sums.entry(row.get(1)?).or_default();
            sum.merge(&rows::numbers(row)?);
        }
        at += seconds(finer);
    }
    for (monitor, sum) in sums {
        write_numbers::put(connection, rolling.step, rolling.at, monitor, &sum)?;
    }
    Ok(())
}
