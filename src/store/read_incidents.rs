//! Reads incidents, with their notes, and silences.

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, ToSql};

use super::query::IncidentQuery;
use super::rows;
use crate::history::incident::{Incident, RecentIncident};
use crate::model::{IncidentId, Silence};

/// Rows that are read at once. While their receiver is busy, no transaction is open: it would keep
/// the writer from shortening its journal.
const PAGE: usize = 500;

/// How long before the latest time an incident is recent: as long as alerts count incidents of a
/// monitor that flaps.
const RECENT: SignedDuration = SignedDuration::from_mins(30);

pub(super) fn each(
    connection: &Connection,
    query: &IncidentQuery,
    each: &mut dyn FnMut(Incident) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    if query.period.is_empty() {
        return Ok(());
    }
    for ids in ids(connection, query)?.chunks(PAGE) {
        for incident in page(connection, ids)? {
            if each(incident).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Returns the numbers of the incidents that a query selects, in the order of the answer.
fn ids(connection: &Connection, query: &IncidentQuery) -> rusqlite::Result<Vec<i64>> {
    let since = query.period.since.as_millisecond();
    let until = rows::ms_up(query.period.until);
    // The plus signs choose the index: SQLite would read all that opened before.
    let open = "SELECT id FROM incidents WHERE closed IS NULL AND +opened < ?1";
    let closed = "SELECT id FROM incidents WHERE closed > ?2 AND +opened < ?1";
    let of_monitor = "SELECT id FROM incidents \
         WHERE monitor = (SELECT id FROM monitors WHERE name = ?3) AND opened < ?1 \
         AND (closed IS NULL OR closed > ?2)";
    let mut ids = Vec::new();
    let mut select = |sql: &str, values: &[&dyn ToSql]| {
        let mut statement = connection.prepare_cached(sql)?;
        let mut found = statement.query_map(values, |row| row.get(0))?;
        found.try_for_each(|id| id.map(|id| ids.push(id)))
    };
    match &query.monitor {
        Some(name) => {
            // Open ones close after all times.
            let since = if query.open_only { i64::MAX } else { since };
            select(of_monitor, &[&until, &since, &name.as_str()])?;
        }
        None => {
            select(open, &[&until])?;
            if !query.open_only {
                select(closed, &[&until, &since])?;
            }
        }
    }
    ids.sort_unstable();
    if let Some(IncidentId(after)) = query.after {
        let after = rows::signed(after);
        ids.retain(|id| {
            if query.newest_first {
                *id < after
            } else {
                *id > after
            }
        });
    }
    if query.newest_first {
        ids.reverse();
    }
    Ok(ids)
}

fn page(connection: &Connection, ids: &[i64]) -> rusqlite::Result<Vec<Incident>> {
    let transaction = connection.unchecked_transaction()?;
    let found = ids.iter().map(|id| one_row(&transaction, *id));
    found.filter_map(Result::transpose).collect()
}

/// Returns all open incidents.
pub(super) fn open(connection: &Connection) -> rusqlite::Result<Vec<Incident>> {
    let sql = format!(
        "SELECT {} FROM incidents i JOIN monitors m ON m.id = i.monitor \
         WHERE i.closed IS NULL ORDER BY +i.id",
        rows::INCIDENT
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found: rusqlite::Result<Vec<Option<Incident>>> =
        statement.query_map([], rows::incident)?.collect();
    let found = found?.into_iter().flatten();
    found
        .map(|incident| with_notes(connection, incident))
        .collect()
}

/// Returns when those incidents began and ended that opened within half an hour before `last`, the
/// latest time in the store; oldest first.
pub(super) fn recent(
    connection: &Connection,
    last: Timestamp,
) -> rusqlite::Result<Vec<RecentIncident>> {
    let since = last.checked_sub(RECENT).unwrap_or(Timestamp::MIN);
    let sql = "SELECT m.name, i.opened, i.closed, i.\"end\" \
         FROM incidents i JOIN monitors m ON m.id = i.monitor \
         WHERE i.opened >= ?1 ORDER BY i.opened, i.id";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([rows::ms(since)], rows::recent_incident)?;
    found.collect()
}

pub(super) fn one(connection: &Connection, id: IncidentId) -> rusqlite::Result<Option<Incident>> {
    one_row(connection, rows::signed(id.0))
}

fn one_row(connection: &Connection, id: i64) -> rusqlite::Result<Option<Incident>> {
    let sql = format!(
        "SELECT {} FROM incidents i JOIN monitors m ON m.id = i.monitor WHERE i.id = ?1",
        rows::INCIDENT
    );
    let found = connection
        .prepare_cached(&sql)?
        .query_row([id], rows::incident)
        .optional()?;
    found
        .flatten()
        .map(|incident| with_notes(connection, incident))
        .transpose()
}

fn with_notes(connection: &Connection, mut incident: Incident) -> rusqlite::Result<Incident> {
    let id = rows::signed(incident.id.0);
    let notes = "SELECT at, \"by\", text FROM notes WHERE incident = ?1 ORDER BY at, id";
    let told = "SELECT channel, at, what FROM told WHERE incident = ?1 ORDER BY at, id";
    incident.notes = connection
        .prepare_cached(notes)?
        .query_map([id], rows::note)?
        .collect::<rusqlite::Result<_>>()?;
    incident.told = connection
        .prepare_cached(told)?
        .query_map([id], rows::told)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(incident)
}

/// Returns the silences that end after a time, oldest first.
pub(super) fn silences(
    connection: &Connection,
    now: Timestamp,
) -> rusqlite::Result<Vec<Silence<Timestamp>>> {
    let sql = format!(
        "SELECT {} FROM silences WHERE until > ?1 ORDER BY id",
        rows::SILENCE
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([now.as_millisecond()], rows::silence)?;
    found.collect()
}
