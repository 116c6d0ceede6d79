//! The keys of websocket monitors.

use std::sync::Arc;
use std::time::Duration;

use super::upkeep::texts_of_upkeep;
use super::{PlanResolver, ResolvedKind, endpoint};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::{Many, Setting};
use crate::config::file::{CompressionChoice, WebsocketKeys};
use crate::monitors::{Spec, websocket};

pub(super) const DAY: Duration = Duration::from_secs(86_400);

impl PlanResolver<'_> {
    pub(super) fn websocket(
        &self,
        scope: &Scope<'_>,
        keys: &WebsocketKeys,
        resolved: endpoint::ResolvedEndpoint,
        _: &mut Vec<Secret>,
    ) -> Option<ResolvedKind> {
        let timestamp = self.query(scope, keys.timestamp.as_ref());
        let dating = self.timestamp_rules(scope, keys.timestamp.as_ref(), keys.max_age.as_ref());
        self.sendable(scope, keys, resolved.terms.max_bytes);
        let spec =
            websocket::WebsocketSpec {
                endpoint: self.share_endpoint(resolved.url, resolved.terms),
                subprotocols: self.subprotocols(scope, keys),
                origin: keys
                    .origin
                    .as_ref()
                    .and_then(|field| self.header_value(scope, field)),
                send: texts(keys.send.as_ref()),
                keepalive: self.upkeep(scope, keys),
                matches: self.filter(scope, keys.r#match.as_ref()),
                expect: self.expect(scope, keys.expect.as_ref()),
                timestamp,
                compressed: keys.compressed.as_ref().and_then(|field| field.value).map(
                    |compression| match compression {
                        CompressionChoice::Gzip => websocket::Compression::Gzip,
                        CompressionChoice::Deflate => websocket::Compression::Deflate,
                    },
                ),
                ping: scope.period("ping", keys.ping.as_ref(), Duration::from_secs(1), DAY),
            };
        Some(ResolvedKind {
            spec: Spec::Websocket(Arc::new(spec)),
            address: resolved.address,
            timestamps: dating,
        })
    }

    /// No text is longer than what the connection takes.
    fn sendable(&self, scope: &Scope<'_>, keys: &WebsocketKeys, max_bytes: usize) {
        let sent = keys
            .send
            .iter()
            .flat_map(|field| &field.value)
            .flat_map(|many| &many.0);
        for field in sent.chain(texts_of_upkeep(keys)) {
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

    /// Tokens (RFC 6455, section 4.1).
    fn subprotocols(&self, scope: &Scope<'_>, keys: &WebsocketKeys) -> Vec<String> {
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
                let title = format!("a subprotocol of {} is not one", scope.label);
                let problem = Diagnostic::new(Code::Header, title);
                scope.report(problem.at(field.span, "letters, digits and `-._+` only"));
            }
        }
        texts(keys.subprotocols.as_ref())
    }
}

pub(super) fn texts(field: Option<&Setting<Many<String>>>) -> Vec<String> {
    field
        .iter()
        .flat_map(|field| &field.value)
        .flat_map(|many| &many.0)
        .filter_map(|text| text.value.clone())
        .collect()
}
