//! `/-/healthy` and `/-/ready`: the state of hbmon itself, not of its targets.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer;
use super::state::AppState;
use super::state::engine_answer;
use crate::clock::Clock;
use crate::model::{Kind, Row, Snapshot, Status};

/// Time after which the first round counts as over. Monitors without a result by then may get
/// none for hours.
const FIRST_ROUND: Duration = Duration::from_secs(20);

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Health")]
pub(super) struct HealthBody {
    hbmon: &'static str,
    status: &'static str,
}

/// Answers 200 if the engine's loop responds.
pub(super) async fn healthy(State(state): State<AppState>) -> Response {
    if engine_answer(state.engine.ping()).await.is_some() {
        well("healthy")
    } else {
        answer::refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "the engine does not answer",
        )
    }
}

/// Answers 200 once the first round is over, until the interface closes.
pub(super) async fn ready(State(state): State<AppState>) -> Response {
    if state.closing.has_started() {
        return answer::refusal(StatusCode::SERVICE_UNAVAILABLE, "closing");
    }
    if is_first_round_over(&state.snapshot(), &state.clock) {
        well("ready")
    } else {
        answer::refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "not every monitor was tried yet",
        )
    }
}

fn well(status: &'static str) -> Response {
    answer::json(&HealthBody {
        hbmon: env!("CARGO_PKG_VERSION"),
        status,
    })
}

/// Whether every monitor except push monitors was reached or failed once, or `FIRST_ROUND` is over.
pub fn is_first_round_over(snapshot: &Snapshot, clock: &Clock) -> bool {
    let was_tried = |row: &Row| {
        row.status == Status::Paused
            || row.meta.kind == Kind::Push
            || row.connected_since.is_some()
            || row.outcomes() > 0
    };
    clock.now().since(clock.started()) >= FIRST_ROUND
        || snapshot.rows.iter().all(|row| was_tried(row))
}
