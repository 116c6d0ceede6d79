//! Since when a rule has held, for each status.

use super::status::Status;
use crate::model::time::moment::Moment;

/// Moments since which a rule has made at least each status. Of several rules the oldest gives the
/// cause.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::model) struct StatusSince {
    warning: Option<Moment>,
    error: Option<Moment>,
}

impl StatusSince {
    /// Records that the rule makes this status at `at`; `None` if it does not hold.
    pub(crate) fn update(&mut self, status: Option<Status>, at: Moment) {
        for (level, since) in [
            (Status::Warning, &mut self.warning),
            (Status::Error, &mut self.error),
        ] {
            if status >= Some(level) {
                since.get_or_insert(at);
            } else {
                *since = None;
            }
        }
    }

    /// Returns since when the rule has made at least this status.
    pub(crate) const fn since(&self, status: Status) -> Option<Moment> {
        match status {
            Status::Warning => self.warning,
            Status::Error => self.error,
            Status::Paused | Status::Healthy | Status::Unknown => None,
        }
    }
}
