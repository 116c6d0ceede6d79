//! Writes a batch into the tables.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::batch::Batch;
use super::ledger;
use super::marks::Marks;
use super::rows::{self, ms};
use super::write_numbers;
use crate::history::change::StatusChange;
use crate::history::incident::{Incident, Note};
use crate::history::known::KnownMonitor;
use crate::history::period::Period;
use crate::model::{Acknowledgement, IncidentId, Kind, Silence, Text};

/// The row of each monitor, by name.
pub(super) type MonitorIds = HashMap<Text, i64>;

/// Writes a batch in the transaction of the connection. Returns how many numbers it left out,
/// because their monitors are not known.
pub(super) fn batch(
    connection: &Connection,
    ids: &mut MonitorIds,
    marks: &Marks,
    batch: &Batch,
) -> rusqlite::Result<u64> {
    for known in &batch.monitors {
        let id = monitor(connection, known)?;
        ids.insert(known.name.clone(), id);
    }
    for change in &batch.changes {
        let StatusChange {
            monitor,
            kind,
            group,
            ..
        } = &**change;
        let id = id_or_new(connection, ids, monitor, *kind, group.as_ref(), change.from)?;
        self::change(connection, id, change)?;
    }
    for incident in &batch.incidents {
        let Incident {
            monitor,
            kind,
            group,
            ..
        } = incident;
        let id = id_or_new(
            connection,
            ids,
            monitor,
            *kind,
            group.as_ref(),
            incident.opened,
        )?;
        self::incident(connection, id, incident)?;
    }
    for (id, note) in &batch.notes {
        self::note(connection, *id, note)?;
    }
    for silence in &batch.silences {
        self::silence(connection, silence)?;
    }
    ledger::write(
        connection,
        &batch.notifications,
        &batch.dropped_notifications,
    )?;
    if let Some(channels) = &batch.channels {
        ledger::set_channels(connection, channels)?;
    }
    for (name, state) in &batch.states {
        if let Some(id) = id_of(connection, ids, name)? {
            connection
                .prepare_cached("UPDATE monitors SET state = ?2 WHERE id = ?1")?
                .execute(params![id, state.json])?;
        }
    }
    let mut unknown = 0;
    for (name, point) in &batch.numbers {
        match id_of(connection, ids, name)? {
            Some(id) => write_numbers::add(connection, marks, id, point)?,
            None => unknown += 1,
        }
    }
    for period in &batch.watched {
        watched(connection, *period)?;
    }
    Ok(unknown)
}

/// Adds or replaces a monitor. The time when it was first known stays, unless a clock was wrong and
/// an earlier one comes. Returns its row.
fn monitor(connection: &Connection, known: &KnownMonitor) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO monitors(name, kind, \"group\", tags, slo_millionths, slo_window_ms, \
         first_known, removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT(name) DO UPDATE SET kind = excluded.kind, \"group\" = excluded.\"group\", \
         tags = excluded.tags, slo_millionths = excluded.slo_millionths, \
         slo_window_ms = excluded.slo_window_ms, removed = excluded.removed, \
         first_known = min(first_known, excluded.first_known) RETURNING id";
    connection.prepare_cached(sql)?.query_row(
        params![
            known.name.as_str(),
            known.kind.as_str(),
            known.group.as_ref().map(Text::as_str),
            rows::tags_json(&known.tags),
            known.slo.map(|slo| slo.millionths),
            known.slo.map(|slo| rows::duration_ms(slo.window)),
            ms(known.first_known),
            known.removed.map(ms),
        ],
        |row| row.get(0),
    )
}

fn id_of(
    connection: &Connection,
    ids: &mut MonitorIds,
    name: &Text,
) -> rusqlite::Result<Option<i64>> {
    if let Some(id) = ids.get(name) {
        return Ok(Some(*id));
    }
    let found: Option<i64> = connection
        .prepare_cached("SELECT id FROM monitors WHERE name = ?1")?
        .query_row([name.as_str()], |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        ids.insert(name.clone(), id);
    }
    Ok(found)
}

/// Returns the row of a monitor; adds it if the store does not know it.
fn id_or_new(
    connection: &Connection,
    ids: &mut MonitorIds,
    name: &Text,
    kind: Kind,
    group: Option<&Text>,
    first_known: Timestamp,
) -> rusqlite::Result<i64> {
    if let Some(id) = id_of(connection, ids, name)? {
        return Ok(id);
    }
    let known = KnownMonitor {
        name: name.clone(),
        kind,
        group: group.cloned(),
        tags: Vec::new(),
        slo: None,
        first_known,
        removed: None,
    };
    let id = monitor(connection, &known)?;
    ids.insert(known.name, id);
    Ok(id)
}

fn change(connection: &Connection, monitor: i64, change: &StatusChange) -> rusqlite::Result<()> {
    let from = ms(change.from);
    let until = change.until.map(|until| ms(until).max(from));
    let open: Option<(i64, i64)> = connection
        .prepare_cached(
            "SELECT id, \"from\" FROM changes WHERE monitor = ?1 AND until IS NULL \
             ORDER BY id DESC LIMIT 1",
        )?
        .query_row([monitor], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((id, begun)) = open {
        if begun == from {
            // The same change: it ends, or another status replaces it in the same millisecond.
            let sql = "UPDATE changes SET until = ?2, status = ?3, reason = ?4, message = ?5, \
                 maintenance = ?6 WHERE id = ?1";
            return connection
                .prepare_cached(sql)?
                .execute(params![
                    id,
                    until,
                    change.status.as_str(),
                    change.reason.map(|reason| reason.as_str()),
                    change.message.as_ref().map(Text::as_str),
                    change.maintenance,
                ])
                .map(drop);
        }
        if until.is_none() || begun < from {
            connection
                .prepare_cached(
                    "UPDATE changes SET until = max(\"from\", ?2) \
                     WHERE monitor = ?1 AND until IS NULL",
                )?
                .execute([monitor, from])?;
        }
    }
    if until.is_some() && has_change(connection, monitor, from)? {
        return Ok(());
    }
    let sql = "INSERT INTO changes(monitor, \"from\", until, status, reason, message, maintenance) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    connection
        .prepare_cached(sql)?
        .execute(params![
            monitor,
            from,
            until,
            change.status.as_str(),
            change.reason.map(|reason| reason.as_str()),
            change.message.as_ref().map(Text::as_str),
            change.maintenance,
        ])
        .map(drop)
}

fn has_change(connection: &Connection, monitor: i64, from: i64) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM changes WHERE monitor = ?1 AND \"from\" = ?2)",
        )?
        .query_row([monitor, from], |row| row.get(0))
}

fn incident(connection: &Connection, monitor: i64, incident: &Incident) -> rusqlite::Result<()> {
    // Not INSERT OR REPLACE, which would delete its notes.
    let sql = "INSERT INTO incidents(id, monitor, opened, closed, worst, reason, message, \
         first_reason, last_reason, \"end\", maintenance, ack_by, ack_at, ack_until) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
         ON CONFLICT(id) DO UPDATE SET monitor = excluded.monitor, opened = excluded.opened, \
         closed = excluded.closed, worst = excluded.worst, reason = excluded.reason, \
         message = excluded.message, first_reason = excluded.first_reason, \
         last_reason = excluded.last_reason, \"end\" = excluded.\"end\", \
         maintenance = excluded.maintenance, ack_by = excluded.ack_by, \
         ack_at = excluded.ack_at, ack_until = excluded.ack_until";
    let opened = ms(incident.opened);
    let acknowledged = incident.acknowledged.as_ref();
    connection
        .prepare_cached(sql)?
        .execute(params![
            rows::signed(incident.id.0),
            monitor,
            opened,
            incident.closed.map(|closed| ms(closed).max(opened)),
            incident.worst.as_str(),
            incident.reason.map(|reason| reason.as_str()),
            incident.message.as_ref().map(Text::as_str),
            incident.first_reason.map(|reason| reason.as_str()),
            incident.last_reason.map(|reason| reason.as_str()),
            incident.end.map(|end| end.as_str()),
            incident.maintenance,
            acknowledged.map(|by| by.by.as_str()),
            acknowledged.map(|by| ms(by.at)),
            acknowledged.and_then(|by| by.until).map(ms),
        ])
        .map(drop)
}

/// Adds a note unless the incident has it. Returns whether there is such an incident.
pub(super) fn note(connection: &Connection, id: IncidentId, note: &Note) -> rusqlite::Result<bool> {
    let id = rows::signed(id.0);
    let is_there: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM incidents WHERE id = ?1)")?
        .query_row([id], |row| row.get(0))?;
    if is_there {
        let sql = "INSERT INTO notes(incident, at, \"by\", text) SELECT ?1, ?2, ?3, ?4 \
             WHERE NOT EXISTS (SELECT 1 FROM notes \
             WHERE incident = ?1 AND at = ?2 AND \"by\" = ?3 AND text = ?4)";
        connection.prepare_cached(sql)?.execute(params![
            id,
            ms(note.at),
            note.by.as_str(),
            note.text.as_str(),
        ])?;
    }
    Ok(is_there)
}

/// Writes the acknowledgement of an open incident. Returns whether there is such an incident.
pub(super) fn acknowledge(
    connection: &Connection,
    id: IncidentId,
    acknowledged: Option<&Acknowledgement<Timestamp>>,
) -> rusqlite::Result<bool> {
    let sql = "UPDATE incidents SET ack_by = ?2, ack_at = ?3, ack_until = ?4 \
         WHERE id = ?1 AND closed IS NULL";
    let changed = connection.prepare_cached(sql)?.execute(params![
        rows::signed(id.0),
        acknowledged.map(|by| by.by.as_str()),
        acknowledged.map(|by| ms(by.at)),
        acknowledged.and_then(|by| by.until).map(ms),
    ])?;
    Ok(changed > 0)
}

pub(super) fn silence(
    connection: &Connection,
    silence: &Silence<Timestamp>,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO silences(id, matches, \"from\", until, \"by\", reason) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id) DO UPDATE SET \
         matches = excluded.matches, \"from\" = excluded.\"from\", until = excluded.until, \
         \"by\" = excluded.\"by\", reason = excluded.reason";
    connection
        .prepare_cached(sql)?
        .execute(params![
            rows::signed(silence.id.0),
            silence.matches.as_str(),
            ms(silence.from),
            ms(silence.until),
            silence.by.as_str(),
            silence.reason.as_str(),
        ])
        .map(drop)
}

/// Adds a watched time. It is joined with those that it touches or overlaps: after the clock was set
/// back, these are not the last ones.
fn watched(connection: &Connection, period: Period) -> rusqlite::Result<()> {
    let mut from = ms(period.since);
    let mut until = ms(period.until);
    if until <= from {
        return Ok(());
    }
    // They do not overlap, so only the last one that begins before can reach into this one.
    let before: Option<(i64, i64)> = connection
        .prepare_cached(
            "SELECT \"from\", until FROM watched WHERE \"from\" <= ?1 \
             ORDER BY \"from\" DESC LIMIT 1",
        )?
        .query_row([from], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match before {
        Some((_, end)) if end >= until => return Ok(()),
        Some((begin, end)) if end >= from => from = begin,
        _ => {}
    }
    let behind: Option<i64> = connection
        .prepare_cached("SELECT max(until) FROM watched WHERE \"from\" > ?1 AND \"from\" <= ?2")?
        .query_row([from, until], |row| row.get(0))?;
    if let Some(end) = behind {
        until = until.max(end);
        connection
            .prepare_cached("DELETE FROM watched WHERE \"from\" > ?1 AND \"from\" <= ?2")?
            .execute([from, until])?;
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO watched(\"from\", until) VALUES (?1, ?2)")?
        .execute([from, until])
        .map(drop)
}
