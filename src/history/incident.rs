//! Incidents: the times in which a monitor was not well.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::{Acknowledgement, IncidentEnd, IncidentId, Kind, Reason, Status, Text};

/// The time from the first `warning` or `error` of a monitor until it is `healthy` again, including
/// `unknown` in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    pub id: IncidentId,
    pub monitor: Text,
    pub kind: Kind,
    pub group: Option<Text>,
    pub opened: Timestamp,
    /// `None` while it lasts.
    pub closed: Option<Timestamp>,
    pub worst: Status,
    /// The reason of the worst status, and its sentence.
    pub reason: Option<Reason>,
    pub message: Option<Text>,
    pub first_reason: Option<Reason>,
    pub last_reason: Option<Reason>,
    pub end: Option<IncidentEnd>,
    pub acknowledged: Option<Acknowledgement<Timestamp>>,
    /// It opened during maintenance.
    pub maintenance: bool,
    /// Oldest first.
    pub notes: Vec<Note>,
    /// Who was told of it, oldest first.
    pub told: Vec<Told>,
}

impl Incident {
    /// Returns how long it lasted, or has lasted until now.
    pub fn duration(&self, now: Timestamp) -> Duration {
        let end = self.closed.unwrap_or(now);
        Duration::try_from(self.opened.duration_until(end)).unwrap_or_default()
    }

    /// Whether it is an outage: its worst status is error.
    pub fn is_outage(&self) -> bool {
        self.worst == Status::Error
    }
}

/// When an incident began and ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentIncident {
    pub monitor: Text,
    pub opened: Timestamp,
    /// `None` while it lasts.
    pub closed: Option<Timestamp>,
    pub end: Option<IncidentEnd>,
}

/// A remark about an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub at: Timestamp,
    pub by: Text,
    pub text: Text,
}

/// A notification that a receiver accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub channel: Text,
    pub at: Timestamp,
    /// `opened`, `worse`, `reminder`, `recovered`, `flapping`.
    pub what: Text,
}
