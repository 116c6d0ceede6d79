//! One request and its response head, redirects followed.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Version};
use url::Url;

use super::exchange::Hop;
use super::jar::Jar;
use super::{Body, Dialer, redirect, shown};
use crate::model::{Failure, Stage};

#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub url: Url,
    /// Beside the endpoint's own headers, and winning over them. They follow a redirect to wherever
    /// it leads, so nothing secret belongs here.
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
    /// Sends a request and follows up to `redirects` redirects (RFC 9110, section 15.4); with 0 a
    /// 3xx is an answer. Headers and credentials of the endpoint go to its own origin only, a body
    /// to the origin that it was meant for. Cookies live from one redirect to the next.
    ///
    /// # Errors
    /// Whatever kept the response head from coming; `redirects` when there are too many or one must
    /// not be followed.
    pub async fn fetch(&self, mut request: Request, redirects: u32) -> Result<Answer, Failure> {
        let flight = self.flight();
        let mut followed = 0;
        let mut jar = Jar::default();
        loop {
            let hop = Hop {
                request: &request,
                jar: &jar,
                is_redirect: followed > 0,
            };
            let answered = self.ask(&flight, &hop).await?;
            flight.enter(Stage::Body);
            let (head, body) = answered.into_parts(self, &flight, request.url.origin());
            if redirects > 0
                && let Some(next) = redirect::follow(&request, head.status, &head.headers)?
            {
                flight.trace.redirected(shown(&next.url));
                redirect::allow(&request, &next)?;
                if followed == redirects {
                    return Err(Failure::Redirects {
                        limit: redirects,
                        to: Some(shown(&next.url)),
                    });
                }
                followed += 1;
                jar.keep(&request.url, &head.headers, flight.trace.wall());
                request = next;
                continue;
            }
            return Ok(Answer {
                status: head.status,
                version: head.version,
                headers: head.headers,
                url: request.url,
                body,
            });
        }
    }
}
