//! The keys of the kind `ntfy`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::Ntfy;
use crate::alerts::message::MessageStyle;
use crate::channels::Channel;
use crate::channels::http_keys::{HttpChannelKeys, RequestScope};
use crate::channels::secret_url::SecretUrl;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;
use crate::conf::span::Span;
use crate::monitors::token::Token;

const SERVER: &str = "https://ntfy.sh/";
const LONGEST_TOPIC: usize = 64;

/// Publishes to a topic of ntfy. A URL instead of the map is that of the topic.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct NtfyKeys {
    /// URL of the server; without `topic`, URL of the topic. Default: `https://ntfy.sh/`.
    pub url: Option<Setting<String>>,
    /// Name of the topic. Default: the last part of the path of `url`.
    pub topic: Option<Setting<String>>,
    /// Access token. Default: none.
    pub token: Option<Setting<Secret>>,
}

impl HttpChannelKeys for NtfyKeys {
    fn resolve(
        &self,
        request: &mut RequestScope<'_>,
        style: MessageStyle,
    ) -> Option<Arc<dyn Channel>> {
        let token = self.token(request);
        let url = request.url_or(self.url.as_ref(), SERVER);
        let (url, topic) = match &self.topic {
            Some(field) => {
                let topic = field.value.as_deref().map(str::trim)?;
                (url?, checked(request, topic, field.span)?)
            }
            None => self.topic_in_url(request, &url?)?,
        };
        // Who knows a topic can read it and publish to it.
        request.secrets.push(topic.clone());
        Some(Arc::new(Ntfy {
            url,
            topic,
            token,
            style,
        }))
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<NtfyKeys>("`ntfy`")]
    }
}

impl NtfyKeys {
    fn token(&self, request: &mut RequestScope<'_>) -> Option<Secret> {
        let token = request.secret("token", self.token.as_ref())?;
        if Token::is_sendable(token.reveal()) {
            return Some(token);
        }
        let span = self.token.as_ref()?.span;
        let title = format!(
            "`token` of {} cannot be sent in a header",
            request.scope.label
        );
        let problem = Diagnostic::new(Code::Header, title);
        let label = "with a line break or control character";
        request.scope.report(problem.at(span, label));
        None
    }

    /// Takes the topic off a URL.
    fn topic_in_url(
        &self,
        request: &RequestScope<'_>,
        url: &SecretUrl,
    ) -> Option<(SecretUrl, Secret)> {
        let mut server: Url = url.reveal().clone();
        let mut path = server.path_segments_mut().ok()?;
        path.pop_if_empty().pop();
        drop(path);
        let segments = url.reveal().path_segments();
        let topic = segments.and_then(|all| all.rev().find(|part| !part.is_empty()));
        let Some(topic) = topic else {
            let title = format!("{} has no `topic`", request.scope.label);
            request.missing(title, "write `ntfy: https://ntfy.sh/TOPIC`");
            return None;
        };
        let span = self
            .url
            .as_ref()
            .map_or(request.scope.kind_span, |field| field.span);
        let topic = checked(request, topic, span)?;
        Some((SecretUrl::new(server), topic))
    }
}

fn checked(request: &RequestScope<'_>, topic: &str, span: Span) -> Option<Secret> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if (1..=LONGEST_TOPIC).contains(&topic.len()) && topic.chars().all(is_plain) {
        return Some(Secret::new(topic));
    }
    let title = format!("the topic of {} is no topic of ntfy", request.scope.label);
    let label = "letters, digits, `-` and `_`; at most 64";
    request
        .scope
        .report(Diagnostic::new(Code::Value, title).at(span, label));
    None
}
