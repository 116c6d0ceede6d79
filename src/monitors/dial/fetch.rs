//! Sends a request, follows its redirects, and returns the response.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Version};
use url::Url;

use super::cookie_jar::CookieJar;
use super::exchange::HopRequest;
use super::{Body, Dialer, redacted, redirect};
use crate::model::{Failure, Stage};

/// A request of a monitor.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    pub method: Method,
    pub url: Url,
    /// Headers that are added to the endpoint's headers and override them. They are also sent to
    /// the targets of redirects, so they must not be secret.
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
}

/// The head of a response, and its body to read.
#[derive(Debug)]
pub struct HttpResponse {
    pub status: StatusCode,
    pub version: Version,
    pub headers: HeaderMap,
    /// The URL after redirects.
    pub url: Url,
    pub body: Body,
}

impl Dialer {
    /// Sends a request and follows up to `redirects` redirects (RFC 9110, section 15.4). With 0 a
    /// 3xx response is returned. Headers and credentials of the endpoint are sent to its origin
    /// only. A body is sent to the request's origin only. Cookies are kept across redirects.
    ///
    /// # Errors
    /// The failure that prevented a response head; `redirects` if there are too many redirects or
    /// one must not be followed.
    pub async fn fetch(
        &self,
        mut request: HttpRequest,
        redirects: u32,
    ) -> Result<HttpResponse, Failure> {
        let in_flight = self.in_flight();
        let mut followed = 0;
        let mut jar = CookieJar::default();
        loop {
            let hop = HopRequest {
                request: &request,
                jar: &jar,
                is_redirect: followed > 0,
            };
            let received = self.send_with_retry(&in_flight, &hop).await?;
            in_flight.enter(Stage::Body);
            let (head, body) = received.into_parts(self, &in_flight, request.url.origin());
            if redirects > 0
                && let Some(next) = redirect::follow(&request, head.status, &head.headers)?
            {
                let to = redacted(&next.url);
                in_flight.trace.note(|| format!("redirected to {to}"));
                in_flight.trace.redirected(to);
                redirect::allow(&request, &next)?;
                if followed == redirects {
                    return Err(Failure::Redirects {
                        limit: redirects,
                        to: Some(redacted(&next.url)),
                    });
                }
                followed += 1;
                jar.store(&request.url, &head.headers, in_flight.trace.wall());
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
