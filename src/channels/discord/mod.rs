//! Posts to a webhook of Discord.

pub mod keys;

use serde_json::{Value, json};

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageLine, MessageStyle};
use crate::channels::answers::{Meaning, body, json as read_json, judge, seconds, with_wait};
use crate::channels::escape::{Limit, fit, markdown};
use crate::channels::incident::time;
use crate::channels::level::Level;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;
use crate::channels::{Channel, http_url, is_digest, lines_beside_link};

const CONTENT: Limit = Limit::Utf16(2000);
const DESCRIPTION: Limit = Limit::Utf16(4096);
const NAME: Limit = Limit::Utf16(256);
const VALUE: Limit = Limit::Utf16(1024);
const MAX_FIELDS: usize = 25;
/// Limit of all texts of the embeds of a message, with room for the title.
const EMBED: Limit = Limit::Utf16(6000 - 256);

/// A channel of the kind `discord`.
#[derive(Clone, Debug)]
pub struct Discord {
    pub url: SecretUrl,
    pub style: MessageStyle,
}

impl Channel for Discord {
    fn kind(&self) -> &'static str {
        "discord"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let message = Message::of(delivery, &self.style);
        let colour = Level::of(delivery).colour().trim_start_matches('#');
        let mut embed = json!({
            "color": u32::from_str_radix(colour, 16).unwrap_or_default(),
            "timestamp": time(delivery.at),
        });
        if is_digest(delivery) {
            embed["description"] = fit(message.body().trim_end(), markdown, DESCRIPTION).into();
        } else {
            embed["fields"] = fields(lines_beside_link(&message));
        }
        if let Some(url) = http_url(message.runbook.as_deref()) {
            embed["title"] = "Runbook".into();
            embed["url"] = url.into();
        }
        let body = json!({
            "username": "hbmon",
            "content": fit(&message.title, markdown, CONTENT),
            "embeds": [embed],
            "allowed_mentions": { "parse": [] },
        });
        let mut url = self.url.reveal().clone();
        // Discord answers after the message is stored, not before.
        url.query_pairs_mut().append_pair("wait", "true");
        vec![Outgoing::Http(OutgoingRequest::json(url, &body))]
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        let result = judge(answer, |status, _| match status.as_u16() {
            200 | 204 => Meaning::Accepted,
            400 | 401 | 403 | 404 => Meaning::Refused,
            _ => Meaning::Failed,
        });
        with_wait(result, seconds(read_json(body(answer)).get("retry_after")))
    }
}

/// Returns the lines as fields, as many as Discord takes.
fn fields<'m>(lines: impl Iterator<Item = &'m MessageLine>) -> Value {
    let mut length = 0;
    let fields = lines.filter(|line| !line.label.is_empty() && !line.text.is_empty());
    let fields = fields.map(|line| {
        (
            fit(&line.label, markdown, NAME),
            fit(&line.text, markdown, VALUE),
        )
    });
    let fields = fields.take(MAX_FIELDS).take_while(|(name, value)| {
        length += EMBED.length(name) + EMBED.length(value);
        length <= EMBED.max()
    });
    fields
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}
