//! Posts JSON in the shape of Alertmanager's webhook, version 4, with a signature if there is a key.

pub mod keys;

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::alerts::delivery::{Delivery, DeliveryResult, Notice};
use crate::alerts::message::MessageStyle;
use crate::channels::answers::{Meaning, judge};
use crate::channels::incident::{incident, time};
use crate::channels::level::is_over;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::prometheus_alert::{annotations, fingerprint, labels};
use crate::channels::secret_url::SecretUrl;
use crate::channels::template::{Template, value};
use crate::channels::{Channel, dedup_key};
use crate::conf::secret::Secret;

/// `t=UNIX,v1=HEX`: the HMAC-SHA256 of the time, a period and the body.
const SIGNATURE: HeaderName = HeaderName::from_static("x-hbmon-signature");

/// What Alertmanager writes for the end of an alert that lasts.
const NO_END: &str = "0001-01-01T00:00:00Z";

/// A channel of the kind `webhook`.
#[derive(Clone, Debug)]
pub struct Webhook {
    pub url: SecretUrl,
    /// Marked sensitive.
    pub headers: HeaderMap,
    /// The key of the signature.
    pub secret: Option<Secret>,
    /// What is sent instead of the usual JSON.
    pub template: Option<Template>,
    pub style: MessageStyle,
}

impl Channel for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let body = match &self.template {
            Some(template) => template.render(&|name| value(name, delivery, &self.style)),
            None => self.body(delivery),
        };
        let mut request = OutgoingRequest::json(self.url.reveal().clone(), &body);
        // A header of the config replaces the content type.
        request.headers.extend(self.headers.clone());
        if let Some(secret) = &self.secret
            && let Ok(value) = HeaderValue::from_str(&signature(secret, delivery.at, &request.body))
        {
            request.headers.insert(SIGNATURE, value);
        }
        vec![Outgoing::Http(request)]
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        judge(answer, |status, _| {
            if status.is_success() {
                Meaning::Accepted
            } else {
                Meaning::of_failure(status, &[408, 425, 429])
            }
        })
    }
}

impl Webhook {
    fn body(&self, delivery: &Delivery) -> Value {
        let notices = &delivery.notices;
        let alerts: Vec<Value> = notices
            .iter()
            .map(|notice| self.alert(notice, delivery))
            .collect();
        let key = notices.first().map(|notice| dedup_key(notice.key));
        let is_over = notices.iter().all(is_over);
        json!({
            "version": "4",
            "groupKey": key.unwrap_or_default(),
            "truncatedAlerts": delivery.more,
            "status": status(is_over),
            "receiver": delivery.channel.as_str(),
            "groupLabels": {},
            "commonLabels": common(&alerts, "labels"),
            "commonAnnotations": common(&alerts, "annotations"),
            "externalURL": "",
            "alerts": alerts,
            "hbmon": notices.first().map(|notice| incident(notice, delivery)),
        })
    }

    fn alert(&self, notice: &Notice, delivery: &Delivery) -> Value {
        let labels = labels(notice);
        let closed = notice.subject.closed.filter(|_| is_over(notice));
        json!({
            "status": status(is_over(notice)),
            "fingerprint": fingerprint(&labels),
            "labels": labels,
            "annotations": annotations(notice, delivery, &self.style),
            "startsAt": time(notice.subject.opened),
            "endsAt": closed.map_or_else(|| NO_END.to_owned(), time),
            "generatorURL": "",
            "hbmon": incident(notice, delivery),
        })
    }
}

const fn status(is_over: bool) -> &'static str {
    if is_over { "resolved" } else { "firing" }
}

/// Returns the entries of the maps of this name that all alerts have.
fn common(alerts: &[Value], name: &str) -> BTreeMap<String, Value> {
    let mut maps = alerts
        .iter()
        .filter_map(|alert| alert.get(name)?.as_object());
    let first = maps.next().into_iter().flat_map(Map::clone);
    let mut common: BTreeMap<String, Value> = first.collect();
    for map in maps {
        common.retain(|name, value| map.get(name) == Some(value));
    }
    common
}

fn signature(secret: &Secret, at: Timestamp, body: &[u8]) -> String {
    let unix = at.as_second();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(format!("{unix}.").as_bytes());
    context.update(body);
    let tag = context.sign();
    let hex: String = tag.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    format!("t={unix},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_hmac_of_time_and_body() {
        // `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac k3y`
        assert_eq!(
            signature(
                &Secret::new("k3y"),
                Timestamp::from_second(1_700_000_000).unwrap(),
                br#"{"a":1}"#
            ),
            "t=1700000000,v1=fd5a70e965043f7df6309c2c3b5ff5a8ffa99b1f5175e9a311459e73c4634d4a"
        );
    }
}
