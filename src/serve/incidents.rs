//! `/v1/incidents/ID/ack`: acknowledges open incidents.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;

use super::access::Operator;
use super::answer::Refusal;
use super::peer::Peer;
use super::silences::{author, length};
use super::state::{AppState, engine_answer};
use super::{answer, request_body, status};
use crate::model::{Acknowledgement, IncidentId, OpenIncident, Row, Snapshot, Text};
use crate::report::history::json::IncidentJson;
use crate::report::history::open::open_incident;

/// The body of an acknowledgement.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewAcknowledgement {
    /// Who takes care of it. Default: the address of the client.
    by: Option<String>,
    /// How long, at most 30 days: `2h`, `1d`. Default: until the incident ends.
    #[serde(rename = "for")]
    length: Option<String>,
    /// Becomes a note.
    reason: String,
}

/// Acknowledges an open incident.
pub(super) async fn acknowledge(
    State(state): State<AppState>,
    Extension(operator): Extension<Operator>,
    Extension(peer): Extension<Arc<Peer>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    operator.check()?;
    let body: NewAcknowledgement = request_body::json(&state, request).await?;
    let length = body.length.as_deref().map(length).transpose();
    let length = length.map_err(Refusal::unprocessable)?;
    let by = author(body.by.as_deref(), &peer);
    let reason = Text::clean(&body.reason);
    set(&state, &id, Some((by, length)), reason).await
}

/// Takes an acknowledgement back.
pub(super) async fn take_back(
    State(state): State<AppState>,
    Extension(operator): Extension<Operator>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    operator.check()?;
    set(&state, &id, None, Text::default()).await
}

/// Sets the acknowledgement of an open incident: by whom and for how long. Returns the incident.
async fn set(
    state: &AppState,
    id: &str,
    acknowledged: Option<(Text, Option<Duration>)>,
    reason: Text,
) -> Result<Response, Refusal> {
    let id = id.parse::<IncidentId>().map_err(|_| unknown())?;
    let snapshot = state.fresh().await;
    let Some((row, _)) = find_open(&snapshot, id) else {
        return Err(unknown());
    };
    let now = state.clock.now();
    let by = acknowledged.as_ref().map(|(by, _)| by.clone());
    let acknowledged = acknowledged.map(|(by, length)| Acknowledgement {
        by,
        at: now,
        until: length.map(|length| now.plus(length)),
    });
    let answer = engine_answer(state.engine.acknowledge(row.id, acknowledged)).await;
    let Some(incident) = answer.ok_or_else(Refusal::stopping)? else {
        return Err(closed());
    };
    if incident.id != id {
        // Meanwhile it closed and another one opened.
        engine_answer(state.engine.acknowledge(row.id, None)).await;
        return Err(closed());
    }
    if let Some(by) = by.filter(|_| !reason.is_empty()) {
        engine_answer(state.engine.note(row.id, by, reason)).await;
    }
    let times = status::times(state);
    let incident = open_incident(&row.meta, &incident, &times);
    Ok(answer::json(&IncidentJson::new(
        &incident,
        times.wall(times.at),
    )))
}

/// Returns the row and the incident of this number, if it is open.
fn find_open(snapshot: &Snapshot, id: IncidentId) -> Option<(&Row, &OpenIncident)> {
    snapshot.rows.iter().find_map(|row| {
        let incident = row.incident.as_deref()?;
        (incident.id == id).then_some((&**row, incident))
    })
}

fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "no incident has this id")
}

fn closed() -> Refusal {
    Refusal::new(StatusCode::CONFLICT, "the incident is closed")
}
