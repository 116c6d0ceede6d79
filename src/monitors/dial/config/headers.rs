//! Resolves headers and credentials.

use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::keys::{Auth, EndpointKeys};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::mask;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;
use crate::conf::span::Span;
use crate::model::Kind;

pub fn headers(scope: &Scope<'_>, keys: &EndpointKeys, secrets: &mut Vec<Secret>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in keys
        .headers
        .iter()
        .flat_map(|field| &field.value)
        .flat_map(|pairs| &pairs.0)
    {
        let (Some(written), Some(text)) = (&name.value, &value.value) else {
            continue;
        };
        if mask::is_sensitive(written) {
            scope.context.mask(value.span);
            scope
                .context
                .warn_plain_text(&format!("a header of {}", scope.label), value);
            secrets.push(Secret::new(text.as_str()));
            // The server may send back the token without its scheme.
            secrets.extend(text.split_once(' ').map(|(_, token)| Secret::new(token)));
            if written.eq_ignore_ascii_case(header::COOKIE.as_str()) {
                secrets.extend(cookies(text));
            }
        }
        let span = name.span;
        let Some(name) = header_name(scope, name) else {
            continue;
        };
        refuse_unsendable(scope, &name, value, span);
        if SINGLE.contains(&name) && headers.contains_key(&name) {
            let title = format!("{} has the header `{name}` twice", scope.label);
            let problem = Diagnostic::new(Code::Header, title).at(span, "second one");
            scope.report(problem.help("keep one of them: a request has it once"));
        }
        if name == header::AUTHORIZATION
            && let Some(auth) = &keys.auth
        {
            let title = format!("{} has an `authorization` header and `auth`", scope.label);
            scope.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(value.span, "one of them")
                    .also(auth.span, "the other")
                    .help("keep one of them"),
            );
        }
        if let Some(value) = header_value(scope, value) {
            headers.append(name, value);
        }
    }
    headers
}

/// Headers that a request has once. Servers refuse another one, or take either.
const SINGLE: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::HOST,
    header::USER_AGENT,
];

/// Refuses a header that breaks the request: hbmon frames it, and takes the connection's options
/// from other keys.
fn refuse_unsendable(scope: &Scope<'_>, name: &HeaderName, value: &Setting<String>, span: Span) {
    let text = value.value.as_deref().unwrap_or_default().trim();
    let is_kept = ["close", "keep-alive"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    let help = match name.as_str() {
        "content-length" | "transfer-encoding" => {
            "leave it out: the length of the body goes along by itself"
        }
        "connection" if !is_kept => "leave it out: only `close` and `keep-alive` may stand there",
        "upgrade" | "http2-settings" => {
            "leave it out: a WebSocket is watched by its `ws://` or `wss://` URL"
        }
        "sec-websocket-protocol" if scope.kind == Kind::Websocket => {
            "leave it out: `subprotocols` of `websocket` names them"
        }
        "sec-websocket-key"
        | "sec-websocket-version"
        | "sec-websocket-extensions"
        | "sec-websocket-protocol"
            if matches!(scope.kind, Kind::Websocket | Kind::Socketio) =>
        {
            "leave it out: it belongs to the handshake"
        }
        "host" if Authority::try_from(text).is_err() || text.contains('@') => {
            let title = format!("the header `host` of {} is not a host", scope.label);
            let label = "expected a host name or address, with a port if need be";
            return scope.report(Diagnostic::new(Code::Header, title).at(value.span, label));
        }
        _ => return,
    };
    let title = format!(
        "{} has the header `{name}`, which hbmon sets itself",
        scope.label
    );
    scope.report(
        Diagnostic::new(Code::Header, title)
            .at(span, "it would break the request")
            .help(help),
    );
}

pub fn header_name(scope: &Scope<'_>, field: &Setting<String>) -> Option<HeaderName> {
    let name = HeaderName::try_from(field.value.as_deref()?).ok();
    if name.is_none() {
        let title = format!(
            "a header of {} has a name that HTTP does not allow",
            scope.label
        );
        scope.report(
            Diagnostic::new(Code::Header, title).at(field.span, "letters, digits and `-` only"),
        );
    }
    name
}

/// Marks a value as sensitive. HTTP/2 keeps it out of its tables, and `Debug` does not show it.
pub fn header_value(scope: &Scope<'_>, field: &Setting<String>) -> Option<HeaderValue> {
    match HeaderValue::try_from(field.value.as_deref()?) {
        Ok(mut value) => {
            value.set_sensitive(true);
            Some(value)
        }
        Err(_) => {
            let title = format!(
                "a header of {} has a value that HTTP does not allow",
                scope.label
            );
            scope.report(
                Diagnostic::new(Code::Header, title)
                    .at(field.span, "no line breaks or control characters"),
            );
            None
        }
    }
}

/// Returns the `Authorization` header, from `auth` or from the URL's userinfo.
pub fn authorization(
    scope: &Scope<'_>,
    auth: Option<&Setting<Auth>>,
    login: Option<(String, Secret)>,
    secrets: &mut Vec<Secret>,
) -> Option<HeaderValue> {
    let Some(field) = auth else {
        return login.and_then(|(name, password)| basic(&name, &password, secrets));
    };
    let auth = field.value.as_ref()?;
    if login.is_some() {
        let title = format!(
            "the URL of {} has userinfo, and there is `auth` as well",
            scope.label
        );
        scope.report(Diagnostic::new(Code::Conflict, title).at(field.span, "keep one of them"));
    }
    match (&auth.basic, &auth.bearer) {
        (Some(pair), None) => {
            let pair = pair.value.as_ref()?;
            let name = pair.username.as_ref();
            if name.is_none() {
                let title = format!(
                    "the basic authentication of {} has no `username`",
                    scope.label
                );
                scope.report(Diagnostic::new(Code::MissingKey, title).at(field.span, "here"));
            }
            let name = name?;
            let text = name.value.as_deref()?;
            if text.contains(':') {
                let title = format!("the user name of {} has a colon in it", scope.label);
                scope.report(
                    Diagnostic::new(Code::Header, title).at(name.span, "not allowed (RFC 7617)"),
                );
            }
            if let Some(password) = &pair.password {
                scope
                    .context
                    .warn_plain_secret(&format!("the password of {}", scope.label), password);
            }
            let password = pair
                .password
                .as_ref()
                .and_then(|field| field.value.clone())
                .unwrap_or_default();
            basic(text, &password, secrets)
        }
        (None, Some(bearer)) => {
            let token = bearer.value.as_ref()?;
            scope
                .context
                .warn_plain_secret(&format!("the bearer token of {}", scope.label), bearer);
            secrets.push(token.clone());
            let value = sensitive(format!("Bearer {}", token.reveal()))
                .filter(|_| !token.reveal().is_empty());
            if value.is_none() {
                let title = format!(
                    "the bearer token of {} cannot be sent in a header",
                    scope.label
                );
                scope.report(Diagnostic::new(Code::Header, title).at(
                    bearer.span,
                    "empty, or with a line break or control character",
                ));
            }
            value
        }
        _ => {
            let title = format!("`auth` of {} needs exactly one way", scope.label);
            scope.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(field.span, "expected `basic` or `bearer`"),
            );
            None
        }
    }
}

/// Returns the values of a `Cookie` header (RFC 6265, section 4.2.1), because a server may send
/// back each of them alone.
fn cookies(text: &str) -> impl Iterator<Item = Secret> {
    text.split(';').filter_map(|pair| {
        Some(Secret::new(
            pair.split_once('=')?.1.trim().trim_matches('"'),
        ))
    })
}

fn sensitive(text: String) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Returns the secrets of basic authentication (RFC 7617).
fn basic(name: &str, password: &Secret, secrets: &mut Vec<Secret>) -> Option<HeaderValue> {
    let encoded = base64(format!("{name}:{}", password.reveal()).as_bytes());
    // Some servers omit the padding.
    let bare = encoded.trim_end_matches('=');
    secrets.extend([
        password.clone(),
        Secret::new(encoded.as_str()),
        Secret::new(bare),
    ]);
    sensitive(format!("Basic {encoded}"))
}

/// Encodes as base64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let index = (group >> (18 - 6 * digit) & 63) as usize;
            text.push(if digit > chunk.len() {
                '='
            } else {
                char::from(LETTERS[index])
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(super::base64(plain.as_bytes()), encoded);
        }
    }
}
