//! What a monitor sends and checks, for people: keys as in the config, with their values. Header
//! values, credentials, bodies and messages are never among them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::dial::{ConnectOptions, Endpoint, Family, ResolverKind};
use super::payload::{Expect, Filter, Query};
use super::secrets::Secrets;
use crate::model::{ShownSetting, ShownValue, Text};

/// Keys of a monitor with their values, in the order in which they are shown.
#[derive(Debug, Default)]
pub struct MonitorSettings(Vec<ShownSetting>);

impl MonitorSettings {
    pub fn push(&mut self, key: &'static str, value: &str) {
        self.push_value(key, ShownValue::Text(Text::clean(value)));
    }

    pub fn push_value(&mut self, key: &'static str, value: ShownValue) {
        let key = key.into();
        self.0.push(ShownSetting { key, value });
    }

    /// Adds a key that is set.
    pub fn extend(&mut self, key: &'static str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.push(key, value.as_ref());
        }
    }

    /// Returns the settings without the secrets of the monitor.
    pub fn redacted(self, secrets: &Secrets) -> Vec<ShownSetting> {
        let shown = |ShownSetting { key, value }| {
            let value = match value {
                ShownValue::Text(text) => ShownValue::Text(secrets.redact(text)),
                other => other,
            };
            ShownSetting { key, value }
        };
        self.0.into_iter().map(shown).collect()
    }

    /// Adds the number of things that are not shown, unless there is none.
    pub fn count(&mut self, key: &'static str, number: usize, one: &str, many: &str) {
        match number {
            0 => {}
            1 => self.push(key, &format!("1 {one}")),
            _ => self.push(key, &format!("{number} {many}")),
        }
    }

    /// Adds the size of a request's body.
    pub fn body(&mut self, body: Option<&Bytes>) {
        if let Some(body) = body {
            let size = u64::try_from(body.len()).unwrap_or(u64::MAX);
            self.push_value("body", ShownValue::Size(size));
        }
    }

    /// Adds the requirements of a payload.
    pub fn expect(&mut self, expect: &Expect) {
        let body = expect.body.as_ref();
        self.extend("expect.body", body.map(|pattern| format!("/{pattern}/")));
        let json = expect.json.as_ref();
        self.extend("expect.json", json.map(source));
    }

    /// Adds which messages are heartbeats, and where they carry their timestamp.
    pub fn messages(&mut self, matches: Option<&Filter>, timestamp: Option<&Query>) {
        self.extend("match", matches.map(source));
        self.extend("timestamp", timestamp.map(|query| query.source()));
    }

    /// Adds the options of the connection.
    pub fn endpoint(&mut self, endpoint: &Endpoint) {
        let ConnectOptions {
            headers,
            auth,
            tls,
            proxy,
            family,
            resolver,
            max_bytes,
            capture,
        } = &*endpoint.options;
        self.extend("headers", names(headers));
        self.extend("auth", auth.as_ref().map(auth_kind));
        if endpoint.url.scheme() == "https" {
            self.push("tls", &tls.summary());
        }
        self.extend("proxy", proxy.as_ref().map(origin));
        self.extend(
            "ip",
            match family {
                Family::Any => None,
                Family::V4 => Some("4 only"),
                Family::V6 => Some("6 only"),
            },
        );
        let system = *resolver == ResolverKind::System;
        self.extend("dns", system.then_some("system"));
        let max_bytes = u64::try_from(*max_bytes).unwrap_or(u64::MAX);
        self.push_value("max_bytes", ShownValue::Size(max_bytes));
        let capture: Vec<&str> = capture.iter().map(HeaderName::as_str).collect();
        self.extend("capture", (!capture.is_empty()).then(|| capture.join(", ")));
    }
}

fn source(filter: &Filter) -> String {
    filter.source().to_string()
}

/// Returns the names of headers; their values may be secret.
fn names(headers: &HeaderMap) -> Option<String> {
    let names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Returns the scheme of an `Authorization` header, without the credentials.
fn auth_kind(header: &HeaderValue) -> &'static str {
    let scheme = header.as_bytes().split(|byte| *byte == b' ').next();
    match scheme {
        Some(b"Basic") => "basic",
        Some(b"Bearer") => "bearer",
        _ => "other",
    }
}

/// Returns a URL without its login.
fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url
        .port()
        .map_or_else(String::new, |port| format!(":{port}"));
    format!("{}://{host}{port}", url.scheme())
}
