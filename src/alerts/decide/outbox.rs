//! The rows of the ledger that are not over, and the queues of the channels.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::about::AlertTopic;
use super::exchange::RowChange;
use super::queue::ChannelQueue;
use crate::history::notification::{
    HeldBecause, Notification, NotificationId, NotificationState, Subject, What,
};
use crate::model::{Moment, Text, wall};

/// A row of the ledger with what this run knows of it.
#[derive(Debug)]
pub(super) struct OutboxRow {
    /// Shared with those who show or store it as it was.
    pub(super) row: Arc<Notification>,
    pub(super) about: AlertTopic,
    /// From when on it was to be sent.
    pub(super) due: Moment,
    pub(super) place: RowPlace,
    /// It says that something was down and is over: its opening was not accepted.
    pub(super) is_over: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowPlace {
    /// It is not to be sent now.
    Aside,
    Queued,
    /// It waits until all openings of its key are over.
    Gated,
    InFlight,
}

impl OutboxRow {
    /// Returns whether it can still be changed: it is neither sent nor done.
    pub(super) fn is_pending(&self) -> bool {
        let is_done = matches!(
            self.row.state,
            NotificationState::Told | NotificationState::Failed
        );
        !is_done && self.place != RowPlace::InFlight
    }

    pub(super) fn is(&self, state: NotificationState) -> bool {
        self.row.state == state
    }

    /// The receiver's key.
    pub(super) fn key(&self) -> NotificationId {
        self.row.sent_with.unwrap_or(self.row.id)
    }
}

/// All rows that are not over, and the channels.
#[derive(Debug)]
pub(super) struct AlertOutbox {
    /// The wall time of `Moment::START`.
    pub(super) anchor: Timestamp,
    pub(super) rows: BTreeMap<NotificationId, OutboxRow>,
    pub(super) channels: BTreeMap<Text, ChannelQueue>,
    /// Rows to be committed; `None`: as it is in `rows` by then.
    changes: BTreeMap<NotificationId, Option<RowChange>>,
    last: NotificationId,
}

impl AlertOutbox {
    pub(super) const fn new(anchor: Timestamp, last: NotificationId) -> AlertOutbox {
        AlertOutbox {
            anchor,
            rows: BTreeMap::new(),
            channels: BTreeMap::new(),
            changes: BTreeMap::new(),
            last,
        }
    }

    /// Returns the wall time of a moment.
    pub(super) fn wall(&self, at: Moment) -> Timestamp {
        wall(self.anchor, at)
    }

    pub(super) fn is_queued(&self, id: NotificationId) -> bool {
        self.get(id)
            .is_some_and(|one| one.place == RowPlace::Queued)
    }

    /// Notes that a recovery has no opening that was told.
    pub(super) fn mark_over(&mut self, id: NotificationId) {
        if let Some(one) = self.rows.get_mut(&id) {
            one.is_over = true;
        }
    }

    pub(super) fn get(&self, id: NotificationId) -> Option<&OutboxRow> {
        self.rows.get(&id)
    }

    pub(super) fn take_changes(&mut self) -> Vec<RowChange> {
        let changes = std::mem::take(&mut self.changes).into_iter();
        let rows = &self.rows;
        let changes = changes.filter_map(|(id, change)| match change {
            Some(change) => Some(change),
            None => rows
                .get(&id)
                .map(|one| RowChange::Put(Arc::clone(&one.row))),
        });
        changes.collect()
    }

    /// Adds a row that is put aside.
    pub(super) fn create(
        &mut self,
        now: Moment,
        about: &AlertTopic,
        channel: &Text,
        what: What,
        subject: Arc<Subject>,
    ) -> NotificationId {
        self.last = NotificationId(self.last.0 + 1);
        let row = Notification {
            id: self.last,
            channel: channel.clone(),
            what,
            subject,
            state: NotificationState::Held,
            why: None,
            sent_with: None,
            created: wall(self.anchor, now),
            next: None,
            attempts: 0,
            error: None,
            done: None,
        };
        let row = OutboxRow {
            row: Arc::new(row),
            about: about.clone(),
            due: now,
            place: RowPlace::Aside,
            is_over: false,
        };
        self.rows.insert(self.last, row);
        self.changes.insert(self.last, None);
        self.last
    }

    /// Changes a row.
    pub(super) fn edit(&mut self, id: NotificationId, edit: impl FnOnce(&mut Notification)) {
        if let Some(one) = self.rows.get_mut(&id) {
            let mut row = Notification::clone(&one.row);
            edit(&mut row);
            if row != *one.row {
                // Without a copy, unless a reader has this one: a storm edits 10,000 rows.
                match Arc::get_mut(&mut one.row) {
                    Some(known) => *known = row,
                    None => one.row = Arc::new(row),
                }
                self.changes.insert(id, None);
            }
        }
    }

    /// Holds a row that is not in flight. `until`: when that ends, if it is known.
    pub(super) fn hold(&mut self, id: NotificationId, why: HeldBecause, until: Option<Moment>) {
        self.unqueue(id);
        let until = until.map(|until| wall(self.anchor, until));
        self.edit(id, |row| {
            row.state = NotificationState::Held;
            row.why = Some(why);
            row.next = until;
        });
    }

    /// Lets a row be sent, unless it is already. Returns another row that is dropped because too
    /// many wait that say that something is over.
    pub(super) fn queue(&mut self, id: NotificationId, now: Moment) -> Option<NotificationId> {
        let one = self.rows.get_mut(&id)?;
        if one.place != RowPlace::Aside {
            return None;
        }
        let queue = self.channels.get_mut(&one.row.channel)?;
        let was_held = one.is(NotificationState::Held);
        if was_held {
            one.due = now;
        }
        let what = one.row.what;
        let gated = what == What::Recovered && queue.traits.one_key && {
            let key = one.key();
            queue.keys.wait(key, id)
        };
        let (why, next) = match (queue.retry.at(), queue.window_until()) {
            (Some(at), _) => (Some(HeldBecause::Retry), Some(at)),
            (None, Some(until)) if now < until => (Some(HeldBecause::Digest), Some(until)),
            _ if gated || queue.is_busy(now) => (Some(HeldBecause::Digest), None),
            _ => (None, None),
        };
        let mut dropped = None;
        if gated {
            one.place = RowPlace::Gated;
        } else {
            one.place = RowPlace::Queued;
            queue.push((one.due, id), now, !what.is_opening());
            if one.is_over {
                dropped = queue.push_over(id);
            }
        }
        let next = next.map(|next| wall(self.anchor, next));
        let created = was_held.then(|| wall(self.anchor, now));
        self.edit(id, |row| {
            row.state = NotificationState::Waiting;
            row.why = why;
            row.next = next;
            row.created = created.unwrap_or(row.created);
        });
        dropped
    }

    /// Puts a row aside that is queued or in flight.
    pub(super) fn unqueue(&mut self, id: NotificationId) {
        let Some(one) = self.rows.get_mut(&id) else {
            return;
        };
        let place = std::mem::replace(&mut one.place, RowPlace::Aside);
        let (due, key) = (one.due, one.key());
        if let Some(queue) = self.channels.get_mut(&one.row.channel) {
            match place {
                RowPlace::Queued => queue.remove((due, id)),
                RowPlace::Gated => queue.keys.remove(key, id),
                RowPlace::Aside | RowPlace::InFlight => {}
            }
        }
    }

    /// Notes that the incident of an opening is over on its channel, or that the opening is not
    /// sent any more: other recoveries may have waited for it.
    pub(super) fn opening_over(&mut self, id: NotificationId, now: Moment) {
        let Some(one) = self.rows.get(&id) else {
            return;
        };
        let key = one.key();
        let channel = one.row.channel.clone();
        if one.row.next.is_some() {
            // No reminder follows.
            self.edit(id, |row| row.next = None);
        }
        let Some(queue) = self.channels.get_mut(&channel) else {
            return;
        };
        queue.refreshing.over(id);
        for freed in queue.keys.over(key, id) {
            if let Some(one) = self.rows.get_mut(&freed) {
                one.place = RowPlace::Aside;
                self.queue(freed, now);
            }
        }
    }

    /// Deletes a row of an earlier run that nothing is done about.
    pub(super) fn discard(&mut self, id: NotificationId) {
        self.changes.insert(id, Some(RowChange::Remove(id)));
    }

    /// Deletes a row that is never sent.
    pub(super) fn remove(&mut self, id: NotificationId) {
        self.unqueue(id);
        if self.rows.remove(&id).is_some() {
            self.changes.insert(id, Some(RowChange::Remove(id)));
        }
    }

    /// Forgets a row that is over. The store keeps it.
    pub(super) fn forget(&mut self, id: NotificationId) {
        self.unqueue(id);
        if let Some(one) = self.rows.remove(&id)
            && let Some(change) = self.changes.get_mut(&id)
        {
            *change = Some(RowChange::Put(one.row));
        }
    }
}
