//! The state of one target that outlives a run: enough to continue with its verdict.

use std::sync::Arc;

use super::incident::OpenIncident;
use super::status::Status;
use crate::model::outcome::reason::Reason;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// The state of one target, taken from a `Row` at the end of a run and given to `Fleet::restore` at
/// the start of the next.
///
/// A restart neither clears trouble nor raises an alarm: trouble stands until heartbeats end it,
/// and counters continue. The missed clock starts again, since hbmon did not listen in between, and
/// so do the deadlines of the instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    pub status: Status,
    /// Since when the target has the status.
    pub since: Moment,
    /// What decided the status: the reason and its sentence.
    pub cause: Option<(Reason, Text)>,
    pub consecutive_failures: u32,
    pub consecutive_missed: u32,
    pub last_beat: Option<Moment>,
    pub good_streak: GoodStreak,
    /// The incident that was open.
    pub incident: Option<Arc<OpenIncident>>,
    /// The instances of a push monitor, in no particular order.
    pub instances: Vec<InstanceMemory>,
}

/// One instance of a push monitor, as of the end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceMemory {
    pub id: Text,
    pub online: bool,
    pub available: bool,
    /// The last good heartbeat.
    pub last_beat: Option<Moment>,
}

/// Consecutive good heartbeats since the trouble that is kept: below error, and below warning
/// (`thresholds.recover`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GoodStreak {
    pub below_error: u32,
    pub below_warning: u32,
}
