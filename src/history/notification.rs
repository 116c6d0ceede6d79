//! Notifications: what a channel is to be told of an incident, and what became of it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{IncidentEnd, IncidentId, Reason, Status, Text};

/// How long a recovery is repeated to a receiver that forgets, also by the next run.
pub const RECALLED: Duration = Duration::from_secs(15 * 60);

/// The number of a notification in its store. Never used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotificationId(pub u64);

/// One row of the ledger: one thing that one channel is to be told. It is committed before it is
/// sent, and again after the receiver accepted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    pub id: NotificationId,
    pub channel: Text,
    pub what: What,
    /// Shared with the other notifications of its incident.
    pub subject: Arc<Subject>,
    pub state: NotificationState,
    /// Why it is held or waits; `None` once it is told or failed.
    pub why: Option<HeldBecause>,
    /// The notification with which this one was sent first, in one request; the receiver's key is
    /// made of it. `None` until it was sent. What follows an opening has that of the opening.
    pub sent_with: Option<NotificationId>,
    /// When it was decided; of a row that was held, when it became due.
    pub created: Timestamp,
    /// When it is sent next, if that is known; of an opening that was told, when it is repeated.
    pub next: Option<Timestamp>,
    /// Number of requests so far.
    pub attempts: u32,
    /// Why the last request failed, without secrets.
    pub error: Option<Text>,
    /// When the receiver accepted it, or when it was given up.
    pub done: Option<Timestamp>,
}

impl Notification {
    pub fn is_told(&self) -> bool {
        self.state == NotificationState::Told
    }

    /// Whether nothing follows: it was told or failed, and is no opening that waits for its
    /// recovery.
    pub fn is_over(&self) -> bool {
        match self.state {
            NotificationState::Held | NotificationState::Waiting => false,
            NotificationState::Told => !self.what.is_opening(),
            NotificationState::Failed => true,
        }
    }

    /// Whether it is a recovery that was told or failed: its opening is over.
    pub fn ends_an_opening(&self) -> bool {
        self.what == What::Recovered && self.is_over()
    }

    /// What an opening and its recovery have in common.
    /// The time is in milliseconds, as in a store.
    pub fn opening(&self) -> (&Text, Option<IncidentId>, i64) {
        let subject = &self.subject;
        let opened = subject.opened.as_millisecond();
        (&self.channel, subject.incident, opened)
    }
}

/// What a notification is about: an incident, as of the last change that concerns the notification.
/// It is enough for a message after the monitor has left the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// `None` for a problem of hbmon itself, and for a test.
    pub incident: Option<IncidentId>,
    /// For a problem of hbmon itself: `hbmon`.
    pub monitor: Text,
    /// The worst status so far.
    pub status: Status,
    /// The status before the incident.
    pub before: Option<Status>,
    pub reason: Option<Reason>,
    /// The sentence of the worst status.
    pub message: Option<Text>,
    pub opened: Timestamp,
    /// `None` while it lasts.
    pub closed: Option<Timestamp>,
    pub end: Option<IncidentEnd>,
    pub acknowledged_by: Option<Text>,
}

/// Defines an enum with machine-readable names that can be read back.
macro_rules! stored_enum {
    ($(#[$attribute:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant),+
        }

        impl $name {
            /// All variants, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// Returns the machine-readable name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text),+
                }
            }

            /// Returns the variant of a name.
            pub fn named(name: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    };
}

stored_enum! {
    /// What a channel is told.
    What {
        Opened = "opened",
        /// The worst status rose from warning to error.
        Worse = "worse",
        /// Somebody takes care. Only channels that show it are told.
        Acknowledged = "acknowledged",
        Reminder = "reminder",
        /// It is over. An opening that was not accepted in time becomes this, too: `was down for
        /// 14 min, is over`.
        Recovered = "recovered",
        /// An opening, the third within 30 minutes: nothing more until the monitor is steady.
        Flapping = "flapping",
        Test = "test",
    }
}

impl What {
    /// Whether a recovery must follow once the receiver accepted it.
    pub const fn is_opening(self) -> bool {
        matches!(self, What::Opened | What::Flapping)
    }
}

stored_enum! {
    /// What became of a notification.
    NotificationState {
        /// It is not to be sent yet, and may never be.
        Held = "held",
        /// It is to be sent.
        Waiting = "waiting",
        /// The receiver accepted it.
        Told = "told",
        /// The receiver refused it, or did not accept it for 24 h.
        Failed = "failed",
    }
}

stored_enum! {
    /// Why a notification is held or waits.
    HeldBecause {
        Silence = "silence",
        Maintenance = "maintenance",
        Dependency = "dependency",
        After = "after",
        Digest = "digest",
        Retry = "retry",
        Flapping = "flapping",
    }
}
