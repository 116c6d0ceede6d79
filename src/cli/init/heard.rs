//! What a subscription sends, counted by the shape of its messages. All of it is bounded.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::model::Moment;
use crate::monitors::reporter::MessageLabel;

/// Least time that hbmon listens: other messages may come between the heartbeats.
const LISTEN: Duration = Duration::from_secs(3);
/// Number of heartbeats from which the interval is clear.
const ENOUGH: u64 = 4;

/// Maximum number of shapes that are distinguished; others are counted together.
const MOST_SHAPES: usize = 40;
/// Times that are kept of a shape.
const MOST_TIMES: usize = 32;
/// Payloads that are kept of a shape.
const MOST_SAMPLES: usize = 4;
/// Longer payloads are not read, in bytes.
const LONGEST_PAYLOAD: usize = 16 << 10;

/// Longest name or value that is proposed, in bytes.
const LONGEST_WORD: usize = 64;

/// Keys whose value says what a message is, the clearest first.
const KEYS: [&str; 11] = [
    "type", "event", "kind", "op", "action", "method", "topic", "channel", "msg", "cmd", "t",
];

/// Words for a heartbeat, in lower case and without separators.
const HEARTBEATS: [&str; 7] = ["ping", "pong", "hb", "beat", "alive", "tick", "heart"];

/// All messages of a subscription.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub shapes: Vec<MessageShape>,
    first: Option<Moment>,
}

/// Messages that look alike.
#[derive(Debug)]
pub(super) struct MessageShape {
    pub event: MessageEvent,
    /// The key that says what the message is, and its value.
    pub mark: Option<(&'static str, String)>,
    pub count: u64,
    /// The times of the last ones.
    pub times: VecDeque<Moment>,
    /// The first ones that are JSON objects, with the time of receipt.
    pub samples: Vec<(Timestamp, Map<String, Value>)>,
}

/// The label of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MessageEvent {
    /// An event without a name, or a message of a protocol without names.
    Unnamed,
    Named(String),
    Comment,
}

impl Heard {
    pub(super) fn hear(
        &mut self,
        at: Moment,
        received: Timestamp,
        label: MessageLabel<'_>,
        payload: &[u8],
    ) {
        self.first.get_or_insert(at);
        let event = match label {
            MessageLabel::Comment => MessageEvent::Comment,
            // The name of an event that has none (WHATWG HTML, section 9.2.6).
            MessageLabel::Event("message") | MessageLabel::None => MessageEvent::Unnamed,
            MessageLabel::Event(name) if is_word(name) => MessageEvent::Named(name.to_owned()),
            MessageLabel::Event(_) => MessageEvent::Unnamed,
        };
        let object = object(payload).filter(|_| event != MessageEvent::Comment);
        let mark = object.as_ref().and_then(mark);
        let known = |shape: &MessageShape| shape.event == event && shape.mark == mark;
        let place = match self.shapes.iter().position(known) {
            Some(place) => place,
            None if self.shapes.len() < MOST_SHAPES => {
                self.shapes.push(MessageShape {
                    event,
                    mark,
                    count: 0,
                    times: VecDeque::new(),
                    samples: Vec::new(),
                });
                self.shapes.len() - 1
            }
            None => return,
        };
        if let Some(shape) = self.shapes.get_mut(place) {
            shape.add(at, object.map(|object| (received, object)));
        }
    }

    /// Returns the shapes that carry data.
    pub(super) fn messages(&self) -> impl Iterator<Item = &MessageShape> {
        let shapes = self.shapes.iter();
        shapes.filter(|shape| shape.event != MessageEvent::Comment)
    }

    /// Returns whether the heartbeats and their interval are clear.
    pub(super) fn is_enough(&self, now: Moment) -> bool {
        let is_long = self.first.is_some_and(|first| now.since(first) >= LISTEN);
        let mut messages = self.messages();
        let is_clear = match (messages.next(), messages.next()) {
            (Some(only), None) => only.count >= ENOUGH,
            _ => self
                .messages()
                .any(|shape| shape.is_heartbeat() && shape.count >= ENOUGH),
        };
        is_long && is_clear
    }
}

impl MessageShape {
    fn add(&mut self, at: Moment, sample: Option<(Timestamp, Map<String, Value>)>) {
        self.count += 1;
        if self.times.len() == MOST_TIMES {
            self.times.pop_front();
        }
        self.times.push_back(at);
        if self.samples.len() < MOST_SAMPLES {
            self.samples.extend(sample);
        }
    }

    /// Returns whether its name or its mark is a word for a heartbeat.
    pub(super) fn is_heartbeat(&self) -> bool {
        self.has_heartbeat_name() || self.has_heartbeat_mark()
    }

    pub(super) fn has_heartbeat_name(&self) -> bool {
        matches!(&self.event, MessageEvent::Named(name) if is_heartbeat(name))
    }

    pub(super) fn has_heartbeat_mark(&self) -> bool {
        self.mark
            .as_ref()
            .is_some_and(|(_, value)| is_heartbeat(value))
    }
}

fn object(payload: &[u8]) -> Option<Map<String, Value>> {
    if payload.len() > LONGEST_PAYLOAD {
        return None;
    }
    match serde_json::from_slice(payload) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

fn mark(object: &Map<String, Value>) -> Option<(&'static str, String)> {
    KEYS.into_iter().find_map(|key| match object.get(key)? {
        Value::String(value) if is_word(value) => Some((key, value.clone())),
        _ => None,
    })
}

/// Returns whether a text from outside can be written into a config without quotes.
fn is_word(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:/-".contains(c);
    (1..=LONGEST_WORD).contains(&text.len()) && text.chars().all(plain)
}

fn is_heartbeat(word: &str) -> bool {
    let letters: String = word
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    letters.contains("heartbeat")
        || letters.contains("keepalive")
        || HEARTBEATS.contains(&letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_heartbeats_are_known() {
        for word in [
            "heartbeat",
            "Heart-Beat",
            "system.heartbeat",
            "keep_alive",
            "PING",
            "hb",
        ] {
            assert!(is_heartbeat(word), "{word}");
        }
        for word in ["price", "shipping", "ticker", "message", ""] {
            assert!(!is_heartbeat(word), "{word}");
        }
    }

    #[test]
    fn a_flood_of_shapes_stays_bounded() {
        let mut heard = Heard::default();
        for number in 0..10_000_u32 {
            let payload = format!(r#"{{"type": "t{number}", "text": "{}"}}"#, "x".repeat(100));
            let at = Moment::after_start(Duration::from_millis(number.into()));
            heard.hear(
                at,
                Timestamp::UNIX_EPOCH,
                MessageLabel::None,
                payload.as_bytes(),
            );
        }
        assert_eq!(heard.shapes.len(), MOST_SHAPES);
        let hostile = "x\n    url: http://evil/".to_owned();
        heard.hear(
            Moment::after_start(Duration::ZERO),
            Timestamp::UNIX_EPOCH,
            MessageLabel::Event(&hostile),
            b"",
        );
        assert!(
            heard
                .messages()
                .all(|shape| shape.event == MessageEvent::Unnamed)
        );
    }
}
