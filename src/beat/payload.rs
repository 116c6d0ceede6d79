//! The body of a heartbeat: a text with an optional placeholder for the time of sending.

use bytes::Bytes;
use jiff::Timestamp;

/// Placeholder for the time of sending: RFC 3339 in UTC with milliseconds.
const PLACEHOLDER: &str = "{timestamp}";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeatPayload {
    text: String,
    is_template: bool,
}

impl Default for BeatPayload {
    fn default() -> BeatPayload {
        BeatPayload::new(format!(r#"{{"timestamp": "{PLACEHOLDER}"}}"#))
    }
}

impl BeatPayload {
    pub fn new(template: String) -> BeatPayload {
        BeatPayload {
            text: template,
            is_template: true,
        }
    }

    /// Returns a payload without a placeholder.
    pub fn plain(text: String) -> BeatPayload {
        BeatPayload {
            text,
            is_template: false,
        }
    }

    pub fn fill(&self, now: Timestamp) -> Bytes {
        if self.is_template {
            self.text.replace(PLACEHOLDER, &format!("{now:.3}")).into()
        } else {
            self.text.clone().into()
        }
    }

    /// Checks that the filled payload is JSON.
    ///
    /// # Errors
    /// The payload is not JSON. The error contains the line and column.
    pub fn check(&self) -> Result<(), serde_json::Error> {
        serde_json::from_slice::<serde::de::IgnoredAny>(&self.fill(Timestamp::UNIX_EPOCH))
            .map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_filled_in_wherever_it_is_wanted() {
        let now: Timestamp = "2024-01-01T12:00:00Z".parse().unwrap();
        let filled = |payload: BeatPayload| String::from_utf8(payload.fill(now).to_vec()).unwrap();
        assert_eq!(
            filled(BeatPayload::default()),
            r#"{"timestamp": "2024-01-01T12:00:00.000Z"}"#
        );
        let own = BeatPayload::new(r#"{"at": "{timestamp}", "again": ["{timestamp}"]}"#.to_owned());
        assert!(own.check().is_ok());
        assert_eq!(filled(own).matches("2024-01-01T12:00:00.000Z").count(), 2);
        assert_eq!(
            filled(BeatPayload::plain("{timestamp}".to_owned())),
            "{timestamp}"
        );
        assert!(
            BeatPayload::new("{timestamp}".to_owned()).check().is_err(),
            "a bare time is no JSON"
        );
    }
}
