//! `/v1/monitors`: lists the monitors, or those that a filter selects.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::Refusal;
use super::cache::{AnswerPart, render};
use super::query::{FILTER, Parameter, QueryValues};
use super::state::AppState;
use super::{answer, status};
use crate::model::{Moment, Selector, Snapshot};
use crate::report::monitor_json::MonitorJson;

const MONITORS: &str = "hbmon.monitors/1";

pub(super) const QUERY: &[Parameter] = &[FILTER];

/// The monitors of a list, in the order of the config.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Monitors")]
pub(super) struct MonitorList<'a> {
    #[schemars(extend("const" = MONITORS))]
    schema: &'static str,
    monitors: Vec<MonitorJson<'a>>,
}

pub(super) async fn list(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = QueryValues::parse(query.as_deref(), QUERY)?;
    let filter = query.get("filter").unwrap_or_default().to_owned();
    let selector = query.selector()?;
    let snapshot = state.fresh().await;
    let part = AnswerPart::Selected(filter);
    let list = state.monitors.answer_for(&state, &snapshot, part, |now| {
        let snapshot = Arc::clone(&snapshot);
        render(move || rendered(&snapshot, now, &selector))
    });
    Ok(answer::rendered(answer::JSON, list.await))
}

fn rendered(snapshot: &Snapshot, now: Moment, selector: &Selector) -> Vec<u8> {
    let seen = status::seen(snapshot, now);
    let selected = seen.rows.iter().filter(|row| selector.matches(&row.meta));
    let list = MonitorList {
        schema: MONITORS,
        monitors: selected
            .map(|row| MonitorJson::new(&seen, row, false))
            .collect(),
    };
    // The types of hbmon have only keys and numbers that JSON can express.
    let mut line = serde_json::to_vec(&list).unwrap_or_default();
    line.push(b'\n');
    line
}
