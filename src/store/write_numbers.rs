//! Writes numbers: into the rows of their five minutes, and into the coarser rows that were made
//! before.

use rusqlite::{Connection, OptionalExtension, params};

use super::marks::{Marks, floor};
use super::rows;
use crate::history::numbers::{Numbers, NumbersPoint, Step};

/// Adds numbers to the row of their five minutes, and to the coarser rows that were made before.
pub(super) fn add(
    connection: &Connection,
    marks: &Marks,
    monitor: i64,
    point: &NumbersPoint,
) -> rusqlite::Result<()> {
    if point.numbers.is_empty() {
        return Ok(());
    }
    let at = point.at.as_second();
    let hour = floor(at, Step::Hour);
    let day = floor(at, Step::Day);
    if hour >= marks.pruned_minutes {
        add_to(
            connection,
            Step::Minutes,
            floor(at, Step::Minutes),
            monitor,
            point,
        )?;
    }
    if hour < marks.rolled_hours && day >= marks.pruned_hours {
        add_to(connection, Step::Hour, hour, monitor, point)?;
    }
    if day < marks.rolled_days {
        add_to(connection, Step::Day, day, monitor, point)?;
    }
    Ok(())
}

fn add_to(
    connection: &Connection,
    step: Step,
    at: i64,
    monitor: i64,
    point: &NumbersPoint,
) -> rusqlite::Result<()> {
    let sql = match step {
        Step::Minutes => "SELECT * FROM minutes WHERE at = ?1 AND monitor = ?2",
        Step::Hour => "SELECT * FROM hours WHERE at = ?1 AND monitor = ?2",
        Step::Day => "SELECT * FROM days WHERE at = ?1 AND monitor = ?2",
    };
    let before = connection
        .prepare_cached(sql)?
        .query_row([at, monitor], rows::numbers)
        .optional()?;
    match before {
        None => put(connection, step, at, monitor, &point.numbers),
        Some(mut sum) => {
            sum.merge(&point.numbers);
            put(connection, step, at, monitor, &sum)
        }
    }
}

/// Writes the numbers of an interval in place of those before.
pub(super) fn put(
    connection: &Connection,
    step: Step,
    at: i64,
    monitor: i64,
    numbers: &Numbers,
) -> rusqlite::Result<()> {
    let sql = match step {
        Step::Minutes => {
            "INSERT OR REPLACE INTO minutes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        }
        Step::Hour => "INSERT OR REPLACE INTO hours VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        Step::Day => "INSERT OR REPLACE INTO days VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    };
    connection
        .prepare_cached(sql)?
        .execute(params![
            at,
            monitor,
            rows::signed(numbers.beats),
            rows::signed(numbers.failed),
            rows::signed(numbers.missed),
            rows::duration_ms(numbers.healthy),
            rows::duration_ms(numbers.warning),
            rows::duration_ms(numbers.error),
            rows::latency(&numbers.latency),
        ])
        .map(drop)
}
