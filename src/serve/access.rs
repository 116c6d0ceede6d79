//! The one question at the door: who may come in.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use rustls::ServerConfig;

use super::guest::Guest;
use super::intake::Arrival;
use super::{House, answer, routes, site};
use crate::monitors::token::Token;

/// What the door asks for; a reload may change it.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// For everything but `/-/*`; none: everybody may come in.
    pub token: Option<Token>,
    /// For connections from now on; none: plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
    /// Names beside loopback addresses by which requests without a token may reach it, in lower
    /// case.
    pub hosts: Vec<String>,
}

/// The layer in front of every route. It also finds the push monitor that a request may be for,
/// since that may have a token of its own.
pub async fn guard(
    State(house): State<House>,
    Extension(guest): Extension<Arc<Guest>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path();
    let is_open = routes::is_public(path);
    let arrival = if is_open {
        None
    } else {
        house
            .engine
            .intake()
            .find(path)
            .map(|(door, step)| Arrival { door, step })
    };
    let right = may_enter(&house.access.borrow(), &parts, is_open, arrival.as_ref());
    match right {
        Right::Shown => guest.keep(),
        Right::NotNeeded => {}
        Right::Missing => return unauthorized(),
        Right::Foreign => return site::foreign(),
        Right::Misdirected => return site::misdirected(),
    }
    if let Some(arrival) = arrival {
        parts.extensions.insert(arrival);
    }
    next.run(Request::from_parts(parts, body)).await
}

/// What lets a request in, or keeps it out.
enum Right {
    Shown,
    /// It asks for what everybody may know, although others need a token.
    NotNeeded,
    Missing,
    /// A page of another site sent it.
    Foreign,
    /// Its `Host` is not this machine.
    Misdirected,
}

/// No page of another site; then with the token of the interface everywhere, with a push monitor's
/// own at its intake. Where no token is set, what is for this machine.
fn may_enter(access: &Access, parts: &Parts, is_open: bool, arrival: Option<&Arrival>) -> Right {
    if site::is_foreign(&parts.headers, &access.hosts) {
        return Right::Foreign;
    }
    let own = arrival.and_then(|arrival| arrival.door.token());
    let shown = bearer(&parts.headers);
    if own
        .into_iter()
        .chain(&access.token)
        .any(|token| token.matches(shown))
    {
        return Right::Shown;
    }
    match &access.token {
        Some(_) if is_open => Right::NotNeeded,
        Some(_) => Right::Missing,
        None if !site::is_for_this_machine(parts, &access.hosts) => Right::Misdirected,
        None if own.is_some() => Right::Missing,
        None => Right::Shown,
    }
}

/// The same whether the path means something or not.
pub fn unauthorized() -> Response {
    let mut refusal = answer::refusal(StatusCode::UNAUTHORIZED, "a bearer token is needed");
    refusal
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    refusal
}

/// The token of `Authorization: Bearer TOKEN` (RFC 6750, section 2.1); empty without one.
fn bearer(headers: &HeaderMap) -> &[u8] {
    let Some(value) = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes) else {
        return b"";
    };
    match value.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"Bearer ") => token.trim_ascii(),
        _ => b"",
    }
}
