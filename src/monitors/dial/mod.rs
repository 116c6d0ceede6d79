//! The one way out: DNS, TCP, proxy, TLS, credentials, phases, and the mapping from errors to failures.

mod body;
mod cause;
mod client;
mod flight;
mod redirect;
mod resolve;
mod retry_after;
pub mod tls;
mod verify;
mod websocket;

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
use url::{Host, Url};

use super::trace::Trace;
use crate::model::{DnsCause, Failure, Stage, Text};
pub use body::Body;
use flight::{Alias, Flight, Leg};
use resolve::Resolvers;
pub use retry_after::retry_after;
use tls::Tls;
use verify::SystemRoots;
pub use websocket::websocket_failure;

/// Where a monitor connects to and how; from the keys that all kinds with a URL share (contract, section 1).
#[derive(Clone)]
pub struct Endpoint {
    /// http or https for every kind: ws and wss are rewritten by `config`. Without userinfo, which moved to `auth`.
    pub url: Url,
    /// Marked sensitive. Sent to the endpoint's own origin only.
    pub headers: HeaderMap,
    /// The `Authorization` header, marked sensitive. Sent to the endpoint's own origin only.
    pub auth: Option<HeaderValue>,
    pub tls: Tls,
    /// http, https, socks5 or socks5h; userinfo is the proxy's login.
    pub proxy: Option<Url>,
    pub family: Family,
    pub resolver: Resolver,
    /// Cap of a body, frame, message or line, in bytes.
    pub max_bytes: usize,
}

/// URLs hold secrets in queries and logins: only the origin prints.
impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Endpoint").field(&self.url.origin().ascii_serialization()).finish()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// Both, by happy eyeballs (RFC 8305).
    #[default]
    Any,
    V4,
    V6,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resolver {
    /// Our own queries: cancellable, no thread a lookup. Reads /etc/hosts and resolv.conf.
    #[default]
    Hickory,
    /// getaddrinfo, for nsswitch and mDNS.
    System,
}

/// Which HTTP versions an attempt may speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpVersion {
    /// HTTP/2 where TLS negotiates it, else HTTP/1.1.
    #[default]
    Auto,
    Http1,
    /// HTTP/2 only; with prior knowledge on a plain URL.
    Http2,
}

/// What all dialers share: resolvers and the system's roots. Cheap to clone.
#[derive(Clone)]
pub struct Dialers {
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
        // Every config names its provider; this is for whatever in a library might not. A second call changes nothing.
        let _ = tls::provider().as_ref().clone().install_default();
        Dialers { resolvers: Arc::default(), roots: Arc::default() }
    }

    /// A dialer for one monitor. `reuse`: keep one idle connection for the next attempt.
    pub fn dialer(&self, endpoint: &Endpoint, version: HttpVersion, reuse: bool, trace: &Trace) -> Dialer {
        Dialer {
            shared: self.clone(),
            endpoint: endpoint.clone(),
            version,
            reuse,
            decompress: false,
            flight: Arc::new(Flight::new(trace.clone(), endpoint.proxy.as_ref())),
            client: OnceLock::new(),
        }
    }
}

/// Dials for one monitor, one flight at a time, and keeps its trace. Takes little memory until its first use.
pub struct Dialer {
    shared: Dialers,
    endpoint: Endpoint,
    version: HttpVersion,
    reuse: bool,
    decompress: bool,
    flight: Arc<Flight>,
    client: OnceLock<reqwest::Client>,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub url: Url,
    /// Beside the endpoint's own headers, and winning over them. They follow a redirect to wherever it leads, so
    /// nothing secret belongs here.
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
}

/// A response head, and the body to read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub version: Version,
    pub headers: HeaderMap,
    /// After redirects.
    pub url: Url,
    pub body: Body,
}

impl Dialer {
    /// Asks for gzip, br and deflate, and decompresses. Without it no `Accept-Encoding` is sent, which is right for
    /// streams and upgrades: a compressor holds events back.
    #[must_use]
    pub fn decompressing(mut self) -> Dialer {
        self.decompress = true;
        self
    }

    /// Sends a request and follows up to `redirects` redirects (RFC 9110, section 15.4); with 0 a 3xx is an answer.
    /// Headers and credentials of the endpoint go to its own origin only.
    ///
    /// # Errors
    /// Whatever kept the response head from coming; `redirects` when there are too many.
    pub async fn fetch(&self, mut request: Request, redirects: u32) -> Result<Answer, Failure> {
        let mut followed = 0;
        loop {
            let response = self.send_again_if_stale(&request).await?;
            self.flight.enter(Stage::Body);
            if redirects > 0
                && let Some(next) = redirect::follow(&request, response.status(), response.headers())?
            {
                if followed == redirects {
                    return Err(Failure::Redirects { limit: redirects });
                }
                followed += 1;
                request = next;
                continue;
            }
            let (status, version, headers) = (response.status(), response.version(), response.headers().clone());
            let body = Body { response, flight: Arc::clone(&self.flight), max_bytes: self.endpoint.max_bytes };
            return Ok(Answer { status, version, headers, url: request.url, body });
        }
    }

    /// A server may close a kept connection just as the next request goes out. That is no fault of the target: such
    /// a request is sent once more, on a new connection, if that is safe (RFC 9112, section 9.3.1).
    async fn send_again_if_stale(&self, request: &Request) -> Result<reqwest::Response, Failure> {
        match self.send(request, Stage::Headers).await {
            Err(Failure::Closed { .. } | Failure::Reset { .. })
                if self.flight.reused() && request.method.is_idempotent() =>
            {
                self.send(request, Stage::Headers).await
            }
            answer => answer,
        }
    }

    /// One request and its response head. `then` is the stage once the connection stands.
    async fn send(&self, request: &Request, then: Stage) -> Result<reqwest::Response, Failure> {
        let own = request.url.origin() == self.endpoint.url.origin();
        let mut url = request.url.clone();
        let alias = if own { self.alias(&mut url) } else { None };
        self.flight.begin(Leg {
            then,
            port: url.port_or_known_default().unwrap_or(0),
            address: self.literal(&request.url)?,
            alias,
        });

        let mut headers = HeaderMap::new();
        if url.host() != request.url.host()
            && let Ok(host) = HeaderValue::from_str(&authority(&request.url))
        {
            headers.insert(http::header::HOST, host);
        }
        if own {
            headers.extend(self.endpoint.headers.clone());
            headers.extend(self.endpoint.auth.clone().map(|auth| (AUTHORIZATION, auth)));
        }
        headers.extend(request.headers.clone());

        let mut ask = reqwest::Request::new(request.method.clone(), url);
        *ask.headers_mut() = headers;
        *ask.body_mut() = request.body.clone().map(reqwest::Body::from);
        // Boxed, or the attempt keeps the size of a connection in the making for as long as it lives.
        let response =
            Box::pin(self.client()?.execute(ask)).await.map_err(|error| cause::failure(error, &self.flight))?;
        self.flight.answered(response.remote_addr());
        if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED && self.flight.has_proxy() {
            return Err(Failure::Proxy { why: Text::clean("wants authentication") });
        }
        Ok(response)
    }

    /// reqwest takes the name for SNI and verification from the URL alone, so `tls.server_name` goes there, and what
    /// is meant goes to the resolver and into `Host`.
    fn alias(&self, url: &mut Url) -> Option<Alias> {
        let name = self.endpoint.tls.server_name.as_ref().filter(|_| url.scheme() == "https")?;
        let host = url.host()?.to_owned();
        url.set_host(Some(name)).ok()?;
        Some(Alias { name: Arc::clone(name), host })
    }

    /// The address in a URL, if one stands there and hbmon itself connects to it.
    fn literal(&self, url: &Url) -> Result<Option<std::net::IpAddr>, Failure> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            Some(Host::Domain(_)) | None => return Ok(None),
        };
        if self.flight.has_proxy() || self.endpoint.family.admits(address) {
            return Ok(Some(address));
        }
        Err(Failure::Dns { host: Text::clean(&address.to_string()), cause: DnsCause::NoAddress })
    }
}

/// Host and, unless it is the scheme's own, port (RFC 9110, section 7.2).
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
