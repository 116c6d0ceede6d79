//! Turns an event of an agent into a change, and applies it to the row that it is about.

use std::sync::Arc;

use jiff::SignedDuration;

use super::row::{cause, evidence, failure, incident, maintenance, silence, status};
use super::times::AgentTimes;
use super::wire::{WireEvent, WireMs};
use crate::model::{
    ChangeKind, Event, IncidentChange, IncidentEnd, IncidentEvent, InstanceChange, Moment, Outcome,
    OutcomeKind, Overload, Rhythm, Row, SilenceChange, Status, Text,
};

/// Returns the change that an event of hbmon itself is; `None` for other events.
pub(super) fn own_change(event: &WireEvent, times: AgentTimes) -> Option<ChangeKind> {
    Some(match event.kind.as_str() {
        "reload" => ChangeKind::Reloaded {
            added: event.added,
            removed: event.removed,
            changed: event.changed,
            total: event.total,
        },
        "reload_refused" => ChangeKind::ReloadRefused {
            why: Text::clean(event.message.as_deref().unwrap_or_default()),
        },
        "woke" => ChangeKind::Stalled {
            gap: event.gap_ms.duration(),
        },
        "clock_set" => ChangeKind::ClockSet {
            by: SignedDuration::from_micros((event.by_ms.millis() * 1000.0) as i64),
        },
        "silence" => ChangeKind::Silence {
            silence: Arc::new(silence(event.silence.as_ref()?, times)?),
            change: match event.change.as_deref()? {
                "added" => SilenceChange::Added,
                "ended" => SilenceChange::Ended,
                _ => return None,
            },
        },
        "strain" => ChangeKind::Overloaded(event.strain.as_deref().and_then(overload)),
        _ => return None,
    })
}

pub(super) fn overload(name: &str) -> Option<Overload> {
    Overload::ALL
        .into_iter()
        .find(|overload| overload.as_str() == name)
}

/// Returns the event of a monitor; `None` for a type that this version does not know.
pub(super) fn event(told: &WireEvent, times: AgentTimes) -> Option<Event> {
    Some(match told.kind.as_str() {
        "open" => Event::Open,
        "close" => Event::Close,
        "started" => Event::Start,
        "beat" => Event::Beat {
            excerpt: None,
            latency: told.latency_ms.map(WireMs::duration),
            status: status(told.status.as_deref().unwrap_or_default()),
        },
        "failure" => Event::Failure {
            failure: Box::new(failure(told.reason.as_deref(), told.message.as_deref())),
            evidence: told.evidence.as_ref().map(|seen| evidence(seen).into()),
            latency: told.latency_ms.map(WireMs::duration),
        },
        "miss" => Event::Miss {
            consecutive: told.consecutive_missed.unwrap_or(1),
        },
        "log" => Event::Log {
            text: Text::clean(told.message.as_deref().unwrap_or_default()),
        },
        "instance" => Event::Instance {
            id: Text::clean(told.instance.as_deref().unwrap_or_default()),
            change: InstanceChange::ALL
                .into_iter()
                .find(|change| Some(change.as_str()) == told.change.as_deref())?,
        },
        "incident" => Event::Incident(Box::new(IncidentEvent {
            incident: incident(told.incident.as_ref()?, times)?,
            change: incident_change(told)?,
        })),
        "maintenance" => {
            let time = told.maintenance.as_ref();
            Event::Maintenance(time.map(|time| Arc::new(maintenance(time, times))))
        }
        "transition" => Event::Transition {
            from: status(told.from.as_deref().unwrap_or_default()),
            to: status(told.to.as_deref().unwrap_or_default()),
            cause: cause(told.reason.as_deref(), told.message.as_deref()).map(Box::new),
            recovered_after: told.recovered_after_ms.map(WireMs::duration),
        },
        _ => return None,
    })
}

fn incident_change(told: &WireEvent) -> Option<IncidentChange> {
    let text = |text: &Option<String>| Text::clean(text.as_deref().unwrap_or_default());
    Some(match told.change.as_deref()? {
        "opened" => IncidentChange::Opened,
        "worse" => IncidentChange::Worse,
        "acknowledged" => IncidentChange::Acknowledged,
        "note" => IncidentChange::Note {
            by: text(&told.by),
            text: text(&told.text),
        },
        "closed" => IncidentChange::Closed(
            IncidentEnd::ALL
                .into_iter()
                .find(|end| Some(end.as_str()) == told.end.as_deref())?,
        ),
        _ => return None,
    })
}

/// Applies an event to its row, as far as the event says it. The next status says the rest.
pub(super) fn apply(row: &mut Row, event: &Event, at: Moment) {
    match event {
        Event::Open => {
            count_attempt(row);
            row.connected_since = Some(at);
            row.attempt_since = None;
        }
        Event::Close => row.connected_since = None,
        Event::Beat { latency, .. } => {
            row.beats = row.beats.saturating_add(1);
            row.last_beat = Some(at);
            row.last_latency = latency.or(row.last_latency);
            row.consecutive_failures = 0;
            row.consecutive_missed = 0;
            row.due_at =
                Some(at.plus(row.policy.interval)).filter(|_| row.policy.schedule.is_none());
            row.retry_at = None;
            if row.policy.rhythm == Rhythm::Poll {
                count_attempt(row);
                row.attempt_since = None;
            }
            remember(row, at, OutcomeKind::Beat, *latency);
        }
        Event::Failure {
            failure,
            evidence,
            latency,
        } => {
            if row.connected_since.is_none() {
                count_attempt(row);
            }
            row.failures = row.failures.saturating_add(1);
            row.consecutive_failures = row.consecutive_failures.saturating_add(1);
            row.attempt_since = None;
            row.last_failure = Some(Box::new((at, failure.as_ref().clone())));
            row.evidence.clone_from(evidence);
            remember(row, at, OutcomeKind::Failed(failure.reason()), *latency);
        }
        Event::Miss { consecutive } => {
            row.missed = row.missed.saturating_add(1);
            row.consecutive_missed = *consecutive;
            remember(row, at, OutcomeKind::Missed, None);
        }
        Event::Transition {
            from, to, cause, ..
        } => {
            if is_incident(*from, *to) {
                row.incidents = row.incidents.saturating_add(1);
            }
            row.status = *to;
            row.since = at;
            row.cause = cause.as_deref().cloned();
        }
        Event::Incident(told) => {
            let is_open = !matches!(told.change, IncidentChange::Closed(_));
            row.incident = is_open.then(|| Arc::new(told.incident.clone()));
        }
        Event::Maintenance(time) => row.maintenance.clone_from(time),
        Event::Start | Event::Log { .. } | Event::Instance { .. } => {}
    }
}

/// Counts the attempt that an event shows, unless the last status has counted it: no event tells
/// the start of one.
const fn count_attempt(row: &mut Row) {
    if row.attempt_since.is_none() {
        row.attempts = row.attempts.saturating_add(1);
    }
}

/// Whether a transition leads from a better status to a warning or an error.
fn is_incident(from: Status, to: Status) -> bool {
    to >= Status::Warning && from < Status::Warning
}

fn remember(row: &mut Row, at: Moment, what: OutcomeKind, latency: Option<std::time::Duration>) {
    let newest = Outcome { at, what, latency };
    row.recent = row.recent.iter().chain([newest]).collect();
}
