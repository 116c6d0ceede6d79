//! Who is to be told: the routes and channels of a config.

use std::time::Duration;

use crate::model::{Selector, Status, Text};

/// Default of `digest`.
pub const DIGEST: Duration = Duration::from_secs(30);

/// Who is told of which monitors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertRules {
    /// Every route that selects a monitor applies, in this order.
    pub routes: Vec<AlertRoute>,
    /// Their names are unique.
    pub channels: Vec<ChannelRules>,
    /// After a message, what follows on the same channel within this time goes out as one message.
    pub digest: Duration,
    /// The channel for problems of hbmon itself.
    pub own: Option<Text>,
}

/// Which channels are told of some monitors, from when on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRoute {
    pub matches: Selector,
    /// `Warning` or `Error`.
    pub from: Status,
    /// How long an incident has to last, not acknowledged, before it is told.
    pub after: Duration,
    /// Names of channels; all of them exist.
    pub to: Vec<Text>,
    /// Time between two reminders of an incident that lasts, not acknowledged.
    pub remind: Option<Duration>,
}

/// What the decisions need to know of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRules {
    pub name: Text,
    /// The channel that is told instead while this one is broken; it exists, and is another one.
    pub fallback: Option<Text>,
    pub traits: ChannelTraits,
}

/// What a kind of channel needs beyond messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelTraits {
    /// The receiver shows acknowledgements (PagerDuty).
    pub acknowledgements: bool,
    /// The receiver knows each delivery by one key, so that the recovery of a digest is told when
    /// all of it is over (PagerDuty).
    pub one_key: bool,
    /// The receiver forgets what is not repeated (Alertmanager).
    pub refresh: Option<Refresh>,
}

/// How a receiver is kept informed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// Time between two repetitions of everything that lasts.
    pub every: Duration,
    /// How long a recovery is repeated.
    pub recovered_for: Duration,
}
