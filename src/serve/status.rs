//! Serves `/v1/status` and `/v1/monitors/NAME`: a JSON report (docs/interface.md).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer;
use super::cache::render;
use super::state::AppState;
use crate::model::{ChangeRing, Moment, Row, Rows, Snapshot, Status};
use crate::report::monitor_json::MonitorJson;
use crate::report::{RunInfo, json};

const MONITOR: &str = "hbmon.monitor/1";

pub(super) async fn all(State(state): State<AppState>) -> Response {
    let (began, verdict) = (state.clock.started(), state.verdict);
    let line = state.status.fresh(&state, |snapshot, now| {
        render(move || {
            let seen = seen(&snapshot, now);
            let mut line =
                serde_json::to_vec(&report(&seen, began, verdict(&seen))).unwrap_or_default();
            line.push(b'\n');
            line
        })
    });
    answer::rendered(answer::JSON, line.await)
}

/// One monitor with its schema.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "MonitorAlone")]
pub(super) struct One<'a> {
    #[schemars(extend("const" = MONITOR))]
    schema: &'static str,
    #[serde(flatten)]
    monitor: MonitorJson<'a>,
}

pub(super) async fn one(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let snapshot = state.fresh().await;
    let Some(row) = find(&snapshot, &name) else {
        return unknown();
    };
    let seen = without_rows(&snapshot, state.clock.now());
    answer::json(&One {
        schema: MONITOR,
        monitor: MonitorJson::new(&seen, row, false),
    })
}

pub(super) fn find<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a Arc<Row>> {
    snapshot
        .rows
        .iter()
        .find(|row| row.meta.name.as_str() == name)
}

pub(super) fn unknown() -> Response {
    answer::refusal(StatusCode::NOT_FOUND, "no monitor has this name")
}

/// Returns the present time, for what converts moments to wall times.
pub(super) fn times(state: &AppState) -> Snapshot {
    without_rows(&state.snapshot(), state.clock.now())
}

fn without_rows(snapshot: &Snapshot, now: Moment) -> Snapshot {
    Snapshot {
        at: now,
        rows: Rows::default(),
        changes: ChangeRing::default(),
        ..*snapshot
    }
}

/// Returns the snapshot at another time, so that ages and presence are current.
pub(super) fn seen(snapshot: &Snapshot, now: Moment) -> Snapshot {
    Snapshot {
        at: now,
        rows: snapshot.rows.clone(),
        changes: ChangeRing::default(),
        ..*snapshot
    }
}

/// Returns the status report. `began`: the start of this process. `exit`: the exit code that
/// `hbmon check` would have.
pub(super) fn report(snapshot: &Snapshot, began: Moment, exit: u8) -> json::ReportJson<'_> {
    let (started, duration) = (snapshot.wall(began), snapshot.at.since(began));
    let complete = snapshot.is_settled();
    let fail_on = Status::Error;
    json::status(
        snapshot,
        &RunInfo {
            started,
            duration,
            exit,
            complete,
            fail_on,
            verbose: false,
            config: None,
            included: Default::default(),
            by: None,
        },
    )
}
