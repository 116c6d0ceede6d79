//! What people can see of the decisions.

use std::sync::Arc;

use super::about::AlertTopic;
use super::alerter::Alerter;
use super::exchange::{ChannelState, Held};
use super::holds::quiet;
use super::incident::AlertedIncident;
use crate::history::notification::{HeldBecause, Notification, NotificationState};
use crate::model::{Status, Text};

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

    /// Returns why the opening of a monitor's open incident is held, if it is on any channel.
    pub fn held_of(&self, monitor: &Text) -> Option<Held> {
        let about: &AlertTopic = self.monitors.get(monitor)?.open.as_ref()?;
        let incident = self.incidents.get(about)?;
        let openings = incident.tellings.iter().filter_map(|one| one.opening);
        let mut rows = openings.filter_map(|id| self.outbox.get(id));
        let held = rows.find(|one| one.is(NotificationState::Held))?;
        let why = held.row.why?;
        let words = self.words_of(incident, why);
        Some(Held {
            why,
            words: Text::clean(&words),
        })
    }

    fn words_of(&self, incident: &AlertedIncident, why: HeldBecause) -> String {
        let row = self.fleet.get(&incident.subject.monitor);
        let silence = row.and_then(|row| row.silence.as_ref());
        let maintenance = row.and_then(|row| row.maintenance.as_ref());
        let is_quiet = row.is_some_and(|row| quiet(row, self.now).is_some());
        match why {
            HeldBecause::Dependency => {
                let parents = incident.parents.iter().flat_map(|watch| &watch.outcomes);
                let mut parents = parents.map(|(parent, _)| parent);
                let first = parents.clone().next();
                let is_down = |name: &&Text| {
                    let row = self.fleet.get(name);
                    row.is_some_and(|row| row.status == Status::Error)
                };
                match (parents.find(is_down), first) {
                    (Some(parent), _) => format!("behind \"{parent}\""),
                    (None, Some(parent)) => format!("waiting for \"{parent}\""),
                    (None, None) => why.as_str().to_owned(),
                }
            }
            HeldBecause::Maintenance if is_quiet => match maintenance {
                Some(one) => format!("maintenance: {}", one.reason),
                None => why.as_str().to_owned(),
            },
            HeldBecause::Silence if is_quiet => match silence {
                Some(one) => format!("silenced by {}: {}", one.by, one.reason),
                None => why.as_str().to_owned(),
            },
            HeldBecause::After => "not told yet".to_owned(),
            HeldBecause::Flapping => "flapping".to_owned(),
            _ => why.as_str().to_owned(),
        }
    }
}
