//! What a client must present to use the interface.

use std::sync::Arc;

use axum::response::Response;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use rustls::ServerConfig;

use super::answer;
use crate::monitors::token::Token;

/// The settings that decide whether a request is accepted. A reload may change them.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Token for every path but `/-/*`; `None` if no token is needed.
    pub token: Option<Token>,
    /// TLS settings of new connections; `None` for plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
    /// Host names, in lower case, that requests without a token may use besides loopback addresses.
    pub hosts: Vec<String>,
}

/// What the client of an accepted request may do. Every request carries it as an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    /// It may check, reconnect, pause and resume monitors.
    pub may_act: bool,
}

/// Returns 401. The answer does not show whether the path exists.
pub(super) fn unauthorized() -> Response {
    let mut refusal = answer::refusal(StatusCode::UNAUTHORIZED, "a bearer token is needed");
    ask_for_token(&mut refusal);
    refusal
}

/// Names the scheme of the token, as every 401 must (RFC 9110, section 15.5.2).
pub(super) fn ask_for_token(refusal: &mut Response) {
    refusal
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
}
