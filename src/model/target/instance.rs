//! One of several senders that a push monitor tells apart.

use super::status::Presence;
use crate::model::named::named_enum;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// Numbers of instances, as of the last judgement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InstanceCounts {
    /// Known instances, online or not.
    pub total: u32,
    /// Instances with a heartbeat within the interval and grace.
    pub online: u32,
    /// Online instances whose last payload passed `available`.
    pub available: u32,
}

/// One instance, as shown to readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    pub id: Text,
    pub online: bool,
    pub available: bool,
    /// Moment of the last good heartbeat; `None` if only failures came.
    pub last_beat: Option<Moment>,
    pub presence: Option<Presence>,
}

named_enum! {
    /// A change of an instance.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum InstanceChange {
        /// The first heartbeat, or the first since the instance was offline.
        Online = "online",
        /// No heartbeat came within the interval and grace.
        Offline = "offline",
        /// No contact for so long that the instance is removed.
        Evicted = "evicted",
        /// Removed by a user.
        Removed = "removed",
    }
}
