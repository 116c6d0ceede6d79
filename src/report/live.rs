//! What `/v1/status` adds to a monitor for screens that follow an agent: its policy, and what it
//! waits for.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::json_values::{Ms, Time};
use crate::model::{Levels, LocalLimit, Moment, Overload, Policy, Quality, Rhythm, Row, Snapshot};
use crate::words;

/// Times that lie ahead are planned, and null if nothing is.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Live")]
pub(super) struct LiveJson {
    enabled: bool,
    settled: bool,
    /// When the next heartbeat is due, without grace.
    due: Option<Time>,
    /// When the next attempt is planned, while the monitor waits.
    retry: Option<Time>,
    connected_since: Option<Time>,
    attempt_since: Option<Time>,
    incidents: u64,
    void_attempts: u64,
    longest_gap_ms: Option<Ms>,
    quality_before: Option<&'static str>,
    /// What this machine lacks: `files`, `network`.
    local_limit: Option<&'static str>,
    last_failure: Option<LastFailureJson>,
    availability: Option<AvailabilityJson>,
    policy: PolicyJson,
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
struct AvailabilityJson {
    up_ms: Ms,
    down_ms: Ms,
    until: Time,
    is_up: bool,
    /// Since when the status is known without interruption.
    known_since: Time,
    /// Downtime of the last day in pieces of five minutes.
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
    schedule: Option<ScheduleJson>,
    grace_ms: Ms,
    failures: LevelsJson<u32>,
    missed: LevelsJson<u32>,
    latency_ms: LevelsJson<Ms>,
    skew_ms: LevelsJson<Ms>,
    certificate_ms: LevelsJson<Ms>,
    recover: u32,
    timestamped: bool,
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
    fn of<U>(levels: Levels<U>, json: impl Fn(U) -> T) -> LevelsJson<T> {
        LevelsJson {
            warning: levels.warning.map(&json),
            error: levels.error.map(&json),
        }
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
        let availability = row.uptime_record().map(|record| AvailabilityJson {
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
            retry: row.retry_at.map(time),
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
        let ms = |duration: Duration| Ms(duration);
        PolicyJson {
            rhythm: match policy.rhythm {
                Rhythm::Poll => "poll",
                Rhythm::Subscription => "subscription",
            },
            interval_ms: Ms(policy.interval),
            schedule: policy.schedule.as_ref().map(|schedule| ScheduleJson {
                cron: schedule.expression().to_owned(),
                zone: schedule.zone().map(str::to_owned),
            }),
            grace_ms: Ms(policy.grace),
            failures: LevelsJson::of(policy.failures, |number| number),
            missed: LevelsJson::of(policy.missed, |number| number),
            latency_ms: LevelsJson::of(policy.latency, ms),
            skew_ms: LevelsJson::of(policy.skew, ms),
            certificate_ms: LevelsJson::of(policy.certificate, ms),
            recover: policy.recover,
            timestamped: policy.timestamped,
            online_ms: Ms(policy.presence.online),
            recent_ms: Ms(policy.presence.recent),
        }
    }
}
