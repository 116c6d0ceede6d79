//! The method of a request.

use http::Method;

use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::nearest::nearest;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;

/// Methods beside the eight of RFC 9110 and PATCH that servers are asked with (WebDAV, caches, RFC
/// 9110 registry).
const FURTHER_METHODS: [&str; 11] = [
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "REPORT",
    "SEARCH",
    "QUERY",
    "PURGE",
];

const METHODS: [Method; 8] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::OPTIONS,
    Method::PATCH,
    Method::TRACE,
];

pub fn method(scope: &Scope<'_>, field: Option<&Setting<String>>) -> Method {
    let Some((field, text)) = field.and_then(|field| Some((field, field.value.as_deref()?))) else {
        return Method::GET;
    };
    let method = Method::from_bytes(text.as_bytes())
        .ok()
        .filter(|method| !method.as_str().eq_ignore_ascii_case("CONNECT"));
    method
        .map(|method| known_method(scope, field, method))
        .unwrap_or_else(|| {
            let title = format!(
                "`method` of {} is not an HTTP method that can be sent",
                scope.label
            );
            scope.report(
                Diagnostic::new(Code::Value, title)
                    .at(field.span, "expected a word such as `GET` or `POST`"),
            );
            Method::GET
        })
}

/// Returns the method to send. Methods of RFC 9110 are upper-cased, as in browsers.
pub fn known_method(scope: &Scope<'_>, field: &Setting<String>, method: Method) -> Method {
    let text = method.as_str();
    if let Some(known) = METHODS
        .iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(text))
    {
        return known.clone();
    }
    if !FURTHER_METHODS.contains(&text) {
        let known = METHODS.iter().map(Method::as_str).chain(FURTHER_METHODS);
        let label = match nearest(text, known) {
            Some(near) if field.shown.is_none() => format!("did you mean `{near}`?"),
            _ => "sent as it is written".to_owned(),
        };
        let title = format!(
            "`method` of {} is not a method that servers know",
            scope.label
        );
        scope.report(Diagnostic::new(Code::UnknownMethod, title).at(field.span, label));
    }
    method
}
