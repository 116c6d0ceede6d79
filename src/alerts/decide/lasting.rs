//! What a channel is told of an incident after its opening, while it lasts.

use std::time::Duration;

use super::alerter::Alerter;
use super::flapping::FlapGate;
use super::holds::Hold;
use super::incident::{AlertedIncident, Telling};
use super::review::Assessment;
use super::routing::Due;
use crate::history::notification::{HeldBecause, NotificationId, What};
use crate::model::Moment;

impl Alerter {
    /// Reviews a channel that was told of the incident: it got worse, or a reminder is due.
    pub(super) fn review_told(
        &mut self,
        incident: &AlertedIncident,
        telling: &mut Telling,
        verdict: Assessment,
    ) -> Option<Moment> {
        self.requeue(telling.acknowledgement);
        let remind = match verdict.due {
            Due::Now { remind } => remind,
            Due::Never | Due::Later(_) => None,
        };
        let is_quiet =
            verdict.hold.is_some() || self.flaps(incident) || incident.is_acknowledged(self.now);
        let remind = remind.filter(|_| !is_quiet);
        let is_worse = incident.subject.status > telling.level;
        let update = telling.update.and_then(|id| self.outbox.get(id));
        if let Some(update) = update {
            let (id, is_pending) = (update.row.id, update.is_pending());
            let is_reminder = update.row.what == What::Reminder;
            if is_pending && is_reminder && is_quiet && !is_worse {
                self.outbox.remove(id);
                telling.update = None;
            } else if is_pending {
                let what = if is_worse {
                    What::Worse
                } else {
                    What::Reminder
                };
                self.tell_update(incident, telling, what, verdict.hold);
            }
            return None;
        }
        if is_worse {
            self.tell_update(incident, telling, What::Worse, verdict.hold);
            return None;
        }
        let at = remind.map(|every| next_reminder(telling, every, self.now));
        let wall = at.map(|at| self.outbox.wall(at));
        if let Some(opening) = telling.opening {
            self.outbox.edit(opening, |row| row.next = wall);
        }
        if at.is_some_and(|at| at <= self.now) {
            self.tell_update(incident, telling, What::Reminder, None);
            return None;
        }
        at
    }

    /// Tells a channel that an incident got worse, or that it still lasts.
    fn tell_update(
        &mut self,
        incident: &AlertedIncident,
        telling: &mut Telling,
        what: What,
        hold: Option<Hold>,
    ) {
        let subject = incident.subject(self.now);
        let level = subject.status;
        let id = match telling.update {
            Some(id) => id,
            None => {
                let id = self.follow(incident, telling, what);
                telling.update = Some(id);
                id
            }
        };
        self.outbox.edit(id, |row| {
            row.what = what;
            row.subject = subject;
        });
        let is_queued = self.outbox.is_queued(id);
        if let Some(hold) = hold {
            self.outbox.hold(id, hold.why, hold.until);
        } else if !is_queued && self.flap_gate(incident, &telling.channel) == FlapGate::Closed {
            self.outbox.hold(id, HeldBecause::Flapping, None);
        } else {
            self.set_flap_level(incident, &telling.channel, Some(level));
            self.queue(id);
        }
    }

    /// Adds a row that follows the opening of a telling.
    pub(super) fn follow(
        &mut self,
        incident: &AlertedIncident,
        telling: &Telling,
        what: What,
    ) -> NotificationId {
        let subject = incident.subject(self.now);
        let channel = &telling.channel;
        let id = self
            .outbox
            .create(self.now, &incident.about, channel, what, subject);
        let opening = telling.opening.and_then(|id| self.outbox.get(id));
        let key = opening.map(|one| one.key());
        self.outbox.edit(id, |row| row.sent_with = key);
        id
    }
}

fn next_reminder(telling: &Telling, every: Duration, now: Moment) -> Moment {
    let told = telling.last_told.unwrap_or(now);
    let planned = telling.planned.map(|at| at.min(now.plus(every)));
    planned.unwrap_or_else(|| told.plus(every))
}
