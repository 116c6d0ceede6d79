//! What of one target outlives a run: enough to go on with its verdict as if hbmon had never been
//! away.

use super::status::Status;
use crate::model::outcome::failure::Reason;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// Taken from a `Row` at the end of one run, given to `Fleet::recall` at the start of the next.
///
/// A restart neither forgives nor raises an alarm: trouble stands until heartbeats end it, counters
/// go on, and a missed clock starts anew, since nobody listened in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    pub status: Status,
    /// Since when it has the status.
    pub since: Moment,
    /// What decided the status: the machine's word and the sentence.
    pub cause: Option<(Reason, Text)>,
    pub consecutive_failures: u32,
    pub consecutive_missed: u32,
    pub last_beat: Option<Moment>,
    pub good_streak: GoodStreak,
}

/// Good heartbeats in a row since the trouble that is held: below error, and below warning
/// (`thresholds.recover`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GoodStreak {
    pub below_error: u32,
    pub below_warning: u32,
}
