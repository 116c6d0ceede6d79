//! The words of a message: one title, and lines in the order in which people need them.

mod digest;
mod single;

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::delivery::{Delivery, Notice};
use crate::history::notification::What;
use crate::model::{IncidentEnd, Status};

/// Maximum number of characters of a text that a target or a user says.
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

/// The words of one message. It is plain text of hbmon and of targets: a channel escapes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One line: `[ERROR] api-eu: 503 Service Unavailable`, `[ERROR] 212 monitors: api-eu, …`.
    pub title: String,
    pub lines: Vec<MessageLine>,
    /// URL of the page that says what to do.
    pub runbook: Option<String>,
}

/// One fact of a message. The text can have several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// `since`; empty for a text that stands alone.
    pub label: String,
    pub text: String,
}

impl Message {
    /// Writes the message of a delivery.
    pub fn of(delivery: &Delivery, style: &MessageStyle) -> Message {
        match delivery.notices.as_slice() {
            [notice] if delivery.more == 0 => single::message(notice, delivery.at, style),
            _ => digest::message(delivery, style),
        }
    }

    /// Returns the lines as plain text.
    pub fn body(&self) -> String {
        let mut body = String::new();
        for MessageLine { label, text } in &self.lines {
            match (label.is_empty(), text.contains('\n')) {
                (true, _) => body.push_str(text),
                (false, false) => body.push_str(&format!("{label}: {text}")),
                (false, true) => {
                    body.push_str(&format!("{label}:\n  {}", text.replace('\n', "\n  ")));
                }
            }
            body.push('\n');
        }
        body
    }
}

/// Returns what stands in brackets: `[ERROR]`, with the sign of a channel that wants emoji.
fn mark(notice: &Notice, style: &MessageStyle) -> String {
    let subject = &notice.subject;
    let (word, sign) = match (notice.what, subject.end) {
        (What::Flapping, _) => ("FLAPPING", "🔁"),
        (What::Acknowledged, _) => ("ACKNOWLEDGED", "👤"),
        (What::Recovered, Some(IncidentEnd::Removed | IncidentEnd::Paused)) => ("CLOSED", "⚪"),
        (What::Recovered, _) => ("OK", "🟢"),
        (What::Test, _) if subject.closed.is_some() => ("TEST] [OK", "🟢"),
        (What::Test, _) => ("TEST] [ERROR", "🔴"),
        _ if subject.status == Status::Error => ("ERROR", "🔴"),
        _ => ("WARNING", "🟡"),
    };
    if style.emoji {
        format!("{sign} [{word}]")
    } else {
        format!("[{word}]")
    }
}

/// Returns a sentence about what is told: `503 Service Unavailable`, `healthy again after 12 min`.
pub(crate) fn sentence(notice: &Notice, now: Timestamp) -> String {
    let subject = &notice.subject;
    let end = subject.closed.unwrap_or(now);
    let lasted = rough(Duration::try_from(subject.opened.duration_until(end)).unwrap_or_default());
    let message = (subject.message.as_ref()).map_or_else(
        || subject.status.as_str().to_owned(),
        |message| said(message.as_str()),
    );
    match notice.what {
        What::Recovered => match subject.end {
            Some(IncidentEnd::Removed) => format!("no longer watched, after {lasted}"),
            Some(IncidentEnd::Paused) => format!("paused, after {lasted}"),
            _ if notice.was_told => format!("healthy again after {lasted}"),
            _ if subject.status == Status::Error => format!("was down for {lasted}, is over"),
            _ => format!("was in warning for {lasted}, is over"),
        },
        What::Flapping => format!("goes up and down: {message}"),
        What::Reminder => format!("{message}, for {lasted}"),
        What::Acknowledged => match &subject.acknowledged_by {
            Some(by) => format!("{} takes care: {message}", said(by.as_str())),
            None => message,
        },
        What::Test if subject.closed.is_some() => "the recovery of a test".to_owned(),
        What::Test => "a test, nothing is wrong".to_owned(),
        What::Opened | What::Worse => message,
    }
}

/// Returns a text of a target or a user, at most [`MAX_SAID`] characters of it.
fn said(text: &str) -> String {
    match text.char_indices().nth(MAX_SAID - 1) {
        Some((end, last)) if text.len() > end + last.len_utf8() => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

/// Returns a duration in one unit, as people say it: `45 s`, `12 min`, `3 h`, `2 d`.
pub(crate) fn rough(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// Returns a time in the zone of the channel: `2026-11-28 14:02:11 UTC`.
pub(crate) fn stamp(at: Timestamp, style: &MessageStyle) -> String {
    let zoned = at.to_zoned(style.zone.clone());
    zoned.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

#[cfg(test)]
mod tests;
