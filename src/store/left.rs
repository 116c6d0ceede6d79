//! Reads what a session needs to go on where the last one ended.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;

use super::batch::Left;
use super::rows;
use super::{ledger, read_incidents};
use crate::clock::Clock;
use crate::history::change::StatusChange;
use crate::history::known::KnownMonitor;
use crate::history::notification::RECALLED;
use crate::model::Text;

pub(super) fn read(connection: &Connection) -> rusqlite::Result<Left> {
    let transaction = connection.unchecked_transaction()?;
    let last_time = last_time(&transaction)?;
    let now = Clock::start().anchor();
    let recalled = now.checked_sub(RECALLED).unwrap_or(now);
    Ok(Left {
        monitors: shared(monitors(&transaction)?),
        states: states(&transaction)?,
        open_changes: shared(open_changes(&transaction)?),
        open_incidents: read_incidents::open(&transaction)?,
        recent_incidents: read_incidents::recent(&transaction, last_time.unwrap_or_default())?,
        silences: read_incidents::silences(&transaction, last_time.unwrap_or_default())?,
        notifications: ledger::open(&transaction)?,
        recovered: ledger::recovered_since(&transaction, recalled)?,
        channels: ledger::channels(&transaction)?,
        last_incident: last_number(&transaction, "incidents")?,
        last_silence: last_number(&transaction, "silences")?,
        last_notification: last_number(&transaction, "notifications")?,
        last_time,
    })
}

/// The session and its writer keep one copy.
fn shared<T>(rows: Vec<T>) -> Vec<Arc<T>> {
    rows.into_iter().map(Arc::new).collect()
}

/// Returns all monitors by name.
pub(super) fn monitors(connection: &Connection) -> rusqlite::Result<Vec<KnownMonitor>> {
    let sql = format!("SELECT {} FROM monitors ORDER BY name", rows::KNOWN);
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([], rows::known)?;
    found.filter_map(Result::transpose).collect()
}

fn states(connection: &Connection) -> rusqlite::Result<HashMap<Text, String>> {
    let sql = "SELECT name, state FROM monitors WHERE state IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([], |row| {
        let name = Text::clean(row.get_ref(0)?.as_str()?);
        Ok((name, row.get(1)?))
    })?;
    found.collect()
}

fn open_changes(connection: &Connection) -> rusqlite::Result<Vec<StatusChange>> {
    let sql = format!(
        "SELECT {} FROM changes c JOIN monitors m ON m.id = c.monitor \
         WHERE c.until IS NULL ORDER BY +c.id",
        rows::CHANGE
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([], rows::change)?;
    let found = found.filter_map(Result::transpose);
    found.map(|pair| pair.map(|(_, change)| change)).collect()
}

/// Returns the last number that a table has given, also if its row was pruned.
pub(super) fn last_number(connection: &Connection, table: &str) -> rusqlite::Result<u64> {
    let sql = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?1), 0)";
    let last: i64 = connection
        .prepare_cached(sql)?
        .query_row([table], |row| row.get(0))?;
    Ok(rows::unsigned(last))
}

/// Takes the next number of a table, which is never given again.
pub(super) fn next_number(connection: &Connection, table: &str) -> rusqlite::Result<u64> {
    let next = last_number(connection, table)? + 1;
    let taken = rows::signed(next);
    let moved = connection
        .prepare_cached("UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1")?
        .execute((table, taken))?;
    if moved == 0 {
        connection
            .prepare_cached("INSERT INTO sqlite_sequence(name, seq) VALUES (?1, ?2)")?
            .execute((table, taken))?;
    }
    Ok(next)
}

/// Returns the latest time in the store.
pub(super) fn last_time(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT max(coalesce((SELECT until FROM watched ORDER BY \"from\" DESC LIMIT 1), -1), \
         coalesce((SELECT max(\"from\") FROM changes), -1), \
         coalesce((SELECT max(opened) FROM incidents), -1), \
         coalesce((SELECT max(closed) FROM incidents WHERE closed IS NOT NULL), -1), \
         coalesce((SELECT max(at) FROM minutes) * 1000, -1))";
    let last: i64 = connection
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?;
    Ok((last >= 0).then(|| rows::time(last)))
}
