//! Short texts about targets and runs, for narrow places and summaries.

use std::time::Duration;

use super::events::counts;
use super::failures::{cause as sentence, expiry, failure};
use super::units::{count, latency, span};
use crate::model::{
    Assertion, Cause, CertificateFault, Failure, Reason, Rhythm, Row, Snapshot, Text,
};

/// Returns the cause in a word or two: `503`, `24 missed`, `latency 1.9s`, `no reply`.
pub fn keyword(cause: &Cause) -> String {
    match cause {
        Cause::Failure(Failure::Status { code, .. }) => code.to_string(),
        Cause::Failure(Failure::Relayed {
            reason: Reason::Status,
            message,
        }) => relayed_code(message).to_owned(),
        Cause::Missed { count, .. } => format!("{count} missed"),
        Cause::Latency {
            latency: measured, ..
        } => format!("latency {}", latency(*measured)),
        Cause::Failure(_) | Cause::Certificate { .. } | Cause::Restored { .. } => {
            cause.reason().as_str().replace('_', " ")
        }
    }
}

/// Returns the cause in fewer and fewer words: `503 Service Unavailable`, `503`. Leaves out how long
/// a subscription has been silent, because that grows.
pub fn reasons(cause: &Cause) -> Vec<String> {
    match cause {
        Cause::Missed { count: missed, .. } => {
            let missed = count(u64::from(*missed), "heartbeat", "heartbeats");
            vec![format!("{missed} missed"), keyword(cause)]
        }
        Cause::Latency {
            latency: measured, ..
        } => vec![sentence(cause), short_cause(cause), latency(*measured)],
        Cause::Failure(_) | Cause::Certificate { .. } | Cause::Restored { .. } => {
            let whole = sentence(cause);
            let without_note = whole.split(" (").next().unwrap_or_default().to_owned();
            vec![whole, without_note, gist(cause), keyword(cause)]
        }
    }
}

/// Returns the cause in about three words: `certificate expired`, `closed: 1011`, `exit code 2`.
fn gist(cause: &Cause) -> String {
    match cause {
        Cause::Certificate { left, .. } => expiry(*left),
        Cause::Failure(Failure::Certificate {
            fault: CertificateFault::Expired { .. },
            ..
        }) => "certificate expired".to_owned(),
        Cause::Failure(Failure::Closed {
            code: Some(code), ..
        }) => format!("closed: {code}"),
        Cause::Failure(Failure::Reported {
            code: Some(code), ..
        }) => format!("exit code {code}"),
        Cause::Failure(Failure::Assertion(Assertion::Online { least, online })) => {
            format!("{online} of {least} online")
        }
        Cause::Failure(Failure::Assertion(_)) => "assertion failed".to_owned(),
        Cause::Failure(Failure::OfInstance { id, failure }) => {
            format!("{id}: {}", keyword(&Cause::Failure((**failure).clone())))
        }
        _ => keyword(cause),
    }
}

/// Returns the cause for a narrow place: `HTTP 503`, `no beat 1m33s`, `640ms > 250ms`, `refused`.
pub fn short_cause(cause: &Cause) -> String {
    match cause {
        Cause::Failure(Failure::Status { code, .. }) => format!("HTTP {code}"),
        Cause::Failure(Failure::Relayed {
            reason: Reason::Status,
            message,
        }) => format!("HTTP {}", relayed_code(message)),
        Cause::Failure(cause) => cause.reason().as_str().replace('_', " "),
        Cause::Missed { silent, .. } => format!("no beat {}", span(*silent)),
        Cause::Latency {
            latency: measured,
            limit,
        } => format!("{} > {}", latency(*measured), span(*limit)),
        Cause::Restored { reason, .. } => reason.as_str().replace('_', " "),
        Cause::Certificate { left, .. } => format!("certificate {}", expiry(*left)),
    }
}

/// Returns the code in a sentence about an HTTP status, which begins with it.
fn relayed_code(message: &Text) -> &str {
    let code = message.as_str().get(..3).unwrap_or_default();
    if code.bytes().all(|byte| byte.is_ascii_digit()) && !code.is_empty() {
        code
    } else {
        Reason::Status.as_str()
    }
}

/// Returns the number of attempts, or of failed ones: `1 try`, `2 of 3 tries failed`, `14 of 15
/// heartbeats failed`.
pub fn tries(row: &Row) -> String {
    let failed: Vec<String> = failed_counts(row)
        .map(|counts| format!("{} of {} failed", counts.failed, counts.of()))
        .collect();
    if failed.is_empty() {
        count(row.attempts, "try", "tries")
    } else {
        failed.join(", ")
    }
}

/// How many of something failed.
pub struct FailedCounts {
    pub failed: u64,
    pub all: u64,
    one: &'static str,
    many: &'static str,
}

impl FailedCounts {
    /// Returns what they are out of: `3 tries`.
    pub fn of(&self) -> String {
        count(self.all, self.one, self.many)
    }
}

/// Returns numbers of failed attempts and heartbeats, which are counted separately; without
/// failures they are left out.
pub fn failed_counts(row: &Row) -> impl Iterator<Item = FailedCounts> {
    let tries = FailedCounts {
        failed: row.failures.saturating_sub(row.failed_beats),
        all: row.attempts,
        one: "try",
        many: "tries",
    };
    let heartbeats = FailedCounts {
        failed: row.failed_beats,
        all: row.beats.saturating_add(row.failed_beats),
        one: "heartbeat",
        many: "heartbeats",
    };
    [tries, heartbeats]
        .into_iter()
        .filter(|counts| counts.failed > 0)
}

/// Returns the failure before a recovery: `502 Bad Gateway (1 of 2 tries failed)`.
pub fn recovered_failure(row: &Row) -> String {
    let why = row
        .last_failure
        .as_deref()
        .map(|(_, why)| failure(why))
        .unwrap_or_default();
    format!("{why} ({})", tries(row))
}

/// Returns a run in one line: `1 error, 13 healthy of 14 monitors, 1.9s`. An interrupted run also
/// says what is not settled.
pub fn summary(snapshot: &Snapshot, duration: Duration, complete: bool) -> String {
    let run = format!("{}, {}", counts(&snapshot.counts), latency(duration));
    if complete {
        run
    } else {
        format!("{run}, {}", incomplete(snapshot))
    }
}

/// Returns what an interrupted run left open: `incomplete: 2 not settled`.
pub fn incomplete(snapshot: &Snapshot) -> String {
    format!("incomplete: {} not settled", snapshot.unsettled())
}

/// Returns what a bounded run knows about a subscription: `1 heartbeat, listened 1.2s`. Misses
/// before and after it are unknown.
pub fn listened(row: &Row) -> Option<String> {
    let opened = row.connected_since?;
    let last = row.last_beat?;
    let beats = count(row.beats, "heartbeat", "heartbeats");
    (row.policy.rhythm == Rhythm::Subscription)
        .then(|| format!("{beats}, listened {}", latency(last.since(opened))))
}
