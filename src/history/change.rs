//! The time that a monitor spent in one status.

use jiff::Timestamp;

use crate::model::{Kind, Reason, Status, Text};

/// One change of status, and how long the status lasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
    pub monitor: Text,
    pub kind: Kind,
    pub group: Option<Text>,
    pub from: Timestamp,
    /// `None` while the status lasts.
    pub until: Option<Timestamp>,
    pub status: Status,
    pub reason: Option<Reason>,
    pub message: Option<Text>,
    /// It began during maintenance.
    pub maintenance: bool,
}
