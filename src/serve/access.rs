//! What a client must present to use the interface.

use std::sync::Arc;

use axum::response::Response;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use rustls::ServerConfig;

use super::answer::{self, Refusal};
use crate::monitors::token::Token;

/// The settings that decide whether a request is accepted. A reload may change them.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Token for every path but `/-/*`; `None` if no token is needed.
    pub token: Option<Token>,
    /// Token that may only read. There is none without a `token`.
    pub read_token: Option<Token>,
    /// TLS settings of new connections; `None` for plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
    /// Host names, in lower case, that requests without a token may use besides loopback addresses.
    pub hosts: Vec<String>,
}

/// What the client of an accepted request may do. Every request carries it as an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// It may act on monitors, incidents and silences.
    Actor,
    /// It may only read: it has neither shown the token nor is it of this machine.
    Reader,
}

impl Operator {
    pub(super) fn may_act(self) -> bool {
        self == Operator::Actor
    }

    /// Checks that the client may act.
    ///
    /// # Errors
    /// The refusal.
    pub(super) fn check(self) -> Result<(), Refusal> {
        match self {
            Operator::Actor => Ok(()),
            Operator::Reader => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "only this machine, or a client with the token, may act",
            )),
        }
    }
}

/// Returns 401. The answer does not show whether the path exists.
pub(super) fn unauthorized() -> Response {
    let mut refusal = answer::refusal(StatusCode::UNAUTHORIZED, "a bearer token is needed");
    ask_for_token(&mut refusal);
    refusal
}

/// Returns 403 for the token that may only read.
pub(super) fn read_only() -> Response {
    answer::refusal(
        StatusCode::FORBIDDEN,
        "this token may only read: `token` of the config may act, `read_token` may not",
    )
}

/// Names the scheme of the token, as every 401 must (RFC 9110, section 15.5.2).
pub(super) fn ask_for_token(refusal: &mut Response) {
    refusal
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
}
