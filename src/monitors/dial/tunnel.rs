//! A tunnel through an HTTP proxy (RFC 9110, section 9.3.6), where reqwest would ask the proxy
//! itself: it makes one for https only, and a proxy cannot upgrade a connection to WebSocket (RFC
//! 6455, section 4.1).

use std::sync::Arc;

use http::header::{HOST, PROXY_AUTHORIZATION, USER_AGENT};
use http::uri::Authority;
use http::{HeaderValue, Method, StatusCode, Uri};
use url::Url;

use super::client::USER_AGENT as OWN_NAME;
use super::exchange::unusable;
use super::http_connection::HttpConnection;
use super::in_flight::InFlight;
use super::request_body::RequestBody;
use super::socket::Socket;
use super::{Dialer, cause};
use crate::model::{Failure, Text};

impl Dialer {
    /// The connection to the host of `url` behind a connection to a proxy.
    pub(super) async fn tunnel(
        &self,
        mut proxy: HttpConnection,
        url: &Url,
        flight: &Arc<InFlight>,
    ) -> Result<HttpConnection, Failure> {
        let host = url.host_str().unwrap_or_default();
        let place = format!("{host}:{}", url.port_or_known_default().unwrap_or(0));
        let (body, gone) = RequestBody::new(None);
        let mut ask = http::Request::new(body);
        *ask.method_mut() = Method::CONNECT;
        *ask.uri_mut() = Uri::from(place.parse::<Authority>().map_err(|_| unusable("host"))?);
        let headers = ask.headers_mut();
        headers.insert(
            HOST,
            HeaderValue::from_str(&place).map_err(|_| unusable("host"))?,
        );
        headers.insert(USER_AGENT, HeaderValue::from_static(OWN_NAME));
        headers.extend(self.proxy_login().map(|login| (PROXY_AUTHORIZATION, login)));

        let sent = proxy.send(ask, gone).await;
        let answer = sent.map_err(|unanswered| cause::proxy_failure(&unanswered.error, flight))?;
        if !answer.status().is_success() {
            return Err(refused(answer.status()));
        }
        let io = hyper::upgrade::on(answer)
            .await
            .map_err(|error| cause::proxy_failure(&error, flight))?;
        let socket = Socket {
            io: Box::new(io),
            is_http2: false,
            is_proxied: false,
            addresses: proxy.addresses,
        };
        HttpConnection::open(socket, false)
            .await
            .map_err(|error| cause::failure(&error, flight))
    }
}

fn refused(status: StatusCode) -> Failure {
    let why = match status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => "wants authentication".to_owned(),
        other => format!("refused the tunnel: {other}"),
    };
    Failure::Proxy {
        why: Text::clean(&why),
    }
}
