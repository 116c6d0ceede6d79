//! The one way out: DNS, TCP, proxy, TLS, credentials, phases, and the mapping from errors to failures.

pub mod tls;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
use reqwest::Upgraded;
use tokio_tungstenite::WebSocketStream;
use url::Url;

use super::trace::Trace;
use crate::model::Failure;
use tls::Tls;

/// Where a monitor connects to and how; from the keys that all kinds with a URL share (contract, section 1).
#[derive(Clone, Debug)]
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

/// What all dialers share: resolvers, interned TLS configs. Cheap to clone.
#[derive(Clone)]
pub struct Dialers {}

impl Dialers {
    pub fn new() -> Dialers {
        todo!()
    }

    /// A dialer for one monitor. `reuse`: keep one idle connection for the next attempt.
    pub fn dialer(&self, endpoint: &Endpoint, version: HttpVersion, reuse: bool, trace: &Trace) -> Dialer {
        todo!()
    }
}

/// Dials for one monitor, one flight at a time, and keeps its trace.
pub struct Dialer {}

pub struct Request {
    pub method: Method,
    pub url: Url,
    /// Beside the endpoint's own headers, and winning over them.
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
}

/// A response head, and the body to read.
pub struct Answer {
    pub status: StatusCode,
    pub version: Version,
    pub headers: HeaderMap,
    /// After redirects.
    pub url: Url,
    pub body: Body,
}

pub struct Body {}

impl Body {
    /// The next piece, decompressed; `None` at the proper end.
    ///
    /// # Errors
    /// `closed` when cut short, `reset`, `protocol` for bad chunks or compression.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        todo!()
    }

    /// All of it.
    ///
    /// # Errors
    /// As `chunk`, and `too_large` beyond the endpoint's `max_bytes`.
    pub async fn read(self) -> Result<Bytes, Failure> {
        todo!()
    }
}

impl Dialer {
    /// Sends a request and follows up to `redirects` redirects (RFC 9110, section 15.4); with 0 a 3xx is an answer.
    /// Headers and credentials of the endpoint go to its own origin only.
    ///
    /// # Errors
    /// Whatever kept the response head from coming; `redirects` when there are too many.
    pub async fn fetch(&self, request: Request, redirects: u32) -> Result<Answer, Failure> {
        todo!()
    }

    /// Performs the WebSocket handshake (RFC 6455, section 4.1) and gives the stream and the chosen subprotocol.
    /// Messages and frames are capped at `max_bytes`.
    ///
    /// # Errors
    /// As `fetch`; `status` when the upgrade is refused, `protocol` when it is answered wrongly.
    pub async fn websocket(
        &self,
        url: Url,
        headers: HeaderMap,
        subprotocols: &[String],
    ) -> Result<(WebSocketStream<Upgraded>, Option<String>), Failure> {
        todo!()
    }
}

/// What a WebSocket's read or write error means.
pub fn websocket_failure(error: tokio_tungstenite::tungstenite::Error, trace: &Trace) -> Failure {
    todo!()
}
