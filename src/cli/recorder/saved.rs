//! The state of one monitor that outlives a run, as JSON in the store.

use std::hash::Hash;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::model::{
    Cause, GoodStreak, Instance, InstanceMemory, Memory, Moment, Reason, Row, Snapshot, Status,
    Text,
};
use crate::report::blind::BlindNotice;
use crate::report::changes::ProblemNotice;
use crate::words;

/// One monitor. Times are RFC 3339. Keys are only added, and readers ignore unknown ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedMonitor {
    pub status: Status,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default)]
    consecutive_failures: u32,
    #[serde(default)]
    consecutive_missed: u32,
    #[serde(default)]
    pub last_beat: Option<Timestamp>,
    /// Consecutive good heartbeats during a recovery.
    #[serde(default)]
    good_below_error: u32,
    #[serde(default)]
    good_below_warning: u32,
    #[serde(flatten)]
    pub told: LastNotices,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) instances: Vec<SavedInstance>,
}

/// What `check --only-changes` last reported about a monitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastNotices {
    #[serde(default, rename = "told", skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemNotice>,
    /// It could not be judged.
    #[serde(
        default,
        rename = "told_blind",
        skip_serializing_if = "Option::is_none"
    )]
    pub blind: Option<BlindNotice>,
}

/// One instance of a push monitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedInstance {
    id: String,
    #[serde(default)]
    last_beat: Option<Timestamp>,
    online: bool,
    available: bool,
}

impl SavedMonitor {
    pub(crate) fn new(
        row: &Row,
        snapshot: &Snapshot,
        told: LastNotices,
        instances: &[Instance],
    ) -> SavedMonitor {
        let wall = |at: Option<Moment>| at.map(|at| snapshot.wall(at));
        SavedMonitor {
            status: row.status,
            since: snapshot.wall(row.since),
            reason: row.cause.as_ref().map(Cause::reason),
            message: row.cause.as_ref().map(words::cause),
            consecutive_failures: row.consecutive_failures,
            consecutive_missed: row.consecutive_missed,
            last_beat: wall(row.last_beat),
            good_below_error: row.good_streak.below_error,
            good_below_warning: row.good_streak.below_warning,
            told,
            instances: instances
                .iter()
                .map(|instance| SavedInstance {
                    id: instance.id.to_string(),
                    last_beat: wall(instance.last_beat),
                    online: instance.online,
                    available: instance.available,
                })
                .collect(),
        }
    }

    /// Takes over what another file knows: what is newer, and what was told.
    pub(crate) fn merge(&mut self, other: SavedMonitor) {
        let told = LastNotices {
            problem: self.told.problem.or(other.told.problem),
            blind: self.told.blind.or(other.told.blind),
        };
        if other.times().max() > self.times().max() {
            *self = other;
        }
        self.told = told;
    }

    /// Limits all times to now: after a wall clock is set back, saved times lie in the future.
    pub(crate) fn end_at(&mut self, now: Timestamp) {
        self.since = self.since.min(now);
        self.last_beat = self.last_beat.map(|at| at.min(now));
        if let Some(problem) = &mut self.told.problem {
            problem.began = problem.began.min(now);
            problem.at = problem.at.min(now);
        }
        if let Some(blind) = &mut self.told.blind {
            blind.began = blind.began.min(now);
            blind.at = blind.at.min(now);
        }
    }

    /// Returns what does not change with every heartbeat.
    pub(crate) fn lasting(&self) -> impl Hash {
        let told = self.told.problem.map(|told| (told.began, told.at));
        let blind = self.told.blind.map(|told| (told.began, told.at));
        (
            (
                self.status.as_str(),
                self.since,
                self.reason,
                self.message.clone(),
            ),
            (self.consecutive_failures, self.consecutive_missed),
            (self.good_below_error, self.good_below_warning),
            (told, blind),
        )
    }

    /// Returns all times at which something is known to have happened.
    pub(crate) fn times(&self) -> impl Iterator<Item = Timestamp> {
        let beats = self.instances.iter().filter_map(|known| known.last_beat);
        [Some(self.since), self.last_beat]
            .into_iter()
            .flatten()
            .chain(beats)
    }

    /// Returns the state for the engine, without an incident.
    pub(crate) fn memory(&self, clock: &Clock) -> Memory {
        let message = self.message.as_deref().unwrap_or_default();
        let moment = |at: Option<Timestamp>| at.map(|at| clock.moment(at));
        Memory {
            status: self.status,
            since: clock.moment(self.since),
            cause: self.reason.map(|reason| (reason, Text::clean(message))),
            consecutive_failures: self.consecutive_failures,
            consecutive_missed: self.consecutive_missed,
            last_beat: moment(self.last_beat),
            good_streak: GoodStreak {
                below_error: self.good_below_error,
                below_warning: self.good_below_warning,
            },
            incident: None,
            instances: self
                .instances
                .iter()
                .map(|known| InstanceMemory {
                    id: Text::clean(&known.id),
                    online: known.online,
                    available: known.available,
                    last_beat: moment(known.last_beat),
                })
                .collect(),
        }
    }
}
