//! One request and its response head, redirects followed.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Version};
use url::Url;

use super::cookie_jar::CookieJar;
use super::exchange::HopRequest;
use super::{Body, Dialer, redacted, redirect};
use crate::model::{Failure, Stage};

#[derive(Clone, Debug)]
pub struct HttpRequest {
    pub method: Method,
    pub url: Url,
    /// Beside the endpoint's own headers, and winning over them. They follow a redirect to wherever
    /// it leads, so nothing secret belongs here.
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
}

/// A response head, and the body to read.
#[derive(Debug)]
pub struct HttpResponse {
    pub status: StatusCode,
    pub version: Version,
    pub headers: HeaderMap,
    /// After redirects.
    pub url: Url,
    pub body: Body,
}

impl Dialer {
    /// Sends a request and follows up to `redirects` redirects (RFC 9110, section 15.4); with 0 a
    /// 3xx is an answer. Headers and credentials of the endpoint go to its own origin only, a body
    /// to the origin that it was meant for. Cookies live from one redirect to the next.
    ///
    /// # Errors
    /// Whatever kept the response head from coming; `redirects` when there are too many or one must
    /// not be followed.
    pub async fn fetch(
        &self,
        mut request: HttpRequest,
        redirects: u32,
    ) -> Result<HttpResponse, Failure> {
        let flight = self.in_flight();
        let mut followed = 0;
        let mut jar = CookieJar::default();
        loop {
            let hop = HopRequest {
                request: &request,
                jar: &jar,
                is_redirect: followed > 0,
            };
            let answered = self.send_with_retry(&flight, &hop).await?;
            flight.enter(Stage::Body);
            let (head, body) = answered.into_parts(self, &flight, request.url.origin());
            if redirects > 0
                && let Some(next) = redirect::follow(&request, head.status, &head.headers)?
            {
                flight.trace.redirected(redacted(&next.url));
                redirect::allow(&request, &next)?;
                if followed == redirects {
                    return Err(Failure::Redirects {
                        limit: redirects,
                        to: Some(redacted(&next.url)),
                    });
                }
                followed += 1;
                jar.store(&request.url, &head.headers, flight.trace.wall());
                request = next;
                continue;
            }
            return Ok(HttpResponse {
                status: head.status,
                version: head.version,
                headers: head.headers,
                url: request.url,
                body,
            });
        }
    }
}
