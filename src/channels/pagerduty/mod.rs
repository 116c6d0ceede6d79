//! Posts events to PagerDuty (Events API v2).

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::Channel;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;
use crate::conf::secret::Secret;

/// A channel of the kind `pagerduty`.
#[derive(Clone, Debug)]
pub struct PagerDuty {
    pub url: SecretUrl,
    pub routing_key: Secret,
}

impl Channel for PagerDuty {
    fn kind(&self) -> &'static str {
        "pagerduty"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let message = Message::of(delivery, &MessageStyle::default());
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
