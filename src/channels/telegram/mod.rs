//! Sends messages as a bot of Telegram.

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::Channel;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;
use crate::conf::secret::Secret;

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
        let message = Message::of(delivery, &self.style);
        let body = serde_json::json!({ "text": message.title });
        vec![Outgoing::Http(OutgoingRequest::json(
            self.url.reveal().clone(),
            &body,
        ))]
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        crate::channels::answers::judge(answer)
    }
}
