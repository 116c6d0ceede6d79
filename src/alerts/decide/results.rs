//! What came of a delivery.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::about::{AlertTopic, DeliveryId};
use super::alerter::Alerter;
use super::outbox::{AlertOutbox, RowPlace};
use super::queue::Flight;
use crate::alerts::delivery::DeliveryResult;
use crate::history::notification::{HeldBecause, NotificationId, NotificationState, What};
use crate::model::{Moment, Text};

impl Alerter {
    /// Takes the result of a delivery. `random`: 0 to 1, for the time of the next try.
    pub fn delivered(&mut self, id: DeliveryId, now: Moment, result: DeliveryResult, random: f64) {
        self.now = self.now.max(now);
        let mut channels = self.outbox.channels.iter_mut();
        let found = channels.find_map(|(name, queue)| {
            let flight = queue.flight.take_if(|flight| flight.id == id)?;
            Some((name.clone(), flight))
        });
        // The channel of a delivery may have left the config.
        let Some((channel, flight)) = found else {
            return;
        };
        let is_refresh = flight.rows.is_empty();
        match result {
            DeliveryResult::Accepted { .. } => self.accepted(&channel, flight),
            _ if is_refresh => {}
            DeliveryResult::Failed { why, wait } => {
                self.failed(&channel, flight, &why, wait, random);
            }
            DeliveryResult::Refused { why } => self.refused(&channel, flight, &why),
        }
        self.follow_broken(&channel);
    }

    fn accepted(&mut self, channel: &Text, flight: Flight) {
        if let Some(queue) = self.outbox.channels.get_mut(channel) {
            queue.retry.accepted();
            queue.dropped = queue.dropped.saturating_sub(flight.dropped);
        }
        for id in flight.rows {
            self.told(id);
        }
    }

    /// The rows are sent again.
    fn failed(
        &mut self,
        channel: &Text,
        flight: Flight,
        why: &Text,
        asked: Option<Duration>,
        random: f64,
    ) {
        let now = self.now;
        let Some(queue) = self.outbox.channels.get_mut(channel) else {
            return;
        };
        let was_down = queue.retry.is_down();
        let at = queue.retry.failed(now, why, asked, random);
        let is_down = queue.retry.is_down();
        let waiting: Vec<_> = queue.waiting().collect();
        let next = self.outbox.wall(at);
        for id in &flight.rows {
            self.outbox.unqueue(*id);
            self.outbox.edit(*id, |row| {
                row.why = Some(HeldBecause::Retry);
                row.next = Some(next);
                row.error = Some(why.clone());
            });
        }
        self.review_rows(&flight.rows);
        if is_down && !was_down {
            self.review_rows(&waiting);
        }
    }

    fn refused(&mut self, channel: &Text, flight: Flight, why: &Text) {
        let Some(queue) = self.outbox.channels.get_mut(channel) else {
            return;
        };
        queue.retry.refused(why.clone());
        for id in flight.rows {
            let row = self.outbox.get(id);
            let is_over = row.is_some_and(|row| row.row.what == What::Recovered);
            if is_over {
                self.pass_on(id, channel);
            }
            self.give_up(id, why.clone(), true);
        }
    }

    /// Lets the fallback of a channel tell that an incident is over.
    fn pass_on(&mut self, recovery: NotificationId, channel: &Text) {
        let row = self.outbox.get(recovery);
        let Some(about) = row.map(|row| row.about.clone()) else {
            return;
        };
        let Some(mut incident) = self.incidents.remove(&about) else {
            return;
        };
        let mut tellings = incident.tellings.iter();
        if tellings.any(|one| one.channel == *channel && !one.is_fallback) {
            self.tell_fallback_that_it_is_over(&mut incident, channel);
        }
        self.incidents.insert(about, incident);
    }

    fn review_rows(&mut self, rows: &[NotificationId]) {
        for id in rows {
            if let Some(row) = self.outbox.get(*id) {
                let about = row.about.clone();
                self.review(&about);
            }
        }
    }

    /// A receiver accepted a row.
    fn told(&mut self, id: NotificationId) {
        let now = self.now;
        let done = self.outbox.wall(now);
        self.outbox.finish(id, NotificationState::Told, done, None);
        let Some(row) = self.outbox.get(id) else {
            return;
        };
        let (about, row) = (row.about.clone(), Arc::clone(&row.row));
        if let Some(queue) = self.outbox.channels.get_mut(&row.channel)
            && let Some(refresh) = queue.traits.refresh
        {
            match row.what {
                What::Opened | What::Flapping => {
                    let monitor = row.subject.monitor.clone();
                    queue.refreshing.told(id, monitor, now, refresh);
                }
                What::Recovered => {
                    queue.refreshing.recovered(Arc::clone(&row), now, refresh);
                }
                _ => {}
            }
        }
        let level = row.subject.status;
        if let Some(incident) = self.incidents.get_mut(&about)
            && let Some(telling) = incident.telling(&row.channel)
        {
            match row.what {
                What::Opened | What::Flapping | What::Worse | What::Reminder => {
                    telling.level = telling.level.max(level);
                    telling.last_told = Some(now);
                    telling.planned = None;
                    // The opening is what is repeated, as bad as the receiver knows it.
                    if row.what == What::Worse
                        && let Some(opening) = telling.opening
                    {
                        self.outbox.edit(opening, |told| {
                            told.subject = Arc::clone(&row.subject);
                        });
                    }
                }
                What::Acknowledged | What::Recovered | What::Test => {}
            }
        }
        self.done(id, &about, &row.channel, row.what);
    }

    /// A row is not sent any more.
    /// `is_final`: the receiver will never accept it.
    pub(super) fn give_up(&mut self, id: NotificationId, why: Text, is_final: bool) {
        let now = self.now;
        self.outbox.unqueue(id);
        let done = self.outbox.wall(now);
        let state = NotificationState::Failed;
        self.outbox.finish(id, state, done, Some(why));
        let Some(row) = self.outbox.get(id) else {
            return;
        };
        let (about, what) = (row.about.clone(), row.row.what);
        let (channel, level) = (row.row.channel.clone(), row.row.subject.status);
        if what.is_opening() {
            self.outbox.opening_over(id, now);
        }
        if let Some(incident) = self.incidents.get_mut(&about)
            && let Some(telling) = incident.telling(&channel)
            && matches!(what, What::Worse | What::Reminder)
        {
            telling.level = telling.level.max(level);
            telling.last_told = Some(now);
            telling.planned = None;
            telling.is_refused = is_final && what == What::Worse;
        }
        self.done(id, &about, &channel, what);
    }

    /// Forgets a row that is over, unless it is an opening, and reviews its incident.
    fn done(&mut self, id: NotificationId, about: &AlertTopic, channel: &Text, what: What) {
        if !what.is_opening() {
            self.outbox.forget(id);
        }
        if let Some(incident) = self.incidents.get_mut(about) {
            let tellings = &mut incident.tellings;
            let place = tellings.iter().position(|one| one.channel == *channel);
            if let Some(place) = place {
                let telling = &mut tellings[place];
                match what {
                    What::Worse | What::Reminder => telling.update = None,
                    What::Acknowledged => telling.acknowledgement = None,
                    What::Recovered => {
                        telling.is_over = true;
                        telling.recovery = None;
                        let opening = telling.opening.take().into_iter();
                        opening.for_each(|id| self.outbox.forget(id));
                    }
                    What::Opened | What::Flapping | What::Test => {}
                }
            }
        }
        self.review(about);
    }

    /// Tells the channels that show it that somebody takes care of an incident.
    pub(super) fn tell_acknowledgement(&mut self, about: &AlertTopic) {
        let Some(mut incident) = self.incidents.remove(about) else {
            return;
        };
        if incident.is_acknowledged(self.now) {
            for mut telling in std::mem::take(&mut incident.tellings) {
                let queue = self.outbox.channels.get(&telling.channel);
                let shows_it = queue.is_some_and(|queue| queue.traits.acknowledgements);
                let opening = telling.opening.and_then(|id| self.outbox.get(id));
                let is_told = opening.is_some_and(|row| row.is(NotificationState::Told));
                if shows_it && is_told && telling.acknowledgement.is_none() {
                    let id = self.follow(&incident, &telling, What::Acknowledged);
                    telling.acknowledgement = Some(id);
                    self.queue(id);
                }
                incident.tellings.push(telling);
            }
        }
        self.incidents.insert(about.clone(), incident);
    }
}

impl AlertOutbox {
    /// Notes that a row is told, or not sent any more.
    fn finish(
        &mut self,
        id: NotificationId,
        state: NotificationState,
        done: Timestamp,
        error: Option<Text>,
    ) {
        self.edit(id, |row| {
            row.state = state;
            row.why = None;
            row.next = None;
            row.error = error;
            row.done = Some(done);
        });
        if let Some(one) = self.rows.get_mut(&id) {
            one.place = RowPlace::Aside;
        }
    }
}
