//! Times and durations as JSON values.

use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::ms;

/// A duration in milliseconds, always with a fraction: `50.0`.
#[derive(Clone, Copy, Debug, JsonSchema, PartialEq)]
#[schemars(inline)]
pub(crate) struct Ms(#[schemars(with = "f64")] pub Duration);

/// A duration in seconds, always with a fraction: `300.0`.
#[derive(Clone, Copy, Debug, JsonSchema, PartialEq)]
#[schemars(inline)]
pub(crate) struct Seconds(#[schemars(with = "f64")] pub Duration);

/// A time as RFC 3339, UTC, with milliseconds: `2026-11-22T13:32:04.120Z`.
#[derive(Clone, Copy, Debug, JsonSchema, PartialEq)]
#[schemars(inline, extend("format" = "date-time"))]
pub(crate) struct Time(#[schemars(with = "String")] pub Timestamp);

/// A time as RFC 3339, UTC, with seconds, the precision of a certificate's dates.
#[derive(Clone, Copy, Debug, JsonSchema, PartialEq)]
#[schemars(inline, extend("format" = "date-time"))]
pub(super) struct Date(#[schemars(with = "String")] pub Timestamp);

impl Serialize for Ms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(ms(self.0))
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A division gives the nearest number, which prints as `3.639`; seconds plus a fraction
        // give `3.6390000000000002`.
        serializer.serialize_f64(self.0.as_micros() as f64 / 1e6)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.3}", self.0))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.0}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_no_noise_in_the_last_digit() {
        let json = |millis| serde_json::to_string(&Seconds(Duration::from_millis(millis))).unwrap();
        assert_eq!(json(3_639), "3.639");
        assert_eq!(json(300_000), "300.0");
        // Three years.
        assert_eq!(json(94_608_000_001), "94608000.001");
    }
}
