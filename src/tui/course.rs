//! The course of an incident: the changes of status during it, what was noted and who was told.

use jiff::Timestamp;

use crate::history::incident::Incident;
use crate::model::{Reason, Status, Text};
use crate::words;

use super::state::detail::OpenedIncident;
use super::ui::Ui;

/// A line of the course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseEntry {
    pub at: Timestamp,
    /// When the status ended; `None` while it lasts, and for what is no change of status.
    pub until: Option<Timestamp>,
    /// `None`: no change of status.
    pub status: Option<Status>,
    pub text: String,
}

impl Ui {
    /// Returns the incidents of the monitor in view that the section History lists, newest first.
    pub fn past_incidents(&self) -> &[Incident] {
        let past = self.row().and_then(|row| self.past.of(&row.meta.name));
        past.map_or(&[], |past| &past.incidents)
    }

    /// Returns the incident whose course is shown.
    pub fn opened_incident(&self) -> Option<&Incident> {
        let opened = self.detail.as_ref()?.opened?;
        self.past_incidents()
            .iter()
            .find(|incident| incident.id == opened.id)
    }

    /// Returns the course of the opened incident, oldest first. Empty while it is not known.
    pub fn incident_course(&self) -> Vec<CourseEntry> {
        let Some(incident) = self.opened_incident() else {
            return Vec::new();
        };
        let Some(course) = self.past.course(&incident.monitor, incident.id) else {
            return Vec::new();
        };
        let changes = course.changes.iter().map(|change| CourseEntry {
            at: change.from,
            until: change.until,
            status: Some(change.status),
            text: change
                .message
                .as_ref()
                .map(Text::to_string)
                .unwrap_or_default(),
        });
        let remark = |at, text| CourseEntry {
            at,
            until: None,
            status: None,
            text,
        };
        let known = incident.acknowledged.iter();
        let known = known.map(|known| remark(known.at, format!("acknowledged by {}", known.by)));
        let notes = incident.notes.iter();
        let notes = notes.map(|note| remark(note.at, format!("{}: {}", note.by, note.text)));
        let told = incident.told.iter();
        let told =
            told.map(|told| remark(told.at, format!("told {}: {}", told.channel, told.what)));
        let end = incident.closed.map(|at| {
            let how = incident.end.map_or("ended", |end| end.as_str());
            let lasted = incident.duration(at);
            remark(at, format!("{how} after {}", words::age(lasted)))
        });
        let mut entries: Vec<CourseEntry> = changes
            .chain(known)
            .chain(notes)
            .chain(told)
            .chain(end)
            .collect();
        entries.sort_by_key(|entry| entry.at);
        entries
    }

    /// Opens the course of the incident under the cursor in the section History, or closes the one
    /// that is open. Returns false if there is none.
    pub(super) fn open_or_close_incident(&mut self) -> bool {
        if self.close_incident() {
            return true;
        }
        let Some(detail) = &self.detail else {
            return false;
        };
        let place = detail.scroll;
        let incident = self.past_incidents().get(place).map(|incident| incident.id);
        let Some((id, detail)) = incident.zip(self.detail.as_mut()) else {
            return false;
        };
        detail.opened = Some(OpenedIncident { id, place });
        detail.scroll = 0;
        true
    }

    /// Returns to the list of incidents. Returns false if it is shown already.
    pub(super) fn close_incident(&mut self) -> bool {
        let opened = self.detail.as_mut().and_then(|detail| {
            let opened = detail.opened.take()?;
            detail.scroll = opened.place;
            Some(opened)
        });
        opened.is_some()
    }
}

/// Returns why the incident was as bad as it was.
pub(super) fn why(incident: &Incident) -> String {
    let reason = || {
        incident
            .reason
            .map(|reason| Reason::as_str(reason).replace('_', " "))
    };
    let message = incident.message.as_ref().map(Text::to_string);
    message.or_else(reason).unwrap_or_default()
}
