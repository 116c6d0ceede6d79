//! What one channel is to be told, and when.

use std::collections::BTreeSet;
use std::time::Duration;

use super::about::DeliveryId;
use super::key_groups::KeyGroups;
use super::limits::{GIVE_UP_AFTER, MAX_OVER, MAX_PORTION};
use super::refreshing::Refreshing;
use super::retry::ChannelRetry;
use crate::alerts::rules::{ChannelRules, ChannelTraits};
use crate::history::notification::NotificationId;
use crate::model::{Moment, Text};

/// A row with the moment from which it is due.
pub(super) type DueRow = (Moment, NotificationId);

/// The state of one channel.
#[derive(Debug)]
pub(super) struct ChannelQueue {
    /// When the config first had the channel.
    pub(super) since: Moment,
    pub(super) traits: ChannelTraits,
    pub(super) fallback: Option<Text>,
    pub(super) retry: ChannelRetry,
    pub(super) keys: KeyGroups,
    pub(super) refreshing: Refreshing,
    pub(super) flight: Option<Flight>,
    /// Number of rows that were dropped and that the next delivery counts.
    pub(super) dropped: usize,
    waiting: BTreeSet<DueRow>,
    /// What follows an opening on a channel that tells each key apart: not delayed by a digest.
    follow_ups: BTreeSet<DueRow>,
    /// Those of the waiting rows that say that something was down and is over.
    over: BTreeSet<NotificationId>,
    window_until: Option<Moment>,
    /// Everything goes out at once: it has waited together.
    is_batch: bool,
}

/// A delivery that is being sent.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) id: DeliveryId,
    pub(super) rows: Vec<NotificationId>,
    /// Number of dropped rows that it counts.
    pub(super) dropped: usize,
}

impl ChannelQueue {
    pub(super) fn new(rules: &ChannelRules, since: Moment) -> ChannelQueue {
        ChannelQueue {
            since,
            traits: rules.traits,
            fallback: rules.fallback.clone(),
            retry: ChannelRetry::default(),
            keys: KeyGroups::default(),
            refreshing: Refreshing::default(),
            flight: None,
            dropped: 0,
            waiting: BTreeSet::new(),
            follow_ups: BTreeSet::new(),
            over: BTreeSet::new(),
            window_until: None,
            is_batch: false,
        }
    }

    /// Takes over a changed config.
    pub(super) fn update(&mut self, rules: &ChannelRules) {
        self.traits = rules.traits;
        self.fallback.clone_from(&rules.fallback);
        self.retry.repaired();
    }

    /// Adds a row to be sent.
    pub(super) fn push(&mut self, row: DueRow, now: Moment, is_follow_up: bool) {
        if is_follow_up && self.traits.one_key {
            self.follow_ups.insert(row);
            return;
        }
        self.is_batch |= self.is_busy(now);
        self.waiting.insert(row);
    }

    /// Counts a row that says that something was down and is over. Returns one that is dropped
    /// because there are too many.
    pub(super) fn push_over(&mut self, row: NotificationId) -> Option<NotificationId> {
        self.over.insert(row);
        if self.over.len() <= MAX_OVER {
            return None;
        }
        self.dropped += 1;
        self.over.pop_first()
    }

    pub(super) fn remove(&mut self, row: DueRow) {
        self.waiting.remove(&row);
        self.follow_ups.remove(&row);
        self.over.remove(&row.1);
        self.is_batch &= !self.waiting.is_empty();
    }

    /// Returns whether a new row has to wait for others.
    pub(super) fn is_busy(&self, now: Moment) -> bool {
        self.retry.at().is_some()
            || self.flight.is_some()
            || self.window_until.is_some_and(|until| now < until)
    }

    pub(super) const fn window_until(&self) -> Option<Moment> {
        self.window_until
    }

    /// Lets everything that waits now go out at once, and now unless the channel is retried.
    pub(super) fn flush(&mut self) {
        self.is_batch = true;
        self.window_until = None;
    }

    /// Returns when the next delivery can be sent, if there is one and none is in flight.
    pub(super) fn ready_at(&self) -> Option<Moment> {
        if self.flight.is_some() {
            return None;
        }
        let retry = self.retry.at();
        // A retry does not wait for the end of a digest.
        let opens = retry.or(self.window_until).unwrap_or(Moment::START);
        let waiting = (!self.waiting.is_empty()).then_some(opens);
        let follows = retry.unwrap_or(Moment::START);
        let follow_ups = (!self.follow_ups.is_empty()).then_some(follows);
        let refresh = self.refresh_at();
        waiting.into_iter().chain(follow_ups).chain(refresh).min()
    }

    /// Returns when everything that lasts is repeated. Not while the channel is retried.
    pub(super) fn refresh_at(&self) -> Option<Moment> {
        if self.retry.at().is_some() || self.flight.is_some() {
            return None;
        }
        self.refreshing.at()
    }

    /// Returns when the row that is due longest fails.
    pub(super) fn gives_up_at(&self) -> Option<Moment> {
        let oldest = self.waiting.first().into_iter();
        let oldest = oldest.chain(self.follow_ups.first());
        oldest.map(|(due, _)| due.plus(GIVE_UP_AFTER)).min()
    }

    /// Returns a row that was due for too long.
    pub(super) fn given_up(&self, now: Moment) -> Option<NotificationId> {
        let oldest = self.waiting.first().into_iter();
        let mut oldest = oldest.chain(self.follow_ups.first());
        let (_, row) = oldest.find(|(due, _)| due.plus(GIVE_UP_AFTER) <= now)?;
        Some(*row)
    }

    /// Returns whether the rows that wait may be sent.
    pub(super) fn is_open(&self, now: Moment) -> bool {
        let opens = self.retry.at().or(self.window_until);
        self.flight.is_none() && opens.is_none_or(|at| at <= now)
    }

    /// Returns whether what follows an opening may be sent.
    pub(super) fn may_follow_up(&self, now: Moment) -> bool {
        self.flight.is_none() && self.retry.at().is_none_or(|at| at <= now)
    }

    /// All rows to be sent, the longest due first.
    pub(super) fn waiting(&self) -> impl Iterator<Item = NotificationId> {
        self.waiting.iter().map(|(_, row)| *row)
    }

    pub(super) fn follow_ups(&self) -> impl Iterator<Item = NotificationId> {
        self.follow_ups.iter().map(|(_, row)| *row)
    }

    /// Number of rows to be sent, with those that are being sent.
    pub(super) fn pending(&self) -> usize {
        let flying = self.flight.as_ref().map_or(0, |flight| flight.rows.len());
        self.waiting.len() + self.follow_ups.len() + flying
    }

    /// Returns how many of the waiting rows may go into one delivery; 1: the first, alone.
    /// `is_alone`: each of them is a message.
    pub(super) const fn portion(&self, is_alone: bool) -> usize {
        if self.traits.refresh.is_some() {
            MAX_PORTION
        } else if self.is_batch && !is_alone {
            usize::MAX
        } else {
            1
        }
    }

    /// Begins a window in which what follows waits for one delivery.
    pub(super) fn begin_window(&mut self, now: Moment, digest: Duration) {
        // A further portion of the same rows follows at once.
        let is_whole = self.traits.refresh.is_none() || self.waiting.is_empty();
        self.window_until = is_whole.then(|| now.plus(digest));
        self.is_batch = !self.waiting.is_empty();
    }
}
