//! What an HTTP monitor sends and checks, for people.

use super::{HttpExchange, HttpSpec};
use crate::monitors::dial::HttpVersion;
use crate::monitors::settings::MonitorSettings;

pub(super) fn settings(spec: &HttpSpec) -> MonitorSettings {
    let HttpExchange {
        method,
        body,
        redirects,
        reuse,
        version,
        timestamp,
        headers,
        expect,
        status: _,
    } = &*spec.exchange;
    let mut settings = MonitorSettings::default();
    settings.push("method", method.as_str());
    settings.body(body.as_ref());
    settings.push("expect.status", spec.exchange.accepted().as_str());
    for header in headers {
        let (name, pattern) = (&header.name, &header.pattern);
        settings.push("expect.headers", &format!("{name}: /{pattern}/"));
    }
    settings.expect(expect);
    settings.messages(None, timestamp.as_ref());
    settings.push("redirects", &redirects.to_string());
    settings.extend("connection", reuse.then_some("reuse"));
    let version = match version {
        HttpVersion::Auto => None,
        HttpVersion::Http1 => Some("1.1"),
        HttpVersion::Http2 => Some("2"),
    };
    settings.extend("version", version);
    settings.endpoint(&spec.endpoint);
    settings
}
