//! The one question at the door: who may come in.

use std::fmt;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use rustls::ServerConfig;
use subtle::ConstantTimeEq;

use super::House;
use super::answer;

/// What the door asks for; a reload may change it.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// For everything but `/-/*`; none: everybody may come in.
    pub token: Option<Token>,
    /// For connections from now on; none: plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
}

/// A bearer token. It cannot be printed, and comparing it takes as long for a good guess as for a bad one.
#[derive(Clone)]
pub struct Token(Arc<str>);

impl Token {
    pub fn new(token: &str) -> Token {
        Token(token.into())
    }

    pub fn is(&self, offered: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(offered).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The layer in front of every route.
pub async fn guard(State(house): State<House>, request: Request, next: Next) -> Response {
    let is_open = request.uri().path().starts_with("/-/");
    if is_open || may_enter(&house, &request) {
        return next.run(request).await;
    }
    // The same whether the path means something or not.
    let mut refusal = answer::refusal(StatusCode::UNAUTHORIZED, "a bearer token is needed");
    refusal.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    refusal
}

fn may_enter(house: &House, request: &Request<Body>) -> bool {
    let access = house.access.borrow();
    let offered = bearer(request.headers());
    access.token.as_ref().is_none_or(|token| token.is(offered))
}

/// The token of `Authorization: Bearer TOKEN` (RFC 6750, section 2.1); empty without one.
fn bearer(headers: &HeaderMap) -> &[u8] {
    let Some(value) = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes) else { return b"" };
    match value.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"Bearer ") => token.trim_ascii(),
        _ => b"",
    }
}
