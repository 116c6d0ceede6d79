//! One target as everything outside the model sees it.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::instance::InstanceCounts;
use super::kind::Kind;
use super::latency::LatencySummary;
use super::memory::GoodStreak;
use super::meta::Meta;
use super::policy::Policy;
use super::status::{Cause, Presence, Quality, Status};
use super::uptime::{Tally, Uptime};
use crate::model::outcome::evidence::Evidence;
use crate::model::outcome::failure::{Failure, LocalLimit, Reason};
use crate::model::outcome::recent::Recent;
use crate::model::outcome::signal::{Connection, TargetId};
use crate::model::time::histogram::Histogram;
use crate::model::time::moment::Moment;

/// One target as of its last change; the model goes on with it where nobody holds a snapshot of it.
/// What grows with time (ages, presence) is computed from `now` by the reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: TargetId,
    pub meta: Arc<Meta>,
    pub policy: Arc<Policy>,
    pub status: Status,
    /// Since when it has this status.
    pub since: Moment,
    pub cause: Option<Cause>,
    pub beats: u64,
    pub attempts: u64,
    pub failures: u64,
    /// Those of them that were heartbeats: one came and was not as expected.
    pub failed_beats: u64,
    /// What this machine lacked for the last attempt: the verdict is held.
    pub local_limit: Option<LocalLimit>,
    /// Attempts that say nothing about the target: this machine could not make them, slept or stood
    /// still.
    pub void_attempts: u64,
    /// The failures by their reasons, in the order in which those first came.
    pub reasons: Vec<(Reason, u64)>,
    pub consecutive_failures: u32,
    pub missed: u64,
    pub consecutive_missed: u32,
    /// Openings after the first.
    pub reconnects: u64,
    pub last_beat: Option<Moment>,
    /// When the connection that stands now was opened.
    pub connected_since: Option<Moment>,
    /// When the attempt that runs now was started; of a push monitor the oldest run that goes on.
    pub attempt_since: Option<Moment>,
    /// When the next heartbeat is due: the next poll, or the end of the promised interval. Without
    /// grace.
    pub due_at: Option<Moment>,
    /// When the next attempt is planned, while the supervisor waits.
    pub retry_at: Option<Moment>,
    /// Of the last heartbeat that measured one.
    pub last_latency: Option<Duration>,
    /// Latencies are differences between whole seconds: below one second they say nothing.
    pub whole_seconds: bool,
    pub latency: Option<LatencySummary>,
    /// Every latency of a heartbeat since the start; none before the first.
    pub histogram: Option<Box<Histogram>>,
    pub quality: Quality,
    /// The quality before the present one, if there was another.
    pub quality_before: Option<Quality>,
    /// The longest time from one heartbeat to the next so far; the silence that lasts now is not in
    /// it.
    pub longest_gap: Option<Duration>,
    /// How often it came into trouble: to warning or error from anything better.
    pub incidents: u64,
    /// Not `enabled: false`: a pause by hand can be ended.
    pub enabled: bool,
    /// How far our clock is ahead of the sender's, as estimated; of several senders, of the one
    /// that was heard last.
    pub skew: Option<SignedDuration>,
    pub connection: Connection,
    pub last_failure: Option<Box<(Moment, Failure)>>,
    /// What was seen of the last failure.
    pub evidence: Option<Arc<Evidence>>,
    pub recent: Recent,
    /// Where one monitor has many instances.
    pub instances: Option<InstanceCounts>,
    /// `check` need not wait for this one any more.
    pub settled: bool,
    pub good_streak: GoodStreak,
    pub(in crate::model) uptime: Uptime,
}

impl Row {
    /// A target of which nothing is known yet.
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
            uptime: Uptime::default(),
        }
    }

    pub(in crate::model) fn count_reason(&mut self, reason: Reason) {
        match self.reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.reasons.push((reason, 1)),
        }
    }

    /// What came of all that was asked and promised: heartbeats, failures and misses.
    pub const fn outcomes(&self) -> u64 {
        self.beats
            .saturating_add(self.failures)
            .saturating_add(self.missed)
    }

    /// The same, and the attempts that came to nothing here: what `probe -n` counts.
    pub const fn all_outcomes(&self) -> u64 {
        self.outcomes().saturating_add(self.void_attempts)
    }

    /// The status is what an earlier run knew: this one has heard nothing yet.
    pub fn is_restored(&self) -> bool {
        let by_cause = || matches!(self.cause, Some(Cause::Restored { .. }));
        self.outcomes() == 0 && (self.status == Status::Healthy || by_cause())
    }

    /// Healthy by what an earlier run knew alone.
    pub fn is_healthy_by_memory(&self) -> bool {
        self.status == Status::Healthy && self.outcomes() == 0
    }

    /// What was seen of the failure that decides the status, if one does.
    pub fn cause_evidence(&self) -> Option<&Evidence> {
        let Some(Cause::Failure(cause)) = &self.cause else {
            return None;
        };
        let (_, last) = self.last_failure.as_deref()?;
        self.evidence.as_deref().filter(|_| last == cause)
    }

    /// `None` before the first heartbeat. What is asked by hbmon has none while it is in error.
    pub fn presence(&self, now: Moment) -> Option<Presence> {
        if self.status == Status::Error && self.meta.kind != Kind::Push {
            return None;
        }
        Some(self.policy.presence.label(now.since(self.last_beat?)))
    }

    /// 0 to 1; `None` while nothing is known.
    pub fn uptime(&self, now: Moment) -> Option<f64> {
        self.uptime.share(now)
    }

    /// What `uptime` is made of; `None` while nothing is known.
    pub const fn tally(&self) -> Option<Tally> {
        self.uptime.tally()
    }

    /// The same within the last `window` (up to a day), to five minutes; of what is known of it.
    pub fn uptime_within(&self, window: Duration, now: Moment) -> Option<f64> {
        self.uptime.share_within(window, now)
    }
}
