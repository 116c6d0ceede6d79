//! How a target is: status, cause, quality and presence.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::model::outcome::failure::{Failure, Reason};
use crate::model::text::Text;

/// How a target is, ordered by what decides for a group: the greatest of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Paused,
    Healthy,
    /// Not heard from yet.
    Unknown,
    Warning,
    Error,
}

impl Status {
    /// Best first.
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

/// The rule that decides a status, with what a sentence about it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    Failure(Failure),
    /// `silent`: from the last heartbeat (or the opening) to the deadline that was missed last.
    Missed {
        count: u32,
        silent: Duration,
    },
    Latency {
        latency: Duration,
        limit: Duration,
    },
    /// `left` as of the moment when the limit was crossed.
    Certificate {
        left: SignedDuration,
        subject: Text,
    },
    /// What decided it in an earlier run, as it was told then.
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

/// From the last three latencies (contract, section 2). Unknown while the target is in error, and
/// while one of the last three outcomes is no heartbeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    Excellent,
    Good,
    Fair,
    Poor,
    #[default]
    Unknown,
}

impl Quality {
    pub const fn as_str(self) -> &'static str {
        match self {
            Quality::Excellent => "excellent",
            Quality::Good => "good",
            Quality::Fair => "fair",
            Quality::Poor => "poor",
            Quality::Unknown => "unknown",
        }
    }
}

/// A label for the age of the last heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Online,
    Recent,
    Away,
}

impl Presence {
    pub const fn as_str(self) -> &'static str {
        match self {
            Presence::Online => "online",
            Presence::Recent => "recent",
            Presence::Away => "away",
        }
    }
}
