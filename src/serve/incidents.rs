//! `/v1/incidents`: lists incidents, acknowledges open ones, and takes notes.
//!
//! Open incidents are in the engine, the others and all notes are in the history.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, Path, RawQuery, Request, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use super::access::Operator;
use super::answer::{self, Refusal};
use super::history_queries::{
    HistoryReader, QueryFailure, answer_json, line, query, without_history,
};
use super::peer::Peer;
use super::query::{AFTER, LIMIT, MAX_ROWS, Parameter, QueryValues, SINCE, UNTIL};
use super::request_body;
use super::silences::{author, length};
use super::state::{AppState, engine_answer};
use crate::history::change::StatusChange;
use crate::history::incident::{Incident, Note};
use crate::history::period::Period;
use crate::model::{Acknowledgement, IncidentId, OpenIncident, Row, Snapshot, Text};
use crate::report::history::json::{IncidentCourseJson, IncidentJson, IncidentsJson};
use crate::report::history::open::open_incident;
use crate::store::{ChangeQuery, Editor, IncidentQuery};

/// The span of a list without a `since`.
const USUAL: Duration = Duration::from_secs(30 * 86_400);

pub(super) const QUERY: &[Parameter] = &[
    ("open", "`true`: only those that are open"),
    ("monitor", "Only those of the monitor with this name"),
    SINCE,
    UNTIL,
    LIMIT,
    AFTER,
];

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

/// The body of a note.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNote {
    /// Who writes it. Default: the address of the client.
    by: Option<String>,
    text: String,
}

/// Lists incidents, oldest first. Without a history only those that are open.
pub(super) async fn list(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = QueryValues::parse(query.as_deref(), QUERY)?;
    let asked = IncidentQuery {
        monitor: query.get("monitor").map(Text::clean),
        period: query.period(state.wall_now(), USUAL)?,
        open_only: query.flag("open")?,
        after: query.after()?,
        newest_first: false,
    };
    let limit = query.limit()?;
    if state.history.is_none() {
        return Ok(open_only(&state, &asked, limit).await);
    }
    answer_json(&state, move |history| {
        let mut found = Vec::new();
        history.reader.incidents(&asked, &mut |incident| {
            found.push(incident);
            if found.len() > limit {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        Ok(page(asked.period, found, limit, history.now))
    })
    .await
}

/// Answers the open incidents that the engine knows.
async fn open_only(state: &AppState, asked: &IncidentQuery, limit: usize) -> Response {
    let snapshot = state.fresh().await;
    let rows = snapshot.rows.iter();
    let mut open: Vec<Incident> = rows
        .filter_map(|row| Some(open_incident(&row.meta, row.incident.as_ref()?, &snapshot)))
        .filter(|incident| {
            let is_of = |monitor: &Text| incident.monitor == *monitor;
            asked.monitor.as_ref().is_none_or(is_of)
                && asked.after.is_none_or(|after| incident.id > after)
                && incident.opened < asked.period.until
        })
        .collect();
    open.sort_unstable_by_key(|incident| incident.id);
    open.truncate(limit + 1);
    let line = page(asked.period, open, limit, state.wall_now());
    answer::rendered(answer::JSON, Ok(line.into()))
}

/// Writes one page. `found`: at least one more than the limit, if there are more.
fn page(period: Period, mut found: Vec<Incident>, limit: usize, now: Timestamp) -> Vec<u8> {
    let has_more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| has_more);
    let next = last.map(|incident| incident.id.to_string());
    let listed: Vec<IncidentJson<'_>> = found
        .iter()
        .map(|incident| IncidentJson::new(incident, now))
        .collect();
    line(&IncidentsJson::new(period, listed).with_next(next))
}

/// Answers one incident with the changes of its monitor while it lasted.
pub(super) async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = parsed(&id)?;
    if state.history.is_none() {
        let snapshot = state.fresh().await;
        let (row, open) = find_open(&snapshot, id).ok_or_else(not_open_here)?;
        let incident = open_incident(&row.meta, open, &snapshot);
        let course = IncidentCourseJson::new(&incident, &[], state.wall_now());
        return Ok(answer::json(&course));
    }
    answer_json(&state, move |history| {
        let incident = known(history, id)?;
        let changes = course(history, &incident)?;
        Ok(line(&IncidentCourseJson::new(
            &incident,
            &changes,
            history.now,
        )))
    })
    .await
}

fn known(history: &HistoryReader, id: IncidentId) -> Result<Incident, QueryFailure> {
    let incident = history.reader.incident(id)?;
    incident.ok_or_else(|| QueryFailure::Refused(unknown()))
}

/// Returns the changes of a monitor while its incident lasted.
fn course(history: &HistoryReader, incident: &Incident) -> Result<Vec<StatusChange>, QueryFailure> {
    let asked = ChangeQuery {
        monitor: Some(incident.monitor.clone()),
        period: Period::new(incident.opened, incident.closed.unwrap_or(history.now)),
        after: None,
        newest_first: false,
    };
    let mut changes = Vec::new();
    history.reader.changes(&asked, &mut |_, change| {
        changes.push(change);
        if changes.len() >= MAX_ROWS {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(changes)
}

/// Adds a note to an incident, open or closed.
pub(super) async fn add_note(
    State(state): State<AppState>,
    Extension(operator): Extension<Operator>,
    Extension(peer): Extension<Arc<Peer>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    operator.check()?;
    let id = parsed(&id)?;
    let body: NewNote = request_body::json(&state, request).await?;
    let text = Text::clean(&body.text);
    if text.is_empty() {
        return Err(Refusal::unprocessable("`text` is empty".to_owned()));
    }
    let by = author(body.by.as_deref(), &peer);
    let path = state.store().ok_or_else(without_history)?.path();
    let snapshot = state.fresh().await;
    if let Some((row, _)) = find_open(&snapshot, id) {
        let noted = engine_answer(state.engine.note(row.id, by, text)).await;
        noted.ok_or_else(Refusal::stopping)?;
    } else {
        let path = path.to_owned();
        let at = state.wall_now();
        query(&state, move |_| {
            let noted = Editor::open(&path)?.note(id, &Note { at, by, text })?;
            noted.ok_or_else(|| QueryFailure::Refused(unknown()))
        })
        .await?;
    }
    recorded(&state, id).await
}

/// Answers an incident as the history has it.
async fn recorded(state: &AppState, id: IncidentId) -> Result<Response, Refusal> {
    answer_json(state, move |history| {
        Ok(line(&IncidentJson::new(&known(history, id)?, history.now)))
    })
    .await
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
    let id = parsed(id)?;
    let snapshot = state.fresh().await;
    let Some((row, _)) = find_open(&snapshot, id) else {
        return Err(not_open(state, id).await);
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
    // The history has the notes too. What the engine has accepted stays so without it.
    if state.store().is_some()
        && let Ok(answer) = recorded(state, id).await
    {
        return Ok(answer);
    }
    let incident = open_incident(&row.meta, &incident, &snapshot);
    Ok(answer::json(&IncidentJson::new(
        &incident,
        state.wall_now(),
    )))
}

fn parsed(id: &str) -> Result<IncidentId, Refusal> {
    id.parse().map_err(|_| unknown())
}

/// Returns the row and the incident of this number, if it is open.
fn find_open(snapshot: &Snapshot, id: IncidentId) -> Option<(&Row, &OpenIncident)> {
    snapshot.rows.iter().find_map(|row| {
        let incident = row.incident.as_deref()?;
        (incident.id == id).then_some((&**row, incident))
    })
}

/// Returns the refusal about an incident that is not open.
async fn not_open(state: &AppState, id: IncidentId) -> Refusal {
    let known = query(state, move |history| known(history, id).map(drop)).await;
    match known {
        Ok(()) => closed(),
        Err(_) if state.store().is_none() => not_open_here(),
        Err(refusal) => refusal,
    }
}

fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "no incident has this id")
}

/// 404 of an agent without a history.
fn not_open_here() -> Refusal {
    let why = "no open incident has this id, and this agent keeps no history";
    Refusal::new(StatusCode::NOT_FOUND, why)
}

fn closed() -> Refusal {
    Refusal::new(StatusCode::CONFLICT, "the incident is closed")
}
