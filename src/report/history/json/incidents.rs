//! Incidents as JSON.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::changes::ChangeJson;
use crate::history::change::StatusChange;
use crate::history::incident::{Incident, Note, Told};
use crate::history::period::Period;
use crate::model::{IncidentEnd, Reason, Text};
use crate::report::history::rows::{HistoryRow, cell};
use crate::report::incident_json::AcknowledgementJson;
use crate::report::json_values::{Seconds, Time};

const INCIDENTS: &str = "hbmon.incidents/1";
const INCIDENT: &str = "hbmon.incident/1";

/// Incidents whose time overlaps with a period, in the order of their numbers.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Incidents")]
pub struct IncidentsJson<I> {
    #[schemars(extend("const" = INCIDENTS))]
    schema: &'static str,
    since: Time,
    until: Time,
    incidents: I,
    /// The cursor of the next page; only in an answer of an agent, and only if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The time in which a monitor was not well. `closed` and `end` are null while it lasts.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Incident")]
pub struct IncidentJson<'a> {
    id: String,
    monitor: &'a str,
    kind: &'static str,
    group: Option<&'a str>,
    opened: Time,
    closed: Option<Time>,
    /// Until now while it lasts.
    duration_s: Seconds,
    worst: &'static str,
    /// The reason of the worst status, and its sentence.
    reason: Option<&'static str>,
    message: Option<&'a str>,
    /// `recovered`, `removed` or `paused`.
    end: Option<&'static str>,
    acknowledged: Option<AcknowledgementJson<'a>>,
    /// It opened during maintenance.
    maintenance: bool,
    notes: Vec<NoteJson<'a>>,
    told: Vec<ToldJson<'a>>,
}

/// A remark about an incident.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Note")]
pub struct NoteJson<'a> {
    at: Time,
    by: &'a str,
    text: &'a str,
}

/// A notification that a receiver accepted.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Told")]
pub struct ToldJson<'a> {
    channel: &'a str,
    at: Time,
    what: &'a str,
}

/// One incident with the changes of its monitor while it lasted.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "IncidentCourse")]
pub struct IncidentCourseJson<'a> {
    #[schemars(extend("const" = INCIDENT))]
    schema: &'static str,
    #[serde(flatten)]
    incident: IncidentJson<'a>,
    changes: Vec<ChangeJson<'a>>,
}

impl<I> IncidentsJson<I> {
    pub(crate) fn new(period: Period, incidents: I) -> IncidentsJson<I> {
        IncidentsJson {
            schema: INCIDENTS,
            since: Time(period.since),
            until: Time(period.until),
            incidents,
            next: None,
        }
    }

    #[must_use]
    pub(crate) fn with_next(self, next: Option<String>) -> IncidentsJson<I> {
        IncidentsJson { next, ..self }
    }
}

impl<'a> IncidentJson<'a> {
    pub(crate) fn new(incident: &'a Incident, now: Timestamp) -> IncidentJson<'a> {
        IncidentJson {
            id: incident.id.to_string(),
            monitor: incident.monitor.as_str(),
            kind: incident.kind.as_str(),
            group: incident.group.as_ref().map(Text::as_str),
            opened: Time(incident.opened),
            closed: incident.closed.map(Time),
            duration_s: Seconds(incident.duration(now)),
            worst: incident.worst.as_str(),
            reason: incident.reason.map(Reason::as_str),
            message: incident.message.as_ref().map(Text::as_str),
            end: incident.end.map(IncidentEnd::as_str),
            acknowledged: incident
                .acknowledged
                .as_ref()
                .map(AcknowledgementJson::at_wall_times),
            maintenance: incident.maintenance,
            notes: incident.notes.iter().map(note).collect(),
            told: incident.told.iter().map(told).collect(),
        }
    }
}

impl<'a> IncidentCourseJson<'a> {
    pub(crate) fn new(
        incident: &'a Incident,
        changes: &'a [StatusChange],
        now: Timestamp,
    ) -> IncidentCourseJson<'a> {
        IncidentCourseJson {
            schema: INCIDENT,
            incident: IncidentJson::new(incident, now),
            changes: changes
                .iter()
                .map(|change| ChangeJson::new(change, now))
                .collect(),
        }
    }
}

impl IncidentCourseJson<'_> {
    /// Returns the cells of the incident, then the changes.
    pub(crate) fn cells(&self) -> Vec<Value> {
        let mut cells = Incident::cells(&self.incident);
        cells.push(cell(&self.changes));
        cells
    }
}

fn note(note: &Note) -> NoteJson<'_> {
    NoteJson {
        at: Time(note.at),
        by: note.by.as_str(),
        text: note.text.as_str(),
    }
}

fn told(told: &Told) -> ToldJson<'_> {
    ToldJson {
        channel: told.channel.as_str(),
        at: Time(told.at),
        what: told.what.as_str(),
    }
}

impl HistoryRow for Incident {
    type Json<'a> = IncidentJson<'a>;

    const COLUMNS: &'static [&'static str] = &[
        "id",
        "monitor",
        "kind",
        "group",
        "opened",
        "closed",
        "duration_s",
        "worst",
        "reason",
        "message",
        "end",
        "acknowledged_by",
        "acknowledged_at",
        "acknowledged_until",
        "maintenance",
        "notes",
        "told",
    ];

    fn json(&self, now: Timestamp) -> IncidentJson<'_> {
        IncidentJson::new(self, now)
    }

    fn cells(json: &IncidentJson<'_>) -> Vec<Value> {
        let acknowledged = json.acknowledged.as_ref();
        vec![
            cell(&json.id),
            cell(&json.monitor),
            cell(&json.kind),
            cell(&json.group),
            cell(&json.opened),
            cell(&json.closed),
            cell(&json.duration_s),
            cell(&json.worst),
            cell(&json.reason),
            cell(&json.message),
            cell(&json.end),
            cell(&acknowledged.map(|acknowledged| acknowledged.by)),
            cell(&acknowledged.map(|acknowledged| acknowledged.at)),
            cell(&acknowledged.and_then(|acknowledged| acknowledged.until)),
            cell(&json.maintenance),
            cell(&json.notes),
            cell(&json.told),
        ]
    }
}
