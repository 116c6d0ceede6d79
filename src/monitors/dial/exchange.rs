//! Sends one request over one connection, up to the head of its response.

use std::net::IpAddr;
use std::sync::Arc;

use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, COOKIE, HOST, PROXY_AUTHORIZATION, RANGE, USER_AGENT,
};
use http::response::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use hyper::body::Incoming;
use url::{Host, Origin, Position, Url};

use super::client::USER_AGENT as OWN_NAME;
use super::codings::{ACCEPT_ENCODINGS, Codings};
use super::cookie_jar::CookieJar;
use super::head_evidence::{captured_headers, head_summary};
use super::http_connection::{HttpConnection, SendError};
use super::in_flight::{Hop, InFlight, SniAlias};
use super::request_body::{BodySent, RequestBody};
use super::{Body, Dialer, HttpRequest, HttpVersion, cause, own_address};
use crate::model::{DnsCause, Failure, RedirectFault, Stage, Text, WireProtocol};

/// One request of an attempt with its context.
pub(super) struct HopRequest<'r> {
    pub(super) request: &'r HttpRequest,
    /// Cookies that earlier responses have set.
    pub(super) jar: &'r CookieJar,
    /// The request follows a redirect.
    pub(super) is_redirect: bool,
}

/// A response whose head was read, and the connection that its body comes over.
pub(super) struct OpenResponse {
    pub(super) response: http::Response<Incoming>,
    pub(super) connection: HttpConnection,
}

/// The error of a request without a usable response.
pub(super) struct ExchangeError {
    pub(super) failure: Failure,
    /// The server certainly did not process the request.
    is_unprocessed: bool,
}

impl From<Failure> for ExchangeError {
    fn from(failure: Failure) -> ExchangeError {
        ExchangeError {
            failure,
            is_unprocessed: false,
        }
    }
}

impl ExchangeError {
    /// Returns whether the request may be sent a second time. That holds in two cases:
    ///
    /// - The server refused the request (RFC 9113, section 8.7), or an idle connection closed
    ///   before the request was sent.
    /// - An idle connection closed while the request was sent, which is not a fault of the target,
    ///   and the method is idempotent (RFC 9112, section 9.3.1).
    fn may_be_sent_again(&self, in_flight: &InFlight, request: &HttpRequest) -> bool {
        let is_lost = matches!(self.failure, Failure::Closed { .. } | Failure::Reset { .. });
        self.is_unprocessed || (is_lost && in_flight.reused() && request.method.is_idempotent())
    }
}

impl OpenResponse {
    pub(super) fn into_parts(
        self,
        dialer: &Dialer,
        in_flight: &Arc<InFlight>,
        origin: Origin,
    ) -> (Parts, Body) {
        let (head, incoming) = self.response.into_parts();
        let codings = if dialer.decompress {
            Codings::from_headers(&head.headers)
        } else {
            Codings::default()
        };
        let options = &dialer.endpoint.options;
        (
            head,
            Body::new(
                incoming,
                self.connection,
                Arc::clone(in_flight),
                origin,
                codings,
                options.max_bytes,
            ),
        )
    }
}

impl Dialer {
    /// Sends a request, and repeats it once if `may_be_sent_again` allows it.
    pub(super) async fn send_with_retry(
        &self,
        in_flight: &Arc<InFlight>,
        hop: &HopRequest<'_>,
    ) -> Result<OpenResponse, Failure> {
        match self.send(in_flight, hop, Stage::Headers).await {
            Ok(received) => Ok(received),
            Err(error) if error.may_be_sent_again(in_flight, hop.request) => self
                .send(in_flight, hop, Stage::Headers)
                .await
                .map_err(|error| error.failure),
            Err(error) => Err(error.failure),
        }
    }

    /// Sends one request and reads the response head. `next_stage` begins once the connection is
    /// established.
    async fn send(
        &self,
        in_flight: &Arc<InFlight>,
        hop: &HopRequest<'_>,
        next_stage: Stage,
    ) -> Result<OpenResponse, ExchangeError> {
        let connection = self.connection(in_flight, hop.request, next_stage).await?;
        if hop.is_redirect && connection.addresses.is_some_and(own_address::is_own) {
            return Err(Failure::RedirectRefused {
                why: RedirectFault::ToHbmon,
            }
            .into());
        }
        self.send_over(connection, in_flight, hop).await
    }

    /// Sends one request over this connection and reads the response head.
    pub(super) async fn send_over(
        &self,
        mut connection: HttpConnection,
        in_flight: &Arc<InFlight>,
        hop: &HopRequest<'_>,
    ) -> Result<OpenResponse, ExchangeError> {
        let (outgoing, body_sent) = self.compose(&connection, hop)?;
        if let Some(transcript) = in_flight.trace.transcript() {
            transcript.request(&outgoing);
        }
        match connection.send(outgoing, body_sent).await {
            Ok(response) => {
                in_flight.answered(connection.addresses.map(|addresses| addresses.peer));
                if let Some(transcript) = in_flight.trace.transcript() {
                    transcript.response(&response);
                }
                let capture = &self.endpoint.options.capture;
                in_flight.trace.answered(
                    head_summary(&response),
                    captured_headers(capture, response.headers()),
                );
                if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
                    && in_flight.has_proxy()
                {
                    return Err(Failure::Proxy {
                        why: Text::clean("wants authentication"),
                    }
                    .into());
                }
                Ok(OpenResponse {
                    response,
                    connection,
                })
            }
            Err(SendError { error, is_unsent }) => {
                let is_unprocessed = (is_unsent && in_flight.reused()) || cause::is_refused(&error);
                Err(ExchangeError {
                    failure: cause::failure(&error, in_flight),
                    is_unprocessed,
                })
            }
        }
    }

    /// Returns an idle connection that is ready, or a new one.
    pub(super) async fn connection(
        &self,
        in_flight: &Arc<InFlight>,
        request: &HttpRequest,
        next_stage: Stage,
    ) -> Result<HttpConnection, Failure> {
        let mut url = request.url.clone();
        let alias = if self.is_own(request) {
            self.apply_server_name(&mut url)
        } else {
            None
        };
        let port = url.port_or_known_default().unwrap_or(0);
        in_flight.begin(Hop {
            next_stage,
            port,
            address: self.ip_address(&request.url)?,
            alias,
        });
        if let Some(mut connection) = in_flight.take_idle(&request.url.origin())
            && connection.is_ready().await
        {
            return Ok(connection);
        }
        self.connect(in_flight, url).await
    }

    /// Opens a connection for a request to `url`, whose host may be that of a `SniAlias`.
    async fn connect(
        &self,
        in_flight: &Arc<InFlight>,
        url: Url,
    ) -> Result<HttpConnection, Failure> {
        let mut outcome = self.dial(in_flight, url.clone()).await?;
        if let Err(error) = &outcome
            && let Some(address) = cause::winner(error)
        {
            // Another address answered first.
            in_flight.pin(address);
            outcome = self.dial(in_flight, url).await?;
        }
        let Some(socket) = in_flight.take_socket() else {
            return Err(match outcome {
                // The query of the URL may be secret.
                Err(error) => cause::failure(&error.without_url(), in_flight),
                Ok(_) => unusable("connection"),
            });
        };
        let connection = HttpConnection::open(socket, self.version == HttpVersion::Http2).await;
        connection.map_err(|error| cause::failure(&error, in_flight))
    }

    /// Makes reqwest connect. `ConnectLayer` takes the connection, so the request itself always
    /// fails.
    async fn dial(
        &self,
        in_flight: &Arc<InFlight>,
        url: Url,
    ) -> Result<reqwest::Result<reqwest::Response>, Failure> {
        let request = reqwest::Request::new(http::Method::GET, url);
        Ok(in_flight.send(self.client()?.execute(request)).await)
    }

    /// Returns whether a request goes to the endpoint's own origin.
    fn is_own(&self, request: &HttpRequest) -> bool {
        request.url.origin() == self.endpoint.url.origin()
    }

    /// Builds the request for this connection.
    fn compose(
        &self,
        connection: &HttpConnection,
        hop: &HopRequest<'_>,
    ) -> Result<(http::Request<RequestBody>, BodySent), Failure> {
        let request = hop.request;
        let (body, body_sent) = RequestBody::new(request.body.clone());
        let mut outgoing = http::Request::new(body);
        *outgoing.method_mut() = request.method.clone();
        *outgoing.uri_mut() = target(&request.url, connection)?;
        *outgoing.headers_mut() = self.headers(connection, hop);
        if connection.is_http2() {
            *outgoing.version_mut() = http::Version::HTTP_2;
        }
        Ok((outgoing, body_sent))
    }

    /// Builds the request's headers. The endpoint's headers are added for its origin only, and the
    /// request's own headers override them.
    fn headers(&self, connection: &HttpConnection, hop: &HopRequest<'_>) -> HeaderMap {
        let HopRequest { request, jar, .. } = hop;
        let options = &self.endpoint.options;
        let mut headers = HeaderMap::new();
        if self.is_own(request) {
            headers.extend(options.headers.clone());
            headers.extend(options.auth.clone().map(|auth| (AUTHORIZATION, auth)));
        }
        headers.extend(request.headers.clone());
        if let Some(cookies) = jar.header(&request.url, &headers) {
            headers.insert(COOKIE, cookies);
        }
        let host = HeaderValue::from_str(&authority(&request.url))
            .ok()
            .filter(|_| !connection.is_http2());
        let login = if connection.is_proxied {
            self.proxy_login()
        } else {
            None
        };
        for (name, value) in [
            (USER_AGENT, Some(HeaderValue::from_static(OWN_NAME))),
            (ACCEPT, Some(HeaderValue::from_static("*/*"))),
            (
                ACCEPT_ENCODING,
                Some(ACCEPT_ENCODINGS).filter(|_| self.decompress && !headers.contains_key(RANGE)),
            ),
            (HOST, host),
            (PROXY_AUTHORIZATION, login),
        ] {
            if let Some(value) = value {
                headers.entry(name).or_insert(value);
            }
        }
        headers
    }

    /// Replaces the URL's host by `tls.server_name`, because reqwest takes the name for SNI and
    /// verification from the URL only. The real host goes to the resolver and into `Host`.
    fn apply_server_name(&self, url: &mut Url) -> Option<SniAlias> {
        let name = self
            .endpoint
            .options
            .tls
            .server_name
            .as_ref()
            .filter(|_| url.scheme() == "https")?;
        let host = url.host()?.to_owned();
        url.set_host(Some(name)).ok()?;
        Some(SniAlias {
            name: Arc::clone(name),
            host,
        })
    }

    /// Returns the IP address in a URL, if there is one.
    ///
    /// # Errors
    /// `dns` if hbmon connects to it directly and the address is of an excluded family.
    fn ip_address(&self, url: &Url) -> Result<Option<IpAddr>, Failure> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            Some(Host::Domain(_)) | None => return Ok(None),
        };
        if self.endpoint.options.proxy.is_some() || self.endpoint.options.family.admits(address) {
            return Ok(Some(address));
        }
        Err(Failure::Dns {
            host: Text::clean(&address.to_string()),
            cause: DnsCause::NoAddress,
        })
    }
}

/// Returns the request target: the path for a server, the whole URL for a proxy and for HTTP/2 (RFC
/// 9112, section 3.2).
fn target(url: &Url, connection: &HttpConnection) -> Result<Uri, Failure> {
    let path = &url[Position::BeforePath..Position::AfterQuery];
    let path: PathAndQuery = path.parse().map_err(|_| unusable("path"))?;
    if !connection.is_http2() && !connection.is_proxied {
        return Ok(path.into());
    }
    let authority: Authority = authority(url).parse().map_err(|_| unusable("host"))?;
    let scheme = if url.scheme() == "https" {
        Scheme::HTTPS
    } else {
        Scheme::HTTP
    };
    let parts = Uri::builder()
        .scheme(scheme)
        .authority(authority)
        .path_and_query(path);
    parts.build().map_err(|_| unusable("URL"))
}

/// Returns the host, and the port unless it is the scheme's default (RFC 9110, section 7.2).
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Returns the failure of a request with an unusable part.
pub(super) fn unusable(what: &str) -> Failure {
    Failure::Protocol {
        protocol: WireProtocol::Http,
        why: Text::clean(&format!("unusable {what}")),
    }
}
