//! Judges the answers of receivers that speak HTTP.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use super::outgoing::Answer;
use crate::alerts::delivery::DeliveryResult;
use crate::model::Text;

/// Maximum number of characters that are shown of what a receiver says.
const MAX_SHOWN: usize = 200;
/// Longest time that a receiver can ask for.
const MAX_WAIT: Duration = Duration::from_secs(24 * 3600);

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Accepted,
    /// It is sent again.
    Failed,
    /// It will never be accepted.
    Refused,
}

impl Meaning {
    /// Returns what a status means that is not a success: a final refusal, unless it may pass.
    pub(super) fn of_failure(status: StatusCode, passing: &[u16]) -> Meaning {
        if status.is_client_error() && !passing.contains(&status.as_u16()) {
            Meaning::Refused
        } else {
            Meaning::Failed
        }
    }
}

/// Judges an answer by its status and body.
pub(super) fn judge(
    answer: &Answer,
    meaning: impl FnOnce(StatusCode, &[u8]) -> Meaning,
) -> DeliveryResult {
    let (status, body, wait) = match answer {
        Answer::Http {
            status, body, wait, ..
        } => (*status, body, *wait),
        Answer::Nothing { why } => return failed(why, None),
        Answer::Exit { .. } | Answer::Smtp { .. } => return failed("no HTTP answer", None),
    };
    match meaning(status, body) {
        Meaning::Accepted => DeliveryResult::Accepted {
            answer: Text::clean(&phrase(status)),
            note: None,
        },
        Meaning::Failed => failed(&sentence(status, body), wait),
        Meaning::Refused => DeliveryResult::Refused {
            why: Text::clean(&sentence(status, body)),
        },
    }
}

/// Adds the time that the body of an answer asks for, which is more precise than the header.
pub(super) fn with_wait(result: DeliveryResult, asked: Option<Duration>) -> DeliveryResult {
    match result {
        DeliveryResult::Failed { why, wait } => DeliveryResult::Failed {
            why,
            wait: asked.or(wait).map(|wait| wait.min(MAX_WAIT)),
        },
        other => other,
    }
}

/// Returns a number of seconds in JSON as a duration.
pub(super) fn seconds(value: Option<&Value>) -> Option<Duration> {
    Duration::try_from_secs_f64(value?.as_f64()?).ok()
}

/// Returns the body as JSON; null if it is none.
pub(super) fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

/// Returns the body of an HTTP answer; none of other answers.
pub(super) fn body(answer: &Answer) -> &[u8] {
    match answer {
        Answer::Http { body, .. } => body,
        _ => &[],
    }
}

fn failed(why: &str, wait: Option<Duration>) -> DeliveryResult {
    DeliveryResult::Failed {
        why: Text::clean(why),
        wait: wait.map(|wait| wait.min(MAX_WAIT)),
    }
}

/// Returns the status with what the receiver says: `403 Forbidden: invalid_token`.
fn sentence(status: StatusCode, body: &[u8]) -> String {
    let said = if status.is_redirection() {
        "redirects are not followed".to_owned()
    } else {
        said(body)
    };
    if said.is_empty() {
        phrase(status)
    } else {
        format!("{}: {said}", phrase(status))
    }
}

fn phrase(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => format!("status {}", status.as_u16()),
    }
}

/// Returns what a body says: the sentence in JSON, or a plain text. Pages say nothing short.
fn said(body: &[u8]) -> String {
    let json = json(body);
    let named = ["description", "message", "error", "errors"]
        .iter()
        .find_map(|name| json.get(name));
    let text = match named {
        Some(Value::String(text)) => Text::clean(text),
        Some(other) => Text::clean(&other.to_string()),
        None => Text::clean_bytes(body),
    };
    if text.as_str().starts_with('<') {
        return String::new();
    }
    // Secrets are struck out later, also the beginning of one in front of `…`.
    match text.as_str().char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", text.as_str().get(..end).unwrap_or_default()),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer::Http {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
            wait: Some(Duration::from_secs(7)),
        }
    }

    fn why(status: u16, body: &str) -> String {
        match judge(&answer(status, body), |_, _| Meaning::Failed) {
            DeliveryResult::Failed { why, wait } => {
                assert_eq!(wait, Some(Duration::from_secs(7)));
                why.to_string()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_failure_says_what_the_receiver_says() {
        assert_eq!(why(403, "invalid_token\n"), "403 Forbidden: invalid_token");
        assert_eq!(why(500, ""), "500 Internal Server Error");
        assert_eq!(why(502, "<html><h1>Bad"), "502 Bad Gateway");
        assert_eq!(why(302, "moved"), "302 Found: redirects are not followed");
        assert_eq!(why(599, "\u{1b}[31mx"), "status 599: [31mx");
        assert_eq!(
            why(400, r#"{"ok": false, "description": "chat not found"}"#),
            "400 Bad Request: chat not found"
        );
        assert_eq!(
            why(400, r#"{"errors": ["a", "b"]}"#),
            r#"400 Bad Request: ["a","b"]"#
        );
        let long = why(400, &"x".repeat(5000));
        assert!(long.ends_with("x…") && long.chars().count() < 230, "{long}");
    }

    #[test]
    fn times_in_bodies_are_numbers_of_seconds() {
        let body = json(br#"{"a": 0.25, "b": -1, "c": 1e300, "d": "x"}"#);
        assert_eq!(seconds(body.get("a")), Some(Duration::from_millis(250)));
        for name in ["b", "c", "d", "e"] {
            assert_eq!(seconds(body.get(name)), None, "{name}");
        }
    }
}
