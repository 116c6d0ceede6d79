//! Requests as they are sent, without secrets.

use std::fmt::Write;

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, HeaderName, PROXY_AUTHORIZATION};
use serde_json::{Map, Value, json};

use crate::channels::outgoing::{Outgoing, OutgoingCommand, OutgoingRequest};
use crate::channels::plan::ConfiguredChannel;
use crate::monitors::secrets::Secrets;

const STRUCK: &str = "***";

/// Headers that are secrets, whatever the config says.
const SECRET_HEADERS: [HeaderName; 4] = [
    AUTHORIZATION,
    PROXY_AUTHORIZATION,
    COOKIE,
    HeaderName::from_static("x-hbmon-signature"),
];

/// Keys of bodies whose values are secrets (PagerDuty).
const SECRET_KEYS: [&str; 1] = ["routing_key"];

/// Returns a request as JSON: of a URL only scheme and host, of secrets nothing.
pub(super) fn request(outgoing: Outgoing, channel: &ConfiguredChannel) -> Value {
    let secrets = &channel.secrets;
    match outgoing {
        Outgoing::Http(request) => http(&request, secrets),
        Outgoing::Command(command) => program(&command, secrets),
        Outgoing::Mail(mail) => {
            let mail = mail.mail.formatted();
            json!({"mail": secrets.redacted_lines(&String::from_utf8_lossy(&mail))})
        }
    }
}

fn http(request: &OutgoingRequest, secrets: &Secrets) -> Value {
    let body = match serde_json::from_slice(&request.body) {
        Ok(body) => struck(body, secrets),
        Err(_) => secrets
            .redacted_lines(&String::from_utf8_lossy(&request.body))
            .into(),
    };
    json!({
        "method": request.method.as_str(),
        "url": request.url.origin().ascii_serialization(),
        "headers": headers(&request.headers, secrets),
        "body": body,
    })
}

fn headers(headers: &HeaderMap, secrets: &Secrets) -> Map<String, Value> {
    let headers = headers.iter().map(|(name, value)| {
        let is_secret = value.is_sensitive() || SECRET_HEADERS.contains(name);
        let text = if is_secret {
            STRUCK.to_owned()
        } else {
            secrets.redacted_lines(&String::from_utf8_lossy(value.as_bytes()))
        };
        (name.as_str().to_owned(), text.into())
    });
    headers.collect()
}

/// Returns a body without secrets.
fn struck(value: Value, secrets: &Secrets) -> Value {
    match value {
        Value::String(text) => secrets.redacted_lines(&text).into(),
        Value::Array(items) => items
            .into_iter()
            .map(|item| struck(item, secrets))
            .collect(),
        Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| {
                let value = if SECRET_KEYS.contains(&key.as_str()) {
                    STRUCK.into()
                } else {
                    struck(value, secrets)
                };
                (key, value)
            });
            Value::Object(entries.collect())
        }
        other => other,
    }
}

fn program(command: &OutgoingCommand, secrets: &Secrets) -> Value {
    let argv = command.argv.iter();
    let environment = command.environment.iter();
    let environment: Map<String, Value> = environment
        .map(|(name, value)| (name.clone(), secrets.redacted_lines(value).into()))
        .collect();
    json!({
        "argv": argv.map(|word| secrets.redacted_lines(word)).collect::<Vec<_>>(),
        "env": environment,
        "stdin": secrets.redacted_lines(&String::from_utf8_lossy(&command.stdin)),
    })
}

/// Returns a request as people read it, indented.
pub(super) fn human(request: &Value) -> String {
    let mut text = String::new();
    if let (Some(method), Some(url)) = (request["method"].as_str(), request["url"].as_str()) {
        let _ = writeln!(text, "{method} {url}");
        for (name, value) in request["headers"].as_object().into_iter().flatten() {
            let _ = writeln!(text, "{name}: {}", plain(value));
        }
        let _ = writeln!(text, "{}", pretty(&request["body"]));
    } else if let Some(argv) = request["argv"].as_array() {
        let words: Vec<String> = argv.iter().map(plain).collect();
        let _ = writeln!(text, "{}", words.join(" "));
        for (name, value) in request["env"].as_object().into_iter().flatten() {
            let _ = writeln!(text, "{name}={}", plain(value));
        }
        let stdin = plain(&request["stdin"]);
        let json = serde_json::from_str(&stdin).map(|json| pretty(&json));
        let _ = writeln!(text, "{}", json.unwrap_or(stdin));
    } else {
        let _ = writeln!(text, "{}", plain(&request["mail"]).trim_end());
    }
    let is_shown = |c: &char| *c == '\n' || !c.is_control();
    text.lines()
        .map(|line| format!("  {}\n", line.chars().filter(is_shown).collect::<String>()))
        .collect()
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn pretty(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}
