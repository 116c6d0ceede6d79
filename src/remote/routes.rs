//! What an agent can be asked and told, route by route.

use http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;

use super::agent_error::AgentError;
use super::client::AgentClient;
use super::details::{WireInstance, WireSettings};
use super::request::AgentRequest;
use super::wire::{STATUS, WireStatus};
use crate::monitors::dial::{Dialer, HttpRequest};

impl AgentClient {
    /// Asks for the status once.
    ///
    /// # Errors
    /// The agent cannot be reached, refuses, or is no hbmon.
    pub async fn verify(&self) -> Result<(), AgentError> {
        self.status(&self.connection()).await.map(drop)
    }

    /// Returns the status, and when it was read.
    pub(super) async fn status(
        &self,
        connection: &Dialer,
    ) -> Result<(WireStatus, Timestamp), AgentError> {
        let status: WireStatus = self.get_json(connection, &["v1", "status"], &[]).await?;
        self.checked(status)
    }

    /// Returns whether the agent lets this client act on monitors. Older agents have no such route.
    pub(super) async fn may_act(&self, connection: &Dialer) -> bool {
        #[derive(Deserialize)]
        struct WireAccess {
            act: bool,
        }
        let path = ["v1", "status", "access"];
        let body: Result<WireAccess, AgentError> = self.get_json(connection, &path, &[]).await;
        body.is_ok_and(|body| body.act)
    }

    /// Asks for an action.
    ///
    /// # Errors
    /// The agent cannot be reached or refuses.
    pub(super) async fn act(
        &self,
        connection: &Dialer,
        request: AgentRequest,
    ) -> Result<(), AgentError> {
        let exchange = async {
            let AgentRequest {
                method, path, body, ..
            } = request;
            let request = HttpRequest {
                method,
                url: self.url(&path),
                headers: HeaderMap::new(),
                body,
            };
            let answer = self.fetch(connection, request).await?;
            if answer.status.is_success() {
                Ok(())
            } else {
                Err(self.refusal(answer).await)
            }
        };
        self.in_time(connection, exchange).await
    }

    /// Returns the settings of a monitor, and its instances if it has any. Older agents do not say
    /// the settings.
    ///
    /// # Errors
    /// The agent cannot be reached or refuses.
    pub(super) async fn details(
        &self,
        monitor: &str,
        has_instances: bool,
    ) -> Result<(WireSettings, Vec<WireInstance>), AgentError> {
        let connection = self.connection();
        let path = |part| ["v1", "monitors", monitor, part];
        let settings = match self.get_json(&connection, &path("settings"), &[]).await {
            Err(AgentError::Refused(_) | AgentError::Missing(_)) => WireSettings::default(),
            settings => settings?,
        };
        let instances = if has_instances {
            self.get_json(&connection, &path("instances"), &[]).await?
        } else {
            Vec::new()
        };
        Ok((settings, instances))
    }

    /// Returns a status, and the time now.
    ///
    /// # Errors
    /// It is not the status of an hbmon.
    pub(super) fn checked(
        &self,
        status: WireStatus,
    ) -> Result<(WireStatus, Timestamp), AgentError> {
        if status.schema != STATUS || status.written_at().is_none() {
            return Err(AgentError::no_hbmon("its status is not that of an hbmon"));
        }
        Ok((status, self.clock().wall(self.clock().now())))
    }
}
