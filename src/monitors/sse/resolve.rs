//! The keys of sse monitors.

use std::time::Duration;

use bytes::Bytes;

use super::SseSpec;
use super::keys::SseKeys;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::texts;
use crate::model::Rhythm;
use crate::monitors::caches::{Caches, ResolvedKind};
use crate::monitors::dial::config::endpoint::{ResolvedEndpoint, share_endpoint};
use crate::monitors::dial::config::method::method;
use crate::monitors::kind::{KindInfo, SchemeAdvice};
use crate::monitors::payload::timestamps::timestamp_rules;
use crate::monitors::url_kind::UrlKind;

impl UrlKind for SseKeys {
    type Spec = SseSpec;
    const INFO: KindInfo = KindInfo {
        noun: "an SSE monitor",
        schemes: &["http", "https"],
        suggested_scheme: "https",
        probe_schemes: &["sse+http", "sse+https"],
        interval: Duration::from_secs(30),
        rhythm: Rhythm::Subscription,
        advice: &[
            SchemeAdvice {
                written: "wss",
                instead: "https",
                kinds: "`websocket:`",
            },
            SchemeAdvice {
                written: "ws",
                instead: "http",
                kinds: "`websocket:`",
            },
        ],
        example: "# event: heartbeat            # which events are heartbeats",
    };

    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        endpoint: ResolvedEndpoint,
        _: &mut Vec<Secret>,
    ) -> Option<ResolvedKind<SseSpec>> {
        resolve(caches, scope, self, endpoint)
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<SseKeys>("`sse`")]
    }
}

fn resolve(
    caches: &Caches<'_>,
    scope: &Scope<'_>,
    keys: &SseKeys,
    resolved: ResolvedEndpoint,
) -> Option<ResolvedKind<SseSpec>> {
    let timestamp = caches.patterns.query(scope, keys.timestamp.as_ref());
    let dating = timestamp_rules(scope, keys.timestamp.as_ref(), keys.max_age.as_ref());
    let spec = SseSpec {
        endpoint: share_endpoint(caches, resolved.url, resolved.terms),
        method: method(scope, keys.method.as_ref()),
        body: keys
            .body
            .as_ref()
            .and_then(|field| field.value.clone())
            .map(Bytes::from),
        events: texts(keys.event.as_ref()),
        comments: keys
            .comments
            .as_ref()
            .and_then(|field| field.value)
            .unwrap_or(false),
        matches: caches.patterns.filter(scope, keys.r#match.as_ref()),
        expect: caches.patterns.expect(scope, keys.expect.as_ref()),
        timestamp,
    };
    Some(ResolvedKind {
        spec,
        address: resolved.address,
        certificate: Some(resolved.certificate),
        timestamps: dating,
    })
}
