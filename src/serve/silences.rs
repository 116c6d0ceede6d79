//! `/v1/silences`: the times in which monitors are not to be heard of.

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
use super::state::{AppState, engine_answer};
use super::{answer, request_body, status};
use crate::conf::units;
use crate::engine::{Engine, Stopped};
use crate::model::{MAX_SILENCE, MAX_SILENCES, SelectError, Selector, Silence, SilenceId, Text};
use crate::report::incident_json::{SilenceJson, SilencesJson};
use crate::store::Store;

/// The body of a new silence.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSilence {
    /// Which monitors, in the language of `--filter`; `*` is every monitor.
    #[serde(rename = "match")]
    matches: String,
    /// How long, at most 30 days: `2h`, `1d`.
    #[serde(rename = "for")]
    length: String,
    /// Who wants it. Default: the address of the client.
    by: Option<String>,
    /// Why; not blank.
    reason: String,
}

pub(super) async fn list(State(state): State<AppState>) -> Result<Response, Refusal> {
    let silences = engine_answer(state.engine.silences()).await;
    let silences = silences.ok_or_else(Refusal::stopping)?;
    let times = status::times(&state);
    let silences = silences.iter();
    let listed = silences.map(|silence| SilenceJson::new(silence, &times));
    Ok(answer::json(&SilencesJson::new(listed.collect())))
}

/// Adds a silence, which begins now.
pub(super) async fn add(
    State(state): State<AppState>,
    Extension(operator): Extension<Operator>,
    Extension(peer): Extension<Arc<Peer>>,
    request: Request,
) -> Result<Response, Refusal> {
    operator.check()?;
    let body: NewSilence = request_body::json(&state, request).await?;
    let matches = silence_match("`match`", &body.matches).map_err(Refusal::unprocessable)?;
    let length = length(&body.length).map_err(Refusal::unprocessable)?;
    let reason = Text::clean(&body.reason);
    if reason.is_empty() {
        return Err(Refusal::bad("`reason` is empty: say why"));
    }
    let silences = engine_answer(state.engine.silences()).await;
    if silences.ok_or_else(Refusal::stopping)?.len() >= MAX_SILENCES {
        let why = format!("there are {MAX_SILENCES} silences already");
        return Err(Refusal::new(StatusCode::CONFLICT, why));
    }
    let now = state.clock.now();
    let silence = Silence {
        // `add_numbered` numbers it.
        id: SilenceId(0),
        matches,
        from: now,
        until: now.plus(length),
        by: author(body.by.as_deref(), &peer),
        reason,
    };
    let added = engine_answer(add_numbered(&state.engine, state.store(), silence)).await;
    let added = added.ok_or_else(Refusal::stopping)?;
    Ok(answer::json(&SilenceJson::new(
        &added,
        &status::times(&state),
    )))
}

/// Adds a silence to an engine under a new number, and returns it. The store gives the number if
/// there is one: other processes add silences to it.
///
/// # Errors
/// The engine has stopped.
pub(crate) async fn add_numbered(
    engine: &Engine,
    store: Option<&Store>,
    silence: Silence,
) -> Result<Arc<Silence>, Stopped> {
    let id = match store {
        Some(store) => store.next_silence().await,
        None => None,
    };
    let Some(id) = id else {
        return engine.silence(silence).await;
    };
    let silence = Arc::new(Silence { id, ..silence });
    engine.add_silence(Arc::clone(&silence)).await?;
    Ok(silence)
}

/// Ends a silence before its time.
pub(super) async fn end(
    State(state): State<AppState>,
    Extension(operator): Extension<Operator>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    operator.check()?;
    let id = id.parse::<SilenceId>().map_err(|_| unknown())?;
    let ended = engine_answer(state.engine.end_silence(id)).await;
    match ended.ok_or_else(Refusal::stopping)? {
        Some(_) => Ok(answer::empty(StatusCode::NO_CONTENT)),
        None => Err(unknown()),
    }
}

fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "no silence in force has this id")
}

/// Returns a filter as a text that can be kept whole. `key`: how it is called in messages.
pub(crate) fn silence_match(key: &str, filter: &str) -> Result<Text, String> {
    let filter = filter.trim();
    if filter.is_empty() {
        return Err(format!("{key} is empty: `*` selects every monitor"));
    }
    let text = Text::clean(filter);
    if text.as_str() != filter {
        return Err(format!(
            "{key} is longer than 400 characters, or has characters that no name has"
        ));
    }
    match Selector::parse(filter) {
        Ok(_) => Ok(text),
        Err(SelectError { at, why }) => Err(format!("{key}, after byte {at}: {why}")),
    }
}

/// Reads how long a silence or an acknowledgement lasts from now on. `key`: how it is called in
/// messages.
pub(crate) fn silence_length(key: &str, text: &str) -> Result<Duration, String> {
    let length = units::period(text.trim())
        .map_err(|why| format!("{key} {}", why.replacen('\n', ": ", 1)))?;
    if length.is_zero() || length > MAX_SILENCE {
        return Err(format!("{key} is longer than 0 s and at most 30 days"));
    }
    Ok(length)
}

/// Reads `for` of a body.
pub(super) fn length(text: &str) -> Result<Duration, String> {
    silence_length("`for`", text)
}

/// Returns who asks for something: the name in the body, else the address of the client.
pub(super) fn author(named: Option<&str>, peer: &Peer) -> Text {
    let named = named.map(Text::clean).filter(|name| !name.is_empty());
    named.unwrap_or_else(|| Text::clean(&peer.address.ip().to_canonical().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_kept_whole_or_refused() {
        assert_eq!(
            silence_match("`match`", " tag:eu ").unwrap().as_str(),
            "tag:eu"
        );
        for (bad, wanted) in [
            ("  ", "`match` is empty: `*` selects every monitor"),
            ("colour:red", "`match`, after byte 0: expected `name:`"),
            ("a\u{1b}[2J", "`match` is longer than 400 characters"),
            (&"x".repeat(401), "`match` is longer than 400 characters"),
        ] {
            let why = silence_match("`match`", bad).unwrap_err();
            assert!(why.starts_with(wanted), "{bad}: {why}");
        }
    }

    #[test]
    fn a_length_has_a_unit_and_limits() {
        assert_eq!(length(" 2h "), Ok(Duration::from_secs(7200)));
        assert_eq!(length("30d"), Ok(MAX_SILENCE));
        for (bad, wanted) in [
            ("2", "`for` has no unit: write `2s` for seconds"),
            ("soon", "`for` is not a duration: expected"),
            ("0s", "`for` is longer than 0 s"),
            ("31d", "`for` is longer than 0 s and at most 30 days"),
            ("-1h", "`for` is negative"),
        ] {
            let why = length(bad).unwrap_err();
            assert!(why.starts_with(wanted), "{bad}: {why}");
        }
    }
}
