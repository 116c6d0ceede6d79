//! The ledger: reads and writes notifications, and since when the config has each channel.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::types::ToSql;
use rusqlite::{Connection, params};

use super::rows::{self, ms};
use crate::history::notification::{Notification, NotificationId, What};
use crate::model::{IncidentId, Text};

/// Writes changed notifications, then removes some. What was accepted is added to its incident.
pub(super) fn write(
    connection: &Connection,
    changed: &[Arc<Notification>],
    removed: &[NotificationId],
) -> rusqlite::Result<()> {
    for notification in changed {
        put(connection, notification)?;
        if let Some(incident) = notification.subject.incident
            && notification.is_told()
        {
            told(connection, incident, notification)?;
        }
    }
    for recovery in changed.iter().filter(|one| one.ends_an_opening()) {
        end(connection, recovery)?;
    }
    for NotificationId(id) in removed {
        connection
            .prepare_cached("DELETE FROM notifications WHERE id = ?1")?
            .execute([rows::signed(*id)])?;
    }
    Ok(())
}

fn put(connection: &Connection, notification: &Notification) -> rusqlite::Result<()> {
    // An opening whose recovery was told stays over.
    let sql = "INSERT INTO notifications(id, channel, what, state, why, is_over, sent_with, \
         created, next, attempts, error, done, incident, monitor, status, before, reason, message, \
         opened, closed, \"end\", acknowledged_by) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
         ?19, ?20, ?21, ?22) ON CONFLICT(id) DO UPDATE SET channel = excluded.channel, \
         what = excluded.what, state = excluded.state, why = excluded.why, \
         is_over = CASE excluded.state WHEN 'told' THEN max(is_over, excluded.is_over) \
         ELSE excluded.is_over END, \
         sent_with = excluded.sent_with, created = excluded.created, next = excluded.next, \
         attempts = excluded.attempts, error = excluded.error, done = excluded.done, \
         incident = excluded.incident, monitor = excluded.monitor, status = excluded.status, \
         before = excluded.before, reason = excluded.reason, message = excluded.message, \
         opened = excluded.opened, closed = excluded.closed, \"end\" = excluded.\"end\", \
         acknowledged_by = excluded.acknowledged_by";
    let subject = &notification.subject;
    connection
        .prepare_cached(sql)?
        .execute(params![
            rows::signed(notification.id.0),
            notification.channel.as_str(),
            notification.what.as_str(),
            notification.state.as_str(),
            notification.why.map(|why| why.as_str()),
            notification.is_over(),
            notification.sent_with.map(|first| rows::signed(first.0)),
            ms(notification.created),
            notification.next.map(ms),
            notification.attempts,
            notification.error.as_ref().map(Text::as_str),
            notification.done.map(ms),
            subject.incident.map(|id| rows::signed(id.0)),
            subject.monitor.as_str(),
            subject.status.as_str(),
            subject.before.map(|status| status.as_str()),
            subject.reason.map(|reason| reason.as_str()),
            subject.message.as_ref().map(Text::as_str),
            ms(subject.opened),
            subject.closed.map(ms),
            subject.end.map(|end| end.as_str()),
            subject.acknowledged_by.as_ref().map(Text::as_str),
        ])
        .map(drop)
}

/// Adds who was told of an incident, and when.
fn told(
    connection: &Connection,
    incident: IncidentId,
    notification: &Notification,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO told(incident, channel, at, what) SELECT ?1, ?2, ?3, ?4 \
         WHERE EXISTS (SELECT 1 FROM incidents WHERE id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM told \
         WHERE incident = ?1 AND channel = ?2 AND at = ?3 AND what = ?4)";
    connection
        .prepare_cached(sql)?
        .execute(params![
            rows::signed(incident.0),
            notification.channel.as_str(),
            ms(notification.done.unwrap_or(notification.created)),
            notification.what.as_str(),
        ])
        .map(drop)
}

/// Ends the opening of a recovery.
fn end(connection: &Connection, recovery: &Notification) -> rusqlite::Result<()> {
    let sql = format!(
        "UPDATE notifications SET is_over = 1 WHERE is_over = 0 AND incident IS ?1 \
         AND channel = ?2 AND opened = ?3 AND state = 'told' AND what IN ('{}', '{}')",
        What::Opened.as_str(),
        What::Flapping.as_str(),
    );
    let subject = &recovery.subject;
    connection
        .prepare_cached(&sql)?
        .execute(params![
            subject.incident.map(|id| rows::signed(id.0)),
            recovery.channel.as_str(),
            ms(subject.opened),
        ])
        .map(drop)
}

/// Replaces the channels.
pub(super) fn set_channels(
    connection: &Connection,
    channels: &[(Text, Timestamp)],
) -> rusqlite::Result<()> {
    let names: HashSet<&Text> = channels.iter().map(|(name, _)| name).collect();
    for (name, _) in self::channels(connection)? {
        if !names.contains(&name) {
            connection
                .prepare_cached("DELETE FROM channels WHERE name = ?1")?
                .execute([name.as_str()])?;
        }
    }
    for (name, since) in channels {
        connection
            .prepare_cached("INSERT OR REPLACE INTO channels(name, since) VALUES (?1, ?2)")?
            .execute(params![name.as_str(), ms(*since)])?;
    }
    Ok(())
}

/// Returns since when the config has each channel, by name.
pub(super) fn channels(connection: &Connection) -> rusqlite::Result<Vec<(Text, Timestamp)>> {
    let mut statement = connection.prepare_cached("SELECT name, since FROM channels ORDER BY 1")?;
    let found = statement.query_map([], |row| {
        let name = Text::clean(row.get_ref(0)?.as_str()?);
        Ok((name, rows::time(row.get(1)?)))
    })?;
    found.collect()
}

/// Returns the notifications that are not over, and the openings that failed while their incident
/// lasts, by number.
pub(super) fn open(connection: &Connection) -> rusqlite::Result<Vec<Notification>> {
    let wanted = format!(
        "WHERE id IN (SELECT id FROM notifications WHERE is_over = 0 \
         UNION SELECT n.id FROM incidents i JOIN notifications n ON n.incident = i.id \
         WHERE i.closed IS NULL AND n.state = 'failed' AND n.what IN ('{}', '{}'))",
        What::Opened.as_str(),
        What::Flapping.as_str(),
    );
    select(connection, &wanted, &[])
}

/// Returns the recoveries that were told since then, by number.
pub(super) fn recovered_since(
    connection: &Connection,
    since: Timestamp,
) -> rusqlite::Result<Vec<Notification>> {
    let wanted = format!(
        "WHERE is_over = 1 AND done >= ?1 AND state = 'told' AND what = '{}'",
        What::Recovered.as_str(),
    );
    select(connection, &wanted, &[&ms(since)])
}

/// Returns the notifications that are not over, those that failed while their incident lasts, and
/// the last ones, by number.
pub(super) fn latest(connection: &Connection, last: usize) -> rusqlite::Result<Vec<Notification>> {
    let last = i64::try_from(last).unwrap_or(i64::MAX);
    let wanted = "WHERE id IN (SELECT id FROM notifications WHERE is_over = 0 \
         UNION SELECT n.id FROM incidents i JOIN notifications n ON n.incident = i.id \
         WHERE i.closed IS NULL AND n.state = 'failed' \
         UNION SELECT * FROM (SELECT id FROM notifications ORDER BY id DESC LIMIT ?1))";
    select(connection, wanted, &[&last])
}

fn select(
    connection: &Connection,
    wanted: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<Vec<Notification>> {
    let columns = rows::NOTIFICATION;
    let sql = format!("SELECT {columns} FROM notifications {wanted} ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(values, rows::notification)?;
    found.filter_map(Result::transpose).collect()
}
