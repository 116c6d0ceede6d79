//! Publishes to a topic of ntfy.

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::Channel;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;
use crate::conf::secret::Secret;

/// A channel of the kind `ntfy`.
#[derive(Clone, Debug)]
pub struct Ntfy {
    /// Of the server's root.
    pub url: SecretUrl,
    pub topic: String,
    pub token: Option<Secret>,
    pub style: MessageStyle,
}

impl Channel for Ntfy {
    fn kind(&self) -> &'static str {
        "ntfy"
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
