//! Changes of status as JSON.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::history::change::StatusChange;
use crate::history::period::Period;
use crate::model::{Reason, Text};
use crate::report::history::rows::{HistoryRow, cell};
use crate::report::json_values::{Seconds, Time};

const HISTORY: &str = "hbmon.history/1";

/// Changes of status in a period, in the order of their beginnings.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "History")]
pub struct HistoryJson<C, U> {
    #[schemars(extend("const" = HISTORY))]
    schema: &'static str,
    since: Time,
    until: Time,
    changes: C,
    /// When hbmon did not watch.
    unwatched: U,
    /// The cursor of the next page; only in an answer of an agent, and only if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One change of status. `until` is null while the status lasts.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "HistoryChange")]
pub struct ChangeJson<'a> {
    monitor: &'a str,
    kind: &'static str,
    group: Option<&'a str>,
    from: Time,
    until: Option<Time>,
    /// Until now while the status lasts.
    duration_s: Seconds,
    status: &'static str,
    reason: Option<&'static str>,
    message: Option<&'a str>,
    /// It began during maintenance.
    maintenance: bool,
}

/// A time in which hbmon did not watch.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Unwatched")]
pub struct UnwatchedJson {
    from: Time,
    until: Time,
}

impl<C, U> HistoryJson<C, U> {
    pub(crate) fn new(period: Period, changes: C, unwatched: U) -> HistoryJson<C, U> {
        HistoryJson {
            schema: HISTORY,
            since: Time(period.since),
            until: Time(period.until),
            changes,
            unwatched,
            next: None,
        }
    }

    #[must_use]
    pub(crate) fn with_next(self, next: Option<String>) -> HistoryJson<C, U> {
        HistoryJson { next, ..self }
    }
}

impl<'a> ChangeJson<'a> {
    pub(crate) fn new(change: &'a StatusChange, now: Timestamp) -> ChangeJson<'a> {
        let lasted = Period::new(change.from, change.until.unwrap_or(now)).length();
        ChangeJson {
            monitor: change.monitor.as_str(),
            kind: change.kind.as_str(),
            group: change.group.as_ref().map(Text::as_str),
            from: Time(change.from),
            until: change.until.map(Time),
            duration_s: Seconds(lasted),
            status: change.status.as_str(),
            reason: change.reason.map(Reason::as_str),
            message: change.message.as_ref().map(Text::as_str),
            maintenance: change.maintenance,
        }
    }
}

impl UnwatchedJson {
    pub(crate) fn new(unwatched: Period) -> UnwatchedJson {
        UnwatchedJson {
            from: Time(unwatched.since),
            until: Time(unwatched.until),
        }
    }
}

impl HistoryRow for StatusChange {
    type Json<'a> = ChangeJson<'a>;

    const COLUMNS: &'static [&'static str] = &[
        "monitor",
        "kind",
        "group",
        "from",
        "until",
        "duration_s",
        "status",
        "reason",
        "message",
        "maintenance",
    ];

    fn json(&self, now: Timestamp) -> ChangeJson<'_> {
        ChangeJson::new(self, now)
    }

    fn cells(json: &ChangeJson<'_>) -> Vec<Value> {
        vec![
            cell(&json.monitor),
            cell(&json.kind),
            cell(&json.group),
            cell(&json.from),
            cell(&json.until),
            cell(&json.duration_s),
            cell(&json.status),
            cell(&json.reason),
            cell(&json.message),
            cell(&json.maintenance),
        ]
    }
}
