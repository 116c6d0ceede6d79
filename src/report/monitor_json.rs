//! One monitor as JSON, in a report and by itself.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::evidence_json::EvidenceJson;
use super::incident_json::{MaintenanceJson, OpenIncidentJson, SilenceJson};
use super::json_values::{Date, Ms, Time};
use super::live::LiveJson;
use crate::model;
use crate::model::{OutcomeKind, Phase, Row, Snapshot};
use crate::words;

/// Number of outcomes of a monitor in the report.
const RECENT: usize = 10;

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Monitor")]
pub(crate) struct MonitorJson<'a> {
    name: &'a str,
    kind: &'static str,
    target: &'a str,
    group: Option<&'a str>,
    tags: Vec<&'a str>,
    description: Option<&'a str>,
    runbook: Option<&'a str>,
    labels: BTreeMap<&'a str, &'a str>,
    status: &'static str,
    since: Time,
    reason: Option<&'static str>,
    message: Option<String>,
    latency_ms: Option<Ms>,
    latency: Option<LatencyJson>,
    quality: &'static str,
    presence: Option<&'static str>,
    beats: u64,
    attempts: u64,
    failures: u64,
    /// The number of outcomes that were heartbeats.
    failed_beats: u64,
    consecutive_failures: u32,
    missed: u64,
    consecutive_missed: u32,
    reconnects: u64,
    /// Share of the time since the first verdict in which the monitor was healthy or in warning: 0
    /// to 1.
    uptime: Option<f64>,
    last_beat: Option<Time>,
    clock_skew_ms: Option<f64>,
    phases: Option<PhasesJson>,
    certificate: Option<CertificateJson<'a>>,
    /// Evidence of the failure that decides the status; with `-v` also of the last heartbeat.
    evidence: Option<EvidenceJson<'a>>,
    /// Only for a monitor with instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    instances: Option<InstancesJson>,
    /// The incident that is open; null while the monitor is well.
    incident: Option<OpenIncidentJson<'a>>,
    /// The silence in force that selects the monitor and ends last; null without one.
    silence: Option<SilenceJson<'a>>,
    /// The maintenance in force that ends last; null without one.
    maintenance: Option<MaintenanceJson<'a>>,
    /// Names of the monitors without which it cannot be well.
    depends_on: Vec<&'a str>,
    recent: Vec<OutcomeJson>,
    /// Only of a run that goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) live: Option<LiveJson>,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "InstanceCounts")]
struct InstancesJson {
    total: u32,
    online: u32,
    available: u32,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Latency")]
struct LatencyJson {
    avg_ms: Ms,
    min_ms: Ms,
    max_ms: Ms,
    p50_ms: Ms,
    p95_ms: Ms,
    p99_ms: Ms,
    jitter_ms: Ms,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Phases")]
struct PhasesJson {
    dns_ms: Option<Ms>,
    connect_ms: Option<Ms>,
    tls_ms: Option<Ms>,
    first_byte_ms: Option<Ms>,
    body_ms: Option<Ms>,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Certificate")]
struct CertificateJson<'a> {
    subject: &'a str,
    not_after: Date,
    days_left: i64,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Outcome")]
struct OutcomeJson {
    at: Time,
    outcome: &'static str,
    latency_ms: Option<Ms>,
    reason: Option<&'static str>,
}

impl<'a> MonitorJson<'a> {
    /// `verbose`: with the evidence of the last heartbeat.
    pub(crate) fn new(snapshot: &Snapshot, row: &'a Row, verbose: bool) -> MonitorJson<'a> {
        let time = |at| Time(snapshot.wall(at));
        let from = row.recent.len().saturating_sub(RECENT);
        MonitorJson {
            name: row.meta.name.as_str(),
            kind: row.meta.kind.as_str(),
            target: row.meta.address.as_str(),
            group: row.meta.group.as_ref().map(model::Text::as_str),
            tags: row.meta.tags.iter().map(model::Text::as_str).collect(),
            description: row.meta.description.as_ref().map(model::Text::as_str),
            runbook: row.meta.runbook.as_ref().map(model::Text::as_str),
            labels: labels(&row.meta),
            status: row.status.as_str(),
            since: time(row.since),
            reason: row.cause.as_ref().map(|cause| cause.reason().as_str()),
            message: row.cause.as_ref().map(words::cause),
            latency_ms: row.last_latency.map(Ms),
            latency: row.latency.map(latency),
            quality: row.quality.as_str(),
            presence: row.presence(snapshot.at).map(model::Presence::as_str),
            beats: row.beats,
            attempts: row.attempts,
            failures: row.failures,
            failed_beats: row.failed_beats,
            consecutive_failures: row.consecutive_failures,
            missed: row.missed,
            consecutive_missed: row.consecutive_missed,
            reconnects: row.reconnects,
            uptime: row.uptime(snapshot.at),
            last_beat: row.last_beat.map(time),
            clock_skew_ms: row.skew.map(signed_ms),
            phases: phases(row.connection.phases),
            certificate: row
                .connection
                .certificate
                .as_ref()
                .map(|shown| certificate(shown, snapshot.wall(snapshot.at))),
            evidence: super::evidence(row, verbose).map(EvidenceJson::new),
            instances: row.instances.map(|counts| {
                let model::InstanceCounts {
                    total,
                    online,
                    available,
                } = counts;
                InstancesJson {
                    total,
                    online,
                    available,
                }
            }),
            incident: row
                .incident
                .as_ref()
                .map(|incident| OpenIncidentJson::new(incident, snapshot)),
            silence: row
                .silence
                .as_ref()
                .filter(|silence| silence.is_active(snapshot.at))
                .map(|silence| SilenceJson::new(silence, snapshot)),
            maintenance: (row.maintenance.as_ref())
                .map(|time| MaintenanceJson::new(time, snapshot)),
            depends_on: row
                .meta
                .depends_on
                .iter()
                .map(|name| name.as_str())
                .collect(),
            recent: row
                .recent
                .iter()
                .skip(from)
                .map(|outcome| self::outcome(outcome, time(outcome.at)))
                .collect(),
            live: None,
        }
    }
}

/// The labels of a monitor as an object.
pub(crate) fn labels(meta: &model::Meta) -> BTreeMap<&str, &str> {
    meta.labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

fn latency(summary: model::LatencySummary) -> LatencyJson {
    let model::LatencySummary {
        avg,
        min,
        max,
        p50,
        p95,
        p99,
        jitter,
    } = summary;
    LatencyJson {
        avg_ms: Ms(avg),
        min_ms: Ms(min),
        max_ms: Ms(max),
        p50_ms: Ms(p50),
        p95_ms: Ms(p95),
        p99_ms: Ms(p99),
        jitter_ms: Ms(jitter),
    }
}

/// Returns none if nothing was measured.
fn phases(phases: model::Phases) -> Option<PhasesJson> {
    let ms = |phase| phases.get(phase).map(Ms);
    (phases != model::Phases::default()).then(|| PhasesJson {
        dns_ms: ms(Phase::Dns),
        connect_ms: ms(Phase::Connect),
        tls_ms: ms(Phase::Tls),
        first_byte_ms: ms(Phase::FirstByte),
        body_ms: ms(Phase::Body),
    })
}

fn certificate(shown: &model::Certificate, now: Timestamp) -> CertificateJson<'_> {
    let left = now.duration_until(shown.not_after).as_secs();
    CertificateJson {
        subject: shown.subject.as_str(),
        not_after: Date(shown.not_after),
        // The current day counts as a day left.
        days_left: -left.saturating_neg().div_euclid(86_400),
    }
}

fn outcome(outcome: model::Outcome, at: Time) -> OutcomeJson {
    let (word, reason) = match outcome.what {
        OutcomeKind::Beat => ("beat", None),
        OutcomeKind::Failed(reason) => ("failed", Some(reason.as_str())),
        OutcomeKind::Missed => ("missed", Some(model::Reason::Missed.as_str())),
    };
    OutcomeJson {
        at,
        outcome: word,
        latency_ms: outcome.latency.map(Ms),
        reason,
    }
}

fn signed_ms(duration: SignedDuration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
