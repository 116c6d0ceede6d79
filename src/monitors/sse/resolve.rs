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
use crate::monitors::caches::Caches;
use crate::monitors::dial::config::endpoint::{ResolvedEndpoint, share_endpoint};
use crate::monitors::dial::config::method::method;
use crate::monitors::kind::KindInfo;
use crate::monitors::payload::timestamps::TimestampKeys;
use crate::monitors::sent_secrets::secrets_of_text;
use crate::monitors::url_kind::{HTTP_ADVICE, UrlKind};

impl UrlKind for SseKeys {
    type Spec = SseSpec;
    const INFO: KindInfo = KindInfo {
        noun: "an SSE monitor",
        schemes: &["http", "https"],
        suggested_scheme: "https",
        probe_schemes: &["sse+http", "sse+https"],
        interval: Duration::from_secs(30),
        rhythm: Rhythm::Subscription,
        advice: HTTP_ADVICE,
        example: "# event: heartbeat            # which events are heartbeats",
    };

    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        resolved: ResolvedEndpoint,
        secrets: &mut Vec<Secret>,
    ) -> SseSpec {
        let body = self.body.as_ref().and_then(|field| field.value.clone());
        if let Some(body) = &body {
            secrets_of_text(body, secrets);
        }
        let timestamp = caches.patterns.query(scope, self.timestamp.as_ref());
        SseSpec {
            endpoint: share_endpoint(caches, resolved.url, resolved.terms),
            method: method(scope, self.method.as_ref()),
            body: body.map(Bytes::from),
            events: texts(self.event.as_ref()),
            comments: self
                .comments
                .as_ref()
                .and_then(|field| field.value)
                .unwrap_or(false),
            matches: caches.patterns.filter(scope, self.r#match.as_ref()),
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
        vec![section::<SseKeys>("`sse`")]
    }
}
