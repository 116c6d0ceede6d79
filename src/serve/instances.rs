//! `/v1/monitors/NAME/instances` and `/settings`: what the engine knows of one monitor beside its
//! status.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::answer::Refusal;
use super::cache::{AnswerPart, render};
use super::state::AppState;
use super::state::engine_answer;
use super::{answer, status};
use crate::model::{Instance, Presence, Text, wall};
use crate::report::json_values::Time;
use crate::report::settings_json::SettingsJson;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Instance")]
pub(super) struct Listed<'a> {
    id: &'a str,
    online: bool,
    available: bool,
    last_beat: Option<Time>,
    presence: Option<&'static str>,
}

/// Lists all instances, sorted by name.
pub(super) async fn list(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let snapshot = state.fresh().await;
    let Some(row) = status::find(&snapshot, &name) else {
        return status::unknown();
    };
    let target = row.id;
    let list = state
        .lists
        .answer_for(&state, &snapshot, AnswerPart::Target(target), |_| async {
            let known = engine_answer(state.engine.instances(target))
                .await
                .flatten();
            let anchor = snapshot.anchor;
            match known {
                Some(known) => render(move || rendered(known, anchor)).await,
                None => Vec::new(),
            }
        });
    match list.await {
        // An empty list renders as `[]`, so no bytes mean that the engine did not answer.
        Ok(list) if list.is_empty() => Refusal::stopping().into_response(),
        list => answer::rendered(answer::JSON, list),
    }
}

fn rendered(mut known: Vec<Instance>, anchor: Timestamp) -> Vec<u8> {
    known.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let listed = known.iter().map(|instance| Listed {
        id: instance.id.as_str(),
        online: instance.online,
        available: instance.available,
        last_beat: instance.last_beat.map(|at| Time(wall(anchor, at))),
        presence: instance.presence.map(Presence::as_str),
    });
    let mut line = Vec::new();
    let mut json = serde_json::Serializer::new(&mut line);
    // The types of hbmon have only keys and numbers that JSON can express.
    let _ = json.collect_seq(listed);
    line.push(b'\n');
    line
}

/// Answers what a monitor sends and checks.
pub(super) async fn settings(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let snapshot = state.snapshot();
    let Some(row) = status::find(&snapshot, &name) else {
        return status::unknown();
    };
    match engine_answer(state.engine.settings(row.id)).await {
        Some(Some(settings)) => answer::json(&SettingsJson::new(&settings)),
        Some(None) => status::unknown(),
        None => Refusal::stopping().into_response(),
    }
}

/// Removes an instance from the registry. Its next heartbeat registers it again.
pub(super) async fn remove(
    State(state): State<AppState>,
    Path((name, id)): Path<(String, String)>,
) -> Response {
    let snapshot = state.snapshot();
    let Some(row) = status::find(&snapshot, &name) else {
        return status::unknown();
    };
    let (target, instance) = (row.id, Text::clean(&id));
    match engine_answer(state.engine.remove_instance(target, instance)).await {
        Some(true) => answer::empty(StatusCode::NO_CONTENT),
        Some(false) => answer::refusal(StatusCode::NOT_FOUND, "no instance has this name"),
        None => Refusal::stopping().into_response(),
    }
}
