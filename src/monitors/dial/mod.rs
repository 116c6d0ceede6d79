//! The one way out: DNS, TCP, proxy, TLS, credentials, phases, and the mapping from errors to
//! failures.

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
pub use body::Body;
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

/// Where a monitor connects to and how; from the keys that all kinds with a URL share (contract,
/// section 1).
#[derive(Clone)]
pub struct Endpoint {
    /// http or https for every kind: ws and wss are rewritten by `config`. Without userinfo, which
    /// moved to `auth`.
    pub url: Url,
    /// Shared by monitors that are alike in it: it takes over three times as much as the URL.
    pub options: Arc<ConnectOptions>,
}

/// On what terms a monitor connects, wherever to.
#[derive(Clone, PartialEq)]
pub struct ConnectOptions {
    /// Marked sensitive. Sent to the endpoint's own origin only.
    pub headers: HeaderMap,
    /// The `Authorization` header, marked sensitive. Sent to the endpoint's own origin only.
    pub auth: Option<HeaderValue>,
    pub tls: TlsOptions,
    /// http, https, socks5 or socks5h; userinfo is the proxy's login.
    pub proxy: Option<Url>,
    pub family: Family,
    pub resolver: ResolverKind,
    /// Cap of a body, frame, message or line, in bytes.
    pub max_bytes: usize,
    /// Headers of answers that are shown as evidence.
    pub capture: Vec<HeaderName>,
}

/// URLs hold secrets in queries and logins: only the origin prints.
impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Endpoint")
            .field(&self.url.origin().ascii_serialization())
            .finish()
    }
}

impl ConnectOptions {
    /// Nothing but a cap of what is read, in bytes.
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

/// Headers and logins are secrets.
impl std::fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Terms")
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Family {
    /// Both, by happy eyeballs (RFC 8305).
    #[default]
    Any,
    V4,
    V6,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ResolverKind {
    /// Our own queries: cancellable, no thread a lookup. Reads /etc/hosts and resolv.conf.
    #[default]
    Hickory,
    /// getaddrinfo, for nsswitch and mDNS.
    System,
}

/// Which HTTP versions an attempt may speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HttpVersion {
    /// HTTP/2 where TLS negotiates it, else HTTP/1.1.
    #[default]
    Auto,
    Http1,
    /// HTTP/2 only; with prior knowledge on a plain URL.
    Http2,
}

/// Whether this machine is the reason that none of these answers: it has no network. None of none
/// is.
pub fn is_offline(peers: &[SocketAddr]) -> bool {
    network::is_offline(peers.iter().map(SocketAddr::ip))
}

/// What all dialers share: clients, resolvers and the system's roots. Cheap to clone.
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
        // Every config names its provider; this is for whatever in a library might not. A second
        // call changes nothing.
        let _ = tls::provider().as_ref().clone().install_default();
        Dialers(Arc::default())
    }

    /// A dialer for one monitor. `reuse`: keep one idle connection for the next attempt.
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

/// Dials for one monitor, one flight at a time, and keeps its trace. Takes little memory until its
/// first use.
pub struct Dialer {
    shared: Arc<DialResources>,
    endpoint: Arc<Endpoint>,
    trace: Trace,
    version: HttpVersion,
    decompress: bool,
    /// The flight of a dialer that keeps its connection, and with it what the connection showed.
    reusable: Option<Arc<InFlight>>,
    client: OnceLock<Arc<reqwest::Client>>,
}

impl Dialer {
    /// Asks for gzip, br and deflate, and decompresses what is read as a whole. Without it no
    /// `Accept-Encoding` is sent, which is right for streams and upgrades: a compressor holds
    /// events back.
    #[must_use]
    pub fn decompressing(mut self) -> Dialer {
        self.decompress = true;
        self
    }

    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// For one attempt.
    fn in_flight(&self) -> Arc<InFlight> {
        match &self.reusable {
            Some(flight) => Arc::clone(flight),
            None => Arc::new(InFlight::new(&self.trace, &self.endpoint.options, false)),
        }
    }
}
