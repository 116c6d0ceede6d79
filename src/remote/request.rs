//! Requests of a user to an agent, as HTTP.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::model::{IncidentId, Selector, SilenceId, Text};
use crate::words;

/// An action that an agent is to carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AgentRequest {
    pub method: Method,
    /// Steps of the path below the URL of the agent.
    pub path: Vec<String>,
    pub body: Option<Bytes>,
    /// What it is, for messages: `pause api`.
    pub what: String,
}

impl AgentRequest {
    fn new(method: Method, path: &[&str], body: Option<&Value>, what: String) -> AgentRequest {
        AgentRequest {
            method,
            path: path.iter().map(|&step| step.to_owned()).collect(),
            body: body.map(|body| body.to_string().into()),
            // The name is the agent's, and may hold anything.
            what: Text::clean(&what).to_string(),
        }
    }

    /// `action`: `check`, `reconnect`, `pause` or `resume`.
    pub(super) fn action(monitor: &str, action: &str) -> AgentRequest {
        let path = ["v1", "monitors", monitor, action];
        AgentRequest::new(Method::POST, &path, None, format!("{action} {monitor}"))
    }

    pub(super) fn acknowledge(monitor: &str, id: IncidentId, by: &Text) -> AgentRequest {
        let path = ["v1", "incidents", &id.to_string(), "ack"];
        let body = json!({"by": by.as_str()});
        let what = format!("acknowledge {monitor}");
        AgentRequest::new(Method::POST, &path, Some(&body), what)
    }

    /// Takes an acknowledgement back.
    pub(super) fn take_back(monitor: &str, id: IncidentId) -> AgentRequest {
        let path = ["v1", "incidents", &id.to_string(), "ack"];
        let what = format!("no longer acknowledge {monitor}");
        AgentRequest::new(Method::DELETE, &path, None, what)
    }

    /// Silences one monitor from now on.
    pub(super) fn silence(monitor: &str, length: Duration, by: &Text) -> AgentRequest {
        let body = json!({
            "match": Selector::of_name(monitor),
            "for": format!("{}s", length.as_secs().max(1)),
            "by": by.as_str(),
            "reason": words::MUTED,
        });
        let what = format!("silence {monitor}");
        AgentRequest::new(Method::POST, &["v1", "silences"], Some(&body), what)
    }

    pub(super) fn end_silence(monitor: &str, id: SilenceId) -> AgentRequest {
        let path = ["v1", "silences", &id.to_string()];
        let what = format!("end the silence of {monitor}");
        AgentRequest::new(Method::DELETE, &path, None, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_agents_are_cleaned_for_messages_only() {
        let name = "a\u{2028}b\u{1b}[2J";
        let request = AgentRequest::action(name, "pause");
        assert_eq!(request.what, "pause a b[2J");
        assert_eq!(request.path, ["v1", "monitors", name, "pause"]);
    }

    #[test]
    fn requests_name_one_monitor_or_incident() {
        let by = Text::clean("ana");
        let ack = AgentRequest::acknowledge("api", IncidentId(7), &by);
        assert_eq!(ack.path, ["v1", "incidents", "i-0007", "ack"]);
        assert_eq!(ack.body.as_deref(), Some(&br#"{"by":"ana"}"#[..]));
        let silence = AgentRequest::silence("a, b*", Duration::from_secs(3600), &by);
        let body: Value = serde_json::from_slice(&silence.body.unwrap()).unwrap();
        assert_eq!(body["match"], r#"name:"a, b*""#);
        assert_eq!(body["for"], "3600s");
        assert_eq!(body["reason"], "muted on the screen");
        let end = AgentRequest::end_silence("api", SilenceId(3));
        assert_eq!(
            (end.method, end.what),
            (Method::DELETE, "end the silence of api".to_owned())
        );
        assert_eq!(end.path, ["v1", "silences", "s-0003"]);
    }
}
