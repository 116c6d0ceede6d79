//! `POST /v1/monitors/NAME/check`, `/reconnect`, `/pause` and `/resume`: what the keys of a screen
//! that follows this agent ask for.

use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::access::Operator;
use super::state::AppState;
use super::{answer, status};
use crate::model::{Kind, Row, Status};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MonitorAction {
    Check,
    Reconnect,
    Pause,
    Resume,
}

/// The answer of `/v1/status/access`.
#[derive(JsonSchema, Serialize)]
pub(super) struct AccessBody {
    /// The client may act on monitors, incidents and silences.
    act: bool,
}

/// Answers whether this client may act.
pub(super) async fn access(Extension(client): Extension<Operator>) -> Response {
    answer::json(&AccessBody {
        act: client.may_act(),
    })
}

pub(super) async fn check(
    state: State<AppState>,
    client: Extension<Operator>,
    name: Path<String>,
) -> Response {
    act(&state, *client, &name, MonitorAction::Check)
}

pub(super) async fn reconnect(
    state: State<AppState>,
    client: Extension<Operator>,
    name: Path<String>,
) -> Response {
    act(&state, *client, &name, MonitorAction::Reconnect)
}

pub(super) async fn pause(
    state: State<AppState>,
    client: Extension<Operator>,
    name: Path<String>,
) -> Response {
    act(&state, *client, &name, MonitorAction::Pause)
}

pub(super) async fn resume(
    state: State<AppState>,
    client: Extension<Operator>,
    name: Path<String>,
) -> Response {
    act(&state, *client, &name, MonitorAction::Resume)
}

/// Passes a request on to the engine: 202, and the effect shows in the status.
fn act(state: &AppState, client: Operator, name: &str, action: MonitorAction) -> Response {
    if let Err(refusal) = client.check() {
        return refusal.into_response();
    }
    let snapshot = state.snapshot();
    let Some(row) = status::find(&snapshot, name) else {
        return status::unknown();
    };
    if let Some(why) = obstacle(row, action) {
        return answer::refusal(StatusCode::CONFLICT, why);
    }
    let is_sent = match action {
        MonitorAction::Check => state.engine.probe_now(row.id),
        MonitorAction::Reconnect => state.engine.reconnect(row.id),
        MonitorAction::Pause => state.engine.pause(row.id, true),
        MonitorAction::Resume => state.engine.pause(row.id, false),
    };
    if is_sent {
        answer::empty(StatusCode::ACCEPTED)
    } else {
        answer::refusal(StatusCode::SERVICE_UNAVAILABLE, "the engine is behind")
    }
}

/// Returns why a monitor cannot do this.
fn obstacle(row: &Row, action: MonitorAction) -> Option<&'static str> {
    match action {
        MonitorAction::Check | MonitorAction::Reconnect if row.meta.kind == Kind::Push => {
            Some("hbmon cannot ask for pushed heartbeats")
        }
        MonitorAction::Check | MonitorAction::Reconnect if row.status == Status::Paused => {
            Some("the monitor is paused")
        }
        MonitorAction::Resume if !row.enabled => Some("the config disables the monitor"),
        _ => None,
    }
}
