//! Redacts URLs for display: without userinfo and fragment, and with `***` for secret values of the
//! query.

use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use url::{Url, form_urlencoded};

use crate::model::{StatusNote, Text, is_sensitive};

/// Maximum number of characters of a URL that are shown.
const MAX_CHARS: usize = 200;

/// Returns the URL without its secrets.
pub fn redacted(url: &Url) -> Text {
    let mut url = url.clone();
    // Only URLs without a host refuse this, and those have no userinfo.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    let query = url
        .query()
        .map(|query| query.split('&').map(masked).collect::<Vec<_>>().join("&"));
    url.set_query(query.as_deref());
    match url.as_str().char_indices().nth(MAX_CHARS) {
        Some((end, _)) => {
            let beginning = url.as_str().get(..end).unwrap_or_default();
            Text::clean(&format!("{beginning}…"))
        }
        None => Text::clean(url.as_str()),
    }
}

/// Returns where a redirect leads that answers a request to `asked` and is not followed.
pub fn redirect_note(asked: &Url, status: StatusCode, headers: &HeaderMap) -> Option<StatusNote> {
    if !status.is_redirection() {
        return None;
    }
    let location = String::from_utf8_lossy(headers.get(LOCATION)?.as_bytes());
    asked
        .join(&location)
        .ok()
        .map(|url| StatusNote::RedirectsTo(redacted(&url)))
}

/// Returns the note for a status that should be 200: where it leads, or that 200 was expected.
pub fn status_note(asked: &Url, status: StatusCode, headers: &HeaderMap) -> Option<StatusNote> {
    let is_good_news = (200..400).contains(&status.as_u16());
    redirect_note(asked, status, headers)
        .or(is_good_news.then(|| StatusNote::Expected(Text::clean("200"))))
}

/// Masks the value of a `name=value` pair of a query if the name is sensitive.
fn masked(pair: &str) -> String {
    let Some((name, _)) = pair.split_once('=') else {
        return pair.to_owned();
    };
    let plain = form_urlencoded::parse(name.as_bytes()).next();
    if plain.is_some_and(|(name, _)| is_sensitive(&name)) {
        format!("{name}=***")
    } else {
        pair.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn secrets_of_a_url_are_not_shown() {
        for (url, wanted) in [
            (
                "https://u:p@h.test/x?a=1&access_token=t0ken&b#s3cret",
                "https://h.test/x?a=1&access_token=***&b",
            ),
            (
                "https://h.test/?to%6ben=t0ken",
                "https://h.test/?to%6ben=***",
            ),
            ("mailto:u@h.test", "mailto:u@h.test"),
        ] {
            assert_eq!(redacted(&url.parse().unwrap()).as_str(), wanted);
        }
        let long = redacted(
            &format!("https://h.test/{}", "x".repeat(500))
                .parse()
                .unwrap(),
        );
        assert_eq!(long.as_str().chars().count(), MAX_CHARS + 1);
    }

    #[test]
    fn only_redirects_lead_somewhere() {
        let asked: Url = "http://a.test/x/y".parse().unwrap();
        let to = |status: u16, location: &'static str| {
            let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_static(location))]);
            redirect_note(&asked, StatusCode::from_u16(status).unwrap(), &headers)
        };
        assert_eq!(
            to(302, "z"),
            Some(StatusNote::RedirectsTo(Text::clean("http://a.test/x/z")))
        );
        assert_eq!(to(201, "z"), None);
        assert_eq!(to(302, "http://[::1"), None);
    }
}
