//! What a heartbeat's payload must look like: filters, expectations, timestamps (contract, section 1).

use jiff::Timestamp;
use regex::bytes::Regex;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::model::{Assertion, Failure, Text};

/// A filter expression of RFC 9535 in which `@` is the payload.
#[derive(Clone, Debug)]
pub struct Filter {
    source: Text,
    query: JsonPath,
}

/// An RFC 9535 query for one value of the payload.
#[derive(Clone, Debug)]
pub struct Query(JsonPath);

/// What a heartbeat must meet beyond being one.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    pub body: Option<Regex>,
    pub json: Option<Filter>,
}

impl Filter {
    /// # Errors
    /// What is wrong with the expression, and at which of its bytes (0-based).
    pub fn parse(source: &str) -> Result<Filter, (usize, String)> {
        // Evaluated as a query over a one-element array that holds the payload.
        let prefix = "$[?";
        let query = JsonPath::parse(&format!("{prefix}{source}]")).map_err(|error| {
            (error.position().saturating_sub(prefix.len()).min(source.len()), error.message().to_owned())
        })?;
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
        JsonPath::parse(source).map(Query).map_err(|error| (error.position(), error.message().to_owned()))
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
        let found = self.first(payload).ok_or_else(|| Failure::Payload { why: Text::clean("no timestamp in it") })?;
        parse_timestamp(found).ok_or_else(|| Failure::Payload { why: Text::clean(&format!("no timestamp: {found}")) })
    }
}

impl Expect {
    pub fn is_empty(&self) -> bool {
        self.body.is_none() && self.json.is_none()
    }

    /// # Errors
    /// `assertion` for what is not met, `payload` where JSON is needed and there is none.
    pub fn check(&self, raw: &[u8], json: Option<&mut Value>) -> Result<(), Failure> {
        if let Some(pattern) = &self.body
            && !pattern.is_match(raw)
        {
            return Err(Failure::Assertion(Assertion::Body { pattern: Text::clean(pattern.as_str()) }));
        }
        if let Some(filter) = &self.json {
            let payload = json.ok_or_else(|| Failure::Payload { why: Text::clean("not JSON") })?;
            if !filter.matches(payload) {
                return Err(Failure::Assertion(Assertion::Json { filter: filter.source.clone() }));
            }
        }
        Ok(())
    }
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
    if !number.is_finite() {
        return None;
    }
    let seconds = if number.abs() >= 1e11 { number / 1000.0 } else { number };
    let micros = seconds * 1e6;
    if micros.abs() > 9e17 {
        return None;
    }
    Timestamp::from_microsecond(micros.round() as i64).ok()
}
