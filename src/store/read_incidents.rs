//! Reads incidents, with their notes, and silences.

use std::ops::ControlFlow;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::query::IncidentQuery;
use super::rows;
use crate::history::incident::Incident;
use crate::model::{IncidentId, Silence};

/// Rows that are read at once. While their receiver is busy, no transaction is open: it would keep
/// the writer from shortening its journal.
const PAGE: usize = 500;

pub(super) fn each(
    connection: &Connection,
    query: &IncidentQuery,
    each: &mut dyn FnMut(Incident) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let mut query = query.clone();
    if query.period.is_empty() {
        return Ok(());
    }
    loop {
        let page = page(connection, &query)?;
        let is_last = page.rows < PAGE;
        query.after = page.last;
        for incident in page.incidents {
            if each(incident).is_break() {
                return Ok(());
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

#[derive(Default)]
struct Page {
    incidents: Vec<Incident>,
    rows: usize,
    last: Option<IncidentId>,
}

fn page(connection: &Connection, query: &IncidentQuery) -> rusqlite::Result<Page> {
    let (sql, values) = select(query);
    let transaction = connection.unchecked_transaction()?;
    let mut statement = transaction.prepare_cached(&sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let mut page = Page::default();
    while let Some(row) = found.next()? {
        page.rows += 1;
        page.last = Some(IncidentId(rows::unsigned(row.get(0)?)));
        if let Some(incident) = rows::incident(row)? {
            page.incidents.push(with_notes(&transaction, incident)?);
        }
    }
    Ok(page)
}

/// Returns the SQL of a page and the values of its parameters.
fn select(query: &IncidentQuery) -> (String, Vec<Value>) {
    let since = query.period.since.as_millisecond();
    let until = rows::ms_up(query.period.until);
    let mut values: Vec<Value> = vec![since.into(), until.into()];
    let mut wanted = String::new();
    // Two ranges of two indexes: SQLite would rather read the whole table in its order.
    let closed = "SELECT id FROM incidents WHERE closed IS NOT NULL AND closed > ?1 \
         AND opened < ?2 UNION ALL ";
    if let Some(monitor) = &query.monitor {
        values.push(monitor.as_str().to_owned().into());
        wanted += &format!(" AND m.name = ?{}", values.len());
    }
    if let Some(IncidentId(after)) = query.after {
        values.push(rows::signed(after).into());
        let order = if query.newest_first { "<" } else { ">" };
        wanted += &format!(" AND i.id {order} ?{}", values.len());
    }
    let sql = format!(
        "SELECT {} FROM incidents i JOIN monitors m ON m.id = i.monitor WHERE i.id IN \
         ({}SELECT id FROM incidents WHERE closed IS NULL AND opened < ?2){wanted} \
         ORDER BY i.id {} LIMIT {PAGE}",
        rows::INCIDENT,
        if query.open_only { "" } else { closed },
        if query.newest_first { "DESC" } else { "ASC" },
    );
    (sql, values)
}

/// Returns all open incidents.
pub(super) fn open(connection: &Connection) -> rusqlite::Result<Vec<Incident>> {
    let sql = format!(
        "SELECT {} FROM incidents i JOIN monitors m ON m.id = i.monitor \
         WHERE i.closed IS NULL ORDER BY i.id",
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

pub(super) fn one(connection: &Connection, id: IncidentId) -> rusqlite::Result<Option<Incident>> {
    let sql = format!(
        "SELECT {} FROM incidents i JOIN monitors m ON m.id = i.monitor WHERE i.id = ?1",
        rows::INCIDENT
    );
    let found = connection
        .prepare_cached(&sql)?
        .query_row([rows::signed(id.0)], rows::incident)
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
