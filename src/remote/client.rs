//! Requests to one agent, with deadlines and size limits.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::agent_error::AgentError;
use crate::clock::Clock;
use crate::model::{Failure, StatusNote, Text};
use crate::monitors::dial::{Dialer, Dialers, Endpoint, HttpRequest, HttpResponse, HttpVersion};
use crate::monitors::secrets::Secrets;
use crate::monitors::trace::Trace;
use crate::words;

/// Maximum size in bytes of a status and of an event: about 20,000 monitors.
pub(super) const MAX_BYTES: usize = 64 << 20;
/// Maximum number of bytes that are read of a refusal.
const MAX_REFUSAL: usize = 4 << 10;
/// Time limit of a request, the answer included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends requests to one agent. Cheap to clone.
#[derive(Clone)]
pub struct AgentClient {
    endpoint: Arc<Endpoint>,
    secrets: Arc<Secrets>,
    dialers: Dialers,
    clock: Clock,
}

impl AgentClient {
    /// `endpoint`: the URL that the paths of the interface are below.
    pub fn new(mut endpoint: Endpoint, secrets: Arc<Secrets>, clock: Clock) -> AgentClient {
        Arc::make_mut(&mut endpoint.options).max_bytes = MAX_BYTES;
        AgentClient {
            endpoint: Arc::new(endpoint),
            secrets,
            dialers: Dialers::new(),
            clock,
        }
    }

    /// Returns a client whose answers have at most this number of bytes.
    pub(super) fn with_limit(&self, max_bytes: usize) -> AgentClient {
        let mut endpoint = Endpoint::clone(&self.endpoint);
        Arc::make_mut(&mut endpoint.options).max_bytes = max_bytes;
        AgentClient {
            endpoint: Arc::new(endpoint),
            ..self.clone()
        }
    }

    /// Returns host and port of the agent: `10.0.0.7:9747`.
    pub fn name(&self) -> Text {
        let url = &self.endpoint.url;
        let host = url.host_str().unwrap_or_default();
        Text::clean(&match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    }

    pub(super) const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns the URL of a path of the interface.
    pub(super) fn url(&self, path: &[impl AsRef<str>]) -> Url {
        below(&self.endpoint.url, path)
    }

    /// Returns a connection that requests one after the other can share.
    pub(super) fn connection(&self) -> Dialer {
        let trace = Trace::new(self.clock.clone());
        self.dialers
            .dialer(&self.endpoint, HttpVersion::Auto, true, &trace)
    }

    /// Sends one request and returns the JSON of the answer, null without one. `query`: names and
    /// values.
    ///
    /// # Errors
    /// The agent cannot be reached, refuses, or is no hbmon.
    pub async fn ask(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
        body: Option<Bytes>,
    ) -> Result<Value, AgentError> {
        let connection = self.connection();
        let exchange = async {
            let request = HttpRequest {
                method,
                url: with_query(self.url(path), query),
                headers: HeaderMap::new(),
                body,
            };
            let answer = self.fetch(&connection, request).await?;
            if !answer.status.is_success() {
                return Err(self.refusal(answer).await);
            }
            if answer.status == StatusCode::NO_CONTENT {
                return Ok(Value::Null);
            }
            self.json_of(answer).await
        };
        self.in_time(&connection, exchange).await
    }

    /// Asks for JSON. `query`: names and values.
    ///
    /// # Errors
    /// The agent cannot be reached, refuses, or is no hbmon.
    pub(super) async fn get_json<T: DeserializeOwned>(
        &self,
        connection: &Dialer,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<T, AgentError> {
        let exchange = async {
            let request = HttpRequest {
                method: Method::GET,
                url: with_query(self.url(path), query),
                headers: HeaderMap::new(),
                body: None,
            };
            let answer = self.fetch(connection, request).await?;
            if answer.status != StatusCode::OK {
                return Err(self.refusal(answer).await);
            }
            self.json_of(answer).await
        };
        self.in_time(connection, exchange).await
    }

    async fn json_of<T: DeserializeOwned>(&self, answer: HttpResponse) -> Result<T, AgentError> {
        let body = answer.body.read().await.map_err(|why| self.lost(why))?;
        serde_json::from_slice(&body)
            .map_err(|_| AgentError::no_hbmon("its answer is not that of an hbmon"))
    }

    /// Sends a request and returns the head of the answer.
    pub(super) async fn fetch(
        &self,
        connection: &Dialer,
        request: HttpRequest,
    ) -> Result<HttpResponse, AgentError> {
        connection.trace().begin();
        // Redirects are not followed: the token belongs to this agent.
        let answer = connection.fetch(request, 0).await;
        answer.map_err(|failure| self.lost(failure))
    }

    /// Gives an exchange the time of a request.
    pub(super) async fn in_time<T>(
        &self,
        connection: &Dialer,
        exchange: impl Future<Output = Result<T, AgentError>>,
    ) -> Result<T, AgentError> {
        match tokio::time::timeout(REQUEST_TIMEOUT, exchange).await {
            Ok(end) => end,
            Err(_) => Err(self.lost(connection.trace().timed_out(REQUEST_TIMEOUT))),
        }
    }

    /// Returns a failure without the secrets of the agent's entry.
    pub(super) fn lost(&self, failure: Failure) -> AgentError {
        let failure = failure.map_text(|text| self.secrets.redact(text));
        AgentError::Unreachable(words::failure(&failure))
    }

    /// Returns the refusal in an answer that is not as it should be, with the agent's own words.
    pub(super) async fn refusal(&self, answer: HttpResponse) -> AgentError {
        #[derive(Deserialize)]
        struct WireError {
            error: String,
        }
        let status = answer.status;
        let body = answer.body.read().await.unwrap_or_default();
        let said = body
            .get(..body.len().min(MAX_REFUSAL))
            .and_then(|body| serde_json::from_slice::<WireError>(body).ok())
            .map(|body| StatusNote::ServerMessage(Text::clean(&body.error)));
        let failure = Failure::Status {
            code: status.as_u16(),
            note: said,
        };
        let why = words::failure(&failure.map_text(|text| self.secrets.redact(text)));
        match status {
            StatusCode::NOT_FOUND => AgentError::Missing(why),
            _ if status.is_server_error() => AgentError::Unreachable(why),
            _ => AgentError::Refused(why),
        }
    }
}

/// Returns the URL of a path below a URL.
fn below(base: &Url, path: &[impl AsRef<str>]) -> Url {
    let mut url = base.clone();
    url.set_query(None);
    // A URL with a host has a path that can be extended.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

fn with_query(mut url: Url, query: &[(&str, String)]) -> Url {
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_below_the_url() {
        for (base, wanted) in [
            ("http://h:9747", "http://h:9747/v1/monitors/a%2Fb/check"),
            ("http://h:9747/", "http://h:9747/v1/monitors/a%2Fb/check"),
            (
                "https://h/hbmon/?x=1",
                "https://h/hbmon/v1/monitors/a%2Fb/check",
            ),
        ] {
            let url = below(
                &Url::parse(base).unwrap(),
                &["v1", "monitors", "a/b", "check"],
            );
            assert_eq!(url.as_str(), wanted);
        }
    }
}
