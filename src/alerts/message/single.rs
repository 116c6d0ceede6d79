//! The message about one monitor.

use jiff::Timestamp;

use super::{Message, MessageLine, MessageStyle, mark, rough, said, sentence, stamp};
use crate::alerts::delivery::{MonitorFacts, Notice};
use crate::history::notification::What;
use crate::model::Text;

/// Returns the message, with what a person needs in the middle of the night first.
pub(super) fn message(notice: &Notice, now: Timestamp, style: &MessageStyle) -> Message {
    let subject = &notice.subject;
    let sentence = sentence(notice, now);
    let mut lines = Lines(Vec::new());
    lines.add("what", what(notice, &sentence));
    lines.add("since", since(notice, now, style));
    if let Some(before) = subject.before.filter(|_| notice.what != What::Recovered) {
        lines.add("before", before.as_str());
    }
    if let Some(by) = &subject.acknowledged_by {
        lines.add("acknowledged by", said(by.as_str()));
    }
    let runbook = notice.monitor.as_ref().and_then(|monitor| {
        lines.add_monitor(monitor, style);
        monitor.runbook.as_ref()
    });
    if let Some(id) = subject.incident {
        lines.add("incident", id.to_string());
    }
    if let Some(monitor) = &notice.monitor {
        let outcomes = monitor.outcomes.iter();
        let outcomes = outcomes.map(|(at, text)| format!("{} {text}", stamp(*at, style)));
        lines.add("last outcomes", outcomes.collect::<Vec<_>>().join("\n"));
    }
    Message {
        title: format!("{} {}: {sentence}", mark(notice, style), subject.monitor),
        lines: lines.0,
        runbook: runbook.map(Text::to_string),
    }
}

fn what(notice: &Notice, sentence: &str) -> String {
    let status = notice.subject.status.as_str();
    match notice.what {
        What::Opened | What::Reminder => format!("{status}: {sentence}"),
        What::Worse => format!("now {status}: {sentence}"),
        What::Flapping => format!(
            "3 incidents within 30 min, so nothing more until it is steady for 15 min, or gets \
             worse. Now {status}: {sentence}"
        ),
        What::Recovered => match &notice.subject.message {
            Some(message) => format!("{sentence}. It was: {}", said(message.as_str())),
            None => sentence.to_owned(),
        },
        What::Acknowledged | What::Test => sentence.to_owned(),
    }
}

fn since(notice: &Notice, now: Timestamp, style: &MessageStyle) -> String {
    let subject = &notice.subject;
    let opened = stamp(subject.opened, style);
    let lasted = |end: Timestamp| {
        let lasted = subject.opened.duration_until(end);
        rough(lasted.try_into().unwrap_or_default())
    };
    match subject.closed {
        Some(closed) => format!(
            "{opened} until {} ({})",
            stamp(closed, style),
            lasted(closed)
        ),
        None => format!("{opened} ({})", lasted(now)),
    }
}

/// The lines of a message so far.
struct Lines(Vec<MessageLine>);

impl Lines {
    /// Adds a line, unless it says nothing.
    fn add(&mut self, label: &str, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(MessageLine {
                label: label.to_owned(),
                text,
            });
        }
    }

    fn add_monitor(&mut self, monitor: &MonitorFacts, style: &MessageStyle) {
        let text = |text: &Option<Text>| {
            text.as_ref()
                .map_or(String::new(), |text| said(text.as_str()))
        };
        let last_beat = monitor.last_beat.map(|at| stamp(at, style));
        self.add("last good heartbeat", last_beat.unwrap_or_default());
        self.add("group", text(&monitor.group));
        let tags: Vec<&str> = monitor.tags.iter().map(Text::as_str).collect();
        self.add("tags", said(&tags.join(", ")));
        self.add("target", said(monitor.target.as_str()));
        self.add("description", text(&monitor.description));
        self.add("runbook", text(&monitor.runbook));
    }
}
