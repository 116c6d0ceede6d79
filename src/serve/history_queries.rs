//! Runs queries of the history on blocking threads, with a limit on their number and their time.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use tokio::time::timeout;

use super::answer::{self, Refusal};
use super::state::AppState;
use crate::history::known::KnownMonitor;
use crate::history::period::whole_millis;
use crate::model::Text;
use crate::store::{Reader, StoreError};

/// The history as one query reads it.
pub(super) struct HistoryReader {
    pub reader: Reader,
    /// The time of the question.
    pub now: Timestamp,
}

/// Why a query has no answer.
#[derive(Debug)]
pub(super) enum QueryFailure {
    Store(StoreError),
    Refused(Refusal),
}

impl From<StoreError> for QueryFailure {
    fn from(error: StoreError) -> QueryFailure {
        QueryFailure::Store(error)
    }
}

impl HistoryReader {
    /// Returns a monitor that the history knows.
    ///
    /// # Errors
    /// The refusal if it knows none of this name.
    pub(super) fn monitor(&self, name: &Text) -> Result<KnownMonitor, QueryFailure> {
        let mut known = self.reader.monitors()?.into_iter();
        known.find(|monitor| monitor.name == *name).ok_or_else(|| {
            let why = "the history has no monitor of this name";
            QueryFailure::Refused(Refusal::new(StatusCode::NOT_FOUND, why))
        })
    }
}

/// Runs a query. What this process accepted before is in the history, unless another one writes it.
///
/// # Errors
/// The refusal: there is no history, it cannot be read, or it is too busy.
pub(super) async fn query<T: Send + 'static>(
    state: &AppState,
    read: impl FnOnce(&HistoryReader) -> Result<T, QueryFailure> + Send + 'static,
) -> Result<T, Refusal> {
    let history = state.history.as_ref().ok_or_else(without_history)?;
    if let Some(store) = &history.store {
        let newest = state.fresh().await;
        let next = newest.changes.back().map_or(0, |last| last.seq + 1);
        // After its time limit the answer lacks the newest changes, which is better than no answer.
        store.wait_recorded(next).await;
    }
    let permits = Arc::clone(&state.queries);
    let Ok(Ok(permit)) = timeout(state.limits.query_wait, permits.acquire_owned()).await else {
        return Err(too_slow("other questions about the history still run"));
    };
    let clock = state.clock.clone();
    let path = history.path.clone();
    let limit = state.limits.query;
    let run = move || {
        let _permit = permit;
        let began = clock.now();
        let now = whole_millis(clock.wall(began));
        let deadline = began.plus(limit);
        // After its deadline it would hold its permit for an answer that is given already.
        let reader = Reader::open(&path)?.stop_when(move || clock.now() >= deadline)?;
        read(&HistoryReader { reader, now })
    };
    let late = || too_slow("the history took too long: ask for a shorter time");
    match timeout(limit, tokio::task::spawn_blocking(run)).await {
        Ok(Ok(Ok(answer))) => Ok(answer),
        Ok(Ok(Err(QueryFailure::Refused(refusal)))) => Err(refusal),
        Ok(Ok(Err(QueryFailure::Store(StoreError::TooSlow(_))))) | Err(_) => Err(late()),
        Ok(Ok(Err(QueryFailure::Store(error)))) => {
            tracing::warn!("a question over HTTP has no answer: {error}");
            let why = "the history cannot be read; the log says why";
            Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, why))
        }
        // A bug in the query.
        Ok(Err(_)) => Err(Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the question about the history failed",
        )),
    }
}

/// Runs a query whose answer is JSON, which is written on the same thread.
///
/// # Errors
/// As `query`; unread answers hold too much memory.
pub(super) async fn answer_json(
    state: &AppState,
    read: impl FnOnce(&HistoryReader) -> Result<Vec<u8>, QueryFailure> + Send + 'static,
) -> Result<Response, Refusal> {
    let charge = state.answers.open().map_err(|_| Refusal::busy())?;
    let line = query(state, read).await?;
    Ok(answer::rendered(answer::JSON, Ok(charge.hold(line))))
}

/// Writes an answer as one line.
pub(super) fn line(value: &impl Serialize) -> Vec<u8> {
    // The types of hbmon have only keys and numbers that JSON can express.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}

/// 404: there is nothing to ask.
pub(super) fn without_history() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "this agent keeps no history")
}

fn too_slow(why: &'static str) -> Refusal {
    Refusal::later(why)
}
