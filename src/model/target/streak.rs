//! Consecutive failures, and when they are an error.

use super::finding::level;
use super::policy::{Levels, Policy};
use super::status::Status;
use super::status_since::StatusSince;
use crate::model::time::moment::Moment;

/// Consecutive failures. A heartbeat ends the streak.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::model) struct Streak {
    count: u32,
    first: Moment,
    last: Moment,
    /// The last failure is an error without confirmation.
    is_final: bool,
    status_since: StatusSince,
}

impl Streak {
    /// Continues a streak of an earlier run, whose first failure came at `first`.
    pub(crate) fn restored(count: u32, first: Moment) -> Streak {
        Streak {
            count,
            first,
            last: first,
            ..Streak::default()
        }
    }

    pub(crate) fn record_failure(&mut self, at: Moment, is_final: bool, policy: &Policy) {
        if self.count == 0 {
            self.first = at;
        }
        self.count = self.count.saturating_add(1);
        self.last = self.last.max(at);
        self.is_final = is_final;
        self.status_since.update(self.status(policy), at);
    }

    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// Returns the status that the failures make: an error once there are enough of them over
    /// enough time.
    pub(crate) fn status(&self, policy: &Policy) -> Option<Status> {
        if self.count == 0 {
            return None;
        }
        if self.is_final {
            return Some(Status::Error);
        }
        let is_confirmed = self.last.since(self.first) >= policy.confirm;
        let error = policy
            .failures
            .error
            .filter(|limit| *limit <= 1 || is_confirmed);
        let limits = Levels {
            error,
            ..policy.failures
        };
        level(limits, |limit| self.count >= limit).map(|(status, _)| status)
    }

    /// Returns since when the failures have made this status.
    pub(crate) fn since(&self, status: Status) -> Moment {
        self.status_since.since(status).unwrap_or(self.first)
    }
}
