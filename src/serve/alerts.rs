//! `/v1/alerts`: what channels are told.

use axum::extract::State;
use axum::response::Response;

use super::answer;
use super::state::AppState;
use crate::report::alerts_json::AlertsJson;

/// Answers what channels are told. An agent that sends no alerts has no channels.
pub(super) async fn list(State(state): State<AppState>) -> Response {
    let board = state.board().unwrap_or_default();
    let alerts = AlertsJson::new(
        &board.channels,
        board.notifications.iter().map(AsRef::as_ref),
    );
    answer::json(&alerts.with_held(&board.held))
}
