//! Posts to an incoming webhook of Slack, Mattermost or Rocket.Chat.

pub mod keys;

use http::StatusCode;
use serde_json::{Value, json};

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::answers::{Meaning, json as read_json, judge};
use crate::channels::escape::{Limit, fit, slack};
use crate::channels::level::Level;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;
use crate::channels::{Channel, http_url, is_digest, lines_beside_link};

const TITLE: Limit = Limit::Chars(500);
const TEXT: Limit = Limit::Chars(8000);
const LABEL: Limit = Limit::Chars(100);
const VALUE: Limit = Limit::Chars(1000);
/// Longer values have a line each.
const SHORT: usize = 40;

/// What Slack answers if a webhook does not work any more.
const FINAL: [&[u8]; 7] = [
    b"invalid_token",
    b"no_service",
    b"channel_not_found",
    b"channel_is_archived",
    b"action_prohibited",
    b"no_active_hooks",
    b"posting_to_general_channel_denied",
];

/// A channel of the kind `slack`.
#[derive(Clone, Debug)]
pub struct Slack {
    pub url: SecretUrl,
    pub style: MessageStyle,
}

impl Channel for Slack {
    fn kind(&self) -> &'static str {
        "slack"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let message = Message::of(delivery, &self.style);
        let title = fit(&message.title, slack, TITLE);
        let mut attachment = json!({
            "color": Level::of(delivery).colour(),
            "fallback": title,
            // What targets say is never Markdown.
            "mrkdwn_in": [],
            "footer": "hbmon",
        });
        if is_digest(delivery) {
            attachment["text"] = fit(message.body().trim_end(), slack, TEXT).into();
        } else {
            let fields = lines_beside_link(&message).map(|line| {
                json!({
                    "title": fit(&line.label, slack, LABEL),
                    "value": fit(&line.text, slack, VALUE),
                    "short": line.text.chars().count() <= SHORT && !line.text.contains('\n'),
                })
            });
            attachment["fields"] = fields.collect();
        }
        if let Some(url) = http_url(message.runbook.as_deref()) {
            attachment["title"] = "Runbook".into();
            attachment["title_link"] = url.into();
        }
        let body = json!({
            "text": title,
            "mrkdwn": false,
            // Slack asks no server that a target names.
            "unfurl_links": false,
            "unfurl_media": false,
            "attachments": [attachment],
        });
        let url = self.url.reveal().clone();
        vec![Outgoing::Http(OutgoingRequest::json(url, &body))]
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        judge(answer, |status, body| {
            let said = body.trim_ascii();
            // Rocket.Chat answers in JSON.
            let is_ok = || said == b"ok" || read_json(said)["success"] == Value::Bool(true);
            if status == StatusCode::OK && is_ok() {
                Meaning::Accepted
            } else if FINAL.contains(&said) || matches!(status.as_u16(), 403 | 404 | 410) {
                Meaning::Refused
            } else {
                Meaning::Failed
            }
        })
    }
}
