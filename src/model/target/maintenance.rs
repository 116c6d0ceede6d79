//! Maintenance: planned times in which a target may be down.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::model::text::Text;
use crate::model::time::moment::Moment;
use crate::model::time::schedule::Schedule;

/// One time of maintenance. The target is watched, and its status is true; openings of incidents
/// are held until the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaintenanceTime {
    pub from: Moment,
    pub until: Moment,
    pub reason: Text,
}

/// When a maintenance is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaintenanceTimes {
    /// `from` is before `until`.
    Once { from: Timestamp, until: Timestamp },
    /// `length` is shorter than the time between two occurrences.
    Repeated {
        schedule: Box<Schedule>,
        length: Duration,
    },
}

impl MaintenanceTimes {
    /// Returns the time that is in force at `now`, without its end, else the next one; `None` after
    /// the last.
    pub(in crate::model) fn current_or_next(
        &self,
        now: Timestamp,
    ) -> Option<(Timestamp, Timestamp)> {
        match self {
            MaintenanceTimes::Once { from, until } => (now < *until).then_some((*from, *until)),
            MaintenanceTimes::Repeated { schedule, length } => {
                let length = SignedDuration::try_from(*length).ok()?;
                // One that began within the length is not over yet.
                let begin = now.checked_sub(length).unwrap_or(Timestamp::MIN);
                let from = schedule.next(begin)?;
                Some((from, from.checked_add(length).unwrap_or(Timestamp::MAX)))
            }
        }
    }
}
