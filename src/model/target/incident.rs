//! Incidents: the times in which a target is not well.

use std::fmt;
use std::str::FromStr;

use super::status::{Cause, Status};
use crate::model::named::named_enum;
use crate::model::outcome::reason::Reason;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// The number of an incident, written `i-0042`. Never used again, and greater than those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentId(pub u64);

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "i-{:04}", self.0)
    }
}

impl FromStr for IncidentId {
    type Err = String;

    /// Reads `i-0042`, or only the number.
    fn from_str(text: &str) -> Result<IncidentId, String> {
        text.strip_prefix("i-")
            .unwrap_or(text)
            .parse()
            .map(IncidentId)
            .map_err(|_| "an incident is named like `i-0042`".to_owned())
    }
}

/// The incident of a target that is not well: from its first `warning` or `error` until it is
/// `healthy` again, including `unknown` in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIncident {
    pub id: IncidentId,
    pub opened: Moment,
    pub worst: Status,
    /// The cause of the worst status, as of when the target first had it.
    pub cause: Option<Cause>,
    pub first_reason: Option<Reason>,
    pub last_reason: Option<Reason>,
    pub acknowledged: Option<Acknowledgement>,
}

/// Somebody takes care of an incident. It ends with the incident, and when the status gets worse.
/// `T`: moments in the model, wall times in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement<T = Moment> {
    pub by: Text,
    pub at: T,
    /// `None`: until the incident ends.
    pub until: Option<T>,
}

impl<T: Copy + PartialOrd> Acknowledgement<T> {
    pub fn is_active(&self, now: T) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Something that happened to an incident. It was closed at the time of the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentEvent {
    pub incident: OpenIncident,
    pub change: IncidentChange,
}

/// What happened to an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentChange {
    Opened,
    /// The worst status rose from warning to error.
    Worse,
    /// It was acknowledged, or is no longer.
    Acknowledged,
    Note {
        by: Text,
        text: Text,
    },
    Closed(IncidentEnd),
}

impl IncidentChange {
    pub const fn as_str(&self) -> &'static str {
        match self {
            IncidentChange::Opened => "opened",
            IncidentChange::Worse => "worse",
            IncidentChange::Acknowledged => "acknowledged",
            IncidentChange::Note { .. } => "note",
            IncidentChange::Closed(_) => "closed",
        }
    }
}

named_enum! {
    /// How an incident ended.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum IncidentEnd {
        Recovered = "recovered",
        /// The monitor left the config.
        Removed = "removed",
        Paused = "paused",
    }
}
