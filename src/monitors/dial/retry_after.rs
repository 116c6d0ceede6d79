//! Reads how long an overloaded server asks clients to wait (RFC 9110, section 10.2.3).

use std::time::Duration;

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// Returns the `Retry-After` of a 429 or 503 response. A date is compared with the response's own
/// `Date`, so an inaccurate clock on this machine does not matter.
pub fn retry_after(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    if !matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    ) {
        return None;
    }
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let wait = date(headers, DATE)?.duration_until(date(headers, RETRY_AFTER)?);
    Some(Duration::try_from(wait).unwrap_or_default())
}

/// Parses an HTTP date in the only form that may be sent, which is that of RFC 5322 (RFC 9110,
/// section 5.6.7).
fn date(headers: &HeaderMap, name: HeaderName) -> Option<Timestamp> {
    DateTimeParser::new()
        .parse_timestamp(headers.get(name)?.as_bytes())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(status: u16, after: &'static str, date: Option<&'static str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, http::HeaderValue::from_static(after));
        if let Some(date) = date {
            headers.insert(DATE, http::HeaderValue::from_static(date));
        }
        retry_after(StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn seconds_and_dates() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let at = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(ask(503, "120", None), seconds(120));
        assert_eq!(ask(429, " 5 ", None), seconds(5));
        assert_eq!(ask(500, "5", None), None);
        assert_eq!(
            ask(503, "Sun, 06 Nov 1994 08:50:37 GMT", Some(at)),
            seconds(60)
        );
        assert_eq!(
            ask(503, "Sun, 06 Nov 1994 08:40:37 GMT", Some(at)),
            seconds(0)
        );
        assert_eq!(ask(503, "Sun, 06 Nov 1994 08:50:37 GMT", None), None);
        assert_eq!(ask(503, "-1", None), None);
        assert_eq!(ask(503, "99999999999999999999999", None), None);
    }
}
