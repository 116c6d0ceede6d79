//! `/v1/monitors/NAME/instances`: who beats behind one push monitor, and taking one out.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::{House, answer, status};
use crate::engine::Command;
use crate::model::{Presence, Text};
use crate::report::json::Time;

#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    online: bool,
    available: bool,
    last_beat: Option<Time>,
    presence: Option<&'static str>,
}

/// All of them, by name.
pub async fn list(State(house): State<House>, Path(name): Path<String>) -> Response {
    let snapshot = house.snapshot();
    let Some(row) = status::find(&snapshot, &name) else { return status::unknown() };
    let target = row.id;
    let Some(known) = house.ask(|reply| Command::Instances { target, reply }).await else { return stopping() };
    let Some(mut known) = known else { return status::unknown() };
    known.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let listed: Vec<Listed<'_>> = known
        .iter()
        .map(|instance| Listed {
            id: instance.id.as_str(),
            online: instance.online,
            available: instance.available,
            last_beat: instance.last_beat.map(|at| Time(snapshot.wall(at))),
            presence: instance.presence.map(Presence::as_str),
        })
        .collect();
    answer::json(&listed)
}

/// Takes one out of the registry; it is new if it beats again.
pub async fn remove(State(house): State<House>, Path((name, id)): Path<(String, String)>) -> Response {
    let snapshot = house.snapshot();
    let Some(row) = status::find(&snapshot, &name) else { return status::unknown() };
    let (target, instance) = (row.id, Text::clean(&id));
    match house.ask(|reply| Command::RemoveInstance { target, instance, reply }).await {
        Some(true) => answer::empty(StatusCode::NO_CONTENT),
        Some(false) => answer::refusal(StatusCode::NOT_FOUND, "no instance has this name"),
        None => stopping(),
    }
}

fn stopping() -> Response {
    answer::refusal(StatusCode::SERVICE_UNAVAILABLE, "hbmon is stopping")
}
