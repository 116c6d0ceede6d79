//! Rows: one target as seen from outside the model.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::incident::OpenIncident;
use super::instance::InstanceCounts;
use super::kind::Kind;
use super::latency::LatencySummary;
use super::maintenance::MaintenanceTime;
use super::memory::GoodStreak;
use super::meta::Meta;
use super::policy::{Policy, Rhythm};
use super::silence::Silence;
use super::status::{Cause, Presence, Quality, Status};
use super::uptime::{Tally, Uptime, UptimeRecord};
use crate::model::outcome::evidence::Evidence;
use crate::model::outcome::failure::Failure;
use crate::model::outcome::fault::LocalLimit;
use crate::model::outcome::reason::Reason;
use crate::model::outcome::recent::Recent;
use crate::model::outcome::signal::{Connection, TargetId};
use crate::model::time::histogram::Histogram;
use crate::model::time::moment::Moment;

/// One target as of its last change. The model shares it with snapshots until the next change.
/// Values that grow with time, such as ages, derive from `now` on the reader's side.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: TargetId,
    pub meta: Arc<Meta>,
    pub policy: Arc<Policy>,
    pub status: Status,
    /// Since when the target has this status.
    pub since: Moment,
    pub cause: Option<Cause>,
    pub beats: u64,
    pub attempts: u64,
    pub failures: u64,
    /// The number of failures that were heartbeats which did not meet an expectation.
    pub failed_beats: u64,
    /// The resource that this machine lacked for the last attempt. Meanwhile the verdict does not
    /// change.
    pub local_limit: Option<LocalLimit>,
    /// Attempts that say nothing about the target, because this machine could not make them, slept
    /// or stalled.
    pub void_attempts: u64,
    /// Failures by reason, in the order of the first occurrences.
    pub reasons: Vec<(Reason, u64)>,
    pub consecutive_failures: u32,
    pub missed: u64,
    pub consecutive_missed: u32,
    /// Connections after the first.
    pub reconnects: u64,
    pub last_beat: Option<Moment>,
    /// When the open connection was established.
    pub connected_since: Option<Moment>,
    /// When the running attempt started; for a push monitor, when the oldest active run started.
    pub attempt_since: Option<Moment>,
    /// When the next heartbeat is due: the next poll, or the end of the interval. Without grace.
    pub due_at: Option<Moment>,
    /// When the next attempt is planned, while the supervisor waits.
    pub retry_at: Option<Moment>,
    /// The time for which the other side asked to wait before that attempt.
    pub asked_wait: Option<Duration>,
    /// The whole wait before that attempt.
    pub planned_wait: Option<Duration>,
    /// Latency of the last heartbeat that measured one.
    pub last_latency: Option<Duration>,
    /// Latencies are differences between timestamps in whole seconds, so that values below one
    /// second mean nothing.
    pub whole_seconds: bool,
    pub latency: Option<LatencySummary>,
    /// All latencies of heartbeats since the start; `None` before the first.
    pub histogram: Option<Box<Histogram>>,
    pub quality: Quality,
    /// The previous quality, if there was another.
    pub quality_before: Option<Quality>,
    /// The longest time between two heartbeats so far, without the time since the last one.
    pub longest_gap: Option<Duration>,
    /// Number of changes to warning or error from a better status.
    pub incidents: u64,
    /// The config does not disable it (`enabled: false`). Only then can a pause be ended.
    pub enabled: bool,
    /// Estimate of how far our clock is ahead of the sender's; with several senders, of the last
    /// one heard.
    pub skew: Option<SignedDuration>,
    pub connection: Connection,
    pub last_failure: Option<Box<(Moment, Failure)>>,
    /// Evidence of the last failure.
    pub evidence: Option<Arc<Evidence>>,
    pub recent: Recent,
    /// Numbers of instances, if the monitor has any.
    pub instances: Option<InstanceCounts>,
    /// `check` has its answer about this target.
    pub settled: bool,
    pub good_streak: GoodStreak,
    /// The incident that is open.
    pub incident: Option<Arc<OpenIncident>>,
    /// The silence of this target that ends last. It may be over by now.
    pub silence: Option<Arc<Silence>>,
    /// The maintenance of this target that is in force and ends last.
    pub maintenance: Option<Arc<MaintenanceTime>>,
    pub(in crate::model) uptime: Uptime,
}

impl Row {
    /// Returns the row of a target about which nothing is known.
    pub fn new(id: TargetId, meta: Arc<Meta>, policy: Arc<Policy>) -> Row {
        Row {
            id,
            meta,
            policy,
            status: Status::Unknown,
            since: Moment::START,
            cause: None,
            beats: 0,
            attempts: 0,
            failures: 0,
            failed_beats: 0,
            local_limit: None,
            void_attempts: 0,
            reasons: Vec::new(),
            consecutive_failures: 0,
            missed: 0,
            consecutive_missed: 0,
            reconnects: 0,
            last_beat: None,
            connected_since: None,
            attempt_since: None,
            due_at: None,
            retry_at: None,
            asked_wait: None,
            planned_wait: None,
            last_latency: None,
            whole_seconds: false,
            latency: None,
            histogram: None,
            quality: Quality::Unknown,
            quality_before: None,
            longest_gap: None,
            incidents: 0,
            enabled: true,
            skew: None,
            connection: Connection::default(),
            last_failure: None,
            evidence: None,
            recent: Recent::default(),
            instances: None,
            settled: false,
            good_streak: GoodStreak::default(),
            incident: None,
            silence: None,
            maintenance: None,
            uptime: Uptime::default(),
        }
    }

    pub(in crate::model) fn count_reason(&mut self, reason: Reason) {
        match self.reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.reasons.push((reason, 1)),
        }
    }

    /// Returns the number of outcomes: heartbeats, failures and misses.
    pub const fn outcomes(&self) -> u64 {
        self.beats
            .saturating_add(self.failures)
            .saturating_add(self.missed)
    }

    /// Returns the number of outcomes and void attempts, which `probe -n` counts.
    pub const fn all_outcomes(&self) -> u64 {
        self.outcomes().saturating_add(self.void_attempts)
    }

    /// Returns whether the status comes from an earlier run, since this run has no outcome yet.
    pub fn is_restored(&self) -> bool {
        let by_cause = || matches!(self.cause, Some(Cause::Restored { .. }));
        self.outcomes() == 0 && (self.status == Status::Healthy || by_cause())
    }

    /// Returns whether the target is healthy only by the memory of an earlier run.
    pub fn is_healthy_by_memory(&self) -> bool {
        self.status == Status::Healthy && self.outcomes() == 0
    }

    /// Returns the evidence of the failure that decides the status, if one does.
    pub fn cause_evidence(&self) -> Option<&Evidence> {
        let Some(Cause::Failure(cause)) = &self.cause else {
            return None;
        };
        let (_, last) = self.last_failure.as_deref()?;
        self.evidence.as_deref().filter(|_| last == cause)
    }

    /// Returns how recently the target was active, or `None` before the first heartbeat. A target
    /// in error that hbmon polls or connects to has no presence.
    pub fn presence(&self, now: Moment) -> Option<Presence> {
        if self.status == Status::Error && self.meta.kind != Kind::Push {
            return None;
        }
        Some(self.policy.presence.label(now.since(self.last_beat?)))
    }

    /// Returns when the silence of a subscription began: one interval before its next heartbeat is
    /// due. `None` for a poll, and before the missed clock runs.
    pub fn silent_since(&self) -> Option<Moment> {
        let due_at = self
            .due_at
            .filter(|_| self.policy.rhythm == Rhythm::Subscription)?;
        Some(Moment::after_start(
            due_at.since_start().saturating_sub(self.policy.interval),
        ))
    }

    /// Returns when the next heartbeat is overdue: when it is due, plus grace. A subscription then
    /// counts it as missed.
    pub fn missed_at(&self) -> Option<Moment> {
        self.due_at.map(|due_at| due_at.plus(self.policy.grace))
    }

    /// Returns when missed heartbeats make an error, if no heartbeat comes. `None` if the policy
    /// has no such limit.
    pub fn error_at(&self) -> Option<Moment> {
        let silence = self.policy.silence_limit()?;
        Some(self.silent_since()?.plus(silence))
    }

    /// Returns the share of known time that the target was up, 0 to 1, or `None` while its status
    /// is not known.
    pub fn uptime(&self, now: Moment) -> Option<f64> {
        self.uptime.share(now)
    }

    /// Returns the sums that `uptime` derives from, or `None` while the status is not known.
    pub const fn tally(&self) -> Option<Tally> {
        self.uptime.tally()
    }

    /// Returns everything that is known about uptime, or `None` while the status is not known.
    pub fn uptime_record(&self) -> Option<UptimeRecord> {
        self.uptime.record()
    }

    /// Takes over the uptime that another process has recorded.
    pub fn restore_uptime(&mut self, record: &UptimeRecord) {
        self.uptime = Uptime::from_record(record);
    }

    /// Forgets the uptime: it is unknown from now on.
    pub fn forget_uptime(&mut self) {
        self.uptime = Uptime::default();
    }

    /// Returns the share within the last `window` (up to a day, to five minutes), as far as the
    /// status is known.
    pub fn uptime_within(&self, window: Duration, now: Moment) -> Option<f64> {
        self.uptime.share_within(window, now)
    }
}
