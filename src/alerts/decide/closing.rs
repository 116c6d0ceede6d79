//! Reviews an incident that is over: who was told of it is told so.

use super::about::AlertTopic;
use super::alerter::Alerter;
use super::incident::{AlertedIncident, Telling};
use super::timers::Timer;
use crate::history::notification::{HeldBecause, NotificationId, NotificationState, What};
use crate::model::Text;

impl Alerter {
    pub(super) fn review_closed(&mut self, incident: &mut AlertedIncident) {
        let is_held = self.hold(incident).is_some();
        let channels = incident.tellings.iter();
        let channels: Vec<Text> = channels.map(|telling| telling.channel.clone()).collect();
        for channel in channels {
            let mut tellings = incident.tellings.iter();
            let Some(place) = tellings.position(|telling| telling.channel == channel) else {
                continue;
            };
            let mut telling = incident.tellings.remove(place);
            self.close_telling(incident, &mut telling, is_held);
            if telling.counts() {
                incident.tellings.insert(place, telling);
            }
        }
    }

    fn close_telling(
        &mut self,
        incident: &mut AlertedIncident,
        telling: &mut Telling,
        is_held: bool,
    ) {
        if telling.is_over {
            return;
        }
        for slot in [&mut telling.update, &mut telling.acknowledgement] {
            let row = slot.and_then(|id| self.outbox.get(id));
            if let Some(row) = row.filter(|row| row.is_pending()) {
                let id = row.row.id;
                self.outbox.remove(id);
                *slot = None;
            }
        }
        if telling.recovery.is_some() {
            // After a restart, this is not known yet.
            if let Some(opening) = telling.opening {
                self.outbox.opening_over(opening, self.now);
            }
            return self.review_recovery(incident, telling);
        }
        let Some(row) = telling.opening.and_then(|id| self.outbox.get(id)) else {
            telling.opening = None;
            return;
        };
        let id = row.row.id;
        if row.is(NotificationState::Told) {
            self.outbox.opening_over(id, self.now);
            let recovery = self.follow(incident, telling, What::Recovered);
            telling.recovery = Some(recovery);
            return self.review_recovery(incident, telling);
        }
        if row.is(NotificationState::Failed) {
            let channel = telling.channel.clone();
            self.outbox.opening_over(id, self.now);
            self.outbox.forget(id);
            telling.opening = None;
            telling.is_over = true;
            if !telling.is_fallback {
                self.tell_fallback_that_it_is_over(incident, &channel);
            }
            return;
        }
        if !row.is_pending() {
            return;
        }
        let is_waiting = row.is(NotificationState::Waiting);
        if row.row.attempts == 0 && (!is_waiting || is_held) {
            return self.withdraw(incident, telling);
        }
        if is_waiting && telling.flap_pass.is_some() && self.flaps(incident) {
            // The channel is told that the monitor flaps, whatever its status is now.
            return self.queue(id);
        }
        self.outbox.opening_over(id, self.now);
        self.turn_into_recovery(incident, id);
        telling.opening = None;
        telling.recovery = Some(id);
        self.queue(id);
    }

    /// Lets an opening that was not told say that something was down and is over.
    fn turn_into_recovery(&mut self, incident: &AlertedIncident, id: NotificationId) {
        self.outbox.unqueue(id);
        let subject = incident.subject(self.now);
        self.outbox.edit(id, |row| {
            row.what = What::Recovered;
            row.subject = subject;
        });
        self.outbox.mark_over(id);
    }

    fn review_recovery(&mut self, incident: &AlertedIncident, telling: &mut Telling) {
        let Some(row) = telling.recovery.and_then(|id| self.outbox.get(id)) else {
            // It was dropped because too many wait.
            telling.recovery = None;
            telling.is_over = true;
            return;
        };
        if !row.is_pending() {
            return;
        }
        let (id, is_over) = (row.row.id, row.is_over);
        let is_new = row.is(NotificationState::Held) && row.row.why.is_none();
        let was_held = is_new || row.row.why == Some(HeldBecause::Flapping);
        let monitor = self.monitors.get(&incident.subject.monitor);
        let is_bad = monitor.is_some_and(|one| one.open.is_some());
        let is_held = self.flaps(incident) || (is_bad && !is_new);
        if was_held && is_held && !is_over {
            self.outbox.hold(id, HeldBecause::Flapping, None);
        } else {
            self.queue(id);
        }
    }

    /// An opening was refused, and the incident is over: the channel that is told instead hears of
    /// both at once.
    pub(super) fn tell_fallback_that_it_is_over(
        &mut self,
        incident: &mut AlertedIncident,
        channel: &Text,
    ) {
        let Some(queue) = self.outbox.channels.get(channel) else {
            return;
        };
        let is_broken = queue.retry.broken().is_some();
        let Some(fallback) = queue.fallback.clone().filter(|_| is_broken) else {
            return;
        };
        let is_known = incident.is_restored || incident.telling(&fallback).is_some();
        if is_known || !self.outbox.channels.contains_key(&fallback) {
            return;
        }
        let mut telling = Telling::new(fallback);
        telling.is_fallback = true;
        let id = self.follow(incident, &telling, What::Recovered);
        self.outbox.mark_over(id);
        telling.recovery = Some(id);
        incident.tellings.push(telling);
        self.queue(id);
    }

    /// Reviews a monitor whose timer is due: it may be steady.
    pub(super) fn review_monitor(&mut self, name: &Text) {
        let Some(monitor) = self.monitors.get_mut(name) else {
            return;
        };
        monitor.deadline = None;
        if monitor.flap.calm(self.now) {
            self.review_incidents_of(name);
        }
        self.plan_monitor(name);
    }

    /// Reviews all incidents of a monitor.
    pub(super) fn review_incidents_of(&mut self, name: &Text) {
        let monitor = self.monitors.get(name).into_iter();
        let all: Vec<AlertTopic> = monitor
            .flat_map(|monitor| monitor.incidents.iter().cloned())
            .collect();
        all.iter().for_each(|about| self.review(about));
    }

    /// Plans the next review of a monitor, or forgets one without incidents.
    pub(super) fn plan_monitor(&mut self, name: &Text) {
        let Some(monitor) = self.monitors.get_mut(name) else {
            return;
        };
        let next = monitor.flap.deadline().filter(|at| *at > self.now);
        let timer = Timer::Monitor(name.clone());
        self.timers.set(&mut monitor.deadline, next, timer);
        if next.is_none() && monitor.incidents.is_empty() {
            self.monitors.remove(name);
        }
    }
}
