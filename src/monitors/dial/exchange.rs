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

use super::carrier::{Carrier, Unanswered};
use super::client::USER_AGENT as OWN_NAME;
use super::codings::{ASKED, Codings};
use super::flight::{Alias, Flight, Leg};
use super::jar::Jar;
use super::outgoing::{Gone, Outgoing};
use super::witness::{captured, shown_head};
use super::{Body, Dialer, HttpVersion, Request, cause, own};
use crate::model::{DnsCause, Failure, RedirectFault, Stage, Text, Wire};

/// One request of an attempt.
pub(super) struct Hop<'r> {
    pub(super) request: &'r Request,
    /// What answers before it have set.
    pub(super) jar: &'r Jar,
    /// An answer has sent hbmon here.
    pub(super) is_redirect: bool,
}

/// The head of an answer, the body behind it, and the connection that they come over.
pub(super) struct Answered {
    pub(super) response: http::Response<Incoming>,
    pub(super) carrier: Carrier,
}

/// An exchange without an answer.
pub(super) struct Fault {
    pub(super) failure: Failure,
    /// It is certain that the server did not process the request.
    is_untouched: bool,
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Fault {
        Fault {
            failure,
            is_untouched: false,
        }
    }
}

impl Fault {
    /// - The server refused the request (RFC 9113, section 8.7), or a kept connection was closed
    ///   before it was sent.
    /// - A kept connection was closed while it was sent, which is no fault of the target, and the
    ///   method may be repeated (RFC 9112, section 9.3.1).
    fn may_be_sent_again(&self, flight: &Flight, request: &Request) -> bool {
        let is_lost = matches!(self.failure, Failure::Closed { .. } | Failure::Reset { .. });
        self.is_untouched || (is_lost && flight.reused() && request.method.is_idempotent())
    }
}

impl Answered {
    pub(super) fn into_parts(
        self,
        dialer: &Dialer,
        flight: &Arc<Flight>,
        origin: Origin,
    ) -> (Parts, Body) {
        let (head, incoming) = self.response.into_parts();
        let codings = if dialer.decompress {
            Codings::of(&head.headers)
        } else {
            Codings::default()
        };
        let terms = &dialer.endpoint.terms;
        (
            head,
            Body::new(
                incoming,
                self.carrier,
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
    pub(super) async fn ask(
        &self,
        flight: &Arc<Flight>,
        hop: &Hop<'_>,
    ) -> Result<Answered, Failure> {
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
        flight: &Arc<Flight>,
        hop: &Hop<'_>,
        then: Stage,
    ) -> Result<Answered, Fault> {
        let carrier = self.carrier(flight, hop.request, then).await?;
        if hop.is_redirect && carrier.ends.is_some_and(own::is_own) {
            return Err(Failure::RedirectRefused {
                why: RedirectFault::ToHbmon,
            }
            .into());
        }
        self.send_over(carrier, flight, hop).await
    }

    pub(super) async fn send_over(
        &self,
        mut carrier: Carrier,
        flight: &Arc<Flight>,
        hop: &Hop<'_>,
    ) -> Result<Answered, Fault> {
        let (ask, gone) = self.compose(&carrier, hop)?;
        match carrier.send(ask, gone).await {
            Ok(response) => {
                flight.answered(carrier.ends.map(|ends| ends.peer));
                let capture = &self.endpoint.terms.capture;
                flight
                    .trace
                    .answered(shown_head(&response), captured(capture, response.headers()));
                if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
                    && flight.has_proxy()
                {
                    return Err(Failure::Proxy {
                        why: Text::clean("wants authentication"),
                    }
                    .into());
                }
                Ok(Answered { response, carrier })
            }
            Err(Unanswered { error, is_unsent }) => {
                let is_untouched = (is_unsent && flight.reused()) || cause::is_refused(&error);
                Err(Fault {
                    failure: cause::failure(&error, flight),
                    is_untouched,
                })
            }
        }
    }

    /// A kept connection that is ready, or a new one.
    pub(super) async fn carrier(
        &self,
        flight: &Arc<Flight>,
        request: &Request,
        then: Stage,
    ) -> Result<Carrier, Failure> {
        let mut url = request.url.clone();
        let alias = if self.is_own(request) {
            self.alias(&mut url)
        } else {
            None
        };
        let port = url.port_or_known_default().unwrap_or(0);
        flight.begin(Leg {
            then,
            port,
            address: self.literal(&request.url)?,
            alias,
        });
        if let Some(mut carrier) = flight.take_kept(&request.url.origin())
            && carrier.is_ready().await
        {
            return Ok(carrier);
        }
        self.connect(flight, url).await
    }

    /// A new connection for a request to `url`, whose host may be an alias.
    async fn connect(&self, flight: &Arc<Flight>, url: Url) -> Result<Carrier, Failure> {
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
        let carrier = Carrier::open(socket, self.version == HttpVersion::Http2).await;
        carrier.map_err(|error| cause::failure(&error, flight))
    }

    /// The layer in the connector takes the connection, so reqwest itself always fails.
    async fn dial(
        &self,
        flight: &Arc<Flight>,
        url: Url,
    ) -> Result<reqwest::Result<reqwest::Response>, Failure> {
        let request = reqwest::Request::new(http::Method::GET, url);
        Ok(flight.send(self.client()?.execute(request)).await)
    }

    fn is_own(&self, request: &Request) -> bool {
        request.url.origin() == self.endpoint.url.origin()
    }

    /// The request as it goes over this connection.
    fn compose(
        &self,
        carrier: &Carrier,
        hop: &Hop<'_>,
    ) -> Result<(http::Request<Outgoing>, Gone), Failure> {
        let request = hop.request;
        let (body, gone) = Outgoing::new(request.body.clone());
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
    fn headers(&self, carrier: &Carrier, hop: &Hop<'_>) -> HeaderMap {
        let Hop { request, jar, .. } = hop;
        let terms = &self.endpoint.terms;
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
                Some(ASKED).filter(|_| self.decompress && !headers.contains_key(RANGE)),
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
    fn alias(&self, url: &mut Url) -> Option<Alias> {
        let name = self
            .endpoint
            .terms
            .tls
            .server_name
            .as_ref()
            .filter(|_| url.scheme() == "https")?;
        let host = url.host()?.to_owned();
        url.set_host(Some(name)).ok()?;
        Some(Alias {
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
        if self.endpoint.terms.proxy.is_some() || self.endpoint.terms.family.admits(address) {
            return Ok(Some(address));
        }
        Err(Failure::Dns {
            host: Text::clean(&address.to_string()),
            cause: DnsCause::NoAddress,
        })
    }
}

/// What stands in the request line: the path for a server, all of it for a proxy and for HTTP/2.
fn target(url: &Url, carrier: &Carrier) -> Result<Uri, Failure> {
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
        wire: Wire::Http,
        why: Text::clean(&format!("unusable {what}")),
    }
}
