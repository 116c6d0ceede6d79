//! Posts an Adaptive Card to a workflow of Microsoft Teams.

pub mod keys;

use serde_json::{Value, json};

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageLine, MessageStyle};
use crate::channels::answers::{Meaning, judge};
use crate::channels::escape::{Limit, fit, markdown, nothing};
use crate::channels::level::Level;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;
use crate::channels::{Channel, http_url, lines_beside_link};

/// Limit of a message, in bytes.
const MAX_BYTES: usize = 28_000;
const TITLE: Limit = Limit::Chars(500);
const LABEL: Limit = Limit::Chars(100);
const VALUE: Limit = Limit::Chars(1000);

/// A channel of the kind `teams`.
#[derive(Clone, Debug)]
pub struct Teams {
    pub url: SecretUrl,
    pub style: MessageStyle,
}

impl Channel for Teams {
    fn kind(&self) -> &'static str {
        "teams"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let message = Message::of(delivery, &self.style);
        let level = Level::of(delivery);
        let lines: Vec<&MessageLine> = lines_beside_link(&message).collect();
        let mut lines = &lines[..];
        let mut request = self.request(&message, lines, level);
        // The last lines are the least important.
        while request.body.len() > MAX_BYTES
            && let Some((_, shorter)) = lines.split_last()
        {
            lines = shorter;
            request = self.request(&message, lines, level);
        }
        vec![Outgoing::Http(request)]
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        judge(answer, |status, _| match status.as_u16() {
            200 | 202 => Meaning::Accepted,
            _ => Meaning::of_failure(status, &[408, 429]),
        })
    }
}

impl Teams {
    fn request(&self, message: &Message, lines: &[&MessageLine], level: Level) -> OutgoingRequest {
        let color = match level {
            Level::Good => "Good",
            Level::Warning => "Warning",
            Level::Error => "Attention",
        };
        let facts: Vec<Value> = lines
            .iter()
            .map(|line| {
                json!({
                    "title": fit(&line.label, markdown, LABEL),
                    // A line break of Markdown is an empty line.
                    "value": fit(&line.text.replace('\n', "\n\n"), markdown, VALUE),
                })
            })
            .collect();
        let mut card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.2",
            "fallbackText": fit(&message.title, nothing, TITLE),
            "body": [
                {
                    "type": "TextBlock",
                    "text": fit(&message.title, markdown, TITLE),
                    "weight": "Bolder",
                    "wrap": true,
                    "color": color,
                },
                { "type": "FactSet", "facts": facts },
            ],
            "msteams": { "width": "full" },
        });
        if let Some(url) = http_url(message.runbook.as_deref()) {
            card["actions"] = json!([{ "type": "Action.OpenUrl", "title": "Runbook", "url": url }]);
        }
        let body = json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": card,
            }],
        });
        OutgoingRequest::json(self.url.reveal().clone(), &body)
    }
}
