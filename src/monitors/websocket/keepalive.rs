//! Messages that keep a connection open: replies to pings in messages, and repeated texts.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

use crate::model::{Failure, Text, WireProtocol};
use crate::monitors::payload::{Filter, Query, is_small, json};

/// Placeholder in a reply for a value of the message.
pub const VALUE: &str = "{value}";
/// Longest value in bytes that is sent back.
const MAX_VALUE_BYTES: usize = 1024;

/// Burst of replies, and the time between further ones, so that the server does not set the rate.
pub(super) const REPLY_BURST: u32 = 50;
pub(super) const REPLY_INTERVAL: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub struct Keepalive {
    /// The first matching rule replies.
    pub replies: Vec<ReplyRule>,
    pub repeat: Option<Repeat>,
}

/// Texts that are sent at every interval.
pub struct Repeat {
    pub interval: Duration,
    pub texts: Vec<String>,
}

pub struct ReplyRule {
    pub trigger: ReplyTrigger,
    pub send: String,
    /// Finds the value of the message that replaces `VALUE`.
    pub value: Option<Query>,
}

/// Which messages ask for a reply.
#[derive(Debug)]
pub enum ReplyTrigger {
    Json(Filter),
    /// The whole message.
    Text(String),
}

/// Texts may contain secrets, so they are not printed.
impl std::fmt::Debug for Repeat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Repeat({:?}, {})", self.interval, self.texts.len())
    }
}

impl std::fmt::Debug for ReplyRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReplyRule({} bytes)", self.send.len())
    }
}

impl Keepalive {
    /// Returns the replies to a message: one for each JSON record that triggers one.
    ///
    /// # Errors
    /// `payload` if the value is missing or too long, or if the evaluation exceeds its budget.
    pub fn replies(&self, message: &[u8]) -> Result<Vec<Cow<'_, str>>, Failure> {
        // Pings are short, and large messages must not be evaluated inline.
        if !is_small(message.len()) {
            return Ok(Vec::new());
        }
        let records = json::records(message)?;
        let records: Vec<&[u8]> = if self.reads_json() && records.len() > 1 {
            records.iter().map(|record| &**record).collect()
        } else {
            vec![message]
        };
        records
            .into_iter()
            .filter_map(|record| self.reply(record).transpose())
            .collect()
    }

    fn reads_json(&self) -> bool {
        self.replies
            .iter()
            .any(|rule| matches!(rule.trigger, ReplyTrigger::Json(_)) || rule.value.is_some())
    }

    fn reply(&self, record: &[u8]) -> Result<Option<Cow<'_, str>>, Failure> {
        let json = if self.reads_json() {
            json::read(record).ok()
        } else {
            None
        };
        for rule in &self.replies {
            let asks = match (&rule.trigger, &json) {
                (ReplyTrigger::Json(filter), Some(json)) => filter.matches(json, record.len())?,
                (ReplyTrigger::Json(_), None) => false,
                (ReplyTrigger::Text(text), _) => text.as_bytes() == record,
            };
            if asks {
                return rule.text(json.as_ref(), record.len()).map(Some);
            }
        }
        Ok(None)
    }
}

impl ReplyRule {
    /// Returns the reply. `bytes` is the size of the record.
    fn text(&self, record: Option<&Value>, bytes: usize) -> Result<Cow<'_, str>, Failure> {
        let Some(query) = &self.value else {
            return Ok(Cow::Borrowed(&self.send));
        };
        let found = record
            .map(|record| query.first(record, bytes))
            .transpose()?
            .flatten();
        let value = found
            .ok_or_else(|| bad("it has no value for the reply"))?
            .to_string();
        if value.len() > MAX_VALUE_BYTES {
            return Err(bad("the value for the reply is over 1 KiB"));
        }
        Ok(Cow::Owned(self.send.replacen(VALUE, &value, 1)))
    }
}

fn bad(why: &str) -> Failure {
    Failure::Payload {
        why: Text::clean(why),
    }
}

/// Returns the failure for a server that triggers replies too fast.
pub(super) fn too_many_requests() -> Failure {
    Failure::Protocol {
        protocol: WireProtocol::WebSocket,
        why: Text::clean("more than 10 messages a second ask for a reply"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(filter: &str, send: &str, value: Option<&str>) -> ReplyRule {
        ReplyRule {
            trigger: ReplyTrigger::Json(Filter::parse(filter).unwrap()),
            send: send.to_owned(),
            value: value.map(|query| Query::parse(query).unwrap()),
        }
    }

    fn keepalive() -> Keepalive {
        let replies = vec![
            json(
                "@.event == 'pusher:ping'",
                r#"{"event":"pusher:pong"}"#,
                None,
            ),
            json("@.ping", r#"{"pong": {value}}"#, Some("$.ping")),
            json("@.op == 'ping'", "{value}", Some("$.none")),
            ReplyRule {
                trigger: ReplyTrigger::Text("ping".to_owned()),
                send: "pong".to_owned(),
                value: None,
            },
        ];
        Keepalive {
            replies,
            repeat: None,
        }
    }

    #[test]
    fn servers_of_all_sorts_are_answered() {
        let keepalive = keepalive();
        for (message, replies) in [
            (
                r#"{"event":"pusher:ping","data":{}}"#,
                &[r#"{"event":"pusher:pong"}"#][..],
            ),
            (
                r#"{"ping": 1492420473027}"#,
                &[r#"{"pong": 1492420473027}"#],
            ),
            (r#"{"ping": "a\"b"}"#, &[r#"{"pong": "a\"b"}"#]),
            (
                "{\"ping\":1}\u{1e}{\"other\":2}\u{1e}{\"ping\":3}\u{1e}",
                &[r#"{"pong": 1}"#, r#"{"pong": 3}"#],
            ),
            ("ping", &["pong"]),
            ("ping ", &[]),
            (r#"{"event":"heartbeat"}"#, &[]),
            ("[", &[]),
            ("", &[]),
        ] {
            assert_eq!(
                keepalive.replies(message.as_bytes()).unwrap(),
                replies,
                "{message}"
            );
        }
        assert!(keepalive.replies(&[0xff]).unwrap().is_empty());
        let large = format!(r#"{{"ping":1,"more":"{}"}}"#, "x".repeat(20_000));
        assert!(
            keepalive.replies(large.as_bytes()).unwrap().is_empty(),
            "pings are small"
        );
    }

    #[test]
    fn a_value_that_is_missing_or_long_is_a_failure() {
        let keepalive = keepalive();
        assert_eq!(
            keepalive.replies(br#"{"op":"ping"}"#),
            Err(bad("it has no value for the reply"))
        );
        let long = format!(r#"{{"ping":"{}"}}"#, "x".repeat(MAX_VALUE_BYTES));
        assert_eq!(
            keepalive.replies(long.as_bytes()),
            Err(bad("the value for the reply is over 1 KiB"))
        );
    }

    #[test]
    fn texts_are_not_printed() {
        let keepalive = Keepalive {
            repeat: Some(Repeat {
                interval: Duration::from_secs(1),
                texts: vec!["pong".to_owned()],
            }),
            ..keepalive()
        };
        assert!(
            !format!("{keepalive:?}").contains("pong\""),
            "{keepalive:?}"
        );
    }
}
