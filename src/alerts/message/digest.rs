//! The message about several monitors: what happened while another message was just sent.

use std::time::Duration;

use super::{Message, MessageLine, MessageStyle, mark, rough, sentence};
use crate::alerts::delivery::{Delivery, Notice};
use crate::history::notification::What;
use crate::model::Text;

/// Number of monitors that the title names.
const IN_TITLE: usize = 3;

/// Returns the message: a line for each status and group, with the monitors below it.
pub(super) fn message(delivery: &Delivery, style: &MessageStyle) -> Message {
    let mut lines: Vec<MessageLine> = Vec::new();
    for notice in &delivery.notices {
        let label = label(notice);
        let text = line(notice, delivery);
        match lines.iter_mut().find(|line| line.label == label) {
            Some(line) => line.text.push_str(&format!("\n{text}")),
            None => lines.push(MessageLine { label, text }),
        }
    }
    if delivery.more > 0 {
        lines.push(MessageLine {
            label: String::new(),
            text: format!("and {} more", delivery.more),
        });
    }
    Message {
        title: title(delivery, style),
        lines,
        runbook: None,
    }
}

fn title(delivery: &Delivery, style: &MessageStyle) -> String {
    let Some(first) = delivery.notices.first() else {
        return String::new();
    };
    let names = delivery.notices.iter().take(IN_TITLE);
    let names: Vec<&str> = names
        .map(|notice| notice.subject.monitor.as_str())
        .collect();
    let total = delivery.notices.len() + delivery.more;
    let dots = if total > names.len() { ", …" } else { "" };
    // The worst is first: behind a recovery there are only recoveries.
    let again = match first.what {
        What::Recovered => " well again",
        _ => "",
    };
    let mark = mark(first, style);
    format!("{mark} {total} monitors{again}: {}{dots}", names.join(", "))
}

/// Returns the status, and the group if there is one: `error in web`.
fn label(notice: &Notice) -> String {
    let status = match notice.what {
        What::Recovered => "over",
        What::Flapping => "flapping",
        What::Acknowledged => "acknowledged",
        What::Opened | What::Worse | What::Reminder | What::Test => notice.subject.status.as_str(),
    };
    let group = (notice.monitor.as_ref()).and_then(|monitor| monitor.group.as_ref());
    match group.map(Text::as_str) {
        Some(group) => format!("{status} in {group}"),
        None => status.to_owned(),
    }
}

fn line(notice: &Notice, delivery: &Delivery) -> String {
    let subject = &notice.subject;
    let sentence = sentence(notice, delivery.at);
    let lasts = matches!(notice.what, What::Opened | What::Worse | What::Flapping);
    let age = subject.opened.duration_until(delivery.at);
    let age = Duration::try_from(age).unwrap_or_default();
    let age = lasts.then(|| format!(", for {}", rough(age)));
    let id = subject.incident.map(|id| format!(" ({id})"));
    format!(
        "{}: {sentence}{}{}",
        subject.monitor,
        age.unwrap_or_default(),
        id.unwrap_or_default()
    )
}
