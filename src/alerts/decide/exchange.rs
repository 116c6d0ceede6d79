//! What the store gives to an `Alerter`, and what it gets back.

use std::sync::Arc;

use jiff::Timestamp;

use crate::history::incident::RecentIncident;
use crate::history::notification::{HeldBecause, Notification, NotificationId};
use crate::model::Text;

/// What earlier runs left in the ledger.
#[derive(Clone, Debug, Default)]
pub struct AlertsLeft {
    /// The rows that are not over: those that are held or wait, every opening that was told and has
    /// no recovery that was told or failed, and every opening that failed while its incident is not
    /// closed. A recovery belongs to the opening of the same channel, `subject.incident` and
    /// `subject.opened`.
    ///
    /// A run that watches only some monitors (`--filter`) gets only their rows: what is not in its
    /// snapshots counts as removed from the config.
    pub rows: Vec<Notification>,
    /// Recoveries that were told at most [`RECALLED`] ago, or more: they are repeated to receivers
    /// that forget.
    ///
    /// [`RECALLED`]: crate::history::notification::RECALLED
    pub recovered: Vec<Notification>,
    /// The greatest number that a row ever had.
    pub last: NotificationId,
    /// Since when the config has each channel ([`ChannelState::since`]). A channel is not told of
    /// incidents that opened before.
    pub channels: Vec<(Text, Timestamp)>,
    /// The incidents that opened in the last 30 min, oldest first: monitors may flap.
    pub recent: Vec<RecentIncident>,
}

/// A change of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub enum RowChange {
    /// The row is new or changed.
    Put(Arc<Notification>),
    /// The row is not sent any more: what it would have told is over, or its channel has left the
    /// config.
    Remove(NotificationId),
}

/// A channel of the rules in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelState {
    pub name: Text,
    /// When the config first had the channel. The store keeps it for the next run.
    pub since: Timestamp,
    /// Why the receiver does not accept what it is sent.
    pub broken: Option<Text>,
    /// Number of notifications that are to be sent.
    pub pending: usize,
}

/// A channel that has left the config with tellings that have no recovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedChannel {
    pub name: Text,
    /// Number of open tellings.
    pub open: usize,
}

/// Why the opening of a monitor's incident is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub why: HeldBecause,
    /// In words: `behind "router"`.
    pub words: Text,
}
