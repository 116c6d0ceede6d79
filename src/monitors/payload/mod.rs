//! Evaluates heartbeat payloads: filters, expectations and timestamps.

pub mod excerpt;
mod filter;
pub mod json;
pub mod keys;
mod offload;
mod path;
pub mod patterns;
mod query;

pub mod timestamps;
mod weak;

use std::borrow::Cow;

use jiff::Timestamp;
use regex::bytes::Regex;
use serde_json::Value;

use crate::model::{Assertion, Failure, Text};
pub use filter::Filter;
pub use offload::{classify_offloaded, is_small, offload};
use path::BudgetExceeded;
pub use path::ExpressionError;
pub use query::Query;

/// Requirements that a heartbeat's payload must meet.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    pub body: Option<Regex>,
    pub json: Option<Filter>,
}

/// Result of classifying one message of a subscription.
#[derive(Clone, Debug, PartialEq)]
pub enum Classification {
    /// A valid heartbeat, with the sender's timestamp if the monitor reads one.
    Beat(Option<Timestamp>),
    /// A message that is not a heartbeat.
    Traffic,
    /// A heartbeat that fails an expectation or cannot be read.
    Bad(Failure),
}

/// Splits one received message. If the monitor reads JSON, each record is a separate message.
///
/// # Errors
/// `payload` if there are too many records.
pub fn messages<'r>(
    raw: &'r [u8],
    matches: Option<&Filter>,
    expect: &Expect,
    timestamp: Option<&Query>,
) -> Result<Vec<Cow<'r, [u8]>>, Failure> {
    if wants_json(matches, expect, timestamp) {
        return json::records(raw);
    }
    let message = if expect.body.is_some() {
        json::decode(raw, None)
    } else {
        Cow::Borrowed(raw)
    };
    Ok(vec![message])
}

/// Distinguishes heartbeats from traffic. With `matches`, a message that is not JSON is traffic.
/// Without `matches`, every message is a heartbeat.
pub fn classify(
    raw: &[u8],
    matches: Option<&Filter>,
    expect: &Expect,
    timestamp: Option<&Query>,
) -> Classification {
    let json = if wants_json(matches, expect, timestamp) {
        json::read(raw)
    } else {
        Ok(Value::Null)
    };
    if let Some(filter) = matches {
        match json
            .as_ref()
            .map_or(Ok(false), |json| filter.matches(json, raw.len()))
        {
            Ok(true) => {}
            Ok(false) => return Classification::Traffic,
            Err(failure) => return Classification::Bad(failure),
        }
    }
    let checked = expect.check(raw, &json).and_then(|()| match timestamp {
        Some(query) => query
            .timestamp(json.as_ref().map_err(Failure::clone)?, raw.len())
            .map(Some),
        None => Ok(None),
    });
    checked.map_or_else(Classification::Bad, Classification::Beat)
}

fn wants_json(matches: Option<&Filter>, expect: &Expect, timestamp: Option<&Query>) -> bool {
    matches.is_some() || expect.json.is_some() || timestamp.is_some()
}

/// Two patterns are equal if their source text is equal.
impl PartialEq for Expect {
    fn eq(&self, other: &Expect) -> bool {
        self.body.as_ref().map(Regex::as_str) == other.body.as_ref().map(Regex::as_str)
            && self.json == other.json
    }
}

impl Expect {
    pub fn is_empty(&self) -> bool {
        self.body.is_none() && self.json.is_none()
    }

    /// # Errors
    /// `assertion` if a requirement is not met. `payload` if JSON is required and `json` is an
    /// error, or if the evaluation exceeds its budget.
    pub fn check(&self, raw: &[u8], json: &Result<Value, Failure>) -> Result<(), Failure> {
        if let Some(pattern) = &self.body
            && !pattern.is_match(raw)
        {
            return Err(Failure::Assertion(Assertion::Body {
                pattern: Text::clean(pattern.as_str()),
            }));
        }
        if let Some(filter) = &self.json {
            let json = json.as_ref().map_err(Failure::clone)?;
            if !filter.matches(json, raw.len())? {
                let got = filter.observed(json).map(|got| Text::clean(&got));
                return Err(Failure::Assertion(Assertion::Json {
                    filter: filter.source().clone(),
                    got,
                }));
            }
        }
        Ok(())
    }
}

fn bad_payload(why: &str) -> Failure {
    Failure::Payload {
        why: Text::clean(why),
    }
}

/// Returns the failure for a payload whose evaluation exceeds its budget.
fn too_expensive(_: BudgetExceeded) -> Failure {
    bad_payload(
        "evaluating it takes too much work: more than 1,000,000 steps plus its size in bytes",
    )
}

/// Parses a timestamp: RFC 3339 (with `Z`, `+0000` or `+00:00`, and a space instead of `T` if need
/// be), or epoch seconds or milliseconds as a number or a string.
pub fn parse_timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => parse_text(text.trim()),
        Value::Number(number) => from_epoch(number.as_f64()?),
        _ => None,
    }
}

fn parse_text(text: &str) -> Option<Timestamp> {
    if text.len() > 64 {
        return None;
    }
    text.parse()
        .ok()
        .or_else(|| text.parse().ok().and_then(from_epoch))
}

/// Converts an epoch time. Values from 1e11 up are milliseconds: as seconds they would be after the
/// year 5000.
fn from_epoch(number: f64) -> Option<Timestamp> {
    let micros = if number.abs() >= 1e11 {
        number * 1e3
    } else {
        number * 1e6
    };
    // The cast saturates. It would turn NaN into the epoch.
    if number.is_nan() {
        None
    } else {
        Timestamp::from_microsecond(micros.round() as i64).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn filter(source: &str) -> Filter {
        Filter::parse(source).unwrap()
    }

    fn not_json(text: &str) -> Failure {
        bad_payload(&format!("not JSON: begins with \"{text}\""))
    }

    fn stamp(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_query_cut_short_is_an_error_at_every_place() {
        let query = r#"$["\u0041\uD83D\uDE00"]"#;
        assert!(Query::parse(query).is_ok());
        for end in 1..query.len() {
            assert!(
                end == 1 || Query::parse(&query[..end]).is_err(),
                "{}",
                &query[..end]
            );
            let _ = Filter::parse(&query[..end]);
        }
    }

    #[test]
    fn documented_filters() {
        let queen = "@.ok == true && @.workers_online >= 1";
        for (source, payload, expected) in [
            (queen, json!({"ok": true, "workers_online": 3}), true),
            (queen, json!({"ok": true, "workers_online": 0}), false),
            (queen, json!({"ok": "true", "workers_online": 3}), false),
            (queen, json!([]), false),
            ("length(@.ids) > 2", json!({"ids": [1, 2, 3]}), true),
            ("length(@.ids) > 2", json!({"ids": [1, 2]}), false),
            ("length(@.ids) > 2", json!({}), false),
            ("@.ts", json!({"ts": "2024-01-15T10:30:00+0000"}), true),
            ("@.ts", json!({"ts": null}), true),
            ("@.ts", json!({"message": "hello"}), false),
            ("!@.error", json!({}), true),
            ("@ == 'pong'", json!("pong"), true),
        ] {
            assert_eq!(
                filter(source).matches(&payload, 0),
                Ok(expected),
                "{source} over {payload}"
            );
        }
    }

    #[test]
    fn errors_point_into_the_users_text() {
        for (source, at, what) in [
            ("@.ok = true", 5, "`==` compares"),
            ("@.é = 1", 5, "`==` compares"),
            ("@.ok == true &&", 15, "the expression ends too early"),
            ("", 0, "the expression ends too early"),
            ("lenth(@.ids) > 2", 0, "there is no function `lenth`"),
            ("@.a, @.b", 3, "cannot be understood from here on"),
            ("@.a][?@.b", 3, "cannot be understood from here on"),
            ("@.a) || (@.b", 3, "cannot be understood from here on"),
        ] {
            let mistake = Filter::parse(source).unwrap_err();
            assert_eq!((mistake.at, mistake.why.as_str()), (at, what), "{source}");
        }
        assert_eq!(
            Query::parse("ts").unwrap_err().why,
            "a query begins with `$`, which is the payload"
        );
        assert_eq!(Query::parse("$.a[").unwrap_err().at, 4);
    }

    #[test]
    fn nesting_is_bounded() {
        for open in ["(", "@[?", "length("] {
            assert!(
                Filter::parse(&open.repeat(100_000))
                    .unwrap_err()
                    .why
                    .contains("nested deeper")
            );
        }
    }

    #[test]
    fn timestamps() {
        let plain = stamp("2024-01-15T10:30:00Z");
        for text in [
            "2024-01-15T10:30:00+0000",
            "2024-01-15T10:30:00+00:00",
            "2024-01-15T10:30:00Z",
            "2024-01-15t10:30:00z",
            "2024-01-15 10:30:00Z",
            "2024-01-15T10:30:00.000Z",
            "2024-01-15T12:30:00+0200",
            "2024-01-15T05:00:00-05:30",
            " 2024-01-15T10:30:00Z\n",
            "1705314600",
            "1705314600000",
            "1705314600.0",
        ] {
            assert_eq!(parse_timestamp(&json!(text)), Some(plain), "{text}");
        }
        assert_eq!(parse_timestamp(&json!(1_705_314_600)), Some(plain));
        assert_eq!(parse_timestamp(&json!(1_705_314_600_000_u64)), Some(plain));
        let half = stamp("2024-01-15T10:30:00.5Z");
        for value in [
            json!(1_705_314_600.5),
            json!(1_705_314_600_500_u64),
            json!("2024-01-15T10:30:00.500000Z"),
        ] {
            assert_eq!(parse_timestamp(&value), Some(half), "{value}");
        }
        assert_eq!(
            parse_timestamp(&json!(-1)),
            Some(stamp("1969-12-31T23:59:59Z"))
        );
    }

    #[test]
    fn what_is_no_timestamp() {
        let garbage = [
            "",
            "now",
            "2024-01-15",
            "2024-01-15T10:30:00",
            "2024-02-30T00:00:00Z",
            "NaN",
            "inf",
            "1e400",
        ];
        for text in garbage {
            assert_eq!(parse_timestamp(&json!(text)), None, "{text}");
        }
        let long = "9".repeat(100_000);
        let others = [
            json!(null),
            json!(true),
            json!([1]),
            json!({}),
            json!(1e300),
            json!(-1e300),
            json!(u64::MAX),
        ];
        for value in others.into_iter().chain([json!(long), json!(i64::MIN)]) {
            assert_eq!(parse_timestamp(&value), None);
        }
    }

    #[test]
    fn heartbeats_are_told_from_traffic() {
        let none = Expect::default();
        let ts = filter("@.ts");
        let path = Query::parse("$.ts").unwrap();
        let beat = br#"{"ts": "2024-01-15T10:30:00+0000"}"#;
        assert_eq!(
            classify(beat, Some(&ts), &none, Some(&path)),
            Classification::Beat(Some(stamp("2024-01-15T10:30:00Z")))
        );
        assert_eq!(
            classify(br#"{"message": 1}"#, Some(&ts), &none, Some(&path)),
            Classification::Traffic
        );
        assert_eq!(
            classify(b"hello", Some(&ts), &none, Some(&path)),
            Classification::Traffic
        );
        assert_eq!(
            classify(b"\xff", None, &none, None),
            Classification::Beat(None)
        );
        assert_eq!(
            classify(b"hello", None, &none, Some(&path)),
            Classification::Bad(not_json("hello"))
        );
        assert!(matches!(
            classify(br#"{"ts": "soon"}"#, Some(&ts), &none, Some(&path)),
            Classification::Bad(Failure::Payload { .. })
        ));
        assert!(matches!(
            classify(b"{}", None, &none, Some(&path)),
            Classification::Bad(Failure::Payload { .. })
        ));

        let ok = Expect {
            json: Some(filter("@.ok == true")),
            body: Some(Regex::new("ok").unwrap()),
        };
        assert_eq!(
            classify(br#"{"ok": true}"#, None, &ok, None),
            Classification::Beat(None)
        );
        assert_eq!(
            classify(b"ok", None, &ok, None),
            Classification::Bad(not_json("ok"))
        );
        assert!(matches!(
            classify(br#"{"ok": false}"#, None, &ok, None),
            Classification::Bad(Failure::Assertion(_))
        ));
        assert!(matches!(
            classify(br#"{"ts": 1}"#, Some(&ts), &ok, None),
            Classification::Bad(Failure::Assertion(_))
        ));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(
            text in "\\PC*",
            expression in "[@$.a-c\\[\\]()?!=<>&|'\"0-9 ,é*:-]{0,24}",
        ) {
            let _ = parse_timestamp(&json!(text));
            for source in [&text, &expression] {
                for result in [Filter::parse(source).map(drop), Query::parse(source).map(drop)] {
                    if let Err(error) = result {
                        let at = error.at;
                        prop_assert!(source.is_char_boundary(at), "{source:?} at {at}");
                        prop_assert!(!error.why.is_empty());
                    }
                }
            }
        }

        #[test]
        fn any_number_is_read_without_panic(number in any::<f64>(), integer in any::<i64>()) {
            for value in [
                json!(number),
                json!(number.to_string()),
                json!(integer),
                json!(integer.to_string()),
            ] {
                let _ = parse_timestamp(&value);
            }
        }

        #[test]
        fn every_way_to_write_a_time_is_the_same_time(
            millis in 100_000_000_000_i64..4_000_000_000_000,
        ) {
            let time = Timestamp::from_millisecond(millis).unwrap();
            let written = time.to_string();
            let seconds = millis as f64 / 1e3;
            for value in [
                json!(millis),
                json!(millis.to_string()),
                json!(seconds),
                json!(seconds.to_string()),
            ] {
                prop_assert_eq!(parse_timestamp(&value), Some(time));
            }
            for text in [
                written.replace('Z', "+0000"),
                written.replace('Z', "+00:00"),
                written.replace('T', " "),
                written,
            ] {
                prop_assert_eq!(parse_timestamp(&json!(text)), Some(time));
            }
        }
    }
}
