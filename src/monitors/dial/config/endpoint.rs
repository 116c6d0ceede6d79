//! Resolves the keys that all kinds with a URL share.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;
use siphasher::sip::SipHasher13;
use url::{Host, Url};

use super::certificate::certificate;
use super::headers::{authorization, header_name, headers};
use super::keys::{DnsChoice, EndpointKeys, IpChoice};
use super::tls::tls;
use super::url::{UrlPath, address, proxy};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;
use crate::model::Levels;
use crate::monitors::caches::Caches;
use crate::monitors::dial::{ConnectOptions, Endpoint, Family, ResolverKind};
use crate::monitors::kind::KindInfo;

const MAX_BYTES: u64 = 1 << 20;
const MOST_BYTES: u64 = 1 << 30;
const MOST_CAPTURED: usize = 16;

/// An endpoint to which a kind may add more.
pub struct ResolvedEndpoint {
    pub url: Url,
    pub terms: ConnectOptions,
    pub address: String,
    pub path: UrlPath,
    pub certificate: Levels<Duration>,
}

pub fn endpoint(
    caches: &Caches<'_>,
    scope: &Scope<'_>,
    info: &KindInfo,
    keys: &EndpointKeys,
    secrets: &mut Vec<Secret>,
    hash: &mut SipHasher13,
) -> Option<ResolvedEndpoint> {
    let address = address(scope, info, keys.url.as_ref(), secrets);
    let login = address.as_ref().and_then(|address| address.login.clone());
    let headers = headers(scope, keys, secrets);
    let auth = authorization(scope, keys.auth.as_ref(), login, secrets);
    let tls = tls(&caches.tls, scope, keys.tls.as_ref(), hash);
    let proxy = proxy(scope, keys.proxy.as_ref(), secrets);
    server_name_through(scope, keys, proxy.as_ref());
    let max_bytes = max_bytes(scope, keys);
    let address = address?;
    let family = family(scope, keys.ip.as_ref(), &address.url);
    let resolver = match keys.dns.as_ref().and_then(|field| field.value) {
        Some(DnsChoice::System) => ResolverKind::System,
        Some(DnsChoice::Hickory) | None => ResolverKind::Hickory,
    };
    let capture = capture(scope, keys);
    let terms = ConnectOptions {
        headers,
        auth,
        tls,
        proxy,
        family,
        resolver,
        max_bytes,
        capture,
    };
    Some(ResolvedEndpoint {
        url: address.url,
        terms,
        address: address.shown,
        path: address.path,
        certificate: certificate(scope, keys.certificate.as_ref()),
    })
}

/// Returns the endpoint after the kind has added its part.
pub fn share_endpoint(caches: &Caches<'_>, url: Url, terms: ConnectOptions) -> Arc<Endpoint> {
    Arc::new(Endpoint {
        url,
        options: caches.dedup.share(terms),
    })
}

/// Returns the response headers to show, without duplicates.
fn capture(scope: &Scope<'_>, keys: &EndpointKeys) -> Vec<HeaderName> {
    let Some((field, names)) = keys
        .capture
        .as_ref()
        .and_then(|field| Some((field, field.value.as_ref()?)))
    else {
        return Vec::new();
    };
    if names.0.len() > MOST_CAPTURED {
        scope.out_of_range("capture", field.span, "expected at most 16 names");
    }
    let mut found: Vec<HeaderName> = Vec::new();
    for name in names.0.iter().filter_map(|name| header_name(scope, name)) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

fn max_bytes(scope: &Scope<'_>, keys: &EndpointKeys) -> usize {
    let field = keys.max_bytes.as_ref();
    let size = field
        .and_then(|field| field.value)
        .map_or(MAX_BYTES, |size| size.0);
    if let Some(field) = field
        && !(1..=MOST_BYTES).contains(&size)
    {
        scope.out_of_range("max_bytes", field.span, "expected 1B to 1GiB");
    }
    usize::try_from(size.min(MOST_BYTES)).unwrap_or(MOST_BYTES as usize)
}

fn family(scope: &Scope<'_>, field: Option<&Setting<IpChoice>>, url: &Url) -> Family {
    let family = match field.and_then(|field| field.value) {
        Some(IpChoice::V4) => Family::V4,
        Some(IpChoice::V6) => Family::V6,
        Some(IpChoice::Any) | None => Family::Any,
    };
    let literal = match url.host() {
        Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        _ => None,
    };
    let contradicts = match (family, literal) {
        (Family::V4, Some(ip)) => ip.is_ipv6(),
        (Family::V6, Some(ip)) => ip.is_ipv4(),
        _ => false,
    };
    if let Some(field) = field
        && contradicts
    {
        let title = format!("`ip` of {} contradicts the address in its URL", scope.label);
        scope.report(
            Diagnostic::new(Code::Conflict, title)
                .at(field.span, "the URL's host is of the other family"),
        );
    }
    family
}

/// Checks `server_name` with a proxy. hbmon then resolves the URL's host itself, which works only
/// with a socks5 proxy.
fn server_name_through(scope: &Scope<'_>, keys: &EndpointKeys, proxy: Option<&Url>) {
    let name = keys
        .tls
        .as_ref()
        .and_then(|tls| tls.value.as_ref())
        .and_then(|tls| tls.server_name.as_ref());
    let (Some(name), Some(proxy), Some(field)) = (name, proxy, &keys.proxy) else {
        return;
    };
    if proxy.scheme() != "socks5" {
        let title = format!(
            "`tls.server_name` of {} does not go with its proxy",
            scope.label
        );
        scope.report(
            Diagnostic::new(Code::Conflict, title)
                .at(name.span, "works through a `socks5` proxy only")
                .also(field.span, "this proxy looks names up by itself"),
        );
    }
}
