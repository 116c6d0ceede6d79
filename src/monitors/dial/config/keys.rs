//! The config keys that all kinds with a URL share.

use std::hash::{Hash, Hasher};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::levels::LevelsKeys;
use crate::conf::secret::Secret;
use crate::conf::setting::{Many, Pairs, Setting};
use crate::conf::units::{ConfigDuration, Size};

/// The keys that all kinds with a URL share. A text instead of the map is the URL.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct EndpointKeys {
    /// The URL to connect to. Userinfo in it becomes basic authentication. A fragment is an error,
    /// because it is never sent. For `socketio` the path is the namespace, as in the official
    /// clients.
    #[schemars(required)]
    pub url: Option<Setting<String>>,
    /// Headers of every request to the URL's origin. Default: none.
    pub headers: Option<Setting<Pairs>>,
    /// The `Authorization` header. Default: none.
    pub auth: Option<Setting<Auth>>,
    /// Certificates and names for TLS. Default: the system's root certificates.
    pub tls: Option<Setting<TlsKeys>>,
    /// URL of a proxy: http, https, socks5 or socks5h; without path and query. Requests by https
    /// and WebSocket, including `ws://`, use a tunnel (CONNECT) through an HTTP proxy. Default:
    /// none.
    pub proxy: Option<Setting<String>>,
    /// Addresses of the host to use: any, 4 (IPv4) or 6 (IPv6). Default: `any`.
    pub ip: Option<Setting<IpChoice>>,
    /// Resolver of names. hickory: hbmon reads the hosts file and queries the name servers itself;
    /// system: the operating system resolves. Default: `hickory`.
    pub dns: Option<Setting<DnsChoice>>,
    /// Maximum size of a body, frame, message or line; up to 1 GiB. Default: `1MiB`.
    pub max_bytes: Option<Setting<Size>>,
    /// Names of at most 16 response headers to show with a failure, and with `-v` also with a
    /// heartbeat, for example `x-request-id`. Values of headers with the name of a secret are shown
    /// as `***`. Default: none.
    pub capture: Option<Setting<Many<String>>>,
    /// Limits for the time left until the certificate expires. Default: `{warning: 14d, error:
    /// 3d}`.
    pub certificate: Option<Setting<LevelsKeys<ConfigDuration>>>,
}

/// Excludes the limits of the certificate, which belong to the policy and change no connection.
impl Hash for EndpointKeys {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let EndpointKeys {
            url,
            headers,
            auth,
            tls,
            proxy,
            ip,
            dns,
            max_bytes,
            capture,
            certificate: _,
        } = self;
        (url, headers, auth, tls, proxy, ip, dns, max_bytes, capture).hash(state);
    }
}

/// A method of authentication.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct Auth {
    /// Basic authentication (RFC 7617).
    pub basic: Option<Setting<Basic>>,
    /// A bearer token (RFC 6750).
    pub bearer: Option<Setting<Secret>>,
}

/// Basic authentication (RFC 7617).
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct Basic {
    /// Name of the user, without a colon.
    pub username: Option<Setting<String>>,
    /// Password. Default: empty.
    pub password: Option<Setting<Secret>>,
}

/// PEM files, with or without a byte order mark; keys without a passphrase. Relative paths start at
/// the config's folder.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct TlsKeys {
    /// Root certificates to trust instead of the system's.
    pub ca_file: Option<Setting<String>>,
    /// Certificate chain of the client, leaf first; needs `key_file`.
    pub cert_file: Option<Setting<String>>,
    /// Private key of the client; needs `cert_file`.
    pub key_file: Option<Setting<String>>,
    /// Name for SNI and for the check of the certificate, if it differs from the URL's host.
    pub server_name: Option<Setting<String>>,
    /// Accept every certificate. Default: `false`.
    pub insecure: Option<Setting<bool>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum IpChoice {
    #[serde(rename = "any")]
    Any,
    #[serde(rename = "4")]
    V4,
    #[serde(rename = "6")]
    V6,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub enum DnsChoice {
    Hickory,
    System,
}
