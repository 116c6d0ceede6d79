//! The path of Engine.IO on the server, and the namespace to join.

use url::Url;

use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::conf::span::Span;
use crate::monitors::dial::config::url::UrlPath;
use crate::monitors::socketio::keys::SocketioKeys;

const DEFAULT_PATH: &str = "/socket.io/";

/// Parameters of Engine.IO itself. A URL pasted from a browser has them.
const OWN_PARAMETERS: [&str; 6] = ["EIO", "transport", "sid", "t", "b64", "j"];

pub(super) struct Destination {
    pub path: String,
    pub namespace: String,
}

/// Resolves path and namespace. The path of a URL is the namespace, as in the official clients,
/// unless it equals the server's path, or ends in `/socket.io/` and no `path` is given.
pub(super) fn destination(scope: &Scope<'_>, keys: &SocketioKeys, in_url: &UrlPath) -> Destination {
    let path = keys
        .path
        .as_ref()
        .and_then(|field| Some((field, rooted(field.value.as_deref()?))));
    let namespace = keys
        .namespace
        .as_ref()
        .and_then(|field| Some((field, rooted(field.value.as_deref()?))));
    if let Some((field, path)) = &path {
        sendable_path(scope, field.span, path);
    }
    if let Some((field, namespace)) = &namespace {
        joinable(scope, field.span, namespace);
    }
    let said = in_url.text.as_str();
    let (server, to_join) = match &path {
        _ if said == "/" => (None, None),
        Some((_, path)) if same_path(said, path) => (None, None),
        None if same_path(said, DEFAULT_PATH) => (None, None),
        None if said.trim_end_matches('/').ends_with("/socket.io") => (Some(said), None),
        Some((field, _)) if said.trim_end_matches('/').ends_with("/socket.io") => {
            two_paths(scope, field, in_url.span);
            (None, None)
        }
        _ => (None, Some(said)),
    };
    if let Some(server) = server {
        sendable_path(scope, in_url.span, server);
    }
    if let Some(to_join) = to_join {
        joinable(scope, in_url.span, to_join);
        if let Some((field, namespace)) = &namespace
            && namespace != to_join
        {
            two_namespaces(scope, field, in_url.span);
        }
    }
    let path = path
        .map(|(_, path)| path)
        .or_else(|| server.map(str::to_owned));
    let namespace = namespace
        .map(|(_, namespace)| namespace)
        .or_else(|| to_join.map(str::to_owned));
    Destination {
        path: path.unwrap_or_else(|| DEFAULT_PATH.to_owned()),
        namespace: namespace.unwrap_or_else(|| "/".to_owned()),
    }
}

fn two_namespaces(scope: &Scope<'_>, field: &Setting<String>, in_url: Span) {
    let title = format!(
        "{} has two namespaces: the path of its URL is one, as in Socket.IO's clients",
        scope.label
    );
    scope.report(
        Diagnostic::new(Code::Conflict, title)
            .at(in_url, "one of them")
            .also(field.span, "the other")
            .help("if the server has a prefix such as `/app`, write `path: /app/socket.io/`"),
    );
}

fn two_paths(scope: &Scope<'_>, field: &Setting<String>, in_url: Span) {
    let title = format!(
        "the URL of {} names another path than its `path`",
        scope.label
    );
    scope.report(
        Diagnostic::new(Code::Conflict, title)
            .at(in_url, "one of them")
            .also(field.span, "the other"),
    );
}

/// Checks the server's path. It is requested exactly as written, so a path that a URL would rewrite
/// is refused.
fn sendable_path(scope: &Scope<'_>, span: Span, path: &str) {
    let rewritten = path.contains(['?', '#', '\\']) || path.contains(char::is_control);
    let dots = path.split('/').any(|segment| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        segment == "." || segment == ".."
    });
    if rewritten || dots {
        let what = if dots {
            "`.` and `..` are resolved"
        } else {
            "`?`, `#` and `\\` have a meaning of their own"
        };
        let title = format!(
            "the path of {} cannot be asked as it is written: {what}",
            scope.label
        );
        let problem = Diagnostic::new(Code::Value, title).at(span, "expected a path without them");
        scope.report(problem.help("parameters belong to `query`"));
    }
}

/// Checks the namespace. In a packet a comma ends it, and a question mark begins its query.
fn joinable(scope: &Scope<'_>, span: Span, namespace: &str) {
    if namespace.contains([',', '?']) {
        let title = format!(
            "the namespace of {} cannot be joined: `,` and `?` end it in a packet",
            scope.label
        );
        let problem = Diagnostic::new(Code::Value, title).at(span, "expected one without them");
        scope.report(problem.help("parameters belong to `query`, credentials to `handshake`"));
    }
}

pub(super) fn is_own_parameter(name: &str) -> bool {
    OWN_PARAMETERS.contains(&name)
}

/// Removes the parameters of Engine.IO from a URL, because every request sets them.
pub(super) fn without_own_parameters(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let name = |pair: &&str| !is_own_parameter(pair.split('=').next().unwrap_or(pair));
    let kept = query.split('&').filter(name).collect::<Vec<_>>().join("&");
    url.set_query((!kept.is_empty()).then_some(kept.as_str()));
}

/// Adds the final slash that the official clients send by default and that users omit.
fn same_path(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

fn rooted(text: &str) -> String {
    if text.starts_with('/') {
        text.to_owned()
    } else {
        format!("/{text}")
    }
}
