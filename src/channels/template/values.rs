//! What the names in templates stand for.

use std::time::Duration;

use crate::alerts::delivery::{Delivery, Notice};
use crate::alerts::message::{Message, MessageStyle, rough, sentence, stamp};
use crate::model::{Reason, Status, Text};

/// Returns what a name stands for in a message, as text. In a message about several monitors,
/// `monitor` names them, `message` is the text with a line for each, and the other names are about
/// the first, which is the worst.
pub(crate) fn value(name: &str, delivery: &Delivery, style: &MessageStyle) -> Option<String> {
    let first = delivery.notices.first()?;
    let is_alone = delivery.notices.len() == 1 && delivery.more == 0;
    match name {
        "monitor" if !is_alone => Some(names(delivery)),
        "message" if !is_alone => Some(Message::of(delivery, style).body().trim_end().to_owned()),
        _ => of_notice(name, first, delivery, style),
    }
}

fn names(delivery: &Delivery) -> String {
    let notices = delivery.notices.iter();
    let names: Vec<&str> = notices.map(|one| one.subject.monitor.as_str()).collect();
    let names = names.join(", ");
    match delivery.more {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

fn of_notice(
    name: &str,
    notice: &Notice,
    delivery: &Delivery,
    style: &MessageStyle,
) -> Option<String> {
    let subject = &notice.subject;
    let facts = notice.monitor.as_ref();
    match name {
        "monitor" => Some(subject.monitor.to_string()),
        "status" => Some(notice.status().as_str().to_owned()),
        "before" => subject.before.map(Status::as_str).map(str::to_owned),
        "message" => Some(sentence(notice, delivery.at)),
        "reason" => subject.reason.map(Reason::as_str).map(str::to_owned),
        "since" => Some(stamp(subject.opened, style)),
        "duration" => {
            let end = subject.closed.unwrap_or(delivery.at);
            let lasted = Duration::try_from(subject.opened.duration_until(end));
            Some(rough(lasted.unwrap_or_default()))
        }
        "group" => facts?.group.as_ref().map(Text::to_string),
        "tags" => {
            let tags: Vec<&str> = facts?.tags.iter().map(Text::as_str).collect();
            Some(tags.join(", "))
        }
        "target" => Some(facts?.target.to_string()),
        "kind" => Some(facts?.kind.to_string()),
        "description" => facts?.description.as_ref().map(Text::to_string),
        "runbook" => facts?.runbook.as_ref().map(Text::to_string),
        "incident" => subject.incident.map(|id| id.to_string()),
        "what" => Some(notice.what.as_str().to_owned()),
        _ => None,
    }
}
