//! Deletes rows that are older than they are kept, in slices: a long transaction would block the
//! writer and fill the journal.

use std::time::Duration;

use rusqlite::Connection;

use super::batch::Keep;
use super::marks::{Marks, floor};
use super::rows::{duration_ms, table};
use crate::history::numbers::Step;

/// Rows that one transaction deletes at least, if there are enough.
const SLICE: usize = 2000;

/// What is deleted by its age, in milliseconds since the epoch (`?1`), up to `?2` rows. Rows without
/// an end stay, and with an incident its notifications.
const AGED: [&str; 5] = [
    "DELETE FROM changes WHERE id IN (SELECT id FROM changes \
     WHERE \"from\" < ?1 AND until IS NOT NULL AND until < ?1 ORDER BY \"from\" LIMIT ?2)",
    "DELETE FROM incidents WHERE id IN (SELECT id FROM incidents \
     WHERE closed IS NOT NULL AND closed < ?1 ORDER BY closed LIMIT ?2)",
    "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications \
     WHERE is_over = 1 AND done < ?1 \
     AND (incident IS NULL OR incident NOT IN (SELECT id FROM incidents)) \
     ORDER BY done LIMIT ?2)",
    "DELETE FROM watched WHERE \"from\" IN (SELECT \"from\" FROM watched \
     WHERE \"from\" < ?1 AND until < ?1 ORDER BY \"from\" LIMIT ?2)",
    "DELETE FROM silences WHERE id IN (SELECT id FROM silences \
     WHERE until < ?1 ORDER BY until LIMIT ?2)",
];

/// Monitors that left the config before everything that is kept.
const GONE: &str = "DELETE FROM monitors WHERE id IN (SELECT id FROM monitors m \
     WHERE m.removed < ?1 AND NOT EXISTS (SELECT 1 FROM changes WHERE monitor = m.id) \
     AND NOT EXISTS (SELECT 1 FROM incidents WHERE monitor = m.id) LIMIT ?2)";

/// Deletes one slice in the transaction of the connection. Returns the number of deleted rows; 0 if
/// nothing is left to delete. `now` is in seconds since the epoch.
pub(super) fn slice(connection: &Connection, keep: &Keep, now: i64) -> rusqlite::Result<usize> {
    let before = Marks::read(connection)?;
    if now < before.pruned_days {
        // The clock is wrong, or was: what is new must not look old.
        return Ok(0);
    }
    let marks = cut(before, keep, now);
    // Readers pass over rows before these marks at once, also while they are being deleted.
    marks.write(connection, before)?;
    let tiers = [
        (Step::Minutes, marks.pruned_minutes),
        (Step::Hour, marks.pruned_hours),
        (Step::Day, marks.pruned_days),
    ];
    let mut deleted = 0;
    for (step, until) in tiers {
        while deleted < SLICE {
            match intervals(connection, step, until)? {
                0 => break,
                more => deleted += more,
            }
        }
    }
    let changes = before_ms(now, keep.changes);
    for sql in AGED {
        deleted += aged(connection, sql, changes, SLICE.saturating_sub(deleted))?;
    }
    let longest = keep
        .changes
        .max(keep.minutes)
        .max(keep.hours)
        .max(keep.days);
    let longest = before_ms(now, longest);
    deleted += aged(connection, GONE, longest, SLICE.saturating_sub(deleted))?;
    Ok(deleted)
}

/// Moves the marks. A finer row is deleted only after it was summed up, and a coarser one never
/// before it.
fn cut(marks: Marks, keep: &Keep, now: i64) -> Marks {
    let kept = |time: Duration| now.saturating_sub(i64::try_from(time.as_secs()).unwrap_or(now));
    let hours = keep.hours.max(keep.minutes);
    let days = keep.days.max(hours);
    let pruned_minutes = floor(kept(keep.minutes), Step::Hour)
        .min(marks.rolled_hours)
        .max(marks.pruned_minutes);
    let pruned_hours = floor(kept(hours).min(pruned_minutes), Step::Day)
        .min(marks.rolled_days)
        .max(marks.pruned_hours);
    let pruned_days = floor(kept(days).min(pruned_hours), Step::Day).max(marks.pruned_days);
    Marks {
        pruned_minutes,
        pruned_hours,
        pruned_days,
        ..marks
    }
}

fn before_ms(now: i64, time: Duration) -> i64 {
    now.saturating_mul(1000).saturating_sub(duration_ms(time))
}

/// Deletes the rows of the oldest interval before a mark.
fn intervals(connection: &Connection, step: Step, until: i64) -> rusqlite::Result<usize> {
    let table = table(step);
    let sql = format!("DELETE FROM {table} WHERE at < ?1 AND at = (SELECT min(at) FROM {table})");
    connection.prepare_cached(&sql)?.execute([until])
}

fn aged(connection: &Connection, sql: &str, until: i64, limit: usize) -> rusqlite::Result<usize> {
    if limit == 0 {
        return Ok(0);
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    connection.prepare_cached(sql)?.execute([until, limit])
}
