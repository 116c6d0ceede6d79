//! Posts alerts to every instance of a cluster of Alertmanagers.

use http::HeaderMap;
use url::Url;

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageStyle};
use crate::channels::Channel;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::secret_url::SecretUrl;

/// A channel of the kind `alertmanager`.
#[derive(Clone, Debug)]
pub struct Alertmanager {
    /// The instances of one cluster; never empty.
    pub urls: Vec<SecretUrl>,
    /// Marked sensitive.
    pub headers: HeaderMap,
    /// The page that people reach from an alert.
    pub generator: Option<Url>,
}

impl Channel for Alertmanager {
    fn kind(&self) -> &'static str {
        "alertmanager"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let message = Message::of(delivery, &MessageStyle::default());
        let body = serde_json::json!({ "text": message.title });
        let urls = self
            .urls
            .iter()
            .map(|url| url.join(&["api", "v2", "alerts"]));
        urls.map(|url| Outgoing::Http(OutgoingRequest::json(url, &body)))
            .collect()
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        crate::channels::answers::judge(answer)
    }
}
