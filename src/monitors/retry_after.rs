//! How long an answer asks to be left alone: the header `Retry-After` (RFC 9110, section 10.2.3).

use std::time::Duration;

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// Of the two statuses that hbmon waits for, 429 and 503. A date is measured against the answer's own `Date`: both are
/// of the server's clock, which need not agree with ours. Without `Date`, or in the past, there is no wait.
pub fn retry_after(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    if !matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        return None;
    }
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().ok().map(Duration::from_secs);
    }
    let now = date(headers.get(DATE)?.to_str().ok()?)?;
    now.duration_until(date(value)?).try_into().ok()
}

/// The date format of HTTP (RFC 9110, section 5.6.7), its obsolete forms left out.
fn date(value: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "Sun, 22 Nov 2026 12:00:00 GMT";

    fn wait(status: u16, retry_after: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry_after.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        super::retry_after(StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn seconds() {
        assert_eq!(wait(503, "120", None), Some(Duration::from_secs(120)));
        assert_eq!(wait(429, "0", None), Some(Duration::ZERO));
        for status in [200, 204, 301, 404, 500] {
            assert_eq!(wait(status, "120", None), None);
        }
    }

    #[test]
    fn a_date_counts_from_the_answers_own() {
        let later = "Sun, 22 Nov 2026 12:01:30 GMT";
        assert_eq!(wait(503, later, Some(NOON)), Some(Duration::from_secs(90)));
        assert_eq!(wait(503, later, None), None);
        assert_eq!(wait(503, NOON, Some(later)), None);
    }

    #[test]
    fn garbage_is_no_wait() {
        for garbage in ["", "-5", "soon", "1.5", "99999999999999999999999", "Sun, 99 Nov 2026 12:00:00 GMT"] {
            assert_eq!(wait(503, garbage, Some(NOON)), None, "{garbage:?}");
        }
    }
}
