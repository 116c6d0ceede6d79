//! Reads numbers: as points of one length, and summed over a period.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension};

use super::marks::{Marks, TableSegment, ceil, floor, seconds};
use super::rows::{self, NUMBERS, table};
use crate::history::numbers::{Numbers, NumbersPoint, Step};
use crate::history::period::Period;
use crate::model::Text;

/// Returns the points of one monitor, in order.
pub(super) fn of_monitor(
    connection: &Connection,
    monitor: &Text,
    period: Period,
    step: Step,
) -> rusqlite::Result<Vec<NumbersPoint>> {
    let transaction = connection.unchecked_transaction()?;
    let Some(monitor) = id_of(&transaction, monitor)? else {
        return Ok(Vec::new());
    };
    let marks = Marks::read(&transaction)?;
    let mut points: BTreeMap<i64, Numbers> = BTreeMap::new();
    let (since, until) = bounds(period);
    for segment in marks.points(step, since, until) {
        rows_of_monitor(&transaction, monitor, segment, &mut |at, numbers| {
            points.entry(floor(at, step)).or_default().merge(&numbers);
        })?;
    }
    Ok(points
        .into_iter()
        .map(|(at, numbers)| point(at, numbers))
        .collect())
}

fn point(at: i64, numbers: Numbers) -> NumbersPoint {
    NumbersPoint {
        at: rows::at(at),
        numbers,
    }
}

fn bounds(period: Period) -> (i64, i64) {
    (
        rows::seconds_up(period.since),
        rows::seconds_up(period.until),
    )
}

fn id_of(connection: &Connection, monitor: &Text) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM monitors WHERE name = ?1")?
        .query_row([monitor.as_str()], |row| row.get(0))
        .optional()
}

/// Looks up each time of a segment: a range of the table holds the rows of all monitors.
fn rows_of_monitor(
    connection: &Connection,
    monitor: i64,
    segment: TableSegment,
    each: &mut dyn FnMut(i64, Numbers),
) -> rusqlite::Result<()> {
    let table = table(segment.step);
    let Some((first, last)) = extent(connection, segment)? else {
        return Ok(());
    };
    let sql = format!(
        "WITH RECURSIVE times(at) AS (SELECT ?1 UNION ALL \
         SELECT at + ?3 FROM times WHERE at + ?3 <= ?2) \
         SELECT {} FROM times t CROSS JOIN {table} n ON n.at = t.at AND n.monitor = ?4",
        NUMBERS.replacen("at,", "n.at,", 1)
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query([first, last, seconds(segment.step), monitor])?;
    while let Some(row) = found.next()? {
        each(row.get(0)?, rows::numbers(row)?);
    }
    Ok(())
}

/// Returns the first and the last time of the rows of a segment.
fn extent(connection: &Connection, segment: TableSegment) -> rusqlite::Result<Option<(i64, i64)>> {
    let table = table(segment.step);
    let sql = format!(
        "SELECT (SELECT min(at) FROM {table} WHERE at >= ?1 AND at < ?2), \
         (SELECT max(at) FROM {table} WHERE at >= ?1 AND at < ?2)"
    );
    connection
        .prepare_cached(&sql)?
        .query_row([segment.since, segment.until], |row| {
            Ok(row.get::<_, Option<i64>>(0)?.zip(row.get(1)?))
        })
}

/// Gives the points of all monitors to `each`, by time. It reads one interval at once, and while
/// `each` is busy no transaction is open: it would keep the writer from shortening its journal.
pub(super) fn of_all(
    connection: &Connection,
    period: Period,
    step: Step,
    each: &mut dyn FnMut(&Text, NumbersPoint) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let (since, until) = bounds(period);
    let until = ceil(until, step);
    let mut since = since;
    let mut names: HashMap<i64, Text> = HashMap::new();
    while let Some((at, numbers)) = interval(connection, step, since, until)? {
        if numbers.keys().any(|id| !names.contains_key(id)) {
            names = monitor_names(connection)?;
        }
        for (id, numbers) in numbers {
            if let Some(name) = names.get(&id)
                && each(name, point(at, numbers)).is_break()
            {
                return Ok(());
            }
        }
        since = at.saturating_add(seconds(step));
    }
    Ok(())
}

/// Returns the first interval in a span that has numbers, with those of all monitors.
fn interval(
    connection: &Connection,
    step: Step,
    since: i64,
    until: i64,
) -> rusqlite::Result<Option<(i64, BTreeMap<i64, Numbers>)>> {
    let transaction = connection.unchecked_transaction()?;
    let segments = Marks::read(&transaction)?.points(step, since, until);
    let mut first = None;
    for segment in &segments {
        if let Some((at, _)) = extent(&transaction, *segment)? {
            first = Some(floor(at, step));
            break;
        }
    }
    let Some(first) = first else {
        return Ok(None);
    };
    let mut sums: BTreeMap<i64, Numbers> = BTreeMap::new();
    let end = first.saturating_add(seconds(step));
    for segment in segments {
        let part = TableSegment {
            since: segment.since.max(first),
            until: segment.until.min(end),
            ..segment
        };
        each_row(&transaction, part, &mut |id, numbers| {
            sums.entry(id).or_default().merge(&numbers);
        })?;
    }
    Ok(Some((first, sums)))
}

/// Gives the numbers of each row of a segment with the row of their monitor.
fn each_row(
    connection: &Connection,
    segment: TableSegment,
    each: &mut dyn FnMut(i64, Numbers),
) -> rusqlite::Result<()> {
    let sql = format!(
        "SELECT {NUMBERS} FROM {} WHERE at >= ?1 AND at < ?2",
        table(segment.step)
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query([segment.since, segment.until])?;
    while let Some(row) = found.next()? {
        each(row.get(1)?, rows::numbers(row)?);
    }
    Ok(())
}

/// Returns the sums of all monitors over the intervals that begin in a period.
pub(super) fn sums(
    connection: &Connection,
    period: Period,
) -> rusqlite::Result<HashMap<Text, Numbers>> {
    let transaction = connection.unchecked_transaction()?;
    let (since, until) = bounds(period);
    let mut sums: HashMap<i64, Numbers> = HashMap::new();
    for segment in Marks::read(&transaction)?.sum(since, until) {
        each_row(&transaction, segment, &mut |id, numbers| {
            sums.entry(id).or_default().merge(&numbers);
        })?;
    }
    let mut names = monitor_names(&transaction)?;
    Ok(sums
        .into_iter()
        .filter_map(|(id, numbers)| Some((names.remove(&id)?, numbers)))
        .collect())
}

fn monitor_names(connection: &Connection) -> rusqlite::Result<HashMap<i64, Text>> {
    let mut statement = connection.prepare_cached("SELECT id, name FROM monitors")?;
    let found = statement.query_map([], |row| {
        Ok((row.get(0)?, Text::clean(row.get_ref(1)?.as_str()?)))
    })?;
    found.collect()
}
