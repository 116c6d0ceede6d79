//! The keys of sse monitors.

use std::sync::Arc;

use bytes::Bytes;

use super::websocket::texts;
use super::{PlanResolver, ResolvedKind, endpoint};
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::config::file::SseKeys;
use crate::monitors::{Spec, sse};

impl PlanResolver<'_> {
    pub(super) fn sse(
        &self,
        scope: &Scope<'_>,
        keys: &SseKeys,
        resolved: endpoint::ResolvedEndpoint,
        _: &mut Vec<Secret>,
    ) -> Option<ResolvedKind> {
        let timestamp = self.query(scope, keys.timestamp.as_ref());
        let dating = self.timestamp_rules(scope, keys.timestamp.as_ref(), keys.max_age.as_ref());
        let spec = sse::SseSpec {
            endpoint: self.share_endpoint(resolved.url, resolved.terms),
            method: self.method(scope, keys.method.as_ref()),
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
            matches: self.filter(scope, keys.r#match.as_ref()),
            expect: self.expect(scope, keys.expect.as_ref()),
            timestamp,
        };
        Some(ResolvedKind {
            spec: Spec::Sse(Arc::new(spec)),
            address: resolved.address,
            timestamps: dating,
        })
    }
}
