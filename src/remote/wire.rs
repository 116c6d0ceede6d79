//! The JSON of an agent (docs/interface.md). Every key may be missing: agents have other versions.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

/// The schema of `/v1/status`.
pub(super) const STATUS: &str = "hbmon.status/1";

/// Milliseconds, as a number.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct WireMs(f64);

impl WireMs {
    /// Returns the duration; zero for a number that is none.
    pub(super) fn duration(self) -> Duration {
        Duration::try_from_secs_f64(self.0 / 1000.0).unwrap_or_default()
    }

    pub(super) const fn millis(self) -> f64 {
        self.0
    }
}

/// `/v1/status`, and the event `start`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireStatus {
    pub schema: String,
    pub started: Option<Timestamp>,
    pub duration_ms: WireMs,
    #[serde(rename = "self")]
    pub own: WireSelf,
    pub monitors: Vec<WireMonitor>,
}

impl WireStatus {
    /// Returns when the agent wrote this, by its own clock.
    pub(super) fn written_at(&self) -> Option<Timestamp> {
        self.started?.checked_add(self.duration_ms.duration()).ok()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireSelf {
    pub strain: Option<String>,
    pub reload_refused: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireMonitor {
    pub name: String,
    pub kind: String,
    pub target: String,
    pub group: Option<String>,
    pub tags: Vec<String>,
    pub description: Option<String>,
    pub runbook: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub status: String,
    pub since: Option<Timestamp>,
    pub reason: Option<String>,
    pub message: Option<String>,
    pub latency_ms: Option<WireMs>,
    pub latency: Option<WireLatency>,
    pub quality: String,
    pub beats: u64,
    pub attempts: u64,
    pub failures: u64,
    pub failed_beats: u64,
    pub consecutive_failures: u32,
    pub missed: u64,
    pub consecutive_missed: u32,
    pub reconnects: u64,
    pub last_beat: Option<Timestamp>,
    pub clock_skew_ms: Option<WireMs>,
    pub phases: Option<WirePhases>,
    pub certificate: Option<WireCertificate>,
    pub evidence: Option<WireEvidence>,
    pub instances: Option<WireInstances>,
    pub incident: Option<WireIncident>,
    pub silence: Option<WireSilence>,
    pub maintenance: Option<WireMaintenance>,
    pub depends_on: Vec<String>,
    pub recent: Vec<WireOutcome>,
    pub live: WireLive,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireLatency {
    pub avg_ms: WireMs,
    pub min_ms: WireMs,
    pub max_ms: WireMs,
    pub p50_ms: WireMs,
    pub p95_ms: WireMs,
    pub p99_ms: WireMs,
    pub jitter_ms: WireMs,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WirePhases {
    pub dns_ms: Option<WireMs>,
    pub connect_ms: Option<WireMs>,
    pub tls_ms: Option<WireMs>,
    pub first_byte_ms: Option<WireMs>,
    pub body_ms: Option<WireMs>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireCertificate {
    #[serde(default)]
    pub subject: String,
    pub not_after: Timestamp,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireEvidence {
    pub http_status: Option<u16>,
    pub http_version: Option<String>,
    pub peer: Option<SocketAddr>,
    pub tried: Vec<SocketAddr>,
    pub redirects: Vec<String>,
    pub value: Option<String>,
    pub body: Option<String>,
    pub headers: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireInstances {
    pub total: u32,
    pub online: u32,
    pub available: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireIncident {
    pub id: String,
    pub opened: Timestamp,
    #[serde(default)]
    pub worst: String,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
    #[serde(default)]
    pub acknowledged: Option<WireAcknowledgement>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireAcknowledgement {
    #[serde(default)]
    pub by: String,
    pub at: Timestamp,
    #[serde(default)]
    pub until: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireSilence {
    pub id: String,
    #[serde(rename = "match", default)]
    pub matches: String,
    pub from: Timestamp,
    pub until: Timestamp,
    #[serde(default)]
    pub by: String,
    #[serde(default)]
    pub reason: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireMaintenance {
    pub from: Timestamp,
    pub until: Timestamp,
    #[serde(default)]
    pub reason: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireOutcome {
    pub at: Timestamp,
    pub outcome: String,
    #[serde(default)]
    pub latency_ms: Option<WireMs>,
    #[serde(default)]
    pub reason: Option<String>,
}

/// What `/v1/status` adds for screens. Keys are missing for `true`, 0 and null.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireLive {
    pub enabled: Option<bool>,
    pub settled: Option<bool>,
    pub due: Option<Timestamp>,
    /// Missing if it is `due`.
    pub retry: Option<Timestamp>,
    pub connected_since: Option<Timestamp>,
    pub attempt_since: Option<Timestamp>,
    pub incidents: u64,
    pub void_attempts: u64,
    pub longest_gap_ms: Option<WireMs>,
    pub quality_before: Option<String>,
    pub local_limit: Option<String>,
    pub last_failure: Option<WireFailure>,
    pub availability: Option<WireAvailability>,
    pub policy: Option<WirePolicy>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireFailure {
    pub at: Timestamp,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub message: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireAvailability {
    pub up_ms: WireMs,
    pub down_ms: WireMs,
    pub until: Timestamp,
    pub is_up: bool,
    pub known_since: Timestamp,
    #[serde(default)]
    pub outages: Vec<WireOutage>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireOutage {
    pub at: Timestamp,
    pub down_ms: WireMs,
}

/// Keys are missing for the default.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WirePolicy {
    pub rhythm: String,
    pub interval_ms: WireMs,
    pub grace_ms: WireMs,
    pub schedule: Option<WireSchedule>,
    pub failures: Option<WireLevels<u32>>,
    pub missed: Option<WireLevels<u32>>,
    pub latency_ms: Option<WireLevels<WireMs>>,
    pub skew_ms: Option<WireLevels<WireMs>>,
    pub certificate_ms: Option<WireLevels<WireMs>>,
    pub recover: Option<u32>,
    pub timestamped: bool,
    pub presence: Option<WirePresence>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WirePresence {
    pub online_ms: WireMs,
    pub recent_ms: WireMs,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireSchedule {
    pub cron: String,
    #[serde(default)]
    pub zone: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct WireLevels<T> {
    pub warning: Option<T>,
    pub error: Option<T>,
}

/// An event of `/v1/events`. Which keys it has depends on its type.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireEvent {
    #[serde(rename = "type")]
    pub kind: String,
    pub at: Option<Timestamp>,
    pub monitor: Option<String>,
    pub latency_ms: Option<WireMs>,
    pub status: Option<String>,
    pub reason: Option<String>,
    pub message: Option<String>,
    pub evidence: Option<WireEvidence>,
    pub consecutive_missed: Option<u32>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub recovered_after_ms: Option<WireMs>,
    pub instance: Option<String>,
    pub change: Option<String>,
    pub added: usize,
    pub removed: usize,
    pub changed: usize,
    pub total: usize,
    pub gap_ms: WireMs,
    pub by_ms: WireMs,
    pub strain: Option<String>,
    pub incident: Option<WireIncident>,
    /// How an incident ended.
    pub end: Option<String>,
    /// Author and text of a note.
    pub by: Option<String>,
    pub text: Option<String>,
    pub silence: Option<WireSilence>,
    pub maintenance: Option<WireMaintenance>,
}
