//! Responses that all routes share. Every response with a body has `Cache-Control: no-store`.

use std::borrow::Cow;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use super::budget::MemoryBudgetExceeded;

pub(super) const JSON: &str = "application/json";

/// The body of a refusal.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Refusal")]
pub(super) struct ErrorBody<'a> {
    /// One sentence for people.
    error: &'a str,
}

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    /// One sentence for the reader.
    why: Cow<'static, str>,
    /// Seconds after which to try again.
    retry_after: Option<u16>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, why: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal {
            status,
            why: why.into(),
            retry_after: None,
        }
    }

    /// 400: the request cannot be understood.
    pub(super) fn bad(why: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, why)
    }

    /// 422: the JSON is as it should be, but a value in it is not.
    pub(super) fn unprocessable(why: String) -> Refusal {
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, why)
    }

    /// 503: the responses to slow clients currently hold too much memory.
    pub(super) fn busy() -> Refusal {
        Refusal::later("too much waits for slow clients, try again later")
    }

    /// 503 that says when to try again.
    pub(super) fn later(why: &'static str) -> Refusal {
        Refusal {
            retry_after: Some(5),
            ..Refusal::new(StatusCode::SERVICE_UNAVAILABLE, why)
        }
    }

    /// 503: the engine has stopped.
    pub(super) fn stopping() -> Refusal {
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "hbmon is stopping")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = refusal(self.status, &self.why);
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Returns an error response with the body `{"error": "…"}`, one sentence for the reader.
pub(super) fn refusal(status: StatusCode, why: &str) -> Response {
    let mut response = json(&ErrorBody { error: why });
    *response.status_mut() = status;
    response
}

/// Returns a response with the value as one line of JSON.
pub(super) fn json(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(mut line) => {
            line.push(b'\n');
            content(JSON, line.into())
        }
        // The types of hbmon have only keys and numbers that JSON can express.
        Err(_) => empty(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Returns a rendered answer, or 503 if slow clients hold too much memory.
pub(super) fn rendered(kind: &'static str, bytes: Result<Bytes, MemoryBudgetExceeded>) -> Response {
    match bytes {
        Ok(bytes) => content(kind, bytes),
        Err(MemoryBudgetExceeded) => busy(),
    }
}

/// Returns 503, because the responses to slow clients currently hold too much memory.
pub(super) fn busy() -> Response {
    Refusal::busy().into_response()
}

fn content(kind: &'static str, bytes: Bytes) -> Response {
    answer(kind, Body::from(bytes))
}

/// Returns a response with a body of server-sent events.
pub(super) fn stream(body: Body) -> Response {
    answer("text/event-stream", body)
}

pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn answer(kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
