//! Sends messages as a bot of Telegram.

pub mod keys;

use serde_json::{Value, json};

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::answers::{Meaning, body, json as read_json, judge, seconds, with_wait};
use crate::channels::escape::{Limit, fit, mentions};
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;
use crate::channels::{Channel, Moved};
use crate::conf::secret::Secret;

const TEXT: Limit = Limit::Utf16(4096);

/// A channel of the kind `telegram`.
#[derive(Clone, Debug)]
pub struct Telegram {
    /// Of the Bot API, without the token.
    pub url: SecretUrl,
    pub token: Secret,
    /// Number or `@name`.
    pub chat: String,
    /// The topic of a forum.
    pub thread: Option<i64>,
    /// Without a sound.
    pub quiet: bool,
    pub style: MessageStyle,
}

impl Channel for Telegram {
    fn kind(&self) -> &'static str {
        "telegram"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let chat = match self.chat.parse::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(self.chat.as_str()),
        };
        vec![self.to(chat, delivery)]
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        let said = read_json(body(answer));
        let result = judge(answer, |status, _| match status.as_u16() {
            200 if said["ok"] == Value::Bool(true) => Meaning::Accepted,
            400 | 401 | 403 | 404 => Meaning::Refused,
            _ => Meaning::Failed,
        });
        with_wait(result, seconds(said.pointer("/parameters/retry_after")))
    }

    /// A group that becomes a supergroup gets another number.
    fn moved(&self, delivery: &Delivery, answer: &Answer) -> Option<Moved> {
        let said = read_json(body(answer));
        let chat = said.pointer("/parameters/migrate_to_chat_id")?.as_i64()?;
        Some(Moved {
            outgoing: self.to(chat.into(), delivery),
            note: format!("the chat is now {chat}, which the config should say"),
        })
    }
}

impl Telegram {
    fn to(&self, chat: Value, delivery: &Delivery) -> Outgoing {
        let message = Message::of(delivery, &self.style);
        // No `parse_mode`: the text is plain.
        let mut body = json!({
            "chat_id": chat,
            "text": text(&message),
            "disable_notification": self.quiet,
            "link_preview_options": { "is_disabled": true },
        });
        if let Some(thread) = self.thread {
            body["message_thread_id"] = thread.into();
        }
        let bot = format!("bot{}", self.token.reveal());
        let url = self.url.join(&[&bot, "sendMessage"]);
        Outgoing::Http(OutgoingRequest::json(url, &body))
    }
}

/// Returns title and lines. The last lines are the least important.
fn text(message: &Message) -> String {
    let text = format!("{}\n\n{}", message.title, message.body().trim_end());
    fit(&text, mentions, TEXT)
}
