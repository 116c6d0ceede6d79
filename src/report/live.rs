//! What `/v1/status` adds to a monitor for screens that follow an agent: its policy, and what it
//! waits for.

use schemars::JsonSchema;
use serde::Serialize;

use super::json_values::{Ms, Time};
use crate::model::{Levels, LocalLimit, Moment, Overload, Policy, Quality, Rhythm, Row, Snapshot};
use crate::words;

/// Times that lie ahead are planned, and null if nothing is.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Live")]
pub(super) struct LiveJson {
    #[serde(skip_serializing_if = "is_true")]
    enabled: bool,
    #[serde(skip_serializing_if = "is_true")]
    settled: bool,
    /// When the next heartbeat is due, without grace.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Time>,
    /// When the next attempt is planned, while the monitor waits; missing if it is `due`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected_since: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt_since: Option<Time>,
    #[serde(skip_serializing_if = "is_zero")]
    incidents: u64,
    #[serde(skip_serializing_if = "is_zero")]
    void_attempts: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    longest_gap_ms: Option<Ms>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality_before: Option<&'static str>,
    /// What this machine lacks: `files`, `network`.
    #[serde(skip_serializing_if = "Option::is_none")]
    local_limit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_failure: Option<LastFailureJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability: Option<LiveAvailability>,
    policy: PolicyJson,
}

const fn is_true(flag: &bool) -> bool {
    *flag
}

const fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "LastFailure")]
struct LastFailureJson {
    at: Time,
    reason: &'static str,
    message: String,
}

/// Sums up to `until`; since then the monitor is up or down.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Availability")]
struct LiveAvailability {
    up_ms: Ms,
    down_ms: Ms,
    until: Time,
    is_up: bool,
    /// Since when the status is known without interruption.
    known_since: Time,
    /// Downtime of the last day in pieces of five minutes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    outages: Vec<OutageJson>,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Outage")]
struct OutageJson {
    at: Time,
    down_ms: Ms,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Policy")]
struct PolicyJson {
    /// `poll` or `subscription`.
    rhythm: &'static str,
    interval_ms: Ms,
    grace_ms: Ms,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<ScheduleJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failures: Option<LevelsJson<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missed: Option<LevelsJson<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<LevelsJson<Ms>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skew_ms: Option<LevelsJson<Ms>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_ms: Option<LevelsJson<Ms>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recover: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    timestamped: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence: Option<PresenceJson>,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Presence")]
struct PresenceJson {
    online_ms: Ms,
    recent_ms: Ms,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Schedule")]
struct ScheduleJson {
    cron: String,
    zone: Option<String>,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Levels")]
struct LevelsJson<T> {
    warning: Option<T>,
    error: Option<T>,
}

impl<T> LevelsJson<T> {
    /// Returns levels, or `None` if they are the default.
    fn unless<U: PartialEq>(
        levels: Levels<U>,
        default: Levels<U>,
        json: impl Fn(U) -> T,
    ) -> Option<LevelsJson<T>> {
        (levels != default).then(|| LevelsJson {
            warning: levels.warning.map(&json),
            error: levels.error.map(&json),
        })
    }
}

impl LiveJson {
    pub(super) fn of(snapshot: &Snapshot, row: &Row) -> LiveJson {
        let time = |at: Moment| Time(snapshot.wall(at));
        let last_failure = row
            .last_failure
            .as_deref()
            .map(|(at, failure)| LastFailureJson {
                at: time(*at),
                reason: failure.reason().as_str(),
                message: words::failure(failure),
            });
        let availability = row.uptime_record().map(|record| LiveAvailability {
            up_ms: Ms(record.tally.up),
            down_ms: Ms(record.tally.down),
            until: time(record.tally.until),
            is_up: record.tally.is_up,
            known_since: time(record.known),
            outages: record
                .outages
                .into_iter()
                .map(|(at, down)| OutageJson {
                    at: time(at),
                    down_ms: Ms(down),
                })
                .collect(),
        });
        LiveJson {
            enabled: row.enabled,
            settled: row.settled,
            due: row.due_at.map(time),
            retry: row.retry_at.filter(|at| Some(*at) != row.due_at).map(time),
            connected_since: row.connected_since.map(time),
            attempt_since: row.attempt_since.map(time),
            incidents: row.incidents,
            void_attempts: row.void_attempts,
            longest_gap_ms: row.longest_gap.map(Ms),
            quality_before: row.quality_before.map(Quality::as_str),
            local_limit: row.local_limit.map(limit_name),
            last_failure,
            availability,
            policy: PolicyJson::of(&row.policy),
        }
    }
}

const fn limit_name(limit: LocalLimit) -> &'static str {
    Overload::LocalLimit(limit).as_str()
}

impl PolicyJson {
    fn of(policy: &Policy) -> PolicyJson {
        let usual = Policy::with_interval(policy.rhythm, policy.interval);
        let number = |number: u32| number;
        PolicyJson {
            rhythm: match policy.rhythm {
                Rhythm::Poll => "poll",
                Rhythm::Subscription => "subscription",
            },
            interval_ms: Ms(policy.interval),
            grace_ms: Ms(policy.grace),
            schedule: policy.schedule.as_ref().map(|schedule| ScheduleJson {
                cron: schedule.expression().to_owned(),
                zone: schedule.zone().map(str::to_owned),
            }),
            failures: LevelsJson::unless(policy.failures, usual.failures, number),
            missed: LevelsJson::unless(policy.missed, usual.missed, number),
            latency_ms: LevelsJson::unless(policy.latency, usual.latency, Ms),
            skew_ms: LevelsJson::unless(policy.skew, usual.skew, Ms),
            certificate_ms: LevelsJson::unless(policy.certificate, usual.certificate, Ms),
            recover: Some(policy.recover).filter(|recover| *recover != usual.recover),
            timestamped: policy.timestamped,
            presence: (policy.presence != usual.presence).then_some(PresenceJson {
                online_ms: Ms(policy.presence.online),
                recent_ms: Ms(policy.presence.recent),
            }),
        }
    }
}
