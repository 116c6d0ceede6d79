//! Reviews an incident: what each channel is to be told of it as of now.

use std::sync::Arc;

use super::about::AlertTopic;
use super::alerter::Alerter;
use super::flapping::FlapGate;
use super::holds::Hold;
use super::incident::{AlertedIncident, Telling};
use super::routing::{Due, MonitorRoutes};
use super::timers::Timer;
use crate::history::notification::{HeldBecause, NotificationId, NotificationState, What};
use crate::model::{IncidentEnd, Moment, Status, Text};

/// What decides about one channel of an open incident.
#[derive(Clone, Copy, Debug)]
pub(super) struct Assessment {
    pub(super) due: Due,
    pub(super) hold: Option<Hold>,
}

impl Alerter {
    /// Reviews an incident, and those that its review concerns. Does nothing for one that is over.
    pub(super) fn review(&mut self, about: &AlertTopic) {
        self.review_one(about);
        while let Some(about) = self.again.pop() {
            self.review_one(&about);
        }
    }

    /// Reviews all incidents, in a fixed order.
    pub(super) fn review_all(&mut self) {
        let mut all: Vec<AlertTopic> = self.incidents.keys().cloned().collect();
        all.sort();
        all.iter().for_each(|about| self.review(about));
    }

    fn review_one(&mut self, about: &AlertTopic) {
        if !self.is_started {
            return;
        }
        let Some(mut incident) = self.incidents.remove(about) else {
            return;
        };
        let next = if incident.is_open {
            self.review_open(&mut incident)
        } else {
            self.review_closed(&mut incident);
            None
        };
        let mut tellings = incident.tellings.iter();
        let is_done = !incident.is_open && tellings.all(|telling| telling.is_over);
        let next = next.filter(|at| *at > self.now && !is_done);
        let timer = Timer::Incident(about.clone());
        self.timers.set(&mut incident.deadline, next, timer);
        if is_done {
            self.forget_incident(&incident);
        } else {
            self.incidents.insert(about.clone(), incident);
        }
    }

    fn forget_incident(&mut self, incident: &AlertedIncident) {
        if let AlertTopic::Own(what) = &incident.about {
            return self.review_own(&what.clone());
        }
        let name = &incident.subject.monitor;
        if let Some(monitor) = self.monitors.get_mut(name) {
            monitor.incidents.retain(|about| *about != incident.about);
        }
        self.plan_monitor(name);
    }

    /// Returns when the incident is to be reviewed again.
    fn review_open(&mut self, incident: &mut AlertedIncident) -> Option<Moment> {
        let is_late = |until| until <= self.now || self.is_final;
        if incident.confirm_by.is_some_and(is_late) {
            incident.confirm_by = None;
            incident.is_open = false;
            let subject = Arc::make_mut(&mut incident.subject);
            subject.closed = Some(self.outbox.wall(self.now));
            subject.end = Some(IncidentEnd::Recovered);
            self.review_closed(incident);
            return None;
        }
        let hold = self.hold(incident);
        let routes = self.routes_of(incident);
        let standing = incident.standing(self.now);
        let mut next: Vec<Moment> = incident.confirm_by.into_iter().collect();
        next.extend(hold.and_then(|hold| hold.until));
        next.extend(standing.acknowledged.flatten());
        for route in &routes.0 {
            let due = route.due(&standing, self.now);
            let verdict = Assessment { due, hold };
            next.extend(self.review_channel(incident, &route.channel, verdict));
        }
        let is_routed = |channel: &Text| routes.0.iter().any(|route| route.channel == *channel);
        let others = incident.tellings.iter();
        let others = others.filter(|telling| !is_routed(&telling.channel));
        let others: Vec<_> = others
            .map(|telling| (telling.channel.clone(), telling.is_fallback))
            .collect();
        for (channel, is_fallback) in others {
            let due = if is_fallback {
                Due::Now { remind: None }
            } else {
                Due::Never
            };
            let verdict = Assessment { due, hold };
            next.extend(self.review_channel(incident, &channel, verdict));
        }
        for channel in self.fallbacks(incident) {
            let mut telling = Telling::new(channel.clone());
            telling.is_fallback = true;
            incident.tellings.push(telling);
            let due = Due::Now { remind: None };
            let verdict = Assessment { due, hold };
            next.extend(self.review_channel(incident, &channel, verdict));
        }
        next.into_iter().filter(|at| *at > self.now).min()
    }

    /// The routes of an incident, computed once per monitor and config.
    fn routes_of(&mut self, incident: &AlertedIncident) -> Arc<MonitorRoutes> {
        if matches!(incident.about, AlertTopic::Own(_)) {
            return Arc::clone(&self.own_routes);
        }
        let name = &incident.subject.monitor;
        let Some(row) = self.fleet.get(name) else {
            return Arc::default();
        };
        let monitor = self.monitors.entry(name.clone()).or_default();
        match &monitor.routes {
            Some((meta, routes)) if Arc::ptr_eq(meta, &row.meta) => Arc::clone(routes),
            _ => {
                let routes = self.routes.of(&self.rules, &row.meta);
                monitor.routes = Some((Arc::clone(&row.meta), Arc::clone(&routes)));
                routes
            }
        }
    }

    /// Returns the channels that are told instead of broken ones, and do not know the incident.
    fn fallbacks(&self, incident: &AlertedIncident) -> Vec<Text> {
        let mut all: Vec<Text> = Vec::new();
        for telling in incident.tellings.iter().filter(|one| !one.is_fallback) {
            let Some(queue) = self.outbox.channels.get(&telling.channel) else {
                continue;
            };
            let is_row = |id: Option<NotificationId>, state| {
                let row = id.and_then(|id| self.outbox.get(id));
                row.is_some_and(|row| row.is(state) && row.row.what != What::Reminder)
            };
            let is_failed = is_row(telling.opening, NotificationState::Failed);
            let is_waiting = is_row(telling.opening, NotificationState::Waiting)
                || is_row(telling.update, NotificationState::Waiting);
            let is_broken = queue.retry.broken().is_some();
            let is_refused = is_broken && (is_failed || telling.is_refused);
            let is_stuck = is_waiting && queue.retry.is_down();
            let fallback = queue.fallback.as_ref();
            let fallback = fallback.filter(|name| self.outbox.channels.contains_key(*name));
            let Some(fallback) = fallback.filter(|_| is_refused || is_stuck) else {
                continue;
            };
            let is_known = incident
                .tellings
                .iter()
                .any(|known| known.channel == *fallback);
            if !is_known && !all.contains(fallback) {
                all.push(fallback.clone());
            }
        }
        all
    }

    /// Reviews one channel of an open incident. Returns when it is to be reviewed again.
    fn review_channel(
        &mut self,
        incident: &mut AlertedIncident,
        channel: &Text,
        verdict: Assessment,
    ) -> Option<Moment> {
        let queue = self.outbox.channels.get(channel)?;
        let tellings = &incident.tellings;
        let place = tellings.iter().position(|known| known.channel == *channel);
        let mut telling = match place {
            Some(place) => incident.tellings.remove(place),
            None if verdict.due == Due::Never || queue.since > incident.opened => return None,
            None => Telling::new(channel.clone()),
        };
        if telling.opening.is_none() && telling.recovery.is_none() {
            let subject = incident.subject(self.now);
            let about = &incident.about;
            let id = self
                .outbox
                .create(self.now, about, channel, What::Opened, subject);
            telling.opening = Some(id);
        }
        let next = self.review_opening(incident, &mut telling, verdict);
        if telling.counts() {
            let place = place.unwrap_or(incident.tellings.len());
            // Mostly there is one channel: the usual capacity would be a waste in a storm.
            incident.tellings.reserve_exact(1);
            incident.tellings.insert(place, telling);
        }
        next
    }

    fn review_opening(
        &mut self,
        incident: &AlertedIncident,
        telling: &mut Telling,
        verdict: Assessment,
    ) -> Option<Moment> {
        let opening = telling.opening?;
        let row = self.outbox.get(opening)?;
        if row.is(NotificationState::Told) {
            return self.review_told(incident, telling, verdict);
        }
        if !row.is_pending() {
            return None;
        }
        if verdict.due == Due::Never {
            if row.row.attempts == 0 {
                self.withdraw(incident, telling);
            }
            return None;
        }
        let subject = incident.subject(self.now);
        let level = subject.status;
        self.outbox.edit(opening, |row| row.subject = subject);
        let gate = match telling.flap_pass {
            Some(_) => FlapGate::Open,
            None => self.flap_gate(incident, &telling.channel),
        };
        if let Some(hold) = verdict.hold {
            self.outbox.hold(opening, hold.why, hold.until);
            return None;
        }
        if gate == FlapGate::Closed {
            self.outbox.hold(opening, HeldBecause::Flapping, None);
            return None;
        }
        if let Due::Later(at) = verdict.due {
            self.outbox.hold(opening, HeldBecause::After, at);
            return at;
        }
        if self.flaps(incident) {
            let channel = &telling.channel;
            let before = self.set_flap_level(incident, channel, Some(level));
            telling.flap_pass.get_or_insert(before);
            if gate == FlapGate::First {
                self.outbox.edit(opening, |row| row.what = What::Flapping);
            }
        } else {
            telling.flap_pass = None;
            self.outbox.edit(opening, |row| row.what = What::Opened);
        }
        self.queue(opening);
        None
    }

    /// Removes an opening that was never sent.
    pub(super) fn withdraw(&mut self, incident: &AlertedIncident, telling: &mut Telling) {
        if let Some(opening) = telling.opening.take() {
            self.outbox.opening_over(opening, self.now);
            self.outbox.remove(opening);
        }
        if let Some(before) = telling.flap_pass.take() {
            self.set_flap_level(incident, &telling.channel, before);
        }
    }

    pub(super) fn queue(&mut self, id: NotificationId) {
        let Some(dropped) = self.outbox.queue(id, self.now) else {
            return;
        };
        if let Some(row) = self.outbox.get(dropped) {
            self.again.push(row.about.clone());
        }
        self.outbox.remove(dropped);
    }

    /// Queues a row again after it was tried.
    pub(super) fn requeue(&mut self, id: Option<NotificationId>) {
        let row = id.and_then(|id| self.outbox.get(id));
        if let Some(row) = row.filter(|row| row.is_pending()) {
            self.queue(row.row.id);
        }
    }

    pub(super) fn flaps(&self, incident: &AlertedIncident) -> bool {
        let is_incident = matches!(incident.about, AlertTopic::Incident(_));
        let monitor = self.monitors.get(&incident.subject.monitor);
        is_incident && monitor.is_some_and(|one| one.flap.flaps())
    }

    pub(super) fn flap_gate(&self, incident: &AlertedIncident, channel: &Text) -> FlapGate {
        if matches!(incident.about, AlertTopic::Own(_)) {
            return FlapGate::Open;
        }
        let monitor = self.monitors.get(&incident.subject.monitor);
        let level = incident.subject.status;
        monitor.map_or(FlapGate::Open, |one| one.flap.gate(channel, level))
    }

    pub(super) fn set_flap_level(
        &mut self,
        incident: &AlertedIncident,
        channel: &Text,
        level: Option<Status>,
    ) -> Option<Status> {
        if matches!(incident.about, AlertTopic::Own(_)) {
            return None;
        }
        let monitor = self.monitors.get_mut(&incident.subject.monitor)?;
        monitor.flap.set_told(channel, level)
    }
}
