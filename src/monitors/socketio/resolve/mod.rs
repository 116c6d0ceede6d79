//! The keys of socketio monitors.

use std::time::Duration;

mod destination;

use super::SocketioSpec;
use super::keys::{ProtocolChoice, SocketioKeys, TransportChoice};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::mask;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;
use crate::model::Rhythm;
use crate::monitors::caches::Caches;
use crate::monitors::dial::config::endpoint::{ResolvedEndpoint, share_endpoint};
use crate::monitors::kind::KindInfo;
use crate::monitors::payload::timestamps::TimestampKeys;
use crate::monitors::sent_secrets::secrets_of_json;
use crate::monitors::socketio::{Protocol, Reply, SocketioMode, TransportPreference};
use crate::monitors::url_kind::UrlKind;
use destination::{Destination, destination, is_own_parameter, without_own_parameters};

impl UrlKind for SocketioKeys {
    type Spec = SocketioSpec;
    const INFO: KindInfo = KindInfo {
        noun: "a Socket.IO monitor",
        schemes: &["http", "https", "ws", "wss"],
        suggested_scheme: "https",
        probe_schemes: &["sio+http", "sio+https"],
        interval: Duration::from_secs(60),
        rhythm: Rhythm::Poll,
        advice: &[],
        example: "# emit: heartbeat\n      # reply: heartbeat-ack",
    };

    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        resolved: ResolvedEndpoint,
        secrets: &mut Vec<Secret>,
    ) -> SocketioSpec {
        let timestamp = caches.patterns.query(scope, self.timestamp.as_ref());
        let handshake = self
            .handshake
            .as_ref()
            .and_then(|field| field.value.clone())
            .map(|hidden| hidden.0);
        if let Some(handshake) = &handshake {
            let known = secrets.len();
            secrets_of_json(handshake, handshake.is_string(), secrets);
            if let Some(field) = self
                .handshake
                .as_ref()
                .filter(|field| field.secrets.is_empty() && secrets.len() > known)
            {
                scope.context.report_plain_secret(
                    &format!("a part of `handshake` of {}", scope.label),
                    field.span,
                );
            }
        }
        if let Some(payload) = self.payload.as_ref().and_then(|field| field.value.as_ref()) {
            secrets_of_json(payload, false, secrets);
        }
        let Destination { path, namespace } = destination(scope, self, &resolved.path);
        let mut url = resolved.url;
        without_own_parameters(&mut url);
        SocketioSpec {
            endpoint: share_endpoint(caches, url, resolved.terms),
            path,
            namespace,
            handshake,
            query: socketio_query(scope, self, secrets),
            protocol: match self.protocol.as_ref().and_then(|field| field.value) {
                Some(ProtocolChoice::V3) => Protocol::V3,
                Some(ProtocolChoice::V4) => Protocol::V4,
                Some(ProtocolChoice::Auto) | None => Protocol::Auto,
            },
            transport: match self.transport.as_ref().and_then(|field| field.value) {
                Some(TransportChoice::Websocket) => TransportPreference::Websocket,
                Some(TransportChoice::Polling) => TransportPreference::Polling,
                Some(TransportChoice::Auto) | None => TransportPreference::Auto,
            },
            mode: conversation(scope, self),
            expect: caches.patterns.expect(scope, self.expect.as_ref()),
            timestamp,
        }
    }

    fn timestamp_keys(&self) -> TimestampKeys<'_> {
        TimestampKeys {
            timestamp: self.timestamp.as_ref(),
            max_age: self.max_age.as_ref(),
        }
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<SocketioKeys>("`socketio`")]
    }
}

/// Resolves an emit with its reply, or a subscription.
fn conversation(scope: &Scope<'_>, keys: &SocketioKeys) -> SocketioMode {
    let text =
        |field: &Option<Setting<String>>| field.as_ref().and_then(|field| field.value.clone());
    if let Some(listen) = &keys.listen {
        let spans = [
            ("emit", keys.emit.as_ref().map(|field| field.span)),
            ("payload", keys.payload.as_ref().map(|field| field.span)),
            ("reply", keys.reply.as_ref().map(|field| field.span)),
        ];
        for (key, span) in spans
            .into_iter()
            .filter_map(|(key, span)| Some((key, span?)))
        {
            let title = format!("{} has a `listen` and a `{key}`", scope.label);
            scope.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(span, "one of them")
                    .also(listen.span, "the other")
                    .help(
                        "with `listen` the server speaks by itself; without it hbmon emits \
                             and waits for the reply",
                    ),
            );
        }
        return SocketioMode::Listen {
            event: text(&keys.listen).unwrap_or_default(),
        };
    }
    SocketioMode::Emit {
        event: text(&keys.emit).unwrap_or_else(|| "heartbeat".to_owned()),
        payload: keys.payload.as_ref().and_then(|field| field.value.clone()),
        reply: match text(&keys.reply) {
            Some(reply) if reply == "ack" => Reply::Ack,
            Some(reply) => Reply::Event(reply),
            None => Reply::Event("heartbeat-ack".to_owned()),
        },
    }
}

fn socketio_query(
    scope: &Scope<'_>,
    keys: &SocketioKeys,
    secrets: &mut Vec<Secret>,
) -> Vec<(String, String)> {
    let pairs = keys
        .query
        .iter()
        .flat_map(|field| &field.value)
        .flat_map(|pairs| &pairs.0);
    pairs
        .filter_map(|(name, value)| {
            let (span, name, text) = (name.span, name.value.clone()?, value.value.clone()?);
            if is_own_parameter(&name) {
                let title = format!(
                    "`query` of {} has a parameter that hbmon sends itself",
                    scope.label
                );
                let problem =
                    Diagnostic::new(Code::Conflict, title).at(span, "it would be sent twice");
                scope.report(problem.help("`protocol` and `transport` choose what hbmon sends"));
            }
            if mask::is_sensitive(&name) {
                scope.context.mask(value.span);
                scope
                    .context
                    .warn_plain_text(&format!("a value in `query` of {}", scope.label), value);
                let sent: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
                secrets.extend([Secret::new(text.as_str()), Secret::new(sent)]);
            }
            Some((name, text))
        })
        .collect()
}
