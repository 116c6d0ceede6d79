//! Posts JSON in the shape of Alertmanager's webhook, version 4.

use http::HeaderMap;

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::Channel;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;
use crate::conf::secret::Secret;

/// A channel of the kind `webhook`.
#[derive(Clone, Debug)]
pub struct Webhook {
    pub url: SecretUrl,
    /// Marked sensitive.
    pub headers: HeaderMap,
    /// The key of the signature (HMAC-SHA256).
    pub secret: Option<Secret>,
    pub style: MessageStyle,
}

impl Channel for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
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
