//! The keys of websocket monitors.

use std::time::Duration;

mod keepalive;

use keepalive::{keepalive, texts_of_keepalive};

use super::keys::{CompressionChoice, ReplyRuleKeys, SendEvery, WebsocketKeys};
use super::{Compression, WebsocketSpec};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::{Setting, texts};
use crate::conf::units::DAY;
use crate::model::Rhythm;
use crate::monitors::caches::Caches;
use crate::monitors::dial::config::endpoint::{ResolvedEndpoint, share_endpoint};
use crate::monitors::dial::config::headers::header_value;
use crate::monitors::kind::{KindInfo, SchemeAdvice};
use crate::monitors::payload::timestamps::TimestampKeys;
use crate::monitors::sent_secrets::secrets_of_text;
use crate::monitors::url_kind::UrlKind;

impl UrlKind for WebsocketKeys {
    type Spec = WebsocketSpec;
    const INFO: KindInfo = KindInfo {
        noun: "a WebSocket monitor",
        schemes: &["ws", "wss"],
        suggested_scheme: "wss",
        probe_schemes: &["ws", "wss"],
        interval: Duration::from_secs(30),
        rhythm: Rhythm::Subscription,
        advice: &[
            SchemeAdvice {
                written: "https",
                instead: "wss",
                kinds: "`http:` or `sse:`",
            },
            SchemeAdvice {
                written: "http",
                instead: "ws",
                kinds: "`http:` or `sse:`",
            },
        ],
        example: "# match: '@.type == \"heartbeat\"'   # which messages are heartbeats",
    };

    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        resolved: ResolvedEndpoint,
        secrets: &mut Vec<Secret>,
    ) -> WebsocketSpec {
        let timestamp = caches.patterns.query(scope, self.timestamp.as_ref());
        sendable(scope, self, resolved.terms.max_bytes);
        for text in sent_texts(self).filter_map(|field| field.value.as_deref()) {
            secrets_of_text(text, secrets);
        }
        WebsocketSpec {
            endpoint: share_endpoint(caches, resolved.url, resolved.terms),
            subprotocols: subprotocols(scope, self),
            origin: self
                .origin
                .as_ref()
                .and_then(|field| header_value(scope, field)),
            send: texts(self.send.as_ref()),
            keepalive: keepalive(caches, scope, self),
            matches: caches.patterns.filter(scope, self.r#match.as_ref()),
            expect: caches.patterns.expect(scope, self.expect.as_ref()),
            timestamp,
            compressed: self
                .compressed
                .as_ref()
                .and_then(|field| field.value)
                .map(|compression| match compression {
                    CompressionChoice::Gzip => Compression::Gzip,
                    CompressionChoice::Deflate => Compression::Deflate,
                }),
            ping: scope.period("ping", self.ping.as_ref(), Duration::from_secs(1), DAY),
        }
    }

    fn timestamp_keys(&self) -> TimestampKeys<'_> {
        TimestampKeys {
            timestamp: self.timestamp.as_ref(),
            max_age: self.max_age.as_ref(),
        }
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![
            section::<WebsocketKeys>("`websocket`"),
            section::<ReplyRuleKeys>("`reply` of `websocket`"),
            section::<SendEvery>("`send_every` of `websocket`"),
        ]
    }
}

/// Returns all texts that the monitor may send.
fn sent_texts(keys: &WebsocketKeys) -> impl Iterator<Item = &Setting<String>> {
    let sent = keys
        .send
        .iter()
        .flat_map(|field| &field.value)
        .flat_map(|many| &many.0);
    sent.chain(texts_of_keepalive(keys))
}

/// Checks that no text exceeds the limit of the connection.
fn sendable(scope: &Scope<'_>, keys: &WebsocketKeys, max_bytes: usize) {
    for field in sent_texts(keys) {
        if field
            .value
            .as_ref()
            .is_some_and(|text| text.len() > max_bytes)
        {
            let title = format!(
                "a text that {} is to send is larger than its `max_bytes`",
                scope.label
            );
            let label = format!("expected at most {max_bytes} bytes");
            scope.report(Diagnostic::new(Code::Range, title).at(field.span, label));
        }
    }
}

/// Checks that subprotocols are tokens (RFC 6455, section 4.1).
fn subprotocols(scope: &Scope<'_>, keys: &WebsocketKeys) -> Vec<String> {
    for field in keys
        .subprotocols
        .iter()
        .flat_map(|field| &field.value)
        .flat_map(|many| &many.0)
    {
        let token = |c: char| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?={}".contains(c);
        if field
            .value
            .as_ref()
            .is_some_and(|name| name.is_empty() || !name.chars().all(token))
        {
            let title = format!("a subprotocol of {} is not valid", scope.label);
            let problem = Diagnostic::new(Code::Header, title);
            scope.report(problem.at(field.span, "letters, digits and `-._+` only"));
        }
    }
    texts(keys.subprotocols.as_ref())
}
