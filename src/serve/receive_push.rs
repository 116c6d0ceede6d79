//! Receives pushed heartbeats: requests to the path of a push monitor, or to a step below it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::ALLOW;
use http::{HeaderValue, Method, StatusCode};

use super::push_query::PushQuery;
use super::state::AppState;
use super::{access, answer, request_body};
use crate::engine::PushEndpoint;
use crate::monitors::push::{PushAction, PushMethod, PushRefusal};

/// The push monitor of a request. `access::guard` sets it.
#[derive(Clone)]
pub(super) struct MatchedPush {
    pub endpoint: Arc<PushEndpoint>,
    pub step: PushAction,
}

/// Handles every path that is not in the table of routes.
pub(super) async fn receive(State(state): State<AppState>, mut request: Request) -> Response {
    let Some(MatchedPush { endpoint, step }) = request.extensions_mut().remove::<MatchedPush>()
    else {
        // The answer does not reveal which names exist: it is the same as for a wrong token.
        let is_secret =
            state.access.borrow().token.is_none() && state.engine.push_router().has_tokens();
        return if is_secret {
            access::unauthorized()
        } else {
            answer::refusal(StatusCode::NOT_FOUND, "no such path")
        };
    };
    let accepted = endpoint.methods();
    if !accepted
        .iter()
        .any(|method| request.method() == method.as_str())
    {
        return wrong_method(request.method(), accepted);
    }
    let query = match PushQuery::parse(request.uri().query().unwrap_or_default()) {
        Ok(query) => query,
        Err(why) => return answer::refusal(StatusCode::BAD_REQUEST, why),
    };
    let Ok(mut charge) = state.bodies.open() else {
        return answer::busy();
    };
    let body = match request_body::read(&state, request, &mut charge).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into_response(),
    };
    let step = query.action(step);
    let body = query.payload(body);
    let received = endpoint.receive(step, query.run.as_deref(), query.latency, &body);
    match received.await {
        Ok(()) => answer::empty(StatusCode::ACCEPTED),
        Err(refusal) => refused(&refusal),
    }
}

/// Returns 405. If GET would be possible, the answer says how.
fn wrong_method(method: &Method, accepted: &[PushMethod]) -> Response {
    let names: Vec<&str> = accepted.iter().map(|method| method.as_str()).collect();
    let mut why = format!("this monitor accepts {}", names.join(" and "));
    if *method == Method::GET {
        why.push_str("; for senders that cannot, add `methods: [POST, GET]` to its `push`");
    }
    let mut refusal = answer::refusal(StatusCode::METHOD_NOT_ALLOWED, &why);
    if let Ok(names) = HeaderValue::from_str(&names.join(", ")) {
        refusal.headers_mut().insert(ALLOW, names);
    }
    refusal
}

fn refused(refusal: &PushRefusal) -> Response {
    let status = match refusal {
        PushRefusal::Payload { .. } => StatusCode::BAD_REQUEST,
        PushRefusal::TooManyInstances { .. } => StatusCode::TOO_MANY_REQUESTS,
        PushRefusal::Stopping => StatusCode::SERVICE_UNAVAILABLE,
    };
    answer::refusal(status, &refusal.to_string())
}
