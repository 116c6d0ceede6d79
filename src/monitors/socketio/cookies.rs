//! Returns the cookies of the handshake in later requests of the session. Load balancers use them
//! for session affinity.

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue, SET_COOKIE};

/// Largest number of cookies that are returned. Load balancers set fewer.
const MAX_COOKIES: usize = 16;
const MAX_COOKIE_BYTES: usize = 4096;

/// Returns the `Cookie` header for the requests after `answer`: first the cookies of the config,
/// then those that the server set. Attributes are ignored: all requests go to one host and one
/// path, and no session outlives an attempt.
pub(super) fn session_cookies(own: &HeaderMap, answer: &HeaderMap) -> HeaderMap {
    let set = answer
        .get_all(SET_COOKIE)
        .iter()
        .take(MAX_COOKIES)
        .filter_map(pair);
    let pairs: Vec<&[u8]> = own
        .get_all(COOKIE)
        .iter()
        .map(HeaderValue::as_bytes)
        .chain(set)
        .collect();
    let mut headers = HeaderMap::new();
    if let Ok(mut value) = HeaderValue::from_bytes(&pairs.join(&b"; "[..]))
        && !value.is_empty()
    {
        value.set_sensitive(true);
        headers.insert(COOKIE, value);
    }
    headers
}

/// Returns the `name=value` part of a `Set-Cookie` header.
fn pair(set: &HeaderValue) -> Option<&[u8]> {
    let pair = set
        .as_bytes()
        .split(|byte| *byte == b';')
        .next()?
        .trim_ascii();
    (pair.contains(&b'=') && pair.len() <= MAX_COOKIE_BYTES).then_some(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_come_back_beside_the_own() {
        let mut own = HeaderMap::new();
        let mut answer = HeaderMap::new();
        assert!(session_cookies(&own, &answer).is_empty());
        answer.append(
            SET_COOKIE,
            HeaderValue::from_static("AWSALB=abc; Path=/; HttpOnly"),
        );
        answer.append(SET_COOKIE, HeaderValue::from_static("io=x1"));
        answer.append(SET_COOKIE, HeaderValue::from_static("nonsense"));
        assert_eq!(session_cookies(&own, &answer)[COOKIE], "AWSALB=abc; io=x1");
        own.insert(COOKIE, HeaderValue::from_static("session=1"));
        assert_eq!(
            session_cookies(&own, &answer)[COOKIE],
            "session=1; AWSALB=abc; io=x1"
        );
    }

    #[test]
    fn a_flood_of_cookies_is_cut() {
        let mut answer = HeaderMap::new();
        for _ in 0..1000 {
            answer.append(SET_COOKIE, HeaderValue::from_static("a=b"));
        }
        answer.insert("x", HeaderValue::from_static("y"));
        assert_eq!(
            session_cookies(&HeaderMap::new(), &answer)[COOKIE].len(),
            MAX_COOKIES * 5 - 2
        );
    }
}
