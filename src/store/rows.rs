//! How values are written in columns, and read back.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Row;

use crate::history::change::StatusChange;
use crate::history::incident::{Incident, Note, RecentIncident, Told};
use crate::history::known::KnownMonitor;
use crate::history::notification::{
    HeldBecause, Notification, NotificationId, NotificationState, Subject, What,
};
use crate::history::numbers::{Numbers, Step};
use crate::history::sketch::Sketch;
use crate::model::{
    Acknowledgement, IncidentEnd, IncidentId, Kind, Reason, Silence, SilenceId, Slo, Status, Text,
};

/// The columns that `known` reads.
pub(super) const KNOWN: &str =
    "name, kind, \"group\", tags, slo_millionths, slo_window_ms, first_known, removed";

/// The columns that `change` reads, of `changes c JOIN monitors m`.
pub(super) const CHANGE: &str = "c.id, m.name, m.kind, m.\"group\", c.\"from\", c.until, c.status, \
     c.reason, c.message, c.maintenance";

/// The columns that `incident` reads, of `incidents i JOIN monitors m`.
pub(super) const INCIDENT: &str = "i.id, m.name, m.kind, m.\"group\", i.opened, i.closed, \
     i.worst, i.reason, i.message, i.first_reason, i.last_reason, i.\"end\", i.maintenance, \
     i.ack_by, i.ack_at, i.ack_until";

/// The columns that `silence` reads.
pub(super) const SILENCE: &str = "id, matches, \"from\", until, \"by\", reason";

/// The columns that `notification` reads.
pub(super) const NOTIFICATION: &str = "id, channel, what, state, why, sent_with, created, next, \
     attempts, error, done, incident, monitor, status, before, reason, message, opened, closed, \
     \"end\", acknowledged_by";

/// The columns that `numbers` reads from the third on.
pub(super) const NUMBERS: &str =
    "at, monitor, beats, failed, missed, healthy_ms, warning_ms, error_ms, latency";

pub(super) const fn table(step: Step) -> &'static str {
    match step {
        Step::Minutes => "minutes",
        Step::Hour => "hours",
        Step::Day => "days",
    }
}

pub(super) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// Returns the first whole millisecond that is not before `at`: where a period begins or ends among
/// times in whole milliseconds.
pub(super) fn ms_up(at: Timestamp) -> i64 {
    let whole = at.as_millisecond();
    whole + i64::from(at.as_nanosecond() > i128::from(whole) * 1_000_000)
}

/// As `ms_up`, in seconds.
pub(super) fn seconds_up(at: Timestamp) -> i64 {
    let whole = at.as_second();
    whole + i64::from(at.as_nanosecond() > i128::from(whole) * 1_000_000_000)
}

/// A time that no calendar has, of a damaged file, becomes the epoch.
pub(super) fn time(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or_default()
}

pub(super) fn duration_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

fn duration(row: &Row<'_>, column: usize) -> rusqlite::Result<Duration> {
    Ok(Duration::from_millis(count(row, column)?))
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(unsigned(row.get(column)?))
}

/// Other programs can write to the file too, so texts are cleaned again.
fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<Text> {
    Ok(Text::clean(row.get_ref(column)?.as_str()?))
}

fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Text>> {
    let found = row.get_ref(column)?.as_str_or_null()?;
    Ok(found.map(Text::clean))
}

fn optional_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(time))
}

/// Returns the value with a name. A name that this hbmon does not know is of another one.
fn named<T: Copy>(all: &[T], name: &str, name_of: impl Fn(T) -> &'static str) -> Option<T> {
    all.iter().copied().find(|value| name_of(*value) == name)
}

fn reason(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Reason>> {
    let found = row.get_ref(column)?.as_str_or_null()?;
    Ok(found.and_then(|name| named(&Reason::ALL, name, Reason::as_str)))
}

fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<Status> {
    let found = row.get_ref(column)?.as_str()?;
    Ok(named(&Status::ALL, found, Status::as_str).unwrap_or(Status::Unknown))
}

fn kind(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Kind>> {
    Ok(named(
        &Kind::ALL,
        row.get_ref(column)?.as_str()?,
        Kind::as_str,
    ))
}

fn end(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<IncidentEnd>> {
    let found = row.get_ref(column)?.as_str_or_null()?;
    Ok(found.and_then(|name| named(&IncidentEnd::ALL, name, IncidentEnd::as_str)))
}

/// Reads a monitor; `None` if it is of a kind that this hbmon does not know.
pub(super) fn known(row: &Row<'_>) -> rusqlite::Result<Option<KnownMonitor>> {
    let Some(kind) = kind(row, 1)? else {
        return Ok(None);
    };
    let tags: Vec<String> = serde_json::from_str(row.get_ref(3)?.as_str()?).unwrap_or_default();
    let objective = row.get::<_, Option<i64>>(4)?;
    let window = row.get::<_, Option<i64>>(5)?;
    let slo = objective.zip(window).and_then(|(millionths, window)| {
        Some(Slo {
            millionths: u32::try_from(millionths).ok()?,
            window: Duration::from_millis(unsigned(window)),
        })
    });
    Ok(Some(KnownMonitor {
        name: text(row, 0)?,
        kind,
        group: optional_text(row, 2)?,
        tags: tags.iter().map(|tag| Text::clean(tag)).collect(),
        slo,
        first_known: time(row.get(6)?),
        removed: optional_time(row, 7)?,
    }))
}

pub(super) fn tags_json(tags: &[Text]) -> String {
    let tags: Vec<&str> = tags.iter().map(Text::as_str).collect();
    serde_json::to_string(&tags).unwrap_or_else(|_| "[]".to_owned())
}

/// Reads a change with its number; `None` if its monitor is of an unknown kind.
pub(super) fn change(row: &Row<'_>) -> rusqlite::Result<Option<(u64, StatusChange)>> {
    let Some(kind) = kind(row, 2)? else {
        return Ok(None);
    };
    let change = StatusChange {
        monitor: text(row, 1)?,
        kind,
        group: optional_text(row, 3)?,
        from: time(row.get(4)?),
        until: optional_time(row, 5)?,
        status: status(row, 6)?,
        reason: reason(row, 7)?,
        message: optional_text(row, 8)?,
        maintenance: row.get(9)?,
    };
    Ok(Some((count(row, 0)?, change)))
}

/// Reads an incident without its notes; `None` if its monitor is of an unknown kind.
pub(super) fn incident(row: &Row<'_>) -> rusqlite::Result<Option<Incident>> {
    let Some(kind) = kind(row, 2)? else {
        return Ok(None);
    };
    let acknowledged = match (optional_text(row, 13)?, optional_time(row, 14)?) {
        (Some(by), Some(at)) => Some(Acknowledgement {
            by,
            at,
            until: optional_time(row, 15)?,
        }),
        _ => None,
    };
    Ok(Some(Incident {
        id: IncidentId(count(row, 0)?),
        monitor: text(row, 1)?,
        kind,
        group: optional_text(row, 3)?,
        opened: time(row.get(4)?),
        closed: optional_time(row, 5)?,
        worst: status(row, 6)?,
        reason: reason(row, 7)?,
        message: optional_text(row, 8)?,
        first_reason: reason(row, 9)?,
        last_reason: reason(row, 10)?,
        end: end(row, 11)?,
        acknowledged,
        maintenance: row.get(12)?,
        notes: Vec::new(),
        told: Vec::new(),
    }))
}

/// Reads `name, opened, closed, "end"`.
pub(super) fn recent_incident(row: &Row<'_>) -> rusqlite::Result<RecentIncident> {
    Ok(RecentIncident {
        monitor: text(row, 0)?,
        opened: time(row.get(1)?),
        closed: optional_time(row, 2)?,
        end: end(row, 3)?,
    })
}

/// Reads `at, "by", text`.
pub(super) fn note(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        at: time(row.get(0)?),
        by: text(row, 1)?,
        text: text(row, 2)?,
    })
}

/// Reads `channel, at, what`.
pub(super) fn told(row: &Row<'_>) -> rusqlite::Result<Told> {
    Ok(Told {
        channel: text(row, 0)?,
        at: time(row.get(1)?),
        what: text(row, 2)?,
    })
}

pub(super) fn silence(row: &Row<'_>) -> rusqlite::Result<Silence<Timestamp>> {
    Ok(Silence {
        id: SilenceId(count(row, 0)?),
        matches: text(row, 1)?,
        from: time(row.get(2)?),
        until: time(row.get(3)?),
        by: text(row, 4)?,
        reason: text(row, 5)?,
    })
}

/// Reads a notification; `None` if this hbmon does not know what it says, or its state.
pub(super) fn notification(row: &Row<'_>) -> rusqlite::Result<Option<Notification>> {
    let what = What::named(row.get_ref(2)?.as_str()?);
    let state = NotificationState::named(row.get_ref(3)?.as_str()?);
    let (Some(what), Some(state)) = (what, state) else {
        return Ok(None);
    };
    let why = row.get_ref(4)?.as_str_or_null()?;
    let before = row.get_ref(14)?.as_str_or_null()?;
    let number = |column| row.get::<_, Option<i64>>(column);
    Ok(Some(Notification {
        id: NotificationId(count(row, 0)?),
        channel: text(row, 1)?,
        what,
        subject: Arc::new(Subject {
            incident: number(11)?.map(|id| IncidentId(unsigned(id))),
            monitor: text(row, 12)?,
            status: status(row, 13)?,
            before: before.and_then(|name| named(&Status::ALL, name, Status::as_str)),
            reason: reason(row, 15)?,
            message: optional_text(row, 16)?,
            opened: time(row.get(17)?),
            closed: optional_time(row, 18)?,
            end: end(row, 19)?,
            acknowledged_by: optional_text(row, 20)?,
        }),
        state,
        why: why.and_then(HeldBecause::named),
        sent_with: number(5)?.map(|id| NotificationId(unsigned(id))),
        created: time(row.get(6)?),
        next: optional_time(row, 7)?,
        attempts: u32::try_from(count(row, 8)?).unwrap_or(u32::MAX),
        error: optional_text(row, 9)?,
        done: optional_time(row, 10)?,
    }))
}

/// Reads the numbers of a row with the columns `NUMBERS`.
pub(super) fn numbers(row: &Row<'_>) -> rusqlite::Result<Numbers> {
    let latency = row.get_ref(8)?.as_blob_or_null()?;
    Ok(Numbers {
        beats: count(row, 2)?,
        failed: count(row, 3)?,
        missed: count(row, 4)?,
        healthy: duration(row, 5)?,
        warning: duration(row, 6)?,
        error: duration(row, 7)?,
        latency: latency.and_then(Sketch::decode).unwrap_or_default(),
    })
}

/// Returns the bytes of a sketch; NULL if it is empty.
pub(super) fn latency(sketch: &Sketch) -> Option<Vec<u8>> {
    (!sketch.is_empty()).then(|| sketch.encode())
}
