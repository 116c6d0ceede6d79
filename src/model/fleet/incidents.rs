//! Opens, updates and closes the incident of one target as its status changes.

use std::sync::Arc;

use super::change::Event;
use super::change_ring::ChangeLog;
use super::target_state::TargetState;
use crate::model::target::incident::{
    Acknowledgement, IncidentChange, IncidentEnd, IncidentEvent, OpenIncident,
};
use crate::model::target::status::{Cause, Status};
use crate::model::text::Text;
use crate::model::time::moment::Moment;

impl TargetState {
    /// Updates the incident after a change of status at `at`.
    pub(super) fn follow_incident(&mut self, at: Moment, to: Status, log: &mut ChangeLog) {
        match to {
            Status::Warning | Status::Error => self.open_incident(at, to, log),
            Status::Healthy => self.close_incident(at, IncidentEnd::Recovered, log),
            Status::Paused => self.close_incident(at, IncidentEnd::Paused, log),
            Status::Unknown => {}
        }
    }

    fn open_incident(&mut self, at: Moment, to: Status, log: &mut ChangeLog) {
        let row = self.facts.row_mut();
        let cause = row.cause.clone();
        let reason = cause.as_ref().map(Cause::reason);
        let Some(incident) = &mut row.incident else {
            row.incident = Some(Arc::new(OpenIncident {
                id: log.next_incident(),
                opened: at,
                worst: to,
                cause,
                first_reason: reason,
                last_reason: reason,
                acknowledged: None,
            }));
            return self.announce(at, IncidentChange::Opened, log);
        };
        let incident = Arc::make_mut(incident);
        incident.last_reason = reason;
        if to > incident.worst {
            incident.worst = to;
            incident.cause = cause;
            incident.acknowledged = None;
            self.announce(at, IncidentChange::Worse, log);
        }
    }

    /// Closes the incident, if one is open.
    pub(super) fn close_incident(&mut self, at: Moment, end: IncidentEnd, log: &mut ChangeLog) {
        self.announce(at, IncidentChange::Closed(end), log);
        self.facts.row_mut().incident = None;
    }

    /// Acknowledges the open incident; `None` takes that back. Returns the incident.
    pub(super) fn acknowledge(
        &mut self,
        at: Moment,
        acknowledged: Option<Acknowledgement>,
        log: &mut ChangeLog,
    ) -> Option<Arc<OpenIncident>> {
        let incident = Arc::make_mut(self.facts.row_mut().incident.as_mut()?);
        if incident.acknowledged != acknowledged {
            incident.acknowledged = acknowledged;
            self.changed = true;
            self.announce(at, IncidentChange::Acknowledged, log);
        }
        self.facts.row.incident.clone()
    }

    /// Announces a note about the open incident. The model does not keep it.
    pub(super) fn note(&mut self, at: Moment, by: Text, text: Text, log: &mut ChangeLog) {
        self.announce(at, IncidentChange::Note { by, text }, log);
    }

    fn announce(&self, at: Moment, change: IncidentChange, log: &mut ChangeLog) {
        if let Some(incident) = &self.facts.row.incident
            && log.announces_incidents()
        {
            let incident = OpenIncident::clone(incident);
            let event = Event::Incident(Box::new(IncidentEvent { incident, change }));
            self.push(at, event, log);
        }
    }
}
