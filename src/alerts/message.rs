//! The words of a message: one title, and lines in the order in which people need them.

use jiff::tz::TimeZone;

use super::delivery::{Delivery, Notice};

/// Maximum number of characters of a text that a target says.
pub const MAX_SAID: usize = 500;

/// How a channel wants its messages.
#[derive(Clone, Debug)]
pub struct MessageStyle {
    /// Times are shown in it.
    pub zone: TimeZone,
    pub emoji: bool,
}

impl Default for MessageStyle {
    fn default() -> MessageStyle {
        MessageStyle {
            zone: TimeZone::UTC,
            emoji: false,
        }
    }
}

/// The words of one message. Plain text of hbmon and of targets: a channel escapes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `[ERROR] api-eu: 503 Service Unavailable`; of a digest `[ERROR] 212 monitors: api-eu, …`.
    pub title: String,
    /// Labels and texts: `since`, `14:02:11 UTC (for 12 min)`. Of a digest a line for each notice.
    pub lines: Vec<MessageLine>,
    /// The page that says what to do.
    pub runbook: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    pub label: String,
    pub text: String,
}

impl Message {
    /// Writes the message of a delivery.
    pub fn of(delivery: &Delivery, style: &MessageStyle) -> Message {
        let lines = delivery.notices.iter().map(|notice| MessageLine {
            label: notice.subject.monitor.to_string(),
            text: what(notice, style),
        });
        Message {
            title: delivery.notices.first().map(title).unwrap_or_default(),
            lines: lines.collect(),
            runbook: None,
        }
    }

    /// Returns the message as plain text, a line each, without the title.
    pub fn body(&self) -> String {
        let lines = self.lines.iter();
        let lines = lines.map(|line| format!("{}: {}", line.label, line.text));
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn title(notice: &Notice) -> String {
    let status = notice.subject.status.as_str().to_uppercase();
    format!("[{status}] {}", notice.subject.monitor)
}

fn what(notice: &Notice, _style: &MessageStyle) -> String {
    notice.what.as_str().to_owned()
}
