//! An incident that is told, or is to be told, on some channels.

use std::sync::Arc;

use crate::history::notification::{NotificationId, Subject};
use crate::model::{Acknowledgement, Moment, Status, Text};

use super::about::AlertTopic;
use super::routing::Standing;

/// An incident, or a problem of hbmon itself, until everybody who was told of it was told that it
/// is over.
#[derive(Debug)]
pub(super) struct AlertedIncident {
    pub(super) about: AlertTopic,
    /// As of its last change.
    pub(super) subject: Arc<Subject>,
    pub(super) is_open: bool,
    pub(super) opened: Moment,
    pub(super) error_since: Option<Moment>,
    pub(super) acknowledged: Option<Acknowledgement>,
    pub(super) parents: Option<Box<ParentWatch>>,
    pub(super) tellings: Vec<Telling>,
    /// A problem of hbmon itself of an earlier run, which is over unless it is confirmed until then.
    pub(super) confirm_by: Option<Moment>,
    /// It was known to an earlier run, which may have told channels that have no row any more.
    pub(super) is_restored: bool,
    /// When it is looked at again, as planned in `Timers`.
    pub(super) deadline: Option<Moment>,
}

/// What one channel knows of one incident.
#[derive(Debug)]
pub(super) struct Telling {
    pub(super) channel: Text,
    /// `None` if it was not told in time and only a recovery is left.
    pub(super) opening: Option<NotificationId>,
    /// That it got worse, or a reminder, until it is told.
    pub(super) update: Option<NotificationId>,
    pub(super) acknowledgement: Option<NotificationId>,
    pub(super) recovery: Option<NotificationId>,
    /// The worst status that the channel was told.
    pub(super) level: Status,
    /// When the channel was last told that the incident lasts.
    pub(super) last_told: Option<Moment>,
    /// When it is told again, as an earlier run has planned it.
    pub(super) planned: Option<Moment>,
    /// The channel was told that it is over, or is not told any more.
    pub(super) is_over: bool,
    /// The receiver refused to hear that it got worse.
    pub(super) is_refused: bool,
    /// It is told instead of a channel that is broken.
    pub(super) is_fallback: bool,
    /// The monitor flaps, and this may be told all the same: what the channel knew before.
    pub(super) flap_pass: Option<Option<Status>>,
}

/// The monitors on which an incident's monitor depends.
#[derive(Debug)]
pub(super) struct ParentWatch {
    /// When they were asked, and how many outcomes each had then.
    pub(super) since: Moment,
    pub(super) outcomes: Vec<(Text, u64)>,
    /// A parent was in error.
    pub(super) was_behind: bool,
    /// Since when no parent is in error any more.
    pub(super) well_since: Option<Moment>,
}

impl AlertedIncident {
    pub(super) fn new(about: AlertTopic, subject: Arc<Subject>, opened: Moment) -> AlertedIncident {
        let error_since = (subject.status == Status::Error).then_some(opened);
        AlertedIncident {
            about,
            subject,
            is_open: true,
            opened,
            error_since,
            acknowledged: None,
            parents: None,
            tellings: Vec::new(),
            confirm_by: None,
            is_restored: false,
            deadline: None,
        }
    }

    pub(super) fn is_acknowledged(&self, now: Moment) -> bool {
        let active = self.acknowledged.as_ref();
        active.is_some_and(|one| one.is_active(now))
    }

    pub(super) fn standing(&self, now: Moment) -> Standing {
        let active = self.acknowledged.as_ref().filter(|one| one.is_active(now));
        Standing {
            opened: self.opened,
            error_since: self.error_since,
            acknowledged: active.map(|one| one.until),
        }
    }

    /// The subject of a row as of now.
    pub(super) fn subject(&self, now: Moment) -> Arc<Subject> {
        let active = self.acknowledged.as_ref().filter(|one| one.is_active(now));
        let by = active.map(|one| &one.by);
        if self.subject.acknowledged_by.as_ref() == by {
            return Arc::clone(&self.subject);
        }
        Arc::new(Subject {
            acknowledged_by: by.cloned(),
            ..Subject::clone(&self.subject)
        })
    }

    pub(super) fn telling(&mut self, channel: &Text) -> Option<&mut Telling> {
        self.tellings
            .iter_mut()
            .find(|known| known.channel == *channel)
    }
}

impl Telling {
    pub(super) fn new(channel: Text) -> Telling {
        Telling {
            channel,
            opening: None,
            update: None,
            acknowledgement: None,
            recovery: None,
            level: Status::Unknown,
            last_told: None,
            planned: None,
            is_over: false,
            is_refused: false,
            is_fallback: false,
            flap_pass: None,
        }
    }

    /// Whether it is to be remembered while the incident is.
    pub(super) const fn counts(&self) -> bool {
        self.is_over || self.opening.is_some() || self.recovery.is_some()
    }
}
