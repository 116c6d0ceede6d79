//! A notice as JSON, for receivers that read it with a program.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::alerts::delivery::{Delivery, MonitorFacts, Notice};

/// Returns a notice as JSON. The names are those of an incident in reports.
pub(super) fn incident(notice: &Notice, delivery: &Delivery) -> Value {
    let subject = &notice.subject;
    let none = MonitorFacts::default();
    let facts = notice.monitor.as_ref().unwrap_or(&none);
    let end = subject.closed.unwrap_or(delivery.at);
    let lasted = end.duration_since(subject.opened).as_secs_f64().max(0.0);
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let tags: Vec<&str> = facts.tags.iter().map(|tag| tag.as_str()).collect();
    let labels = facts.labels.iter().map(|(name, value)| {
        let value = Value::from(value.as_str());
        (name.to_string(), value)
    });
    json!({
        "what": notice.what.as_str(),
        "id": subject.incident.map(|id| id.to_string()),
        "monitor": subject.monitor.as_str(),
        "kind": text(facts.kind.as_str()),
        "group": facts.group.as_ref().map(|group| group.as_str()),
        "tags": tags,
        "labels": labels.collect::<Map<String, Value>>(),
        "target": text(facts.target.as_str()),
        "description": facts.description.as_ref().map(|text| text.as_str()),
        "runbook": facts.runbook.as_ref().map(|url| url.as_str()),
        "opened": time(subject.opened),
        "closed": subject.closed.map(time),
        "duration_s": (lasted * 1000.0).round() / 1000.0,
        "worst": subject.status.as_str(),
        "before": subject.before.map(|status| status.as_str()),
        "reason": subject.reason.map(|reason| reason.as_str()),
        "message": subject.message.as_ref().map(|text| text.as_str()),
        "end": subject.end.map(|end| end.as_str()),
        "acknowledged_by": subject.acknowledged_by.as_ref().map(|name| name.as_str()),
        "last_beat": facts.last_beat.map(time),
    })
}

/// Returns a time as in all JSON of hbmon: RFC 3339 in UTC, with milliseconds.
pub(super) fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}
