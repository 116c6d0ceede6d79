//! Proposes the keys `event`, `match`, `timestamp` and `comments` for received messages.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::guess_interval;
use super::heard::{Heard, MessageEvent, MessageShape};
use crate::monitors::payload::parse_timestamp;

/// A value of a message that is closer to its receipt than this is the time of sending.
const CLOSE: Duration = Duration::from_secs(3600);
/// Minimum number of messages with a key for the key to be proposed.
const PROOF: usize = 2;
/// At most this many shapes are listed.
const MOST_LISTED: usize = 6;

/// Keys that are the time of sending more likely than others.
const TIMES: [&str; 8] = [
    "timestamp",
    "ts",
    "time",
    "sent_at",
    "sentAt",
    "sent",
    "at",
    "now",
];

/// What to write about a subscription.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Proposal {
    /// Lines below the URL: keys and comments.
    pub lines: Vec<String>,
    pub interval: Option<Duration>,
    /// The times between the messages vary too much for heartbeats.
    pub irregular: bool,
}

pub(super) fn propose(heard: &Heard) -> Proposal {
    let mut lines = Vec::new();
    let chosen = choose(heard, &mut lines);
    let mut times: Vec<_> = chosen.iter().flat_map(|shape| &shape.times).collect();
    times.sort_unstable();
    let gaps: Vec<Duration> = times
        .windows(2)
        .map(|pair| pair[1].since(*pair[0]))
        .collect();
    lines.extend(timestamp(&chosen).map(|key| format!("timestamp: $.{key}")));
    let others: Vec<_> = heard
        .messages()
        .filter(|shape| !chosen.iter().any(|own| std::ptr::eq(*own, *shape)))
        .collect();
    if !others.is_empty() {
        lines.push(format!("# also heard: {}", listed(&others)));
    } else if chosen.len() > 1 {
        lines.push(format!("# heard: {}", listed(&chosen)));
    }
    Proposal {
        lines,
        interval: guess_interval::guess(&gaps),
        irregular: guess_interval::is_irregular(&gaps),
    }
}

/// Returns the shapes that are the heartbeats, and adds the keys that choose them. All messages if
/// no key does.
fn choose<'h>(heard: &'h Heard, lines: &mut Vec<String>) -> Vec<&'h MessageShape> {
    let messages: Vec<_> = heard.messages().collect();
    let most = |is_one: fn(&MessageShape) -> bool| {
        let fitting = messages.iter().filter(|shape| is_one(shape));
        fitting.max_by_key(|shape| shape.count).copied()
    };
    if let Some(shape) = most(MessageShape::has_heartbeat_name) {
        lines.extend(event(shape));
        return having(&messages, |other| other.event == shape.event);
    }
    if let Some(shape) = most(MessageShape::has_heartbeat_mark) {
        lines.extend(event(shape));
        lines.extend(filter(shape));
        return vec![shape];
    }
    let Some(first) = messages.first() else {
        let comments = heard.shapes.iter().collect::<Vec<_>>();
        if !comments.is_empty() {
            lines.push("comments: true              # only comments were heard".to_owned());
        }
        return comments;
    };
    if messages.iter().all(|shape| shape.event == first.event) {
        lines.extend(event(first));
    }
    if messages.len() == 1 {
        lines.extend(filter(first).map(|line| format!("# {line}")));
    }
    messages
}

fn having<'h>(
    shapes: &[&'h MessageShape],
    is_one: impl Fn(&MessageShape) -> bool,
) -> Vec<&'h MessageShape> {
    let shapes = shapes.iter().copied();
    shapes.filter(|shape| is_one(shape)).collect()
}

fn event(shape: &MessageShape) -> Option<String> {
    match &shape.event {
        MessageEvent::Named(name) => Some(format!("event: {}", word(name))),
        _ => None,
    }
}

fn filter(shape: &MessageShape) -> Option<String> {
    let (key, value) = shape.mark.as_ref()?;
    Some(format!("match: '@.{key} == \"{value}\"'"))
}

/// Returns a word as YAML; in quotes if YAML could read something else than a text.
fn word(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.contains(':')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}

/// Returns the key whose value is the time of sending, in all samples.
fn timestamp(chosen: &[&MessageShape]) -> Option<String> {
    let samples: Vec<_> = chosen.iter().flat_map(|shape| &shape.samples).collect();
    let counted: u64 = chosen.iter().map(|shape| shape.count).sum();
    let is_whole = chosen.iter().all(|shape| !shape.samples.is_empty());
    if samples.len() < PROOF || counted < PROOF as u64 || !is_whole {
        return None;
    }
    let (_, first) = samples.first()?;
    let likely = TIMES.into_iter().filter(|key| first.contains_key(*key));
    let others = first.keys().map(String::as_str);
    likely
        .chain(others.filter(|key| is_identifier(key)))
        .find(|key| {
            samples
                .iter()
                .all(|(received, object)| is_close(object, key, *received))
        })
        .map(str::to_owned)
}

fn is_close(object: &Map<String, Value>, key: &str, received: Timestamp) -> bool {
    let sent = object.get(key).and_then(parse_timestamp);
    sent.is_some_and(|sent| sent.duration_until(received).unsigned_abs() < CLOSE)
}

fn is_identifier(key: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    key.len() <= 64
        && key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(letters)
}

/// Lists shapes with their counts: `update (12), heartbeat (3)`.
fn listed(shapes: &[&MessageShape]) -> String {
    let mut shapes = shapes.to_vec();
    shapes.sort_by_key(|shape| std::cmp::Reverse(shape.count));
    let name = |shape: &MessageShape| {
        let event = match &shape.event {
            MessageEvent::Named(name) => name.clone(),
            MessageEvent::Comment => "comments".to_owned(),
            MessageEvent::Unnamed => String::new(),
        };
        match &shape.mark {
            Some((key, value)) => format!("{event} {key}={value}").trim().to_owned(),
            None if event.is_empty() => "others".to_owned(),
            None => event,
        }
    };
    let mut texts: Vec<String> = shapes
        .iter()
        .take(MOST_LISTED)
        .map(|shape| format!("{} ({})", name(shape), shape.count))
        .collect();
    if shapes.len() > MOST_LISTED {
        texts.push(format!("{} more", shapes.len() - MOST_LISTED));
    }
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Moment;
    use crate::monitors::reporter::MessageLabel;

    type LabelledText = (MessageLabel<'static>, &'static str);

    /// Hears each message of a period `rounds` times, 100 ms apart within it. `NOW` in a payload
    /// is the time of receipt.
    fn heard(rounds: u64, period: u64, messages: &[LabelledText]) -> Proposal {
        let mut heard = Heard::default();
        for round in 0..rounds {
            for (place, (label, payload)) in messages.iter().enumerate() {
                let after = Duration::from_millis(round * period + place as u64 * 100);
                let received = Timestamp::from_second(1_900_000_000).unwrap() + after;
                let payload = payload.replace("NOW", &received.to_string());
                let at = Moment::after_start(after);
                heard.hear(at, received, *label, payload.as_bytes());
            }
        }
        propose(&heard)
    }

    #[test]
    fn heartbeats_are_found_among_other_messages() {
        use MessageLabel::{Comment, Event, None as Plain};
        let table: [(&[LabelledText], &[&str]); 9] = [
            (
                &[
                    (Event("heartbeat"), r#"{"ts": "NOW"}"#),
                    (Event("price"), "{}"),
                ],
                &[
                    "event: heartbeat",
                    "timestamp: $.ts",
                    "# also heard: price (4)",
                ],
            ),
            (
                &[
                    (Plain, r#"{"type": "ping", "id": 7}"#),
                    (Plain, r#"{"type": "order"}"#),
                    (Plain, r#"{"type": "order"}"#),
                ],
                &[
                    r#"match: '@.type == "ping"'"#,
                    "# also heard: type=order (8)",
                ],
            ),
            (
                &[(Event("message"), r#"{"op": "keep-alive", "sent": "NOW"}"#)],
                &[r#"match: '@.op == "keep-alive"'"#, "timestamp: $.sent"],
            ),
            (&[(Event("clock"), "12:00")], &["event: clock"]),
            (&[(Event("true"), "")], &["event: \"true\""]),
            (
                &[(Plain, r#"{"type": "price", "last": 3}"#)],
                &[r#"# match: '@.type == "price"'"#],
            ),
            (
                &[(Plain, r#"{"type": "price"}"#), (Plain, "text")],
                &["# heard: type=price (4), others (4)"],
            ),
            (
                &[(Comment, "ping")],
                &["comments: true              # only comments were heard"],
            ),
            // No identifier, no time, and a time of another day.
            (
                &[(
                    Plain,
                    r#"{"a b": "NOW", "n": 4, "at": "2020-01-01T00:00:00Z"}"#,
                )],
                &[],
            ),
        ];
        for (messages, lines) in table {
            let proposal = heard(4, 5_000, messages);
            assert_eq!(proposal.lines, lines, "{messages:?}");
        }
        let mixed = [
            (Plain, r#"{"type": "hb"}"#),
            (Plain, r#"{"type": "order"}"#),
        ];
        assert_eq!(
            heard(4, 5_000, &mixed).interval,
            Some(Duration::from_secs(5))
        );
        assert_eq!(
            heard(1, 5_000, &mixed),
            Proposal {
                lines: vec![
                    r#"match: '@.type == "hb"'"#.to_owned(),
                    "# also heard: type=order (1)".to_owned(),
                ],
                ..Proposal::default()
            }
        );
    }
}
