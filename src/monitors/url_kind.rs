//! Kinds with a URL. They share the keys of an endpoint.

use std::hash::{Hash, Hasher};

use siphasher::sip::SipHasher13;

use super::caches::{Caches, ResolvedKind};
use super::dial::config::endpoint::{ResolvedEndpoint, endpoint};
use super::dial::config::keys::EndpointKeys;
use super::kind::{KindInfo, KindKeys, SchemeAdvice};
use super::payload::timestamps::{TimestampKeys, timestamp_rules};
use crate::conf::reference::ReferenceSection;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::Flattened;

/// Suggestions of the kinds that take http URLs.
pub(super) const HTTP_ADVICE: &[SchemeAdvice] = &[
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
];

/// The keys of a kind with a URL, without those of the endpoint.
pub trait UrlKind: Default + Hash {
    type Spec;
    const INFO: KindInfo;

    /// Resolves the special keys of this kind.
    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        endpoint: ResolvedEndpoint,
        secrets: &mut Vec<Secret>,
    ) -> Self::Spec;

    /// Returns the keys `timestamp` and `max_age`.
    fn timestamp_keys(&self) -> TimestampKeys<'_>;

    /// Tables for the reference, the kind's own keys first.
    fn sections() -> Vec<ReferenceSection>;
}

impl<K: UrlKind> KindKeys for Flattened<EndpointKeys, K> {
    type Spec = K::Spec;
    const INFO: KindInfo = K::INFO;

    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        _: Option<&str>,
        secrets: &mut Vec<Secret>,
        hash: &mut SipHasher13,
    ) -> Option<ResolvedKind<K::Spec>> {
        (scope.kind.as_str(), self).hash(hash);
        caches.requests.warn_duplicate(scope, hash.finish());
        let endpoint = endpoint(caches, scope, &K::INFO, &self.shared, secrets, hash)?;
        Some(ResolvedKind {
            address: endpoint.address.clone(),
            certificate: Some(endpoint.certificate),
            timestamps: timestamp_rules(scope, self.own.timestamp_keys()),
            spec: self.own.resolve(caches, scope, endpoint, secrets),
        })
    }

    fn sections() -> Vec<ReferenceSection> {
        K::sections()
    }
}
