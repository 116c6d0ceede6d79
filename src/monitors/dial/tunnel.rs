//! CONNECT tunnels through an HTTP proxy (RFC 9110, section 9.3.6) for ws URLs. reqwest makes
//! tunnels for https only, and a proxy cannot upgrade a connection to WebSocket (RFC 6455, section
//! 4.1).

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
    /// Opens a tunnel to the host of `url` over a connection to a proxy.
    ///
    /// # Errors
    /// `proxy` if the proxy fails or refuses the tunnel.
    pub(super) async fn tunnel(
        &self,
        mut proxy: HttpConnection,
        url: &Url,
        in_flight: &Arc<InFlight>,
    ) -> Result<HttpConnection, Failure> {
        let host = url.host_str().unwrap_or_default();
        let authority = format!("{host}:{}", url.port_or_known_default().unwrap_or(0));
        let (body, body_sent) = RequestBody::new(None);
        let mut request = http::Request::new(body);
        *request.method_mut() = Method::CONNECT;
        let target: Authority = authority.parse().map_err(|_| unusable("host"))?;
        *request.uri_mut() = Uri::from(target);
        let headers = request.headers_mut();
        headers.insert(
            HOST,
            HeaderValue::from_str(&authority).map_err(|_| unusable("host"))?,
        );
        headers.insert(USER_AGENT, HeaderValue::from_static(OWN_NAME));
        headers.extend(self.proxy_login().map(|login| (PROXY_AUTHORIZATION, login)));

        let response = proxy
            .send(request, body_sent)
            .await
            .map_err(|error| cause::proxy_failure(&error.error, in_flight))?;
        if !response.status().is_success() {
            return Err(refused(response.status()));
        }
        let io = hyper::upgrade::on(response)
            .await
            .map_err(|error| cause::proxy_failure(&error, in_flight))?;
        let socket = Socket {
            io: Box::new(io),
            is_http2: false,
            is_proxied: false,
            addresses: proxy.addresses,
        };
        HttpConnection::open(socket, false)
            .await
            .map_err(|error| cause::failure(&error, in_flight))
    }
}

/// Returns the failure for a proxy's refusal of a tunnel.
fn refused(status: StatusCode) -> Failure {
    let why = match status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => "wants authentication".to_owned(),
        other => format!("refused the tunnel: {other}"),
    };
    Failure::Proxy {
        why: Text::clean(&why),
    }
}
