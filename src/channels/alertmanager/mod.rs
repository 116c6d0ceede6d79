//! Posts alerts to every instance of a cluster of Alertmanagers (API version 2).

pub mod keys;

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use crate::alerts::delivery::{Delivery, DeliveryResult, Notice};
use crate::alerts::message::MessageStyle;
use crate::alerts::rules::{ChannelTraits, Refresh};
use crate::channels::Channel;
use crate::channels::answers::{Meaning, judge};
use crate::channels::incident::time;
use crate::channels::level::is_over;
use crate::channels::outgoing::{Answer, Outgoing, OutgoingRequest};
use crate::channels::prometheus_alert::{Labels, annotations, labels, severity};
use crate::channels::secret_url::SecretUrl;
use crate::history::notification::{RECALLED, What};
use crate::model::Status;

/// How often what lasts is posted again, and for how long a recovery is: an instance that was down
/// for less learns of it. As Prometheus does.
const REFRESH: Refresh = Refresh {
    every: Duration::from_secs(60),
    recovered_for: RECALLED,
};
/// An alert that is not posted again for so long ends: three repetitions may be lost.
const LIFETIME: Duration = Duration::from_secs(4 * 60);

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

    fn traits(&self) -> ChannelTraits {
        ChannelTraits {
            refresh: Some(REFRESH),
            ..ChannelTraits::default()
        }
    }

    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing> {
        // What is over comes first: it would end what the same monitor has since.
        let mut notices: Vec<&Notice> = delivery.notices.iter().collect();
        notices.sort_by_key(|notice| !is_over(notice));
        let alerts: Vec<Value> = (notices.into_iter())
            .flat_map(|notice| self.alerts(notice, delivery))
            .collect();
        let body = Value::from(alerts);
        let requests = self.urls.iter().map(|url| {
            let url = url.join(&["api", "v2", "alerts"]);
            let mut request = OutgoingRequest::json(url, &body);
            request.headers.extend(self.headers.clone());
            Outgoing::Http(request)
        });
        requests.collect()
    }

    fn judge(&self, answer: &Answer) -> DeliveryResult {
        judge(answer, |status, _| match status {
            StatusCode::OK => Meaning::Accepted,
            StatusCode::BAD_REQUEST => Meaning::Refused,
            _ => Meaning::Failed,
        })
    }
}

impl Alertmanager {
    /// Returns the alert of a notice. The severity is a label, so an incident that gets worse is
    /// another alert, and the milder one ends.
    fn alerts(&self, notice: &Notice, delivery: &Delivery) -> Vec<Value> {
        let ends = if is_over(notice) {
            notice.subject.closed.unwrap_or(delivery.at)
        } else {
            later(delivery.at, LIFETIME)
        };
        let own = labels(notice);
        let mut alerts = vec![self.alert(notice, &own, ends, delivery)];
        if notice.what == What::Worse && !delivery.is_refresh {
            let mut milder = own;
            milder.insert("severity".to_owned(), severity(Status::Warning).to_owned());
            alerts.push(self.alert(notice, &milder, delivery.at, delivery));
        }
        alerts
    }

    fn alert(
        &self,
        notice: &Notice,
        labels: &Labels,
        ends: Timestamp,
        delivery: &Delivery,
    ) -> Value {
        let mut alert = json!({
            "labels": labels,
            "annotations": annotations(notice, delivery, &MessageStyle::default()),
            // An alert that starts after its end is refused; a clock that was set makes one.
            "startsAt": time(notice.subject.opened.min(ends)),
            "endsAt": time(ends),
        });
        if let Some(url) = &self.generator {
            alert["generatorURL"] = url.as_str().into();
        }
        alert
    }
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}
