//! The one question at the door: who may come in.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use rustls::ServerConfig;

use super::intake::Arrival;
use super::{House, answer};
use crate::monitors::token::Token;

/// What the door asks for; a reload may change it.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// For everything but `/-/*`; none: everybody may come in.
    pub token: Option<Token>,
    /// For connections from now on; none: plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
}

/// The layer in front of every route. It also finds the push monitor that a request may be for, since that may have a
/// token of its own.
pub async fn guard(State(house): State<House>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("/-/") {
        return next.run(request).await;
    }
    let arrival = house.intake.find(path).map(|(door, step)| Arrival { door, step });
    if !may_enter(&house, bearer(request.headers()), arrival.as_ref()) {
        return unauthorized();
    }
    if let Some(arrival) = arrival {
        request.extensions_mut().insert(arrival);
    }
    next.run(request).await
}

/// With the token of the interface everywhere, with a push monitor's own at its intake; without one where none is set.
fn may_enter(house: &House, shown: &[u8], arrival: Option<&Arrival>) -> bool {
    let own = arrival.and_then(|arrival| arrival.door.token());
    match (&house.access.borrow().token, own) {
        (Some(token), own) => token.matches(shown) | own.is_some_and(|own| own.matches(shown)),
        (None, Some(own)) => own.matches(shown),
        (None, None) => true,
    }
}

/// The same whether the path means something or not.
pub fn unauthorized() -> Response {
    let mut refusal = answer::refusal(StatusCode::UNAUTHORIZED, "a bearer token is needed");
    refusal.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    refusal
}

/// The token of `Authorization: Bearer TOKEN` (RFC 6750, section 2.1); empty without one.
fn bearer(headers: &HeaderMap) -> &[u8] {
    let Some(value) = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes) else { return b"" };
    match value.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"Bearer ") => token.trim_ascii(),
        _ => b"",
    }
}
