//! A target from a bare URL, for `hbmon probe`.

use std::path::Path;
use std::sync::Arc;

use super::{Code, load_text};
use crate::conf::diagnostic::{ConfigError, Diagnostic};
use crate::conf::mask;
use crate::engine::Target;
use crate::model::{Meta, Text};

/// All defaults; the kind by the scheme: `http(s)`, `ws(s)`, `sse+http(s)`, `sio+http(s)`. The name
/// is the URL as it may be shown.
///
/// # Errors
/// Not a URL, or of another scheme.
pub fn probe(url: &str) -> Result<Target, ConfigError> {
    let (scheme, _) = url
        .split_once("://")
        .ok_or_else(|| refused(url, "it has no scheme"))?;
    let (kind, target) = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => ("http", url),
        "ws" | "wss" => ("websocket", url),
        "sse+http" | "sse+https" => ("sse", url.get(4..).unwrap_or("")),
        "sio+http" | "sio+https" => ("socketio", url.get(4..).unwrap_or("")),
        _ => return Err(refused(url, "its scheme names no kind")),
    };
    // JSON is YAML; a dollar in a URL is only a dollar.
    let text =
        serde_json::json!({"monitors": [{"name": "probe", kind: target.replace('$', "$$")}]})
            .to_string();
    let loaded = load_text("URL", &text, Path::new(""), &|_| None).map_err(|error| {
        let why = error.problems.first().map_or("", |problem| {
            problem.title.rsplit(": ").next().unwrap_or("")
        });
        refused(url, why)
    })?;
    let mut target = loaded
        .plan
        .targets
        .into_iter()
        .next()
        .ok_or_else(|| refused(url, "it names nothing"))?;
    let name = Text::clean(&mask::address(url));
    target.meta = Arc::new(Meta {
        name,
        ..Meta::clone(&target.meta)
    });
    Ok(target)
}

fn refused(url: &str, why: &str) -> ConfigError {
    // Where no userinfo can be told, nothing is shown behind the scheme.
    let shown = if url.contains('@') && !url.contains("://") {
        "***".to_owned()
    } else {
        mask::address(url)
    };
    ConfigError::without_source(
        Diagnostic::new(Code::NotAUrl, format!("cannot probe `{shown}`: {why}"))
            .help("write a URL that begins with http, https, ws, wss, sse+http, sse+https, sio+http or sio+https"),
    )
}
