//! Computes the request that follows a redirect (RFC 9110, section 15.4). Does no I/O.

use http::header::{
    CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_TYPE, LOCATION,
};
use http::{HeaderMap, Method, StatusCode};

use super::HttpRequest;
use crate::model::{Failure, RedirectFault, Text, WireProtocol};

/// Returns the request that follows `sent`, or `None` if the response is not a redirect.
///
/// # Errors
/// `protocol` if `Location` is not an http or https URL.
pub(super) fn follow(
    sent: &HttpRequest,
    status: StatusCode,
    answer: &HeaderMap,
) -> Result<Option<HttpRequest>, Failure> {
    let keeps_method = match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => sent.method != Method::POST,
        StatusCode::SEE_OTHER => matches!(sent.method, Method::GET | Method::HEAD),
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        _ => return Ok(None),
    };
    let Some(location) = answer.get(LOCATION) else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    let wrong = || Failure::Protocol {
        protocol: WireProtocol::Http,
        why: Text::clean(&format!("redirect to {}", shown(&location))),
    };
    let mut url = sent.url.join(&location).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong());
    }
    // Credentials come from the config, never from a response.
    let _ = url.set_username("");
    let _ = url.set_password(None);

    let mut next = HttpRequest {
        method: sent.method.clone(),
        url,
        headers: sent.headers.clone(),
        body: sent.body.clone(),
    };
    if !keeps_method {
        next.method = Method::GET;
        next.body = None;
        for name in [
            CONTENT_TYPE,
            CONTENT_LENGTH,
            CONTENT_ENCODING,
            CONTENT_LANGUAGE,
            CONTENT_LOCATION,
        ] {
            next.headers.remove(name);
        }
    }
    Ok(Some(next))
}

/// Checks whether a redirect may be followed.
///
/// # Errors
/// `redirects` if a body would be sent to another origin.
pub(super) fn allow(sent: &HttpRequest, next: &HttpRequest) -> Result<(), Failure> {
    if next.body.as_ref().is_none_or(|body| body.is_empty())
        || next.url.origin() == sent.url.origin()
    {
        return Ok(());
    }
    let is_bared = sent.url.scheme() == "https" && next.url.scheme() == "http";
    let why = if is_bared {
        RedirectFault::BodyUnencrypted
    } else {
        RedirectFault::BodyAway
    };
    Err(Failure::RedirectRefused { why })
}

/// Removes the parts of a location that may be secret: query, fragment, and everything from the
/// userinfo on.
fn shown(location: &str) -> &str {
    let end = location.find(['?', '#']).unwrap_or(location.len());
    let place = location.get(..end).unwrap_or_default();
    match place.split_once("://") {
        Some((scheme, rest)) if rest.contains('@') => scheme,
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn sent(method: Method) -> HttpRequest {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "application/json".parse().unwrap());
        let url = "https://a.test/x/y?q=1".parse().unwrap();
        HttpRequest {
            method,
            url,
            headers,
            body: Some(Bytes::from_static(b"{}")),
        }
    }

    #[test]
    fn a_body_stays_with_its_origin() {
        let to = |method: Method, location: &str| {
            let sent = sent(method);
            let next = follow(&sent, StatusCode::TEMPORARY_REDIRECT, &answer(location))
                .unwrap()
                .unwrap();
            allow(&sent, &next).map(|()| next.url.to_string())
        };
        let refused = |why| Err(Failure::RedirectRefused { why });
        assert_eq!(
            to(Method::POST, "https://a.test:443/z"),
            Ok("https://a.test/z".to_owned())
        );
        for location in [
            "https://b.test/",
            "https://a.test:444/",
            "https://x.a.test/",
            "//b.test/",
        ] {
            assert_eq!(
                to(Method::POST, location),
                refused(RedirectFault::BodyAway),
                "{location}"
            );
        }
        assert_eq!(
            to(Method::PUT, "http://a.test/"),
            refused(RedirectFault::BodyUnencrypted)
        );
        assert_eq!(
            to(Method::PUT, "http://b.test/"),
            refused(RedirectFault::BodyUnencrypted)
        );
        // Without a body there is nothing to protect.
        let bare = HttpRequest {
            body: None,
            ..sent(Method::GET)
        };
        for (sent, status) in [
            (bare, StatusCode::FOUND),
            (sent(Method::POST), StatusCode::SEE_OTHER),
        ] {
            let next = follow(&sent, status, &answer("http://b.test/"))
                .unwrap()
                .unwrap();
            assert_eq!(allow(&sent, &next), Ok(()));
        }
    }

    fn answer(location: &str) -> HeaderMap {
        HeaderMap::from_iter([(LOCATION, location.parse().unwrap())])
    }

    #[test]
    fn methods_and_bodies() {
        for (code, method, next, has_body) in [
            (301, Method::POST, Method::GET, false),
            (302, Method::POST, Method::GET, false),
            (303, Method::POST, Method::GET, false),
            (303, Method::PUT, Method::GET, false),
            (303, Method::HEAD, Method::HEAD, true),
            (301, Method::PUT, Method::PUT, true),
            (307, Method::POST, Method::POST, true),
            (308, Method::POST, Method::POST, true),
        ] {
            let status = StatusCode::from_u16(code).unwrap();
            let followed = follow(&sent(method), status, &answer("/z"))
                .unwrap()
                .unwrap();
            assert_eq!(followed.method, next, "{code}");
            assert_eq!(followed.body.is_some(), has_body, "{code}");
            assert_eq!(
                followed.headers.contains_key(CONTENT_TYPE),
                has_body,
                "{code}"
            );
        }
    }

    #[test]
    fn locations() {
        let to = |location: &str| {
            let bare = HttpRequest {
                body: None,
                ..sent(Method::GET)
            };
            follow(&bare, StatusCode::FOUND, &answer(location))
        };
        let url = |location: &str| to(location).unwrap().unwrap().url.to_string();
        assert_eq!(url("z"), "https://a.test/x/z");
        assert_eq!(url("//b.test/"), "https://b.test/");
        assert_eq!(url("?p"), "https://a.test/x/y?p");
        assert_eq!(url("http://u:p@b.test:81/"), "http://b.test:81/");
        let why = |location: &str| match to(location) {
            Err(Failure::Protocol { why, .. }) => why.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            why("ftp://b.test/x?token=s3cr3t"),
            "redirect to ftp://b.test/x"
        );
        assert_eq!(why("ftp://u:s3cr3t@b.test/"), "redirect to ftp");
        assert!(to("http://[::1").is_err());
        assert!(
            follow(&sent(Method::GET), StatusCode::FOUND, &HeaderMap::new())
                .unwrap()
                .is_none()
        );
        assert!(
            follow(&sent(Method::GET), StatusCode::NOT_MODIFIED, &answer("/z"))
                .unwrap()
                .is_none()
        );
    }
}
