//! The config keys that all kinds with a URL share.

use std::hash::{Hash, Hasher};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::levels::LevelsKeys;
use crate::conf::secret::Secret;
use crate::conf::setting::{Many, Pairs, Setting};
use crate::conf::units::{Period, Size};

/// The keys that all kinds with a URL share. A bare text instead of the map is the URL.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct EndpointKeys {
    /// Where to connect to. Userinfo in it becomes basic authentication; a fragment is refused,
    /// since it is never sent. For `socketio` the path is the namespace, as in the official
    /// clients.
    #[schemars(required)]
    pub url: Option<Setting<String>>,
    /// Headers of every request to the URL's own origin. Default: none.
    pub headers: Option<Setting<Pairs>>,
    /// The `Authorization` header. Default: none.
    pub auth: Option<Setting<Auth>>,
    /// Certificates and names for TLS. Default: the system's roots.
    pub tls: Option<Setting<TlsKeys>>,
    /// URL of a proxy: http, https, socks5 or socks5h; no path and no query. An HTTP proxy is asked
    /// for a tunnel (CONNECT) by https and by WebSocket, also for `ws://`. Default: none.
    pub proxy: Option<Setting<String>>,
    /// Which addresses of a host to use: any, 4 or 6. Default: `any`.
    pub ip: Option<Setting<IpChoice>>,
    /// Who resolves names: hickory reads the hosts file and asks the name servers itself, system
    /// asks the operating system. Default: `hickory`.
    pub dns: Option<Setting<DnsChoice>>,
    /// Cap of a body, frame, message or line; up to 1 GiB. Default: `1MiB`.
    pub max_bytes: Option<Setting<Size>>,
    /// Names of headers of the answer, at most 16, that are shown beside a failure, and with `-v`
    /// beside a heartbeat, for example `x-request-id`. Values of headers that hold secrets by their
    /// name are shown as `***`. Default: none.
    pub capture: Option<Setting<Many<String>>>,
    /// Time left on a certificate. Default: `{warning: 14d, error: 3d}`.
    pub certificate: Option<Setting<LevelsKeys<Period>>>,
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

/// One way to authenticate.
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
    /// The user's name, without a colon.
    pub username: Option<Setting<String>>,
    /// The password. Default: empty.
    pub password: Option<Setting<Secret>>,
}

/// Files in PEM, a byte order mark is skipped; keys without a passphrase. Relative paths start at
/// the config's folder.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct TlsKeys {
    /// Roots to trust instead of the system's.
    pub ca_file: Option<Setting<String>>,
    /// The client's certificate chain, leaf first; with `key_file`.
    pub cert_file: Option<Setting<String>>,
    /// The client's private key; with `cert_file`.
    pub key_file: Option<Setting<String>>,
    /// The name to ask for and to check, if it is not the URL's host.
    pub server_name: Option<Setting<String>>,
    /// Accept any certificate. Default: `false`.
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
