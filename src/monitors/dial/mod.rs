//! Outgoing connections of all monitors: DNS, TCP, proxies, TLS, credentials, phase timings, and
//! the mapping from library errors to failures.

mod body;
mod cause;
mod client;
mod client_cache;
mod codings;
pub mod config;
mod cookie_jar;
mod exchange;
mod fetch;
mod head_evidence;
mod head_scan;
mod hooks;
mod http_connection;
mod in_flight;
mod network;
mod own_address;
mod pem;
mod race;
mod redact;
mod redirect;
mod request_body;
mod resolve;
mod retry_after;
mod socket;
mod suites;
pub mod tls;
mod tls_failure;
mod tunnel;
mod verify;
mod websocket;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::trace::Trace;
use crate::model::Failure;
pub use body::Body;
pub use cause::foreign_failure;
use client_cache::ClientCache;
pub use fetch::{HttpRequest, HttpResponse};
use in_flight::InFlight;
pub use own_address::OwnAddress;
pub use redact::{redacted, redirect_note, status_note};
use resolve::Resolvers;
pub use resolve::is_host_name;
pub use retry_after::retry_after;
use tls::TlsOptions;
use verify::SystemRoots;
pub use websocket::{Upgraded, websocket_failure};

/// URL and connection options of a monitor. All kinds with a URL share these config keys.
#[derive(Clone)]
pub struct Endpoint {
    /// The scheme is http or https for every kind: `config` rewrites ws and wss. There is no
    /// userinfo: `config` moves it to `ConnectOptions::auth`.
    pub url: Url,
    /// Shared by monitors with equal options, because options take over three times the memory of a
    /// URL.
    pub options: Arc<ConnectOptions>,
}

/// Options of a monitor's connections, independent of the URL.
#[derive(Clone, PartialEq)]
pub struct ConnectOptions {
    /// Extra request headers, marked sensitive. They are sent to the endpoint's origin only.
    pub headers: HeaderMap,
    /// The `Authorization` header, marked sensitive. It is sent to the endpoint's origin only.
    pub auth: Option<HeaderValue>,
    pub tls: TlsOptions,
    /// URL of the proxy: http, https, socks5 or socks5h. Its userinfo is the login at the proxy.
    pub proxy: Option<Url>,
    pub family: Family,
    pub resolver: ResolverKind,
    /// Maximum size of a body, frame, message or line, in bytes.
    pub max_bytes: usize,
    /// Names of the response headers that are shown as evidence.
    pub capture: Vec<HeaderName>,
}

/// Prints the origin only, because queries and logins in URLs may be secret.
impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Endpoint")
            .field(&self.url.origin().ascii_serialization())
            .finish()
    }
}

impl ConnectOptions {
    /// Returns the default options with this limit for what is read, in bytes.
    pub fn new(max_bytes: usize) -> ConnectOptions {
        ConnectOptions {
            headers: HeaderMap::new(),
            auth: None,
            tls: TlsOptions::default(),
            proxy: None,
            family: Family::default(),
            resolver: ResolverKind::default(),
            max_bytes,
            capture: Vec::new(),
        }
    }
}

/// Prints no fields, because headers and logins are secret.
impl std::fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Terms")
    }
}

/// Address families that a monitor connects to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Family {
    /// IPv4 and IPv6 with Happy Eyeballs (RFC 8305).
    #[default]
    Any,
    V4,
    V6,
}

/// How host names are resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ResolverKind {
    /// Sends DNS queries itself: cancellable, and no thread per lookup. Reads /etc/hosts and
    /// /etc/resolv.conf.
    #[default]
    Hickory,
    /// Calls getaddrinfo, which supports nsswitch and mDNS.
    System,
}

/// HTTP versions that an attempt may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HttpVersion {
    /// HTTP/2 if TLS negotiates it, otherwise HTTP/1.1.
    #[default]
    Auto,
    Http1,
    /// HTTP/2 only, with prior knowledge on http URLs (RFC 9113, section 3.3).
    Http2,
}

/// Returns whether no peer answers because this machine has no network. It returns false for an
/// empty list.
pub fn is_offline(peers: &[SocketAddr]) -> bool {
    network::is_offline(peers.iter().map(SocketAddr::ip))
}

/// Creates dialers, and holds the clients, resolvers and system roots that they share. Cheap to
/// clone.
#[derive(Clone)]
pub struct Dialers(Arc<DialResources>);

#[derive(Default)]
struct DialResources {
    clients: ClientCache,
    resolvers: Arc<Resolvers>,
    roots: Arc<SystemRoots>,
}

impl Default for Dialers {
    fn default() -> Dialers {
        Dialers::new()
    }
}

impl Dialers {
    pub fn new() -> Dialers {
        // Every TLS config of hbmon names its provider. The default serves library code that names
        // none. A second call has no effect.
        let _ = tls::provider().as_ref().clone().install_default();
        Dialers(Arc::default())
    }

    /// Looks a host up, with getaddrinfo, for a protocol whose library connects itself. Returns at
    /// least one address, in the order in which to try them.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
        if let Ok(address) = host.parse() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let found = self.0.resolvers.addresses(host).await?;
        let found = found.into_iter();
        Ok(found
            .map(|address| SocketAddr::new(address, port))
            .collect())
    }

    /// Creates the dialer of one monitor. With `reuse` it keeps idle connections for the next
    /// attempt.
    pub fn dialer(
        &self,
        endpoint: &Arc<Endpoint>,
        version: HttpVersion,
        reuse: bool,
        trace: &Trace,
    ) -> Dialer {
        Dialer {
            shared: Arc::clone(&self.0),
            endpoint: Arc::clone(endpoint),
            trace: trace.clone(),
            version,
            decompress: false,
            reusable: reuse.then(|| Arc::new(InFlight::new(trace, &endpoint.options, true))),
            client: OnceLock::new(),
        }
    }
}

/// Connects and sends requests for one monitor, one request at a time. It takes little memory until
/// its first use.
pub struct Dialer {
    shared: Arc<DialResources>,
    endpoint: Arc<Endpoint>,
    trace: Trace,
    version: HttpVersion,
    decompress: bool,
    /// State that outlives an attempt, for a dialer that reuses its connections.
    reusable: Option<Arc<InFlight>>,
    client: OnceLock<Arc<reqwest::Client>>,
}

impl Dialer {
    /// Requests gzip, br and deflate, and decompresses bodies that are read in full. By default no
    /// `Accept-Encoding` is sent: a compressor would delay the events of a stream.
    #[must_use]
    pub fn decompressing(mut self) -> Dialer {
        self.decompress = true;
        self
    }

    /// Returns the trace of the monitor's attempts.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Returns the state for one attempt.
    fn in_flight(&self) -> Arc<InFlight> {
        match &self.reusable {
            Some(in_flight) => Arc::clone(in_flight),
            None => Arc::new(InFlight::new(&self.trace, &self.endpoint.options, false)),
        }
    }
}
