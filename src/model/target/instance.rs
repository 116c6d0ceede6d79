//! One of several senders that a push monitor tells apart.

use super::status::Presence;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// How many instances a monitor has, as of the last look at the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InstanceCounts {
    /// Known, whether online or not.
    pub total: u32,
    /// Heard within the promised time and grace.
    pub online: u32,
    /// Online, and the last payload passed `available`.
    pub available: u32,
}

/// One instance as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    pub id: Text,
    pub online: bool,
    pub available: bool,
    /// The last good heartbeat; none if only failures came.
    pub last_beat: Option<Moment>,
    pub presence: Option<Presence>,
}

/// What became of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceChange {
    /// The first heartbeat, or the first after a silence.
    Online,
    /// No heartbeat within the promised time and grace.
    Offline,
    /// Not heard for so long that it is forgotten.
    Evicted,
    /// Taken out by hand.
    Removed,
}

impl InstanceChange {
    pub const fn as_str(self) -> &'static str {
        match self {
            InstanceChange::Online => "online",
            InstanceChange::Offline => "offline",
            InstanceChange::Evicted => "evicted",
            InstanceChange::Removed => "removed",
        }
    }
}
