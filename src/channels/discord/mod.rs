//! Posts to a webhook of Discord.

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::Channel;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;

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
