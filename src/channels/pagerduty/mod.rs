//! Posts events to PagerDuty (Events API v2).

pub mod keys;

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::alerts::delivery::{Delivery, DeliveryResult, Notice};
use crate::alerts::message::{Message, MessageStyle};
use crate::alerts::rules::ChannelTraits;
use crate::channels::answers::{Meaning, judge};
use crate::channels::escape::{Limit, fit, nothing};
use crate::channels::incident::time;
use crate::channels::level::is_over;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::prometheus_alert::severity;
use crate::channels::secret_url::SecretUrl;
use crate::channels::{Channel, dedup_key, http_url};
use crate::conf::secret::Secret;
use crate::history::notification::{NotificationId, What};

const SUMMARY: Limit = Limit::Chars(1024);
/// Well below the limit of an event, 512 KB.
const DETAILS: usize = 100;
const DETAIL: Limit = Limit::Chars(1000);

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

    fn traits(&self) -> ChannelTraits {
        ChannelTraits {
            acknowledgements: true,
            one_key: true,
            refresh: None,
        }
    }

    /// Returns an event for each key: PagerDuty knows an incident by its key.
    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        let mut keys: BTreeMap<NotificationId, Vec<Notice>> = BTreeMap::new();
        for notice in &delivery.notices {
            keys.entry(notice.key).or_default().push(notice.clone());
        }
        let is_alone = keys.len() == 1;
        let events = keys.into_iter().map(|(key, notices)| {
            let of_key = Delivery {
                channel: delivery.channel.clone(),
                notices,
                more: if is_alone { delivery.more } else { 0 },
                at: delivery.at,
                due: delivery.due,
                is_refresh: delivery.is_refresh,
            };
            let event = self.event(key, &of_key);
            Outgoing::Http(OutgoingRequest::json(self.url.reveal().clone(), &event))
        });
        events.collect()
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        judge(answer, |status, _| match status {
            StatusCode::ACCEPTED => Meaning::Accepted,
            StatusCode::BAD_REQUEST => Meaning::Refused,
            _ => Meaning::Failed,
        })
    }
}

impl PagerDuty {
    fn event(&self, key: NotificationId, delivery: &Delivery) -> Value {
        let notices = &delivery.notices;
        let action = if notices.iter().all(is_over) {
            "resolve"
        } else if notices
            .iter()
            .all(|notice| is_over(notice) || notice.what == What::Acknowledged)
        {
            "acknowledge"
        } else {
            "trigger"
        };
        let mut event = json!({
            "routing_key": self.routing_key.reveal(),
            "event_action": action,
            "dedup_key": dedup_key(key),
            "client": "hbmon",
        });
        if action == "trigger" {
            let message = Message::of(delivery, &MessageStyle::default());
            event["payload"] = payload(delivery, &message);
            if let Some(url) = http_url(message.runbook.as_deref()) {
                event["links"] = json!([{ "href": url, "text": "Runbook" }]);
            }
        }
        event
    }
}

fn payload(delivery: &Delivery, message: &Message) -> Value {
    let mut details = Map::new();
    for line in message.lines.iter().take(DETAILS) {
        let label = match line.label.as_str() {
            "" => "more",
            label => label,
        };
        let text = fit(&line.text, nothing, DETAIL);
        details.insert(fit(label, nothing, DETAIL), text.into());
    }
    let mut payload = json!({
        "summary": fit(&message.title, nothing, SUMMARY),
        "source": "hbmon",
        "custom_details": details,
    });
    let Some(worst) = delivery.notices.iter().max_by_key(|n| n.subject.status) else {
        return payload;
    };
    payload["severity"] = severity(worst.subject.status).into();
    payload["timestamp"] = time(worst.subject.opened).into();
    // A digest is about several.
    if let [notice] = &delivery.notices[..]
        && delivery.more == 0
    {
        payload["source"] = notice.subject.monitor.as_str().into();
        payload["component"] = notice.subject.monitor.as_str().into();
        if let Some(reason) = notice.subject.reason {
            payload["class"] = reason.as_str().into();
        }
        let facts = notice.monitor.as_ref();
        if let Some(group) = facts.and_then(|facts| facts.group.as_ref()) {
            payload["group"] = group.as_str().into();
        }
    }
    payload
}
