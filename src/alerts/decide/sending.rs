//! Decides what goes into the next delivery of a channel.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::about::{AlertTopic, DeliveryId};
use super::alerter::Alerter;
use super::compose::{Composer, key_of};
use super::limits::MAX_PORTION;
use super::outbox::{AlertOutbox, RowPlace};
use super::queue::{ChannelQueue, Flight};
use super::refreshing::Repeated;
use crate::alerts::delivery::Delivery;
use crate::history::notification::{Notification, NotificationId};
use crate::model::{Moment, Snapshot, Text};

impl Alerter {
    /// Returns a delivery that is to be sent now. At most one a channel is in flight. Its rows say
    /// from now on that they were tried: commit them before it is sent.
    pub fn next_delivery(
        &mut self,
        now: Moment,
        snapshot: &Snapshot,
    ) -> Option<(DeliveryId, Delivery)> {
        self.now = self.now.max(now);
        if !self.is_started {
            return None;
        }
        let channels = self.outbox.channels.iter();
        let ready = channels.filter(|(_, queue)| queue.ready_at().is_some_and(|at| at <= self.now));
        let ready: Vec<Text> = ready.map(|(name, _)| name.clone()).collect();
        let next = ready.iter().find_map(|channel| {
            self.review_waiting(channel);
            self.begin(channel, snapshot)
        })?;
        Some(next)
    }

    /// Whether each notification is a message. The end of a run is one message all the same.
    fn sends_alone(&self) -> bool {
        self.rules.digest.is_zero() && !self.is_final
    }

    /// What was to be sent may be held by now. Then something else is the first.
    fn review_waiting(&mut self, channel: &Text) {
        let first = |alerter: &Alerter| alerter.outbox.channels.get(channel)?.waiting().next();
        loop {
            let before = first(self);
            let all = self.next_topics(channel);
            all.iter().for_each(|about| self.review(about));
            if first(self) == before {
                return;
            }
        }
    }

    /// Returns what may be in the next delivery. Of notifications that are sent alone, not all.
    fn next_topics(&self, channel: &Text) -> BTreeSet<AlertTopic> {
        let Some(queue) = self.outbox.channels.get(channel) else {
            return BTreeSet::new();
        };
        let mut rows = Vec::new();
        if queue.is_open(self.now) {
            let monitor = |id| self.outbox.get(id).map(|one| &one.row.subject.monitor);
            let first = queue.waiting().next().and_then(monitor);
            let is_alone = queue.portion(self.sends_alone()) == 1;
            let waiting = queue.waiting();
            rows.extend(waiting.filter(|id| !is_alone || monitor(*id) == first));
        }
        if queue.may_follow_up(self.now) {
            rows.extend(queue.follow_ups());
        }
        let rows = rows.into_iter().filter_map(|id| self.outbox.get(id));
        rows.map(|row| row.about.clone()).collect()
    }

    fn begin(&mut self, channel: &Text, snapshot: &Snapshot) -> Option<(DeliveryId, Delivery)> {
        let queue = self.outbox.channels.get(channel)?;
        let rows = pick(&self.outbox, queue, self.now, self.sends_alone());
        let composer = Composer {
            fleet: &self.fleet,
            snapshot,
            at: self.outbox.wall(self.now),
        };
        if rows.is_empty() {
            let repeated = self.outbox.take_repeated(channel, self.now);
            let delivery = composer.repetition(channel, &repeated)?;
            return Some((self.fly(channel, Vec::new(), 0)?, delivery));
        }
        let dropped = queue.dropped;
        let is_one_key = queue.traits.one_key;
        let limit = queue.traits.refresh.map(|_| MAX_PORTION);
        let is_follow_up = is_one_key && !self.outbox.are_openings(&rows);
        let sent = self.outbox.send(&rows);
        let delivery = composer.delivery(channel, &sent, limit, is_one_key, dropped)?;
        let id = self.fly(channel, rows, dropped)?;
        if !is_follow_up && let Some(queue) = self.outbox.channels.get_mut(channel) {
            queue.begin_window(self.now, self.rules.digest);
        }
        Some((id, delivery))
    }

    fn fly(
        &mut self,
        channel: &Text,
        rows: Vec<NotificationId>,
        dropped: usize,
    ) -> Option<DeliveryId> {
        self.last_delivery += 1;
        let id = DeliveryId(self.last_delivery);
        let queue = self.outbox.channels.get_mut(channel)?;
        queue.flight = Some(Flight { id, rows, dropped });
        Some(id)
    }
}

/// Returns the rows of the next delivery, the longest due first.
fn pick(
    outbox: &AlertOutbox,
    queue: &ChannelQueue,
    now: Moment,
    is_alone: bool,
) -> Vec<NotificationId> {
    let row = |id: &NotificationId| outbox.get(*id);
    let portion = queue.portion(is_alone);
    let open: Vec<_> = if queue.is_open(now) {
        queue.waiting().collect()
    } else {
        Vec::new()
    };
    if queue.traits.one_key {
        let key = open
            .iter()
            .filter_map(row)
            .find_map(|one| one.row.sent_with);
        let fits = |id: &NotificationId| {
            let sent_with = row(id).and_then(|one| one.row.sent_with);
            sent_with.is_none() || sent_with == key
        };
        let openings: Vec<_> = open.into_iter().filter(fits).take(portion).collect();
        let may_follow_up = openings.is_empty() && queue.may_follow_up(now);
        return if may_follow_up {
            same_key(outbox, queue)
        } else {
            openings
        };
    }
    let Some(first) = open.first().filter(|_| portion == 1) else {
        return open.into_iter().take(portion).collect();
    };
    let of = |id| outbox.get(id).map(|one| &one.row.subject);
    let subject = of(*first);
    let is_same = |id: &NotificationId| {
        let both = subject.zip(of(*id));
        let same = both.is_some_and(|(a, b)| a.incident.is_some() && a.monitor == b.monitor);
        id == first || same
    };
    open.iter().copied().filter(is_same).collect()
}

/// Returns what follows the openings of one key.
fn same_key(outbox: &AlertOutbox, queue: &ChannelQueue) -> Vec<NotificationId> {
    let kind = |id| outbox.get(id).map(|one| (one.row.what, one.key()));
    let first = queue.follow_ups().next().and_then(kind);
    let all = queue.follow_ups();
    all.filter(|id| first.is_some() && kind(*id) == first)
        .collect()
}

impl AlertOutbox {
    fn are_openings(&self, rows: &[NotificationId]) -> bool {
        let mut rows = rows.iter().filter_map(|id| self.get(*id));
        rows.all(|one| one.row.what.is_opening())
    }

    /// Notes that rows are sent in one delivery. Returns them.
    fn send(&mut self, rows: &[NotificationId]) -> Vec<Arc<Notification>> {
        let found = rows.iter().filter_map(|id| self.get(*id));
        let lead = key_of(found.map(|one| one.row.as_ref()));
        for id in rows {
            self.unqueue(*id);
            self.edit(*id, |row| {
                row.attempts = row.attempts.saturating_add(1);
                row.sent_with = row.sent_with.or(lead);
                row.next = None;
            });
            let Some(one) = self.rows.get_mut(id) else {
                continue;
            };
            one.place = RowPlace::InFlight;
            let queue = self.channels.get_mut(&one.row.channel);
            if let Some(queue) = queue.filter(|queue| queue.traits.one_key)
                && one.row.what.is_opening()
            {
                queue.keys.add(one.key(), *id);
            }
        }
        let rows = rows.iter().filter_map(|id| self.get(*id));
        rows.map(|one| Arc::clone(&one.row)).collect()
    }

    /// Returns what is to be repeated on a channel now.
    fn take_repeated(&mut self, channel: &Text, now: Moment) -> Vec<Arc<Notification>> {
        let Some(queue) = self.channels.get_mut(channel) else {
            return Vec::new();
        };
        let due = queue.refresh_at().is_some_and(|at| at <= now);
        let Some(refresh) = queue.traits.refresh.filter(|_| due) else {
            return Vec::new();
        };
        let repeated = queue.refreshing.take(now, refresh, MAX_PORTION);
        let rows = repeated.into_iter().filter_map(|one| match one {
            Repeated::Lasting(id) => self.rows.get(&id).map(|one| Arc::clone(&one.row)),
            Repeated::Recovered(row) => Some(row),
        });
        rows.collect()
    }
}
