//! Authorizes requests: the bearer token, the `Host` header and the origin.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};

use super::access::{Access, Operator, read_only, unauthorized};
use super::peer::Peer;
use super::receive_push::MatchedPush;
use super::state::AppState;
use super::{page, routes, site};

/// The middleware in front of every route. It also finds the push monitor of a request, because a
/// push monitor may have its own token.
pub(super) async fn guard(
    State(state): State<AppState>,
    Extension(client): Extension<Arc<Peer>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path();
    let is_open = routes::is_public(path);
    let push = if is_open {
        None
    } else {
        state
            .engine
            .push_router()
            .find(path)
            .map(|(endpoint, step)| MatchedPush { endpoint, step })
    };
    let right = decide(&state.access.borrow(), &parts, is_open, push.as_ref());
    match right {
        Decision::Shown => client.mark_authorized(),
        Decision::NotNeeded => {}
        Decision::Missing if path == page::PATH => return page::unauthorized(),
        Decision::Missing => return unauthorized(),
        Decision::ReadOnly => return read_only(),
        Decision::Foreign => return site::foreign(),
        Decision::Misdirected => return site::misdirected(),
    }
    let operator = operator(&state.access.borrow(), &parts, &client);
    parts.extensions.insert(operator);
    if let Some(push) = push {
        parts.extensions.insert(push);
    }
    next.run(Request::from_parts(parts, body)).await
}

/// Returns what the client may do. It may act on monitors if it has shown the token of the
/// interface. Without a token in the config, it must be a process of this machine, and not a proxy
/// in front of `hosts`.
fn operator(access: &Access, parts: &Parts, client: &Peer) -> Operator {
    let may_act = match &access.token {
        Some(token) => token.matches(bearer(&parts.headers)),
        None => {
            client.address.ip().to_canonical().is_loopback()
                && site::is_for_this_machine(parts, &[])
        }
    };
    if may_act {
        Operator::Actor
    } else {
        Operator::Reader
    }
}

/// Why a request is accepted or rejected.
enum Decision {
    Shown,
    /// The path is public, although other paths need a token.
    NotNeeded,
    Missing,
    /// The token that was shown may only read.
    ReadOnly,
    /// A page of another site sent the request.
    Foreign,
    /// The `Host` header does not name this machine.
    Misdirected,
}

/// Decides on a request. Pages of other sites are rejected first. The token of the interface is
/// valid for every path, the token that may only read for reading, and the token of a push monitor
/// for its own path. Without a token, the `Host`
/// header must name this machine.
fn decide(access: &Access, parts: &Parts, is_open: bool, push: Option<&MatchedPush>) -> Decision {
    if site::is_foreign(&parts.headers, &access.hosts) {
        return Decision::Foreign;
    }
    let own = push.and_then(|push| push.endpoint.token());
    let shown = bearer(&parts.headers);
    if own
        .into_iter()
        .chain(&access.token)
        .any(|token| token.matches(shown))
    {
        return Decision::Shown;
    }
    let is_reader = access
        .read_token
        .as_ref()
        .is_some_and(|token| token.matches(shown));
    if is_reader {
        // A heartbeat may be sent by GET too.
        let reads = push.is_none() && matches!(parts.method, Method::GET | Method::HEAD);
        return if reads {
            Decision::Shown
        } else {
            Decision::ReadOnly
        };
    }
    match &access.token {
        Some(_) if is_open => Decision::NotNeeded,
        Some(_) => Decision::Missing,
        None if !site::is_for_this_machine(parts, &access.hosts) => Decision::Misdirected,
        None if own.is_some() => Decision::Missing,
        None => Decision::Shown,
    }
}

/// Returns the token of `Authorization: Bearer TOKEN` (RFC 6750, section 2.1), or an empty slice.
fn bearer(headers: &HeaderMap) -> &[u8] {
    let Some(value) = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes) else {
        return b"";
    };
    match value.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"Bearer ") => token.trim_ascii(),
        _ => b"",
    }
}
