//! Turns wall times of an agent into moments of this process.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::model::Moment;

/// A smaller difference of two clocks cannot be told from the time that an answer takes.
const TOLERATED_OFFSET: SignedDuration = SignedDuration::from_secs(1);

/// How the wall times of an agent map to moments. Both clocks may be set wrong: what counts for
/// ages is how long ago something was on the agent's own clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AgentTimes {
    /// The wall time of `Moment::START`.
    anchor: Timestamp,
    /// How far our clock is ahead of the agent's; zero if they agree.
    offset: SignedDuration,
}

impl AgentTimes {
    /// Returns the mapping after an answer that was written at `theirs` and read at `ours`. It
    /// stays as it was if it still fits, so that times do not jitter.
    pub(super) fn adjusted(self, anchor: Timestamp, ours: Timestamp, theirs: Timestamp) -> Self {
        let measured = theirs.duration_until(ours);
        let is_off = |by: SignedDuration| by.unsigned_abs() > TOLERATED_OFFSET.unsigned_abs();
        let offset = if !is_off(measured) {
            SignedDuration::ZERO
        } else if is_off(measured.saturating_sub(self.offset)) {
            measured
        } else {
            self.offset
        };
        AgentTimes { anchor, offset }
    }

    /// Returns the moment of a wall time of the agent, at the earliest `Moment::START`. It may lie
    /// ahead.
    pub(super) fn moment(self, theirs: Timestamp) -> Moment {
        let since = self
            .anchor
            .duration_until(theirs)
            .saturating_add(self.offset);
        Moment::after_start(Duration::try_from(since).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn clocks_that_agree_are_not_corrected_and_others_are() {
        let times = AgentTimes::default().adjusted(at(1_000), at(5_000), at(5_000));
        let ten = Moment::after_start(Duration::from_secs(10));
        assert_eq!(times.moment(at(1_010)), ten);
        assert_eq!(times.moment(at(900)), Moment::START);
        assert_eq!(times.adjusted(at(1_000), at(6_001), at(6_000)), times);
        // The agent's clock is an hour behind.
        let behind = times.adjusted(at(1_000), at(9_000), at(5_400));
        assert_eq!(behind.moment(at(1_010 - 3_600)), ten);
        let again = behind.adjusted(at(1_000), at(9_101), at(5_500));
        assert_eq!(
            again, behind,
            "an answer that took a second changes nothing"
        );
    }
}
