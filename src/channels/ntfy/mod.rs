//! Publishes to a topic of ntfy.

pub mod keys;

use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::answers::{Meaning, body, json as read_json, judge, with_wait};
use crate::channels::escape::{Limit, fit, nothing};
use crate::channels::level::Level;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;
use crate::channels::{Channel, http_url};
use crate::conf::secret::Secret;

const TITLE: Limit = Limit::Bytes(250);
const MESSAGE: Limit = Limit::Bytes(4096);
/// The code of an answer: the messages of this day are used up.
const DAILY_QUOTA: u64 = 42_908;
const QUOTA_WAIT: Duration = Duration::from_secs(3600);

/// A channel of the kind `ntfy`.
#[derive(Clone, Debug)]
pub struct Ntfy {
    /// Of the server's root.
    pub url: SecretUrl,
    pub topic: Secret,
    pub token: Option<Secret>,
    pub style: MessageStyle,
}

impl Channel for Ntfy {
    fn kind(&self) -> &'static str {
        "ntfy"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let message = Message::of(delivery, &self.style);
        let (priority, emoji) = match Level::of(delivery) {
            Level::Good => (3, "white_check_mark"),
            Level::Warning => (4, "warning"),
            Level::Error => (5, "rotating_light"),
        };
        // ntfy shows some tags as emoji.
        let tags: Vec<&str> = self.style.emoji.then_some(emoji).into_iter().collect();
        let title = fit(&message.title, nothing, TITLE);
        let lines = fit(message.body().trim_end(), nothing, MESSAGE);
        let mut body = json!({
            "topic": self.topic.reveal(),
            "title": title,
            // ntfy replaces an empty message by a word.
            "message": if lines.is_empty() { title.clone() } else { lines },
            "priority": priority,
            "tags": tags,
        });
        if let Some(url) = http_url(message.runbook.as_deref()) {
            body["actions"] = json!([{ "action": "view", "label": "Runbook", "url": url }]);
            body["click"] = url.into();
        }
        let mut request = OutgoingRequest::json(self.url.reveal().clone(), &body);
        if let Some(token) = &self.token
            && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", token.reveal()))
        {
            value.set_sensitive(true);
            request.headers.insert(AUTHORIZATION, value);
        }
        vec![Outgoing::Http(request)]
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        let result = judge(answer, |status, _| match status {
            StatusCode::OK => Meaning::Accepted,
            StatusCode::BAD_REQUEST
            | StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::PAYLOAD_TOO_LARGE => Meaning::Refused,
            _ => Meaning::Failed,
        });
        let code = read_json(body(answer))["code"].as_u64();
        with_wait(result, (code == Some(DAILY_QUOTA)).then_some(QUOTA_WAIT))
    }
}
