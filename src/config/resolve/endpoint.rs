//! The keys that all kinds with a URL share.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ::http::{HeaderName, Method};
use ::url::Url;
use siphasher::sip::SipHasher13;

use super::PlanResolver;
use super::url::UrlPath;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;
use crate::config::file::{self, DnsChoice, IpChoice};
use crate::monitors::dial::tls::{TlsFiles, TlsOptions};
use crate::monitors::dial::{ConnectOptions, Endpoint, Family, ResolverKind as DnsResolver};

const MAX_BYTES: u64 = 1 << 20;
const MOST_BYTES: u64 = 1 << 30;
const MOST_CAPTURED: usize = 16;

/// Longer paths are not repeated in a message, in bytes.
const LONGEST_SHOWN: usize = 200;

/// More of a TLS file does not decide whether it has changed, in bytes.
const TLS_FILE: u64 = 16 << 20;

/// TLS blocks that were loaded already, by their files, name and `insecure`, with a hash of the
/// files' contents.
pub(super) type TlsCache = HashMap<([Option<PathBuf>; 3], Option<String>, bool), (TlsOptions, u64)>;

pub(super) struct ResolvedEndpoint {
    pub url: Url,
    pub terms: ConnectOptions,
    pub address: String,
    pub path: UrlPath,
}

impl PlanResolver<'_> {
    pub(super) fn endpoint(
        &self,
        scope: &Scope<'_>,
        keys: &file::EndpointKeys,
        secrets: &mut Vec<Secret>,
        hash: &mut SipHasher13,
    ) -> Option<ResolvedEndpoint> {
        let address = self.address(scope, keys.url.as_ref(), secrets);
        let login = address.as_ref().and_then(|address| address.login.clone());
        let headers = self.headers(scope, keys, secrets);
        let auth = self.authorization(scope, keys.auth.as_ref(), login, secrets);
        let tls = self.tls(scope, keys.tls.as_ref(), hash);
        let proxy = self.proxy(scope, keys.proxy.as_ref(), secrets);
        self.server_name_through(scope, keys, proxy.as_ref());
        let max_bytes = self.max_bytes(scope, keys);
        let address = address?;
        let family = self.family(scope, keys.ip.as_ref(), &address.url);
        let resolver = match keys.dns.as_ref().and_then(|field| field.value) {
            Some(DnsChoice::System) => DnsResolver::System,
            Some(DnsChoice::Hickory) | None => DnsResolver::Hickory,
        };
        let capture = self.capture(scope, keys);
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
        })
    }

    /// What was resolved, once the kind has no more to add.
    pub(super) fn share_endpoint(&self, url: Url, terms: ConnectOptions) -> Arc<Endpoint> {
        Arc::new(Endpoint {
            url,
            options: self.dedup.share(terms),
        })
    }

    /// The headers of answers to show, each once.
    fn capture(&self, scope: &Scope<'_>, keys: &file::EndpointKeys) -> Vec<HeaderName> {
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
        for name in names
            .0
            .iter()
            .filter_map(|name| self.header_name(scope, name))
        {
            if !found.contains(&name) {
                found.push(name);
            }
        }
        found
    }

    fn max_bytes(&self, scope: &Scope<'_>, keys: &file::EndpointKeys) -> usize {
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

    fn family(&self, scope: &Scope<'_>, field: Option<&Setting<IpChoice>>, url: &Url) -> Family {
        let family = match field.and_then(|field| field.value) {
            Some(IpChoice::V4) => Family::V4,
            Some(IpChoice::V6) => Family::V6,
            Some(IpChoice::Any) | None => Family::Any,
        };
        let literal = match url.host() {
            Some(::url::Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(::url::Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
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

    fn tls(
        &self,
        scope: &Scope<'_>,
        field: Option<&Setting<file::TlsKeys>>,
        hash: &mut SipHasher13,
    ) -> TlsOptions {
        let Some((span, keys)) = field.and_then(|field| Some((field.span, field.value.as_ref()?)))
        else {
            return TlsOptions::default();
        };
        let path = |field: &Option<Setting<String>>| {
            field
                .as_ref()
                .and_then(|field| field.value.as_ref())
                .map(|path| self.folder.join(path))
        };
        if let Some(insecure) = &keys.insecure {
            self.warn_insecure(scope, insecure);
        }
        let files = TlsFiles {
            ca_file: path(&keys.ca_file),
            cert_file: path(&keys.cert_file),
            key_file: path(&keys.key_file),
            server_name: keys
                .server_name
                .as_ref()
                .and_then(|field| field.value.clone()),
            insecure: keys
                .insecure
                .as_ref()
                .and_then(|field| field.value)
                .unwrap_or(false),
        };
        if files.cert_file.is_some() != files.key_file.is_some() {
            let title = format!(
                "`tls` of {} has only one of `cert_file` and `key_file`",
                scope.label
            );
            let one = keys
                .cert_file
                .as_ref()
                .or(keys.key_file.as_ref())
                .map_or(span, |field| field.span);
            scope.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(one, "a certificate and its key go together"),
            );
            return TlsOptions::default();
        }
        let written = [&keys.ca_file, &keys.cert_file, &keys.key_file];
        if written
            .into_iter()
            .flatten()
            .any(|field| self.is_no_path(&format!("`tls` of {}", scope.label), field))
        {
            return TlsOptions::default();
        }
        let paths = [
            files.ca_file.clone(),
            files.cert_file.clone(),
            files.key_file.clone(),
        ];
        let key = (paths, files.server_name.clone(), files.insecure);
        if let Some((tls, contents)) = self.loaded.borrow().get(&key) {
            contents.hash(hash);
            return tls.clone();
        }
        let mut contents = SipHasher13::new();
        for file in [&files.ca_file, &files.cert_file, &files.key_file]
            .into_iter()
            .flatten()
        {
            // What cannot be read is reported by `load`.
            crate::file::read(file, TLS_FILE).ok().hash(&mut contents);
        }
        let contents = contents.finish();
        contents.hash(hash);
        let tls = TlsOptions::load(&files).unwrap_or_else(|error| {
            let field = match error.key {
                "ca_file" => keys.ca_file.as_ref(),
                "cert_file" => keys.cert_file.as_ref(),
                "key_file" => keys.key_file.as_ref(),
                _ => keys.server_name.as_ref(),
            };
            let title = format!("`tls.{}` of {} cannot be used", error.key, scope.label);
            let label = field.map_or(error.why.clone(), |field| {
                shown_or_external(field, &error.why)
            });
            let place = field.map_or(span, |field| field.span);
            scope.report(Diagnostic::new(Code::Tls, title).at(place, label));
            TlsOptions::default()
        });
        self.loaded
            .borrow_mut()
            .insert(key, (tls.clone(), contents));
        tls
    }

    /// Reports a key or certificate that stands where its path belongs, and hides it.
    pub(super) fn is_no_path(&self, what: &str, field: &Setting<String>) -> bool {
        let text = field.value.as_deref().unwrap_or_default();
        let is_content = text.contains("-----BEGIN") || text.contains(['\n', '\0']);
        if is_content {
            self.context.mask(field.span);
            let title = format!("{what} has a text where the path of a file belongs");
            let problem = Diagnostic::new(Code::Tls, title)
                .at(field.span, "expected the path of a file in PEM");
            self.context.report(
                problem
                    .help("put the text into a file that only hbmon can read, and name that file"),
            );
        }
        is_content
    }

    /// With `server_name` hbmon resolves the URL's host itself, which only a socks5 proxy lets it
    /// do.
    fn server_name_through(
        &self,
        scope: &Scope<'_>,
        keys: &file::EndpointKeys,
        proxy: Option<&Url>,
    ) {
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

    pub(super) fn method(&self, scope: &Scope<'_>, field: Option<&Setting<String>>) -> Method {
        let Some((field, text)) = field.and_then(|field| Some((field, field.value.as_deref()?)))
        else {
            return Method::GET;
        };
        let method = Method::from_bytes(text.as_bytes())
            .ok()
            .filter(|method| !method.as_str().eq_ignore_ascii_case("CONNECT"));
        method
            .map(|method| self.known_method(scope, field, method))
            .unwrap_or_else(|| {
                let title = format!(
                    "`method` of {} is not an HTTP method that can be sent",
                    scope.label
                );
                scope.report(
                    Diagnostic::new(Code::Value, title)
                        .at(field.span, "expected a word such as `GET` or `POST`"),
                );
                Method::GET
            })
    }
}

/// What is wrong with a file or name, behind how it may be shown.
pub(super) fn shown_or_external(field: &Setting<String>, why: &str) -> String {
    let shown = field.shown_text().unwrap_or_default();
    if shown.len() > LONGEST_SHOWN {
        format!("this {why}")
    } else {
        format!("`{shown}` {why}")
    }
}
