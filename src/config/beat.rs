//! A receiver of heartbeats from a bare URL, for `hbmon beat`.

use std::path::Path;
use std::sync::Arc;

use super::diagnostic::{ConfigError, Diagnostic};
use super::{Code, load_text};
use crate::monitors::Spec;
use crate::monitors::dial::Endpoint;
use crate::monitors::outbox::Secrets;

/// Where to send to, with headers and a bearer token as a config would have them, and what must not be shown of it.
///
/// # Errors
/// Not an http(s) URL; a header or token that HTTP does not allow. Nothing of them is echoed.
pub fn receiver(
    url: &str,
    headers: &[(String, String)],
    token: Option<&str>,
) -> Result<(Endpoint, Arc<Secrets>), ConfigError> {
    // JSON is YAML; a dollar in a word of the command line is only a dollar.
    let literal = |text: &str| text.replace('$', "$$");
    let headers: serde_json::Map<_, _> =
        headers.iter().map(|(name, value)| (literal(name), literal(value).into())).collect();
    let mut http = serde_json::json!({"url": literal(url), "headers": headers});
    if let (Some(token), Some(http)) = (token, http.as_object_mut()) {
        http.insert("auth".to_owned(), serde_json::json!({"bearer": literal(token)}));
    }
    let text = serde_json::json!({"monitors": [{"name": "receiver", "http": http}]}).to_string();
    let loaded = load_text("receiver", &text, Path::new(""), &|_| None).map_err(|error| {
        let why = error.problems.first().map_or("", |problem| problem.title.as_str());
        refused(&why.replace("monitor `receiver`", "the receiver"))
    })?;
    match loaded.plan.targets.into_iter().next().map(|target| (target.spec, target.secrets)) {
        Some((Spec::Http(spec), secrets)) => Ok((spec.endpoint.clone(), secrets)),
        _ => Err(refused("it names nothing")),
    }
}

fn refused(why: &str) -> ConfigError {
    ConfigError::bare(Diagnostic::new(Code::NotAUrl, format!("cannot send there: {why}")))
}
