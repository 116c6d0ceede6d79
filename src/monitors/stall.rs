//! Extra time for an answer after this process was stalled.

use std::time::Duration;

use crate::model::{Moment, TOLERATED_DELAY};

/// Time to read an answer that may be in a buffer since the process was stalled.
const READ_TIME: Duration = Duration::from_secs(1);

/// Extends deadlines that passed while this process did not run.
#[derive(Clone, Copy, Debug, Default)]
pub struct StallAllowance {
    until: Moment,
}

impl StallAllowance {
    /// Returns `deadline`, or the end of the allowance if that is later.
    pub fn extend(self, deadline: Moment) -> Moment {
        deadline.max(self.until)
    }

    /// Grants more time if the passed `deadline` is noticed late, because the process was stalled.
    /// Returns whether it did.
    pub fn grant(&mut self, deadline: Moment, now: Moment) -> bool {
        let is_stalled = now.since(deadline) > TOLERATED_DELAY;
        if is_stalled {
            self.until = now.plus(READ_TIME);
        }
        is_stalled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_is_noticed_late_is_extended_once() {
        let second = Duration::from_secs(1);
        let deadline = Moment::START.plus(second);
        let mut allowance = StallAllowance::default();
        assert!(!allowance.grant(deadline, deadline.plus(TOLERATED_DELAY)));
        assert_eq!(allowance.extend(deadline), deadline);
        let noticed = deadline.plus(10 * second);
        assert!(allowance.grant(deadline, noticed));
        let extended = allowance.extend(deadline);
        assert_eq!(extended, noticed.plus(READ_TIME));
        assert!(!allowance.grant(extended, extended));
    }
}
