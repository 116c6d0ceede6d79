//! Turns a monitor of an agent into a row.

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::times::AgentTimes;
use super::wire::{
    WireAvailability, WireCertificate, WireEvidence, WireIncident, WireLevels, WireLive,
    WireMaintenance, WireMonitor, WireMs, WireOutcome, WirePhases, WirePolicy, WireSilence,
};
use crate::model::{
    Acknowledgement, Cause, Certificate, Connection, Evidence, Failure, HttpHead, InstanceCounts,
    Kind, LatencySummary, Levels, LocalLimit, MaintenanceTime, Meta, OpenIncident, Outcome,
    OutcomeKind, Overload, Phase, Phases, Policy, PresenceLimits, Quality, Reason, Recent, Rhythm,
    Row, Schedule, Silence, Status, Tally, TargetId, Text, UptimeRecord,
};

/// The interval of a monitor whose agent does not report it.
pub(super) const UNKNOWN_INTERVAL: std::time::Duration = std::time::Duration::from_secs(60);

/// The data for a row that is not in the JSON.
pub(super) struct RowContext {
    pub id: TargetId,
    pub times: AgentTimes,
    /// When the agent wrote the JSON, by its own clock.
    pub written_at: Timestamp,
}

/// Returns a row, or `None` for a kind that this version does not know.
pub(super) fn row(monitor: &WireMonitor, context: &RowContext) -> Option<Row> {
    let kind = kind(&monitor.kind);
    let times = context.times;
    let moment = |at: Option<Timestamp>| at.map(|at| times.moment(at));
    let meta = meta(monitor, kind);
    let live = &monitor.live;
    let policy = policy(kind, live.policy.as_ref());
    let mut row = Row::new(context.id, Arc::new(meta), Arc::new(policy));
    row.status = status(&monitor.status);
    row.since = moment(monitor.since).unwrap_or_default();
    row.cause = cause(monitor.reason.as_deref(), monitor.message.as_deref());
    row.beats = monitor.beats;
    row.attempts = monitor.attempts;
    row.failures = monitor.failures;
    row.failed_beats = monitor.failed_beats;
    row.consecutive_failures = monitor.consecutive_failures;
    row.missed = monitor.missed;
    row.consecutive_missed = monitor.consecutive_missed;
    row.reconnects = monitor.reconnects;
    row.last_beat = moment(monitor.last_beat);
    row.last_latency = monitor.latency_ms.map(WireMs::duration);
    row.latency = monitor.latency.as_ref().map(|latency| LatencySummary {
        avg: latency.avg_ms.duration(),
        min: latency.min_ms.duration(),
        max: latency.max_ms.duration(),
        p50: latency.p50_ms.duration(),
        p95: latency.p95_ms.duration(),
        p99: latency.p99_ms.duration(),
        jitter: latency.jitter_ms.duration(),
    });
    row.quality = quality(&monitor.quality).unwrap_or_default();
    row.skew = monitor
        .clock_skew_ms
        .map(|skew| SignedDuration::from_micros((skew.millis() * 1000.0) as i64));
    row.connection = Connection {
        phases: monitor.phases.as_ref().map(phases).unwrap_or_default(),
        certificate: monitor
            .certificate
            .as_ref()
            .map(|shown| Box::new(certificate(shown, context.written_at))),
        ..Connection::default()
    };
    row.evidence = monitor
        .evidence
        .as_ref()
        .map(|seen| Arc::new(evidence(seen)));
    row.instances = monitor.instances.as_ref().map(|counts| InstanceCounts {
        total: counts.total,
        online: counts.online,
        available: counts.available,
    });
    row.incident = monitor
        .incident
        .as_ref()
        .and_then(|open| Some(Arc::new(incident(open, times)?)));
    row.silence = monitor
        .silence
        .as_ref()
        .and_then(|known| Some(Arc::new(silence(known, times)?)));
    row.maintenance = (monitor.maintenance.as_ref()).map(|time| Arc::new(maintenance(time, times)));
    row.recent = monitor
        .recent
        .iter()
        .filter_map(|outcome| self::outcome(outcome, times))
        .collect();
    fill_live(&mut row, live, times);
    Some(row)
}

fn fill_live(row: &mut Row, live: &WireLive, times: AgentTimes) {
    let moment = |at: Option<Timestamp>| at.map(|at| times.moment(at));
    row.enabled = live.enabled.unwrap_or(true);
    row.settled = live.settled.unwrap_or(true);
    row.due_at = moment(live.due);
    // A monitor that waits for its next poll leaves it out.
    let waits = row.policy.rhythm == Rhythm::Poll && live.attempt_since.is_none();
    row.retry_at = moment(live.retry).or(row.due_at.filter(|_| waits));
    row.connected_since = moment(live.connected_since);
    row.attempt_since = moment(live.attempt_since);
    row.incidents = live.incidents;
    row.void_attempts = live.void_attempts;
    row.longest_gap = live.longest_gap_ms.map(WireMs::duration);
    row.quality_before = live.quality_before.as_deref().and_then(quality);
    row.local_limit = live.local_limit.as_deref().and_then(local_limit);
    row.last_failure = live.last_failure.as_ref().map(|last| {
        let failure = failure(Some(&last.reason), Some(&last.message));
        Box::new((times.moment(last.at), failure))
    });
    if let Some(known) = &live.availability {
        row.restore_uptime(&uptime(known, times));
    }
}

fn meta(monitor: &WireMonitor, kind: Kind) -> Meta {
    let text = |text: &String| Text::clean(text);
    Meta {
        address: Text::clean(&monitor.target),
        group: monitor.group.as_ref().map(text),
        tags: monitor.tags.iter().map(text).collect(),
        description: monitor.description.as_ref().map(text),
        runbook: monitor.runbook.as_ref().map(text),
        depends_on: monitor.depends_on.iter().map(text).collect(),
        labels: monitor
            .labels
            .iter()
            .map(|(name, value)| (text(name), text(value)))
            .collect(),
        ..Meta::new(text(&monitor.name), kind)
    }
}

fn policy(kind: Kind, told: Option<&WirePolicy>) -> Policy {
    let Some(told) = told else {
        let rhythm = if kind == Kind::Http {
            Rhythm::Poll
        } else {
            Rhythm::Subscription
        };
        return Policy::with_interval(rhythm, UNKNOWN_INTERVAL);
    };
    let rhythm = if told.rhythm == "poll" {
        Rhythm::Poll
    } else {
        Rhythm::Subscription
    };
    let interval = match told.interval_ms.duration() {
        interval if interval.is_zero() => UNKNOWN_INTERVAL,
        interval => interval,
    };
    let schedule = told.schedule.as_ref().and_then(|schedule| {
        let zone = schedule.zone.as_deref().unwrap_or("UTC");
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        Schedule::parse(&schedule.cron, zone).ok().map(Arc::new)
    });
    let usual = Policy::with_interval(rhythm, interval);
    let number = |number: u32| number;
    Policy {
        schedule,
        grace: told.grace_ms.duration(),
        failures: levels(told.failures, number).unwrap_or(usual.failures),
        missed: levels(told.missed, number).unwrap_or(usual.missed),
        latency: levels(told.latency_ms, WireMs::duration).unwrap_or(usual.latency),
        skew: levels(told.skew_ms, WireMs::duration).unwrap_or(usual.skew),
        certificate: levels(told.certificate_ms, WireMs::duration).unwrap_or(usual.certificate),
        recover: told.recover.unwrap_or(usual.recover).max(1),
        timestamped: told.timestamped,
        presence: told
            .presence
            .as_ref()
            .map_or(usual.presence, |limits| PresenceLimits {
                online: limits.online_ms.duration(),
                recent: limits.recent_ms.duration(),
            }),
        ..usual
    }
}

fn levels<T, U>(told: Option<WireLevels<T>>, value: impl Fn(T) -> U) -> Option<Levels<U>> {
    let told = told?;
    Some(Levels {
        warning: told.warning.map(&value),
        error: told.error.map(&value),
    })
}

/// Returns the kind of this name. A newer agent has more kinds, and a monitor must not be missing.
pub(super) fn kind(name: &str) -> Kind {
    Kind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == name)
        .unwrap_or(Kind::Push)
}

/// Returns the status of this name; unknown for a name that this version does not know.
pub(super) fn status(name: &str) -> Status {
    Status::ALL
        .into_iter()
        .find(|status| status.as_str() == name)
        .unwrap_or(Status::Unknown)
}

pub(super) fn reason(name: Option<&str>) -> Reason {
    Reason::ALL
        .into_iter()
        .find(|reason| Some(reason.as_str()) == name)
        .unwrap_or(Reason::Reported)
}

/// Returns the cause of a status, if the agent gives one.
pub(super) fn cause(reason: Option<&str>, message: Option<&str>) -> Option<Cause> {
    reason?;
    Some(Cause::Failure(failure(reason, message)))
}

pub(super) fn failure(reason: Option<&str>, message: Option<&str>) -> Failure {
    let known = self::reason(reason);
    let message = message.or(reason).unwrap_or_default();
    Failure::Relayed {
        reason: known,
        message: Text::clean(message),
    }
}

pub(super) fn evidence(seen: &WireEvidence) -> Evidence {
    let text = |text: &String| Text::clean(text);
    Evidence {
        http: seen.http_status.map(|status| HttpHead {
            status,
            version: version(seen.http_version.as_deref().unwrap_or_default()),
        }),
        peer: seen.peer,
        tried: seen.tried.clone(),
        redirects: seen.redirects.iter().map(text).collect(),
        value: seen.value.as_ref().map(text),
        body: seen.body.as_ref().map(text),
        headers: seen
            .headers
            .iter()
            .map(|(name, value)| (text(name), text(value)))
            .collect(),
    }
}

/// Returns an incident; `None` if its id is none of this version.
pub(super) fn incident(open: &WireIncident, times: AgentTimes) -> Option<OpenIncident> {
    let known = open.reason.as_deref().map(|name| reason(Some(name)));
    let acknowledged = open.acknowledged.as_ref();
    Some(OpenIncident {
        id: open.id.parse().ok()?,
        opened: times.moment(open.opened),
        worst: status(&open.worst),
        cause: cause(open.reason.as_deref(), open.message.as_deref()),
        // The JSON has only the reason of the worst status.
        first_reason: known,
        last_reason: known,
        acknowledged: acknowledged.map(|acknowledged| Acknowledgement {
            by: Text::clean(&acknowledged.by),
            at: times.moment(acknowledged.at),
            until: acknowledged.until.map(|until| times.moment(until)),
        }),
    })
}

/// Returns a silence; `None` if its id is none of this version.
pub(super) fn silence(known: &WireSilence, times: AgentTimes) -> Option<Silence> {
    Some(Silence {
        id: known.id.parse().ok()?,
        matches: Text::clean(&known.matches),
        from: times.moment(known.from),
        until: times.moment(known.until),
        by: Text::clean(&known.by),
        reason: Text::clean(&known.reason),
    })
}

pub(super) fn maintenance(known: &WireMaintenance, times: AgentTimes) -> MaintenanceTime {
    MaintenanceTime {
        from: times.moment(known.from),
        until: times.moment(known.until),
        reason: Text::clean(&known.reason),
    }
}

/// Reads `1.1` or `2`.
fn version(text: &str) -> (u8, u8) {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    (
        major.parse().unwrap_or_default(),
        minor.parse().unwrap_or_default(),
    )
}

fn outcome(told: &WireOutcome, times: AgentTimes) -> Option<Outcome> {
    let what = match told.outcome.as_str() {
        "beat" => OutcomeKind::Beat,
        "failed" => OutcomeKind::Failed(reason(told.reason.as_deref())),
        "missed" => OutcomeKind::Missed,
        _ => return None,
    };
    Some(Outcome {
        at: times.moment(told.at),
        what,
        latency: told.latency_ms.map(WireMs::duration),
    })
}

/// Returns the outcomes of a row that goes on: those that were known before, then the newer ones.
/// The JSON has only the last ten.
pub(super) fn joined(known: &Recent, newest: &Recent) -> Recent {
    let Some(first) = newest.iter().next() else {
        return newest.clone();
    };
    let older = known.iter().filter(|outcome| outcome.at < first.at);
    older.chain(newest.iter()).collect()
}

fn phases(told: &WirePhases) -> Phases {
    [
        (Phase::Dns, told.dns_ms),
        (Phase::Connect, told.connect_ms),
        (Phase::Tls, told.tls_ms),
        (Phase::FirstByte, told.first_byte_ms),
        (Phase::Body, told.body_ms),
    ]
    .into_iter()
    .filter_map(|(phase, spent)| Some((phase, spent?.duration())))
    .collect()
}

fn certificate(shown: &WireCertificate, now: Timestamp) -> Certificate {
    Certificate {
        subject: Text::clean(&shown.subject),
        not_after: shown.not_after,
        left: now.duration_until(shown.not_after),
    }
}

fn uptime(known: &WireAvailability, times: AgentTimes) -> UptimeRecord {
    UptimeRecord {
        tally: Tally {
            up: known.up_ms.duration(),
            down: known.down_ms.duration(),
            until: times.moment(known.until),
            is_up: known.is_up,
        },
        known: times.moment(known.known_since),
        outages: known
            .outages
            .iter()
            .map(|outage| (times.moment(outage.at), outage.down_ms.duration()))
            .collect(),
    }
}

fn quality(name: &str) -> Option<Quality> {
    Quality::ALL
        .into_iter()
        .find(|quality| quality.as_str() == name)
}

fn local_limit(name: &str) -> Option<LocalLimit> {
    Overload::ALL
        .into_iter()
        .find_map(|overload| match overload {
            Overload::LocalLimit(limit) if overload.as_str() == name => Some(limit),
            _ => None,
        })
}
