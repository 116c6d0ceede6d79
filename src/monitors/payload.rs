//! What a heartbeat's payload must look like: filters, expectations, timestamps (contract, section 1).

pub mod json;
pub mod seen;

use std::borrow::Cow;

use jiff::Timestamp;
use regex::bytes::Regex;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::model::{Assertion, Failure, Text};

/// A filter expression of RFC 9535 in which `@` is the payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    source: Text,
    query: JsonPath,
}

/// An RFC 9535 query for one value of the payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Query(JsonPath);

/// What a heartbeat must meet beyond being one.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    pub body: Option<Regex>,
    pub json: Option<Filter>,
}

/// What a message of a subscription turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A good heartbeat, with the sender's own time where `timestamp` asks for it.
    Beat(Option<Timestamp>),
    /// Not meant to be a heartbeat.
    Traffic,
    /// A heartbeat that is not as it should be.
    Bad(Failure),
}

/// The messages in what came at once: where JSON is read, each of its records is a message of its own.
///
/// # Errors
/// `payload` for too many records.
pub fn messages<'r>(
    raw: &'r [u8],
    matches: Option<&Filter>,
    expect: &Expect,
    timestamp: Option<&Query>,
) -> Result<Vec<Cow<'r, [u8]>>, Failure> {
    if wants_json(matches, expect, timestamp) {
        return json::records(raw);
    }
    let message = if expect.body.is_some() { json::decode(raw, None) } else { Cow::Borrowed(raw) };
    Ok(vec![message])
}

/// Tells heartbeats from traffic. With `matches`, what is not JSON is traffic; without it every message is a heartbeat.
pub fn hear(raw: &[u8], matches: Option<&Filter>, expect: &Expect, timestamp: Option<&Query>) -> Heard {
    let mut json = if wants_json(matches, expect, timestamp) { json::read(raw) } else { Ok(Value::Null) };
    if let Some(filter) = matches
        && !json.as_mut().is_ok_and(|json| filter.matches(json))
    {
        return Heard::Traffic;
    }
    let judged = expect.check(raw, &mut json).and_then(|()| match timestamp {
        Some(query) => query.timestamp(json.as_ref().map_err(Failure::clone)?).map(Some),
        None => Ok(None),
    });
    judged.map_or_else(Heard::Bad, Heard::Beat)
}

fn wants_json(matches: Option<&Filter>, expect: &Expect, timestamp: Option<&Query>) -> bool {
    matches.is_some() || expect.json.is_some() || timestamp.is_some()
}

/// A filter is the inside of a query over a one-element array that holds the payload.
const FILTER: (&str, &str) = ("$[?", "]");
/// The same with the expression in parentheses, which only a whole expression stands.
const WHOLE: (&str, &str) = ("$[?(", ")]");

impl Filter {
    /// # Errors
    /// What is wrong with the expression, and at which of its bytes (0-based).
    pub fn parse(source: &str) -> Result<Filter, (usize, String)> {
        let query = parse_path(FILTER, source)?;
        parse_path(WHOLE, source).map_err(|_| (0, "not one filter expression".to_owned()))?;
        Ok(Filter { source: Text::clean(source), query })
    }

    pub fn source(&self) -> &Text {
        &self.source
    }

    pub fn matches(&self, payload: &mut Value) -> bool {
        // Moved in and out, so that nothing is copied.
        let mut array = Value::Array(vec![payload.take()]);
        let matches = !self.query.query(&array).is_empty();
        *payload = array[0].take();
        matches
    }
}

impl Query {
    /// # Errors
    /// What is wrong with the query, and at which of its bytes (0-based).
    pub fn parse(source: &str) -> Result<Query, (usize, String)> {
        parse_path(("", ""), source).map(Query)
    }

    /// The first value that the query finds.
    pub fn first<'v>(&self, payload: &'v Value) -> Option<&'v Value> {
        self.0.query(payload).first()
    }

    /// The sender's clock as the payload states it.
    ///
    /// # Errors
    /// `payload` when there is nothing at the place, or what stands there is no timestamp.
    pub fn timestamp(&self, payload: &Value) -> Result<Timestamp, Failure> {
        let found = self.first(payload).ok_or_else(|| bad_payload("no timestamp in it"))?;
        parse_timestamp(found)
            .ok_or_else(|| bad_payload(&format!("not a timestamp: {}", seen::value_text(Some(found)))))
    }
}

/// The parser recurses, and takes twice as long for every level of nested filters.
const DEEPEST: usize = 10;

/// Parses `source` between the two ends, with the error's place counted in `source`.
fn parse_path((before, after): (&str, &str), source: &str) -> Result<JsonPath, (usize, String)> {
    let mut depth = 0_usize;
    for (at, c) in source.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err((at, format!("nested deeper than {DEEPEST} levels")));
        }
    }
    if after.is_empty() && ends_in_escape(source) {
        return Err((source.len(), TOO_EARLY.to_owned()));
    }
    JsonPath::parse(&format!("{before}{source}{after}")).map_err(|error| {
        let at = source.floor_char_boundary(error.position().saturating_sub(before.len()));
        (at, explain(error.message(), source.get(at..).unwrap_or_default()))
    })
}

const TOO_EARLY: &str = "the expression ends too early";

/// The library's parser panics where a text ends inside `\uXXXX`.
fn ends_in_escape(source: &str) -> bool {
    source.trim_end_matches(|c: char| c.is_ascii_hexdigit()).ends_with("\\u")
}

/// The parser's message where it says something about the user's own text; `rest` is what it could not read.
fn explain(message: &str, rest: &str) -> String {
    let generic = message.ends_with("parser error") || message.ends_with("expected closing ']'");
    match rest.trim_start() {
        "" if generic => TOO_EARLY.to_owned(),
        rest if generic && rest.starts_with('=') && !rest.starts_with("==") => "`==` compares".to_owned(),
        _ if generic => "not understood from here on".to_owned(),
        _ => message.trim_start_matches("in long-hand segment, ").to_owned(),
    }
}

/// Patterns are equal if they are written alike.
impl PartialEq for Expect {
    fn eq(&self, other: &Expect) -> bool {
        self.body.as_ref().map(Regex::as_str) == other.body.as_ref().map(Regex::as_str) && self.json == other.json
    }
}

impl Expect {
    pub fn is_empty(&self) -> bool {
        self.body.is_none() && self.json.is_none()
    }

    /// # Errors
    /// `assertion` for what is not met, `payload` where JSON is needed and there is none. `json`: as it was read,
    /// which is looked at only where an expectation needs it.
    pub fn check(&self, raw: &[u8], json: &mut Result<Value, Failure>) -> Result<(), Failure> {
        if let Some(pattern) = &self.body
            && !pattern.is_match(raw)
        {
            return Err(Failure::Assertion(Assertion::Body { pattern: Text::clean(pattern.as_str()) }));
        }
        if let Some(filter) = &self.json {
            let json = json.as_mut().map_err(|failure| failure.clone())?;
            if !filter.matches(json) {
                let got = seen::compared(filter.source.as_str(), json);
                return Err(Failure::Assertion(Assertion::Json { filter: filter.source.clone(), got }));
            }
        }
        Ok(())
    }
}

fn bad_payload(why: &str) -> Failure {
    Failure::Payload { why: Text::clean(why) }
}

/// RFC 3339 (with `+0000` and `+00:00` offsets, `Z`, or a space for the `T`), epoch seconds or milliseconds, as a
/// number or in a string.
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
    text.parse().ok().or_else(|| text.parse().ok().and_then(from_epoch))
}

/// Numbers from 1e11 up are milliseconds: as seconds they would lie beyond the year 5000.
fn from_epoch(number: f64) -> Option<Timestamp> {
    let micros = if number.abs() >= 1e11 { number * 1e3 } else { number * 1e6 };
    // The cast saturates, and sends NaN to the epoch.
    if number.is_nan() { None } else { Timestamp::from_microsecond(micros.round() as i64).ok() }
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
            assert!(end == 1 || Query::parse(&query[..end]).is_err(), "{}", &query[..end]);
            let _ = Filter::parse(&query[..end]);
        }
    }

    #[test]
    fn filters_of_the_contract() {
        let queen = "@.ok == true && @.workers_online >= 1";
        for (source, mut payload, expected) in [
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
            let before = payload.clone();
            assert_eq!(filter(source).matches(&mut payload), expected, "{source} over {before}");
            assert_eq!(payload, before, "the payload is as it was");
        }
    }

    #[test]
    fn errors_point_into_the_users_text() {
        for (source, at, what) in [
            ("@.ok = true", 5, "`==` compares"),
            ("@.é = 1", 5, "`==` compares"),
            ("@.ok == true &&", 15, "the expression ends too early"),
            ("", 0, "the expression ends too early"),
            ("lenth(@.ids) > 2", 0, "function name 'lenth' is not defined"),
            ("@.a, @.b", 3, "not understood from here on"),
            ("@.a][?@.b", 0, "not one filter expression"),
            ("@.a) || (@.b", 3, "not understood from here on"),
        ] {
            assert_eq!(Filter::parse(source).unwrap_err(), (at, what.to_owned()), "{source}");
        }
        assert_eq!(Query::parse("ts").unwrap_err(), (0, "not understood from here on".to_owned()));
        assert_eq!(Query::parse("$.a[").unwrap_err().0, 3);
    }

    #[test]
    fn nesting_is_bounded() {
        for open in ["(", "@[?", "length("] {
            assert!(Filter::parse(&open.repeat(100_000)).unwrap_err().1.contains("nested deeper"));
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
        for value in [json!(1_705_314_600.5), json!(1_705_314_600_500_u64), json!("2024-01-15T10:30:00.500000Z")] {
            assert_eq!(parse_timestamp(&value), Some(half), "{value}");
        }
        assert_eq!(parse_timestamp(&json!(-1)), Some(stamp("1969-12-31T23:59:59Z")));
    }

    #[test]
    fn what_is_no_timestamp() {
        let garbage = ["", "now", "2024-01-15", "2024-01-15T10:30:00", "2024-02-30T00:00:00Z", "NaN", "inf", "1e400"];
        for text in garbage {
            assert_eq!(parse_timestamp(&json!(text)), None, "{text}");
        }
        let long = "9".repeat(100_000);
        let others = [json!(null), json!(true), json!([1]), json!({}), json!(1e300), json!(-1e300), json!(u64::MAX)];
        for value in others.into_iter().chain([json!(long), json!(i64::MIN)]) {
            assert_eq!(parse_timestamp(&value), None);
        }
    }

    #[test]
    fn heartbeats_are_told_from_traffic() {
        let none = Expect::default();
        let (ts, path) = (filter("@.ts"), Query::parse("$.ts").unwrap());
        let beat = br#"{"ts": "2024-01-15T10:30:00+0000"}"#;
        assert_eq!(hear(beat, Some(&ts), &none, Some(&path)), Heard::Beat(Some(stamp("2024-01-15T10:30:00Z"))));
        assert_eq!(hear(br#"{"message": 1}"#, Some(&ts), &none, Some(&path)), Heard::Traffic);
        assert_eq!(hear(b"hello", Some(&ts), &none, Some(&path)), Heard::Traffic);
        assert_eq!(hear(b"\xff", None, &none, None), Heard::Beat(None));
        assert_eq!(hear(b"hello", None, &none, Some(&path)), Heard::Bad(not_json("hello")));
        assert!(matches!(
            hear(br#"{"ts": "soon"}"#, Some(&ts), &none, Some(&path)),
            Heard::Bad(Failure::Payload { .. })
        ));
        assert!(matches!(hear(b"{}", None, &none, Some(&path)), Heard::Bad(Failure::Payload { .. })));

        let ok = Expect { json: Some(filter("@.ok == true")), body: Some(Regex::new("ok").unwrap()) };
        assert_eq!(hear(br#"{"ok": true}"#, None, &ok, None), Heard::Beat(None));
        assert_eq!(hear(b"ok", None, &ok, None), Heard::Bad(not_json("ok")));
        assert!(matches!(hear(br#"{"ok": false}"#, None, &ok, None), Heard::Bad(Failure::Assertion(_))));
        assert!(matches!(hear(br#"{"ts": 1}"#, Some(&ts), &ok, None), Heard::Bad(Failure::Assertion(_))));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC*", expression in "[@$.a-c\\[\\]()?!=<>&|'\"0-9 ,é*:-]{0,24}") {
            let _ = parse_timestamp(&json!(text));
            for source in [&text, &expression] {
                for result in [Filter::parse(source).map(drop), Query::parse(source).map(drop)] {
                    if let Err((at, what)) = result {
                        prop_assert!(source.is_char_boundary(at), "{source:?} at {at}");
                        prop_assert!(!what.is_empty());
                    }
                }
            }
        }

        #[test]
        fn any_number_is_read_without_panic(number in any::<f64>(), integer in any::<i64>()) {
            let _ = (parse_timestamp(&json!(number)), parse_timestamp(&json!(number.to_string())));
            let _ = (parse_timestamp(&json!(integer)), parse_timestamp(&json!(integer.to_string())));
        }

        #[test]
        fn every_way_to_write_a_time_is_the_same_time(millis in 100_000_000_000_i64..4_000_000_000_000) {
            let time = Timestamp::from_millisecond(millis).unwrap();
            let written = time.to_string();
            let seconds = millis as f64 / 1e3;
            for value in [json!(millis), json!(millis.to_string()), json!(seconds), json!(seconds.to_string())] {
                prop_assert_eq!(parse_timestamp(&value), Some(time));
            }
            for text in [written.replace('Z', "+0000"), written.replace('Z', "+00:00"), written.replace('T', " "), written] {
                prop_assert_eq!(parse_timestamp(&json!(text)), Some(time));
            }
        }
    }
}
