//! One request and its response head, redirects followed.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use url::{Host, Url};

use super::flight::{Alias, Flight, Leg};
use super::{Body, Dialer, redirect, shown};
use crate::model::{DnsCause, Failure, HttpHead, Stage, Text, is_sensitive};

/// Header lines that are kept of one answer.
const MOST_CAPTURED: usize = 32;

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
    /// Sends a request and follows up to `redirects` redirects (RFC 9110, section 15.4); with 0 a 3xx is an answer.
    /// Headers and credentials of the endpoint go to its own origin only.
    ///
    /// # Errors
    /// Whatever kept the response head from coming; `redirects` when there are too many.
    pub async fn fetch(&self, mut request: Request, redirects: u32) -> Result<Answer, Failure> {
        let flight = self.flight();
        let mut followed = 0;
        loop {
            let mut response = self.send_again_if_stale(&flight, &request).await?;
            flight.enter(Stage::Body);
            if redirects > 0
                && let Some(next) = redirect::follow(&request, response.status(), response.headers())?
            {
                flight.trace.redirected(shown(&next.url));
                if followed == redirects {
                    return Err(Failure::Redirects { limit: redirects, to: Some(shown(&next.url)) });
                }
                followed += 1;
                request = next;
                continue;
            }
            let (status, version) = (response.status(), response.version());
            // Taken, or a stream would keep the 8 KiB that its head was read into for as long as it lives.
            let headers = std::mem::take(response.headers_mut());
            let body = Body { response, flight, max_bytes: self.endpoint.terms.max_bytes };
            return Ok(Answer { status, version, headers, url: request.url, body });
        }
    }

    /// A server may close a kept connection just as the next request goes out. That is no fault of the target: such
    /// a request is sent once more, on a new connection, if that is safe (RFC 9112, section 9.3.1).
    async fn send_again_if_stale(&self, flight: &Arc<Flight>, request: &Request) -> Result<reqwest::Response, Failure> {
        match self.send(flight, request, Stage::Headers).await {
            Err(Failure::Closed { .. } | Failure::Reset { .. })
                if flight.reused() && request.method.is_idempotent() =>
            {
                self.send(flight, request, Stage::Headers).await
            }
            answer => answer,
        }
    }

    /// One request and its response head. `then` is the stage once the connection stands.
    pub(super) async fn send(
        &self,
        flight: &Arc<Flight>,
        request: &Request,
        then: Stage,
    ) -> Result<reqwest::Response, Failure> {
        let terms = &self.endpoint.terms;
        let own = request.url.origin() == self.endpoint.url.origin();
        let mut url = request.url.clone();
        let alias = if own { self.alias(&mut url) } else { None };
        flight.begin(Leg {
            then,
            port: url.port_or_known_default().unwrap_or(0),
            address: self.literal(&request.url)?,
            alias,
        });

        let mut headers = HeaderMap::new();
        if url.host() != request.url.host()
            && let Ok(host) = HeaderValue::from_str(&authority(&request.url))
        {
            headers.insert(HOST, host);
        }
        if own {
            headers.extend(terms.headers.clone());
            headers.extend(terms.auth.clone().map(|auth| (AUTHORIZATION, auth)));
        } else if request.body.is_some() {
            // What kind of body it is belongs to the body, and is no secret.
            headers.extend(terms.headers.get(CONTENT_TYPE).map(|kind| (CONTENT_TYPE, kind.clone())));
        }
        headers.extend(request.headers.clone());

        let mut ask = reqwest::Request::new(request.method.clone(), url);
        *ask.headers_mut() = headers;
        *ask.body_mut() = request.body.clone().map(reqwest::Body::from);
        let response = self.execute(flight, ask).await?;
        flight.answered(response.remote_addr());
        flight.trace.answered(head_of(&response), captured(&terms.capture, response.headers()));
        if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED && flight.has_proxy() {
            return Err(Failure::Proxy { why: Text::clean("wants authentication") });
        }
        Ok(response)
    }

    /// reqwest takes the name for SNI and verification from the URL alone, so `tls.server_name` goes there, and what
    /// is meant goes to the resolver and into `Host`.
    fn alias(&self, url: &mut Url) -> Option<Alias> {
        let name = self.endpoint.terms.tls.server_name.as_ref().filter(|_| url.scheme() == "https")?;
        let host = url.host()?.to_owned();
        url.set_host(Some(name)).ok()?;
        Some(Alias { name: Arc::clone(name), host })
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
        Err(Failure::Dns { host: Text::clean(&address.to_string()), cause: DnsCause::NoAddress })
    }
}

fn head_of(response: &reqwest::Response) -> HttpHead {
    let version = match response.version() {
        Version::HTTP_09 => (0, 9),
        Version::HTTP_10 => (1, 0),
        Version::HTTP_2 => (2, 0),
        Version::HTTP_3 => (3, 0),
        _ => (1, 1),
    };
    HttpHead { status: response.status().as_u16(), version }
}

/// The headers of an answer that are to be shown. A secret by its name is told without its value.
fn captured(names: &[HeaderName], headers: &HeaderMap) -> Vec<(Text, Text)> {
    let values = names.iter().flat_map(|name| headers.get_all(name).iter().map(move |value| (name, value)));
    let shown = values.take(MOST_CAPTURED).map(|(name, value)| {
        let value = if is_sensitive(name.as_str()) { Text::clean("***") } else { Text::clean_bytes(value.as_bytes()) };
        (Text::clean(name.as_str()), value)
    });
    shown.collect()
}

/// Host and, unless it is the scheme's own, port (RFC 9110, section 7.2).
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
