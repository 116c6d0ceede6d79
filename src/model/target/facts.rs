//! What is known about one target: counters, moments, measurements. Verdicts derive from it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::cadence::Cadence;
use super::excuses::Excuses;
use super::latency::Latencies;
use super::missed_clock::MissedClock;
use super::policy::{Policy, Rhythm};
use super::recovery::Recovery;
use super::registry::Registry;
use super::row::Row;
use super::runs::ActiveRuns;
use super::sender_clock::SenderClock;
use super::status::Status;
use super::status_since::StatusSince;
use super::streak::Streak;
use crate::model::outcome::signal::Certificate;
use crate::model::time::moment::Moment;

/// After this many consecutive attempts that this machine could not make, a target is settled
/// without a verdict.
const BLOCKED_ATTEMPTS: u32 = 2;

/// The facts about one target. Compact, since there can be 10,000 targets, most of them idle.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The public part, in one copy that facts and snapshots share until it changes.
    pub(in crate::model) row: Arc<Row>,
    /// The wall time of `Moment::START`, which turns schedules into moments.
    pub(super) anchor: Timestamp,
    /// When monitoring started, or the missed clock last restarted.
    pub(in crate::model) started_at: Moment,
    pub(in crate::model) streak: Streak,
    pub(super) connections: u64,
    /// A heartbeat came since monitoring began or resumed.
    pub(in crate::model) has_beat: bool,
    /// When the next attempt is planned, or last was.
    pub(super) next_attempt: Option<Moment>,
    pub(super) waiting: bool,
    pub(super) beats_since_failure: u32,
    pub(in crate::model) missed_clock: MissedClock,
    pub(in crate::model) recovery: Recovery,
    pub(in crate::model) latencies: Latencies,
    pub(in crate::model) measured_at: Moment,
    /// Since when latencies have been too high.
    pub(in crate::model) slow_since: StatusSince,
    /// The clock of the sender. If the monitor has instances, each has its own instead.
    pub(in crate::model) sender_clock: SenderClock,
    pub(in crate::model) excuses: Excuses,
    /// When the certificate in the row was first seen. Its `left` counts from then.
    pub(super) certified: Moment,
    /// Before this moment no rule holds, unless something changes for the worse.
    pub(super) calm_until: Moment,
    /// Its verdict comes from an earlier run and stands until this run knows better.
    pub(in crate::model) restored: bool,
    pub(in crate::model) runs: ActiveRuns,
    /// `None` before the first instance is heard.
    pub(in crate::model) instances: Option<Box<Registry>>,
}

impl Facts {
    /// Returns facts without any knowledge; monitoring starts at `started_at`.
    pub fn new(started_at: Moment, anchor: Timestamp, row: Row) -> Facts {
        Facts {
            row: Arc::new(row),
            anchor,
            started_at,
            streak: Streak::default(),
            connections: 0,
            has_beat: false,
            next_attempt: None,
            waiting: false,
            beats_since_failure: 0,
            missed_clock: MissedClock::default(),
            recovery: Recovery::default(),
            latencies: Latencies::default(),
            measured_at: Moment::START,
            slow_since: StatusSince::default(),
            sender_clock: SenderClock::default(),
            excuses: Excuses::default(),
            certified: Moment::START,
            calm_until: Moment::START,
            restored: false,
            runs: ActiveRuns::default(),
            instances: None,
        }
    }

    /// Returns the row for a change. Copies it if a snapshot shares it.
    pub(in crate::model) fn row_mut(&mut self) -> &mut Row {
        Arc::make_mut(&mut self.row)
    }

    /// Updates the fields of the row that derive from other facts.
    pub(in crate::model) fn refresh(&mut self, policy: &Policy) {
        let due_at = self.due_at(policy);
        let retry_at = self.retry_at();
        let local_limit = self.excuses.local_limit();
        let consecutive_failures = self.consecutive_failures();
        let instances = policy.instances.map(|_| self.instance_counts());
        let (quality, quality_before) = self.quality(policy);
        let skew = self.shown_skew();
        let whole_seconds = self.has_whole_seconds(policy);
        let row = Arc::make_mut(&mut self.row);
        row.consecutive_failures = consecutive_failures;
        row.consecutive_missed = self.missed_clock.consecutive();
        row.reconnects = self.connections.saturating_sub(1);
        row.due_at = due_at;
        row.retry_at = retry_at;
        row.last_latency = self.latencies.last();
        row.latency = self.latencies.summary();
        row.quality = quality;
        row.quality_before = quality_before;
        row.skew = skew;
        row.whole_seconds = whole_seconds;
        row.instances = instances;
        row.good_streak = self.recovery.good_streak();
        row.local_limit = local_limit;
    }

    /// Sets the wall time of `Moment::START`.
    pub fn set_anchor(&mut self, anchor: Timestamp) {
        self.anchor = anchor;
    }

    /// Returns the certificate, and what was left of it at a moment.
    pub(in crate::model) fn certificate(&self) -> Option<(&Certificate, SignedDuration, Moment)> {
        let certificate = self.row.connection.certificate.as_ref()?;
        Some((certificate, certificate.left, self.certified))
    }

    /// Returns when the next heartbeat is due.
    pub(in crate::model) fn due_at(&self, policy: &Policy) -> Option<Moment> {
        match policy.rhythm {
            Rhythm::Poll => self.next_attempt,
            Rhythm::Subscription => self.missed_clock.next_due(self.cadence(policy)),
        }
    }

    /// Returns when the next attempt is planned, if none runs and no connection is open.
    pub(in crate::model) fn retry_at(&self) -> Option<Moment> {
        self.next_attempt
            .filter(|_| self.waiting && self.row.connected_since.is_none())
    }

    /// Returns whether `check` has its answer, given the status.
    pub(in crate::model) fn settled(&self, policy: &Policy, status: Status) -> bool {
        match status {
            Status::Paused => false,
            // This machine cannot make attempts, so there will be no verdict.
            _ if self.excuses.blocked_attempts() >= BLOCKED_ATTEMPTS => true,
            _ if self.restored && self.row.outcomes() == 0 => false,
            Status::Error => true,
            _ if self.row.failures == 0 => self.row.beats > 0,
            _ => self.beats_since_failure >= policy.recover,
        }
    }

    /// Returns when the policy expects heartbeats.
    pub(in crate::model) fn cadence<'p>(&self, policy: &'p Policy) -> Cadence<'p> {
        Cadence::new(policy, self.anchor)
    }
}
