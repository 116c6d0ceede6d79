//! Answers as every route gives them: JSON that nobody keeps.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::budget::Exceeded;

pub const JSON: &str = "application/json";

/// `{"error": "…"}`: one sentence for whoever looks at what came back.
pub fn refusal(status: StatusCode, why: &str) -> Response {
    #[derive(Serialize)]
    struct Refusal<'a> {
        error: &'a str,
    }
    let mut response = json(&Refusal { error: why });
    *response.status_mut() = status;
    response
}

/// A value as one line of JSON.
pub fn json(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(mut line) => {
            line.push(b'\n');
            content(JSON, line.into())
        }
        // Our own types have no keys and numbers that JSON lacks.
        Err(_) => empty(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// An answer that was rendered, or the refusal where too many wait for slow readers.
pub fn rendered(kind: &'static str, bytes: Result<Bytes, Exceeded>) -> Response {
    match bytes {
        Ok(bytes) => content(kind, bytes),
        Err(Exceeded) => busy(),
    }
}

/// Other clients take too much memory at present.
pub fn busy() -> Response {
    let mut refusal = refusal(
        StatusCode::SERVICE_UNAVAILABLE,
        "too much waits for slow clients, try again later",
    );
    refusal
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("5"));
    refusal
}

fn content(kind: &'static str, bytes: Bytes) -> Response {
    answer(kind, Body::from(bytes))
}

/// A body of server-sent events.
pub fn stream(body: Body) -> Response {
    answer("text/event-stream", body)
}

pub fn empty(status: StatusCode) -> Response {
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
