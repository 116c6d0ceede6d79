//! The alerts of a running process at one moment, for those who show them: the HTTP interface, the
//! metrics and the screen.

use std::collections::HashMap;
use std::sync::Arc;

use super::notification::{HeldBecause, Notification};
use crate::model::{Histogram, Text};

/// What channels are told, and what they are not told yet. `cli/alerting` publishes a new one after
/// each change, at most five times a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertBoard {
    /// In the order of the config.
    pub channels: Vec<ChannelOnBoard>,
    /// Those that are held, wait, or were told or failed while their incident lasts; by number.
    pub notifications: Vec<Arc<Notification>>,
    /// Why the opening of a monitor's incident is held, by the monitor's name.
    pub held: HashMap<Text, HeldOpening>,
}

/// How a channel does. Counts are those of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelOnBoard {
    pub name: Text,
    /// As in the config: `slack`.
    pub kind: &'static str,
    /// Scheme and host, or the name of a program.
    pub place: Text,
    /// Why the receiver does not accept what it is sent.
    pub broken: Option<Text>,
    /// Notifications that are to be sent.
    pub pending: usize,
    /// Notifications that the receiver accepted.
    pub told: u64,
    /// Notifications that were given up.
    pub failed: u64,
    /// How long each delivery took, with those that failed.
    pub seconds: Histogram,
}

/// Why no channel is told of a monitor's open incident yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldOpening {
    pub why: HeldBecause,
    /// `behind "router"`.
    pub words: Text,
}
