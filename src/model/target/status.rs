//! Status, cause, quality and presence of a target.

use crate::model::named::named_enum;
use crate::model::outcome::failure::Failure;
use crate::model::outcome::reason::Reason;
use crate::model::text::Text;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The status of a target. Ordered so that the status of a group is the greatest of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Paused,
    Healthy,
    /// No outcome yet.
    Unknown,
    Warning,
    Error,
}

impl Status {
    /// All statuses, best first.
    pub const ALL: [Status; 5] = [
        Status::Healthy,
        Status::Warning,
        Status::Error,
        Status::Unknown,
        Status::Paused,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Paused => "paused",
            Status::Healthy => "healthy",
            Status::Unknown => "unknown",
            Status::Warning => "warning",
            Status::Error => "error",
        }
    }
}

/// The rule that decides a status, with the values that its sentence needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    Failure(Failure),
    /// `silent`: time from the last heartbeat, or from the open connection, to the last missed
    /// deadline.
    Missed {
        count: u32,
        silent: Duration,
    },
    Latency {
        latency: Duration,
        limit: Duration,
    },
    /// `left`: the time left when the limit was reached.
    Certificate {
        left: SignedDuration,
        subject: Text,
    },
    /// The cause from an earlier run, with the sentence of that time.
    Restored {
        reason: Reason,
        message: Text,
    },
}

impl Cause {
    pub const fn reason(&self) -> Reason {
        match self {
            Cause::Failure(failure) => failure.reason(),
            Cause::Missed { .. } => Reason::Missed,
            Cause::Latency { .. } => Reason::Latency,
            Cause::Certificate { .. } => Reason::Certificate,
            Cause::Restored { reason, .. } => *reason,
        }
    }
}

named_enum! {
    /// Quality of a connection, from its last three latencies. Unknown while the target is in
    /// error, and unless the last three outcomes are heartbeats.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Quality {
        Excellent = "excellent",
        Good = "good",
        Fair = "fair",
        Poor = "poor",
        #[default]
        Unknown = "unknown",
    }
}

named_enum! {
    /// A label for the age of the last heartbeat.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Presence {
        Online = "online",
        Recent = "recent",
        Away = "away",
    }
}
