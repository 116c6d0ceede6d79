//! Alerts as Prometheus and Alertmanager know them: labels are the identity, annotations are words.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::http_url;
use crate::alerts::delivery::{Delivery, Notice};
use crate::alerts::message::{Message, MessageStyle};
use crate::history::notification::What;
use crate::model::Status;

pub(super) type Labels = BTreeMap<String, String>;

/// Returns the labels of a notice: equal for its opening and its recovery, also after a restart.
/// Alertmanager leaves out empty labels, so they are not sent. A monitor that has left the config
/// has lost some of them: its alert ends when it is not repeated.
pub(super) fn labels(notice: &Notice) -> Labels {
    let severity = severity(notice.subject.status);
    let mut labels = Labels::new();
    if let Some(facts) = &notice.monitor {
        let tags: Vec<&str> = facts.tags.iter().map(|tag| tag.as_str()).collect();
        let group = facts.group.as_ref().map_or("", |group| group.as_str());
        let own = facts.labels.iter();
        labels.extend(own.map(|(name, value)| (name.to_string(), value.to_string())));
        labels.insert("kind".to_owned(), facts.kind.to_string());
        labels.insert("group".to_owned(), group.to_owned());
        labels.insert("tags".to_owned(), tags.join(","));
    }
    labels.insert("alertname".to_owned(), "MonitorDown".to_owned());
    labels.insert("monitor".to_owned(), notice.subject.monitor.to_string());
    labels.insert("severity".to_owned(), severity.to_owned());
    if notice.what == What::Test {
        // Without it a test would end the alert of a monitor of the same name.
        labels.insert("test".to_owned(), "true".to_owned());
    }
    labels.retain(|_, value| !value.is_empty());
    labels
}

/// Returns the value of the label `severity`.
pub(super) fn severity(status: Status) -> &'static str {
    if status == Status::Warning {
        "warning"
    } else {
        "critical"
    }
}

/// Returns the words of a notice.
pub(super) fn annotations(notice: &Notice, delivery: &Delivery, style: &MessageStyle) -> Value {
    let alone = Delivery {
        notices: vec![notice.clone()],
        channel: delivery.channel.clone(),
        more: 0,
        at: delivery.at,
        due: delivery.due,
        is_refresh: delivery.is_refresh,
    };
    let message = Message::of(&alone, style);
    let mut annotations = json!({ "summary": message.title });
    let body = message.body();
    let body = body.trim_end();
    if !body.is_empty() {
        annotations["description"] = body.into();
    }
    if let Some(url) = http_url(message.runbook.as_deref()) {
        annotations["runbook_url"] = url.into();
    }
    annotations
}

/// Returns the fingerprint of labels, as Prometheus computes it: FNV-1a with 64 bits.
pub(super) fn fingerprint(labels: &Labels) -> String {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let parts = labels.iter().flat_map(|(name, value)| [name, value]);
    let bytes = parts.flat_map(|part| part.bytes().chain([0xff]));
    let hash = bytes.fold(OFFSET, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    format!("{hash:016x}")
}
