//! One request over one connection, up to the head of its answer.

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

/// One request of an attempt.
pub(super) struct HopRequest<'r> {
    pub(super) request: &'r HttpRequest,
    /// What answers before it have set.
    pub(super) jar: &'r CookieJar,
    /// An answer has sent hbmon here.
    pub(super) is_redirect: bool,
}

/// The head of an answer, the body behind it, and the connection that they come over.
pub(super) struct OpenResponse {
    pub(super) response: http::Response<Incoming>,
    pub(super) connection: HttpConnection,
}

/// An exchange without an answer.
pub(super) struct ExchangeError {
    pub(super) failure: Failure,
    /// It is certain that the server did not process the request.
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
    /// - The server refused the request (RFC 9113, section 8.7), or a kept connection was closed
    ///   before it was sent.
    /// - A kept connection was closed while it was sent, which is no fault of the target, and the
    ///   method may be repeated (RFC 9112, section 9.3.1).
    fn may_be_sent_again(&self, flight: &InFlight, request: &HttpRequest) -> bool {
        let is_lost = matches!(self.failure, Failure::Closed { .. } | Failure::Reset { .. });
        self.is_unprocessed || (is_lost && flight.reused() && request.method.is_idempotent())
    }
}

impl OpenResponse {
    pub(super) fn into_parts(
        self,
        dialer: &Dialer,
        flight: &Arc<InFlight>,
        origin: Origin,
    ) -> (Parts, Body) {
        let (head, incoming) = self.response.into_parts();
        let codings = if dialer.decompress {
            Codings::from_headers(&head.headers)
        } else {
            Codings::default()
        };
        let terms = &dialer.endpoint.options;
        (
            head,
            Body::new(
                incoming,
                self.connection,
                Arc::clone(flight),
                origin,
                codings,
                terms.max_bytes,
            ),
        )
    }
}

impl Dialer {
    /// Sends a request, and once more if it was certainly not processed or may be repeated.
    pub(super) async fn send_with_retry(
        &self,
        flight: &Arc<InFlight>,
        hop: &HopRequest<'_>,
    ) -> Result<OpenResponse, Failure> {
        match self.send(flight, hop, Stage::Headers).await {
            Ok(answered) => Ok(answered),
            Err(fault) if fault.may_be_sent_again(flight, hop.request) => self
                .send(flight, hop, Stage::Headers)
                .await
                .map_err(|fault| fault.failure),
            Err(fault) => Err(fault.failure),
        }
    }

    /// One request and the head of its answer. `then` is the stage once the connection stands.
    async fn send(
        &self,
        flight: &Arc<InFlight>,
        hop: &HopRequest<'_>,
        then: Stage,
    ) -> Result<OpenResponse, ExchangeError> {
        let carrier = self.connection(flight, hop.request, then).await?;
        if hop.is_redirect && carrier.addresses.is_some_and(own_address::is_own) {
            return Err(Failure::RedirectRefused {
                why: RedirectFault::ToHbmon,
            }
            .into());
        }
        self.send_over(carrier, flight, hop).await
    }

    pub(super) async fn send_over(
        &self,
        mut carrier: HttpConnection,
        flight: &Arc<InFlight>,
        hop: &HopRequest<'_>,
    ) -> Result<OpenResponse, ExchangeError> {
        let (ask, gone) = self.compose(&carrier, hop)?;
        match carrier.send(ask, gone).await {
            Ok(response) => {
                flight.answered(carrier.addresses.map(|ends| ends.peer));
                let capture = &self.endpoint.options.capture;
                flight.trace.answered(
                    head_summary(&response),
                    captured_headers(capture, response.headers()),
                );
                if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
                    && flight.has_proxy()
                {
                    return Err(Failure::Proxy {
                        why: Text::clean("wants authentication"),
                    }
                    .into());
                }
                Ok(OpenResponse {
                    response,
                    connection: carrier,
                })
            }
            Err(SendError { error, is_unsent }) => {
                let is_untouched = (is_unsent && flight.reused()) || cause::is_refused(&error);
                Err(ExchangeError {
                    failure: cause::failure(&error, flight),
                    is_unprocessed: is_untouched,
                })
            }
        }
    }

    /// A kept connection that is ready, or a new one.
    pub(super) async fn connection(
        &self,
        flight: &Arc<InFlight>,
        request: &HttpRequest,
        then: Stage,
    ) -> Result<HttpConnection, Failure> {
        let mut url = request.url.clone();
        let alias = if self.is_own(request) {
            self.alias(&mut url)
        } else {
            None
        };
        let port = url.port_or_known_default().unwrap_or(0);
        flight.begin(Hop {
            next_stage: then,
            port,
            address: self.literal(&request.url)?,
            alias,
        });
        if let Some(mut carrier) = flight.take_idle(&request.url.origin())
            && carrier.is_ready().await
        {
            return Ok(carrier);
        }
        self.connect(flight, url).await
    }

    /// A new connection for a request to `url`, whose host may be an alias.
    async fn connect(&self, flight: &Arc<InFlight>, url: Url) -> Result<HttpConnection, Failure> {
        let mut end = self.dial(flight, url.clone()).await?;
        if let Err(error) = &end
            && let Some(address) = cause::winner(error)
        {
            // Another address has answered first.
            flight.pin(address);
            end = self.dial(flight, url).await?;
        }
        let Some(socket) = flight.take_socket() else {
            return Err(match end {
                // The URL's query may hold a secret.
                Err(error) => cause::failure(&error.without_url(), flight),
                Ok(_) => unusable("connection"),
            });
        };
        let carrier = HttpConnection::open(socket, self.version == HttpVersion::Http2).await;
        carrier.map_err(|error| cause::failure(&error, flight))
    }

    /// The layer in the connector takes the connection, so reqwest itself always fails.
    async fn dial(
        &self,
        flight: &Arc<InFlight>,
        url: Url,
    ) -> Result<reqwest::Result<reqwest::Response>, Failure> {
        let request = reqwest::Request::new(http::Method::GET, url);
        Ok(flight.send(self.client()?.execute(request)).await)
    }

    fn is_own(&self, request: &HttpRequest) -> bool {
        request.url.origin() == self.endpoint.url.origin()
    }

    /// The request as it goes over this connection.
    fn compose(
        &self,
        carrier: &HttpConnection,
        hop: &HopRequest<'_>,
    ) -> Result<(http::Request<RequestBody>, BodySent), Failure> {
        let request = hop.request;
        let (body, gone) = RequestBody::new(request.body.clone());
        let mut ask = http::Request::new(body);
        *ask.method_mut() = request.method.clone();
        *ask.uri_mut() = target(&request.url, carrier)?;
        *ask.headers_mut() = self.headers(carrier, hop);
        if carrier.is_http2() {
            *ask.version_mut() = http::Version::HTTP_2;
        }
        Ok((ask, gone))
    }

    /// The endpoint's own headers go to its own origin only; the request's win over them.
    fn headers(&self, carrier: &HttpConnection, hop: &HopRequest<'_>) -> HeaderMap {
        let HopRequest { request, jar, .. } = hop;
        let terms = &self.endpoint.options;
        let mut headers = HeaderMap::new();
        if self.is_own(request) {
            headers.extend(terms.headers.clone());
            headers.extend(terms.auth.clone().map(|auth| (AUTHORIZATION, auth)));
        }
        headers.extend(request.headers.clone());
        if let Some(cookies) = jar.header(&request.url, &headers) {
            headers.insert(COOKIE, cookies);
        }
        let host = HeaderValue::from_str(&authority(&request.url))
            .ok()
            .filter(|_| !carrier.is_http2());
        let login = if carrier.is_proxied {
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

    /// reqwest takes the name for SNI and verification from the URL alone, so `tls.server_name`
    /// goes there, and what is meant goes to the resolver and into `Host`.
    fn alias(&self, url: &mut Url) -> Option<SniAlias> {
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

    /// The address in a URL, if one stands there and hbmon itself connects to it.
    fn literal(&self, url: &Url) -> Result<Option<IpAddr>, Failure> {
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

/// What stands in the request line: the path for a server, all of it for a proxy and for HTTP/2.
fn target(url: &Url, carrier: &HttpConnection) -> Result<Uri, Failure> {
    let path = &url[Position::BeforePath..Position::AfterQuery];
    let path: PathAndQuery = path.parse().map_err(|_| unusable("path"))?;
    if !carrier.is_http2() && !carrier.is_proxied {
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

/// Host and, unless it is the scheme's own, port (RFC 9110, section 7.2).
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(super) fn unusable(what: &str) -> Failure {
    Failure::Protocol {
        protocol: WireProtocol::Http,
        why: Text::clean(&format!("unusable {what}")),
    }
}
