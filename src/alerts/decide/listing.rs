//! What people can see of the decisions.

use std::sync::Arc;

use super::about::AlertTopic;
use super::alerter::Alerter;
use super::exchange::{ChannelState, Held};
use super::holds::{behind, in_error, quiet, quiet_words};
use super::incident::AlertedIncident;
use crate::history::notification::{HeldBecause, Notification, NotificationState};
use crate::model::Text;

impl Alerter {
    /// Returns the channels in the order of the config.
    pub fn channels(&self) -> impl Iterator<Item = ChannelState> {
        self.rules.channels.iter().filter_map(|rules| {
            let queue = self.outbox.channels.get(&rules.name)?;
            Some(ChannelState {
                name: rules.name.clone(),
                since: self.outbox.wall(queue.since),
                broken: queue.retry.broken().cloned(),
                pending: queue.pending(),
            })
        })
    }

    /// Returns the rows that are held, wait, or were told or failed while their incident lasts.
    pub fn notifications(&self) -> impl Iterator<Item = &Arc<Notification>> {
        self.outbox.rows.values().map(|one| &one.row)
    }

    /// Returns the number of [`notifications`](Alerter::notifications).
    pub fn notification_count(&self) -> usize {
        self.outbox.rows.len()
    }

    /// Returns why the opening of a monitor's open incident is held, if it is on any channel.
    pub fn held_of(&self, monitor: &Text) -> Option<Held> {
        let about: &AlertTopic = self.monitors.get(monitor)?.open.as_ref()?;
        let incident = self.incidents.get(about)?;
        let openings = incident.tellings.iter().filter_map(|one| one.opening);
        let mut rows = openings.filter_map(|id| self.outbox.get(id));
        let held = rows.find(|one| one.is(NotificationState::Held))?;
        let why = held.row.why?;
        let words = self.words_of(incident, why);
        Some(Held { why, words })
    }

    fn words_of(&self, incident: &AlertedIncident, why: HeldBecause) -> Text {
        let row = self.fleet.get(&incident.subject.monitor);
        let quiet_row = row.filter(|row| quiet(row, self.now).is_some());
        match (why, quiet_row) {
            (HeldBecause::Dependency, _) => {
                let parents = incident.parents.iter().flat_map(|watch| &watch.outcomes);
                let mut parents = parents.map(|(parent, _)| parent);
                let down = in_error(parents.clone(), |name| self.fleet.status(name));
                match (down, parents.next()) {
                    (Some(parent), _) => behind(parent),
                    (None, Some(parent)) => Text::clean(&format!("waiting for \"{parent}\"")),
                    (None, None) => Text::clean(why.as_str()),
                }
            }
            (HeldBecause::Maintenance | HeldBecause::Silence, Some(row)) => quiet_words(row, why),
            (HeldBecause::After, _) => Text::clean("not told yet"),
            _ => Text::clean(why.as_str()),
        }
    }
}
