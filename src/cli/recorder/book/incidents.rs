//! Incidents and silences: what opens, changes and ends, and the notes.

use jiff::Timestamp;

use super::Book;
use crate::cli::recorder::convert;
use crate::history::incident::{Incident, Note};
use crate::model::{
    Cause, IncidentChange, IncidentEnd, IncidentEvent, IncidentId, Meta, Moment, OpenIncident,
    Silence, SilenceChange, Text,
};

impl Book {
    pub(super) fn incident(&mut self, at: Moment, meta: &Meta, event: &IncidentEvent) {
        let open = &event.incident;
        let when = self.dates.of(at);
        if let IncidentChange::Note { by, text } = &event.change {
            return self.note(open.id, when, by, text);
        }
        self.know(meta, self.baseline);
        let mut incident =
            (self.incidents.remove(&open.id)).unwrap_or_else(|| self.new_incident(meta, open));
        incident.worst = open.worst;
        incident.last_reason = open.last_reason;
        match event.change {
            IncidentChange::Worse => {
                incident.reason = open.cause.as_ref().map(Cause::reason);
                incident.message = open.cause.as_ref().map(convert::message);
                incident.acknowledged = None;
            }
            IncidentChange::Acknowledged => {
                let dated = open.acknowledged.as_ref();
                let dated = dated.map(|ack| convert::dated(ack, &self.dates));
                if convert::is_same(incident.acknowledged.as_ref(), dated.as_ref()) {
                    self.incidents.insert(open.id, incident);
                    return;
                }
                incident.acknowledged = dated;
            }
            IncidentChange::Closed(end) => return self.close(incident, when, end),
            IncidentChange::Opened | IncidentChange::Note { .. } => {}
        }
        self.urgent.incidents.push(incident.clone());
        self.incidents.insert(open.id, incident);
    }

    pub(super) fn new_incident(&self, meta: &Meta, open: &OpenIncident) -> Incident {
        let maintenance =
            (self.monitors.get(&meta.name)).is_some_and(|entry| entry.is_in_maintenance);
        Incident {
            maintenance,
            ..convert::incident(meta, open, &self.dates)
        }
    }

    pub(super) fn close(&mut self, mut incident: Incident, at: Timestamp, end: IncidentEnd) {
        incident.closed = Some(at.max(incident.opened));
        incident.end = Some(end);
        self.urgent.incidents.push(incident);
    }

    /// Writes a note, unless another process wrote it.
    pub(super) fn note(&mut self, id: IncidentId, at: Timestamp, by: &Text, text: &Text) {
        let is_it = |(of, writer, said): &(IncidentId, Text, Text)| {
            *of == id && writer == by && said == text
        };
        if let Some(place) = self.announced.iter().position(is_it) {
            self.announced.remove(place);
            return;
        }
        let note = Note {
            at,
            by: by.clone(),
            text: text.clone(),
        };
        if let Some(incident) = self.incidents.get_mut(&id) {
            incident.notes.push(note.clone());
        }
        self.urgent.notes.push((id, note));
    }

    pub(super) fn silence(&mut self, silence: &Silence, change: SilenceChange) {
        let dated = convert::dated_silence(silence, &self.dates);
        match change {
            SilenceChange::Added => {
                // One that another process wrote is known already.
                if self.silences.contains_key(&silence.id) {
                    return;
                }
                self.silences.insert(dated.id, dated.clone());
                self.urgent.silences.push(dated);
            }
            SilenceChange::Ended => {
                if let Some(known) = self.silences.remove(&silence.id) {
                    let until = dated.until.max(known.from);
                    self.urgent.silences.push(Silence { until, ..known });
                }
            }
        }
    }
}
