//! What everybody outside sees of the fleet: immutable, shared, cheap to hold.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::change::Change;
use super::changes::Changes;
use super::counts::Counts;
use super::evidence::Evidence;
use super::failure::{Failure, Lack, Reason};
use super::histogram::Histogram;
use super::lag::Lag;
use super::memory::Good;
use super::moment::Moment;
use super::policy::Policy;
use super::recent::Recent;
use super::registry::InstanceCounts;
use super::rows::Rows;
use super::signal::{Connection, TargetId};
use super::text::Text;
use super::uptime::{Tally, Uptime};

/// How a target is, ordered by what decides for a group: the greatest of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Paused,
    Healthy,
    /// Not heard from yet.
    Unknown,
    Warning,
    Error,
}

impl Status {
    /// Best first.
    pub const ALL: [Status; 5] = [
        Status::Healthy,
        Status::Warning,
        Status::Error,
        Status::Unknown,
        Status::Paused,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Paused => "paused",
            Status::Healthy => "healthy",
            Status::Unknown => "unknown",
            Status::Warning => "warning",
            Status::Error => "error",
        }
    }
}

/// How heartbeats come from a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Http,
    Websocket,
    Sse,
    Socketio,
    Push,
}

impl Kind {
    pub const ALL: [Kind; 5] = [
        Kind::Http,
        Kind::Websocket,
        Kind::Sse,
        Kind::Socketio,
        Kind::Push,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Http => "http",
            Kind::Websocket => "websocket",
            Kind::Sse => "sse",
            Kind::Socketio => "socketio",
            Kind::Push => "push",
        }
    }
}

/// What is said of a target in a config and does not change while it is watched. Safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    pub name: Text,
    pub kind: Kind,
    /// The URL without userinfo, secrets in its query struck out; of a push monitor the path of its
    /// intake.
    pub address: Text,
    pub group: Option<Text>,
    pub tags: Vec<Text>,
    pub description: Option<Text>,
    /// Where its name stands in the config, counted from 1.
    pub line: Option<u32>,
}

/// The rule that decides a status, with what a sentence about it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    Failure(Failure),
    /// `silent`: from the last heartbeat (or the opening) to the deadline that was missed last.
    Missed {
        count: u32,
        silent: Duration,
    },
    Latency {
        latency: Duration,
        limit: Duration,
    },
    /// `left` as of the moment when the limit was crossed.
    Certificate {
        left: SignedDuration,
        subject: Text,
    },
    /// What decided it in an earlier run, as it was told then.
    Recalled {
        reason: Reason,
        message: Text,
    },
}

impl Cause {
    pub const fn reason(&self) -> Reason {
        match self {
            Cause::Failure(failure) => failure.reason(),
            Cause::Missed { .. } => Reason::Missed,
            Cause::Latency { .. } => Reason::Latency,
            Cause::Certificate { .. } => Reason::Certificate,
            Cause::Recalled { reason, .. } => *reason,
        }
    }
}

/// One entry of a target's recent history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub at: Moment,
    pub what: OutcomeKind,
    pub latency: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    Beat,
    Failed(Reason),
    Missed,
}

/// `avg`, `min`, `max` since the start; percentiles over the last 128 measurements (nearest rank);
/// `jitter` as RFC 3550, section 6.4.1, smooths it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatencySummary {
    pub avg: Duration,
    pub min: Duration,
    pub max: Duration,
    pub p50: Duration,
    pub p95: Duration,
    pub p99: Duration,
    pub jitter: Duration,
}

/// From the last three latencies (contract, section 2). Unknown while the target is in error, and
/// while one of the last three outcomes is no heartbeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    Excellent,
    Good,
    Fair,
    Poor,
    #[default]
    Unknown,
}

impl Quality {
    pub const fn as_str(self) -> &'static str {
        match self {
            Quality::Excellent => "excellent",
            Quality::Good => "good",
            Quality::Fair => "fair",
            Quality::Poor => "poor",
            Quality::Unknown => "unknown",
        }
    }
}

/// A label for the age of the last heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Online,
    Recent,
    Away,
}

impl Presence {
    pub const fn as_str(self) -> &'static str {
        match self {
            Presence::Online => "online",
            Presence::Recent => "recent",
            Presence::Away => "away",
        }
    }
}

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
    pub lack: Option<Lack>,
    /// Attempts that say nothing about the target: this machine could not make them, slept or stood
    /// still.
    pub void: u64,
    /// The failures by their reasons, in the order in which those first came.
    pub reasons: Vec<(Reason, u64)>,
    pub consecutive_failures: u32,
    pub missed: u64,
    pub consecutive_missed: u32,
    /// Openings after the first.
    pub reconnects: u64,
    pub last_beat: Option<Moment>,
    /// When the connection that stands now was opened.
    pub opened: Option<Moment>,
    /// When the attempt that runs now was started; of a push monitor the oldest run that goes on.
    pub trying: Option<Moment>,
    /// When the next heartbeat is due: the next poll, or the end of the promised interval. Without
    /// grace.
    pub due: Option<Moment>,
    /// When the next attempt is planned, while the supervisor waits.
    pub retry: Option<Moment>,
    /// Of the last heartbeat that measured one.
    pub last_latency: Option<Duration>,
    /// Latencies are differences between whole seconds: below one second they say nothing.
    pub coarse: bool,
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
    pub wire: Connection,
    pub last_failure: Option<Box<(Moment, Failure)>>,
    /// What was seen of the last failure.
    pub evidence: Option<Arc<Evidence>>,
    pub recent: Recent,
    /// Where one monitor has many instances.
    pub instances: Option<InstanceCounts>,
    /// `check` need not wait for this one any more.
    pub settled: bool,
    pub good: Good,
    pub(super) uptime: Uptime,
}

/// How many outcomes a row remembers.
pub const RECENT: usize = 60;

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
            lack: None,
            void: 0,
            reasons: Vec::new(),
            consecutive_failures: 0,
            missed: 0,
            consecutive_missed: 0,
            reconnects: 0,
            last_beat: None,
            opened: None,
            trying: None,
            due: None,
            retry: None,
            last_latency: None,
            coarse: false,
            latency: None,
            histogram: None,
            quality: Quality::Unknown,
            quality_before: None,
            longest_gap: None,
            incidents: 0,
            enabled: true,
            skew: None,
            wire: Connection::default(),
            last_failure: None,
            evidence: None,
            recent: Recent::default(),
            instances: None,
            settled: false,
            good: Good::default(),
            uptime: Uptime::default(),
        }
    }

    pub(super) fn count_reason(&mut self, reason: Reason) {
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
    pub const fn tried(&self) -> u64 {
        self.outcomes().saturating_add(self.void)
    }

    /// The status is what an earlier run knew: this one has heard nothing yet.
    pub fn is_recalled(&self) -> bool {
        let by_cause = || matches!(self.cause, Some(Cause::Recalled { .. }));
        self.outcomes() == 0 && (self.status == Status::Healthy || by_cause())
    }

    /// Healthy by what an earlier run knew alone.
    pub fn is_healthy_by_memory(&self) -> bool {
        self.status == Status::Healthy && self.outcomes() == 0
    }

    /// What was seen of the failure that decides the status, if one does.
    pub fn proof(&self) -> Option<&Evidence> {
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

/// The fleet at one moment. Targets that did not change share their row with the snapshot before.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When it was made.
    pub at: Moment,
    /// The wall time of `Moment::START`.
    pub anchor: Timestamp,
    /// In the order of the config.
    pub rows: Rows,
    pub counts: Counts,
    /// How many rows are settled.
    pub settled: usize,
    pub lag: Lag,
    /// The newest changes, oldest first, numbered without gaps.
    pub changes: Changes,
}

impl Snapshot {
    /// Everything that is not paused has had its answer.
    pub fn is_settled(&self) -> bool {
        self.unsettled() == 0
    }

    /// How many have not had their answer, paused ones aside.
    pub fn unsettled(&self) -> usize {
        self.rows
            .len()
            .saturating_sub(self.settled + self.counts.paused)
    }

    /// The counts of what this run has heard: who is healthy by what an earlier one knew alone
    /// counts as unknown.
    pub fn heard(&self) -> Counts {
        let unheard = self
            .rows
            .iter()
            .filter(|row| row.is_healthy_by_memory())
            .count();
        Counts {
            healthy: self.counts.healthy - unheard,
            unknown: self.counts.unknown + unheard,
            ..self.counts
        }
    }

    /// The changes numbered `from` and above, and how many of them are lost because they were read
    /// too late.
    pub fn changes_since(&self, from: u64) -> (u64, impl Iterator<Item = &Arc<Change>>) {
        let first = self.changes.front().map_or(from, |change| change.seq);
        let skip = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        (first.saturating_sub(from), self.changes.iter().skip(skip))
    }

    /// The wall time of a moment.
    pub fn wall(&self, at: Moment) -> Timestamp {
        wall(self.anchor, at)
    }
}

/// The wall time of a moment, given that of the start; clamped at the ends of the calendar.
pub fn wall(anchor: Timestamp, at: Moment) -> Timestamp {
    SignedDuration::try_from(at.since_start())
        .ok()
        .and_then(|offset| anchor.checked_add(offset).ok())
        .unwrap_or(Timestamp::MAX)
}
