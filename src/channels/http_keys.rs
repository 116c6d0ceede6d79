//! The keys that all kinds share that speak HTTP, and their resolution.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use schemars::JsonSchema;
use serde::Deserialize;
use siphasher::sip::SipHasher13;
use url::Url;

use super::Channel;
use super::kind::{ChannelKindKeys, ResolvedChannel};
use super::plan::SEND_TIMEOUT;
use super::secret_url::SecretUrl;
use crate::alerts::message::MessageStyle;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::ReferenceSection;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::{Flattened, Pairs, Setting};
use crate::conf::units::ConfigDuration;
use crate::monitors::caches::Caches;
use crate::monitors::dial::config::headers::{authorization, headers};
use crate::monitors::dial::config::keys::{Auth, EndpointKeys, TlsKeys};
use crate::monitors::dial::config::tls::tls;
use crate::monitors::dial::config::url::{proxy, take_login};
use crate::monitors::dial::{ConnectOptions, is_host_name};

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);
/// Maximum number of bytes that are read of an answer.
const MAX_ANSWER: usize = 64 << 10;
/// A shorter part of a path is a word such as `services` and tells nothing. A value from outside is
/// a secret at any length.
const SHORTEST_SECRET_SEGMENT: usize = 9;

/// The keys of every kind that speaks HTTP. A text instead of the map is its URL.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct SendKeys {
    /// URL of a proxy: http, https, socks5 or socks5h; without path and query. Default: none.
    pub proxy: Option<Setting<String>>,
    /// Certificates and names for TLS. Default: the system's root certificates.
    pub tls: Option<Setting<TlsKeys>>,
    /// Time limit of a request and its answer; from 1 second to 60 seconds. Default: `10s`.
    pub timeout: Option<Setting<ConfigDuration>>,
}

/// The keys of a kind that speaks HTTP, without those that all of them share.
pub trait HttpChannelKeys {
    fn resolve(
        &self,
        request: &mut RequestScope<'_>,
        style: MessageStyle,
    ) -> Option<Arc<dyn Channel>>;

    fn sections() -> Vec<ReferenceSection>;
}

impl<K: HttpChannelKeys> ChannelKindKeys for Flattened<SendKeys, K> {
    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        style: MessageStyle,
    ) -> Option<ResolvedChannel> {
        let mut request = RequestScope {
            scope,
            secrets: Vec::new(),
            auth: None,
            place: None,
        };
        let shared = &self.shared;
        let channel = self.own.resolve(&mut request, style);
        let mut secrets = request.secrets;
        let options = ConnectOptions {
            auth: request.auth,
            // A reload replaces channels by what they resolve to, not by a hash of their keys.
            tls: tls(
                &caches.tls,
                scope,
                shared.tls.as_ref(),
                &mut SipHasher13::new(),
            ),
            proxy: proxy(scope, shared.proxy.as_ref(), &mut secrets),
            ..ConnectOptions::new(MAX_ANSWER)
        };
        Some(ResolvedChannel {
            timeout: send_timeout(scope, shared.timeout.as_ref()),
            channel: channel?,
            place: request.place.unwrap_or_default(),
            options: Some(caches.dedup.share(options)),
            secrets,
        })
    }

    fn sections() -> Vec<ReferenceSection> {
        K::sections()
    }
}

/// Returns the limit of one whole send.
pub(super) fn send_timeout(scope: &Scope<'_>, field: Option<&Setting<ConfigDuration>>) -> Duration {
    let written = scope.period("timeout", field, SHORTEST, LONGEST);
    written.unwrap_or(SEND_TIMEOUT)
}

/// A channel's requests while its keys are resolved: what its kind finds out about them.
pub struct RequestScope<'s> {
    pub scope: &'s Scope<'s>,
    pub secrets: Vec<Secret>,
    /// The `Authorization` header.
    pub auth: Option<HeaderValue>,
    /// Scheme and host of the first URL.
    place: Option<String>,
}

impl RequestScope<'_> {
    /// Returns the URL of a required key; its userinfo becomes the `Authorization` header.
    pub(super) fn url(&mut self, kind: &str, field: Option<&Setting<String>>) -> Option<SecretUrl> {
        let Some(field) = field else {
            let title = format!("{} has no URL", self.scope.label);
            self.missing(title, &format!("write `{kind}: \"${{URL}}\"`"));
            return None;
        };
        let (mut url, login) = self.checked_url(field)?;
        self.secrets_of_url(&url);
        if let Some(login) = login {
            self.auth = authorization(self.scope, None, Some(login), &mut self.secrets);
        }
        url.set_fragment(None);
        Some(self.with_place(url))
    }

    /// The same for a URL that everybody who knows it can post to.
    pub(super) fn credential_url(
        &mut self,
        kind: &str,
        field: Option<&Setting<String>>,
    ) -> Option<SecretUrl> {
        let url = self.url(kind, field)?;
        if let Some(field) = field
            && url.reveal().path().len() > 1
        {
            let what = format!("the URL of {}", self.scope.label);
            self.scope.context.warn_plain_text(&what, field);
        }
        Some(url)
    }

    /// Returns a URL that the config need not name.
    pub(super) fn url_or(
        &mut self,
        field: Option<&Setting<String>>,
        default: &str,
    ) -> Option<SecretUrl> {
        match field {
            Some(_) => self.url("url", field),
            None => Some(self.with_place(Url::parse(default).ok()?)),
        }
    }

    /// Returns a URL without its userinfo, and the userinfo.
    pub(super) fn checked_url(
        &self,
        field: &Setting<String>,
    ) -> Option<(Url, Option<(String, Secret)>)> {
        let scope = self.scope;
        let text = field.value.as_deref()?.trim();
        let report = |code, why: &str, label: &str| {
            let title = format!("the URL of {} {why}", scope.label);
            let problem = Diagnostic::new(code, title);
            scope.report(problem.at(field.span, label));
            None
        };
        if !text.contains("://") {
            // What stands there may be the secret alone.
            scope.context.mask(field.span);
            return report(Code::NotAUrl, "has no scheme", "expected `https://…`");
        }
        let mut url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => return report(Code::NotAUrl, &format!("is not valid: {error}"), "here"),
        };
        if !["http", "https"].contains(&url.scheme()) {
            let label = "expected `https` or `http`";
            return report(Code::Scheme, "has a scheme that is not of HTTP", label);
        }
        if url
            .host_str()
            .is_none_or(|host| host.contains(['$', '{', '}']))
            || url.domain().is_some_and(|host| !is_host_name(host))
        {
            return report(Code::NotAUrl, "has a host that cannot be looked up", "here");
        }
        if let Some(shown) = field.shown_text() {
            let what = format!("a part of the URL of {}", scope.label);
            scope.context.warn_plain_url(&what, &shown, field.span);
        }
        let login = take_login(&mut url);
        Some((url, login))
    }

    /// Returns the URL, and keeps what may be shown of the first one.
    pub(super) fn with_place(&mut self, url: Url) -> SecretUrl {
        let url = SecretUrl::new(url);
        self.place.get_or_insert_with(|| url.to_string());
        url
    }

    /// Everything behind the host is a secret, but for short words.
    pub(super) fn secrets_of_url(&mut self, url: &Url) {
        let query = url.query().unwrap_or_default();
        let mut found = vec![url.as_str(), query];
        let path = url.path().trim_matches('/');
        if path.contains('/') || path.len() >= SHORTEST_SECRET_SEGMENT {
            found.push(url.path());
        }
        let segments = url.path_segments().into_iter().flatten();
        let values = query.split('&').filter_map(|pair| pair.split_once('='));
        let parts = segments.chain(values.map(|(_, value)| value));
        found.extend(parts.filter(|part| part.len() >= SHORTEST_SECRET_SEGMENT));
        let found = found.into_iter().filter(|part| !part.is_empty());
        self.secrets.extend(found.map(Secret::new));
    }

    /// Returns further headers, and takes the credentials.
    pub(super) fn headers(
        &mut self,
        written: Option<&Setting<Pairs>>,
        auth: Option<&Setting<Auth>>,
    ) -> HeaderMap {
        let keys = EndpointKeys {
            headers: written.cloned(),
            auth: auth.cloned(),
            ..EndpointKeys::default()
        };
        let headers = headers(self.scope, &keys, &mut self.secrets);
        if let Some(field) = auth {
            if self.auth.is_some() {
                let title = format!(
                    "the URL of {} has userinfo, and there is `auth` as well",
                    self.scope.label
                );
                let problem = Diagnostic::new(Code::Conflict, title);
                self.scope
                    .report(problem.at(field.span, "keep one of them"));
            }
            self.auth = authorization(self.scope, auth, None, &mut self.secrets);
        }
        headers
    }

    /// Returns a secret, and reports one that is empty or written in the config.
    pub(super) fn secret(&mut self, key: &str, field: Option<&Setting<Secret>>) -> Option<Secret> {
        let field = field?;
        let secret = field.value.as_ref()?;
        let what = format!("`{key}` of {}", self.scope.label);
        if secret.reveal().trim().is_empty() {
            let problem = Diagnostic::new(Code::Value, format!("{what} is empty"));
            self.scope
                .report(problem.at(field.span, "no receiver takes it"));
            return None;
        }
        self.scope.context.warn_plain_secret(&what, field);
        self.secrets.push(secret.clone());
        Some(secret.clone())
    }

    /// Returns the same of a required key.
    pub(super) fn required_secret(
        &mut self,
        key: &str,
        field: Option<&Setting<Secret>>,
        help: &str,
    ) -> Option<Secret> {
        if field.is_none() {
            self.missing(format!("{} has no `{key}`", self.scope.label), help);
        }
        self.secret(key, field)
    }

    /// Reports that a key is missing.
    pub(super) fn missing(&self, title: String, help: &str) {
        let problem = Diagnostic::new(Code::MissingKey, title).at(self.scope.kind_span, "here");
        self.scope.report(problem.help(help));
    }
}
