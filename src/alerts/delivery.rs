//! Deliveries: what one channel is told in one message, and what came of it.

use std::time::Duration;

use jiff::Timestamp;

use crate::history::notification::{NotificationId, Subject, What};
use crate::model::{IncidentEnd, Meta, Status, Text};

/// Maximum number of notifications that a message names.
pub const MAX_NAMED: usize = 20;

/// One message for one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    pub channel: Text,
    /// Worst first, at most [`MAX_NAMED`]; all of them for a channel with `refresh`. Never empty.
    pub notices: Vec<Notice>,
    /// Number of further notifications in this delivery, which the message only counts.
    pub more: usize,
    pub at: Timestamp,
    /// Since when the oldest of its notifications is to be sent.
    pub due: Timestamp,
    /// It repeats what the receiver knows already (`Refresh`).
    pub is_refresh: bool,
}

/// One notification of a delivery with what people need to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub what: What,
    pub subject: Subject,
    /// The receiver's key, for receivers that have keys: the notification that opened the delivery.
    pub key: NotificationId,
    /// The receiver accepted the opening. A recovery without that says that it was down, and is
    /// over.
    pub was_told: bool,
    /// `None` if the monitor is not watched any more, and for hbmon itself.
    pub monitor: Option<MonitorFacts>,
}

impl Notice {
    /// Returns the status that the receiver is told: healthy again, or the worst one.
    pub fn status(&self) -> Status {
        match (self.subject.closed, self.subject.end) {
            (None, _) => self.subject.status,
            (Some(_), Some(IncidentEnd::Paused)) => Status::Paused,
            (Some(_), Some(IncidentEnd::Removed)) => Status::Unknown,
            (Some(_), _) => Status::Healthy,
        }
    }
}

/// What the config and the last outcomes say about a monitor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MonitorFacts {
    pub kind: Text,
    /// Without secrets.
    pub target: Text,
    pub group: Option<Text>,
    pub tags: Vec<Text>,
    /// Sorted by name; names are valid names of Prometheus labels.
    pub labels: Vec<(Text, Text)>,
    pub description: Option<Text>,
    pub runbook: Option<Text>,
    pub last_beat: Option<Timestamp>,
    /// The last five outcomes as sentences with their times, newest first.
    pub outcomes: Vec<(Timestamp, Text)>,
}

impl MonitorFacts {
    /// Returns what the config says about a monitor.
    pub fn of(meta: &Meta) -> MonitorFacts {
        MonitorFacts {
            kind: Text::clean(meta.kind.as_str()),
            target: meta.address.clone(),
            group: meta.group.clone(),
            tags: meta.tags.clone(),
            labels: meta.labels.clone(),
            description: meta.description.clone(),
            runbook: meta.runbook.clone(),
            last_beat: None,
            outcomes: Vec::new(),
        }
    }
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryResult {
    /// `answer`: the receiver's answer in a few words, such as `202 Accepted`. `note`: what people
    /// should know all the same, such as recipients of a mail that were refused.
    Accepted { answer: Text, note: Option<Text> },
    /// It is sent again. `wait`: the time that the receiver asked for.
    Failed { why: Text, wait: Option<Duration> },
    /// The receiver will never accept it: the channel is broken.
    Refused { why: Text },
}
