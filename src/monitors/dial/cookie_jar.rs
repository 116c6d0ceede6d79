//! Cookies of one attempt, kept across its redirects (RFC 6265). Does no I/O.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use url::{Host, Url};

/// Maximum number of cookies, more than any login page sets. Further cookies are dropped.
const MAX_COOKIES: usize = 50;
/// Maximum size of all cookies in bytes: servers accept no more in one header.
const MAX_BYTES: usize = 8192;

#[derive(Debug, Default)]
pub(super) struct CookieJar(Vec<Cookie>);

#[derive(Debug, PartialEq, Eq)]
struct Cookie {
    name: Vec<u8>,
    value: Vec<u8>,
    /// The host that set the cookie, or the value of its `Domain` attribute.
    domain: String,
    /// Only the host `domain` gets the cookie, not the hosts below it.
    only_host: bool,
    path: String,
    only_https: bool,
}

impl CookieJar {
    /// Stores the cookies that a response from `url` sets, and removes those that it deletes.
    pub(super) fn store(&mut self, url: &Url, answer: &HeaderMap, now: Timestamp) {
        for line in answer.get_all(SET_COOKIE) {
            let Some((cookie, is_deleted)) = read(line.as_bytes(), url, now) else {
                continue;
            };
            self.0.retain(|kept| !kept.is_replaced_by(&cookie));
            if !is_deleted
                && self.0.len() < MAX_COOKIES
                && self.bytes() + cookie.bytes() <= MAX_BYTES
            {
                self.0.push(cookie);
            }
        }
    }

    /// Returns the `Cookie` header of a request to `url`. The cookies in `own` come first, without
    /// those that a response has set again.
    pub(super) fn header(&self, url: &Url, own: &HeaderMap) -> Option<HeaderValue> {
        let mut cookies: Vec<&Cookie> = self.0.iter().filter(|cookie| cookie.fits(url)).collect();
        if cookies.is_empty() {
            return None;
        }
        // Longer paths first (RFC 6265, section 5.4). The sort is stable, so earlier cookies stay
        // first.
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let is_set = |pair: &&[u8]| {
            cookies
                .iter()
                .any(|cookie| pair.split(|b| *b == b'=').next() == Some(&cookie.name))
        };
        let own = own
            .get_all(COOKIE)
            .iter()
            .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let own = own
            .map(<[u8]>::trim_ascii)
            .filter(|pair| !pair.is_empty() && !is_set(pair));
        let pairs: Vec<Vec<u8>> = own
            .map(<[u8]>::to_vec)
            .chain(cookies.iter().map(|cookie| cookie.pair()))
            .collect();
        let mut value = HeaderValue::from_bytes(&pairs.join(&b"; "[..])).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(Cookie::bytes).sum()
    }
}

impl Cookie {
    fn bytes(&self) -> usize {
        self.name.len() + self.value.len()
    }

    fn pair(&self) -> Vec<u8> {
        [&self.name[..], b"=", &self.value].concat()
    }

    fn is_replaced_by(&self, other: &Cookie) -> bool {
        (&self.name, &self.domain, &self.path) == (&other.name, &other.domain, &other.path)
    }

    fn fits(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is_host = host == self.domain || (!self.only_host && is_below(url, &self.domain));
        is_host && is_under(url.path(), &self.path) && (!self.only_https || url.scheme() == "https")
    }
}

/// Parses a `Set-Cookie` line. Returns the cookie and whether the line deletes it, or `None` if the
/// line is invalid or names another host's domain.
fn read(line: &[u8], url: &Url, now: Timestamp) -> Option<(Cookie, bool)> {
    let mut parts = line.split(|byte| *byte == b';');
    let (name, value) = halves(parts.next()?)?;
    if name.is_empty() {
        return None;
    }
    let mut cookie = Cookie {
        name: name.to_vec(),
        value: value.to_vec(),
        domain: url.host_str()?.to_owned(),
        only_host: true,
        path: folder(url.path()).to_owned(),
        only_https: false,
    };
    let mut max_age = None;
    let mut has_expired = false;
    for part in parts {
        let (key, value) = halves(part).unwrap_or((part.trim_ascii(), b""));
        let value = std::str::from_utf8(value).unwrap_or_default();
        match key.to_ascii_lowercase().as_slice() {
            b"domain" => {
                let domain = value.trim_start_matches('.').to_ascii_lowercase();
                if domain.is_empty() || domain == cookie.domain {
                    cookie.only_host = domain.is_empty();
                } else if domain.contains('.') && is_below(url, &domain) {
                    cookie.domain = domain;
                    cookie.only_host = false;
                } else {
                    return None;
                }
            }
            b"path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
            b"secure" => cookie.only_https = true,
            b"max-age" => max_age = value.parse::<i64>().ok().or(max_age),
            b"expires" => has_expired = date(value).is_some_and(|date| date <= now),
            _ => {}
        }
    }
    // `Max-Age` overrides `Expires` (RFC 6265, section 5.3).
    let is_deleted = max_age.map_or(has_expired, |seconds| seconds <= 0);
    Some((cookie, is_deleted))
}

/// Splits `key=value`.
fn halves(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let place = part.iter().position(|byte| *byte == b'=')?;
    Some((
        part.get(..place)?.trim_ascii(),
        part.get(place + 1..)?.trim_ascii(),
    ))
}

/// Parses `Thu, 01 Jan 1970 00:00:00 GMT`, also with the hyphens that old servers send.
fn date(value: &str) -> Option<Timestamp> {
    DateTimeParser::new()
        .parse_timestamp(value.replace('-', " "))
        .ok()
}

/// Returns whether a URL's host is a name below `domain`. An IP address never is.
fn is_below(url: &Url, domain: &str) -> bool {
    let Some(Host::Domain(host)) = url.host() else {
        return false;
    };
    host.strip_suffix(domain)
        .is_some_and(|front| front.ends_with('.'))
}

/// Returns whether a request path matches a cookie's path (RFC 6265, section 5.1.4).
fn is_under(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || folder.ends_with('/') || rest.starts_with('/'))
}

/// Returns the default path of a cookie (RFC 6265, section 5.1.4).
fn folder(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(end) => path.get(..end).unwrap_or("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn jar(from: &str, lines: &[&'static str]) -> CookieJar {
        let mut jar = CookieJar::default();
        let lines = lines
            .iter()
            .map(|line| (SET_COOKIE, HeaderValue::from_static(line)));
        jar.store(&from.parse().unwrap(), &lines.collect(), NOW);
        jar
    }

    fn sent(jar: &CookieJar, to: &str) -> String {
        let header = jar.header(&to.parse().unwrap(), &HeaderMap::new());
        header
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    #[test]
    fn they_go_to_the_host_that_set_them() {
        let jar = jar(
            "https://a.site.test/x/y",
            &[
                "s=1; HttpOnly; SameSite=Lax",
                "t=2; Path=/",
                "u=3; Path=nonsense",
            ],
        );
        assert_eq!(sent(&jar, "https://a.site.test/x/z"), "s=1; u=3; t=2");
        assert_eq!(sent(&jar, "http://a.site.test:81/x"), "s=1; u=3; t=2");
        assert_eq!(sent(&jar, "https://a.site.test/xy"), "t=2");
        for other in [
            "https://b.site.test/x",
            "https://site.test/x",
            "https://a.a.site.test/x",
            "https://evil.test/x",
        ] {
            assert_eq!(sent(&jar, other), "", "{other}");
        }
    }

    #[test]
    fn a_domain_widens_and_never_reaches_out() {
        let wide = jar(
            "https://a.site.test/",
            &["s=1; Domain=.Site.test", "t=2; Domain=a.site.test; Path=/"],
        );
        assert_eq!(sent(&wide, "https://b.site.test/"), "s=1");
        assert_eq!(sent(&wide, "https://b.a.site.test/"), "s=1; t=2");
        assert_eq!(sent(&wide, "https://mysite.test/"), "");
        let foreign = [
            "a=1; Domain=other.test",
            "b=1; Domain=b.a.site.test",
            "c=1; Domain=test",
        ];
        assert_eq!(
            sent(
                &jar("https://a.site.test/", &foreign),
                "https://a.site.test/"
            ),
            ""
        );
        assert_eq!(
            sent(
                &jar("http://127.0.0.1/", &["a=1; Domain=0.0.1"]),
                "http://127.0.0.1/"
            ),
            ""
        );
        assert_eq!(
            sent(&jar("http://127.0.0.1/", &["a=1"]), "http://127.0.0.1/"),
            "a=1"
        );
    }

    #[test]
    fn secure_ones_stay_on_https() {
        let jar = jar("https://a.test/", &["s=1; Secure", "t=2"]);
        assert_eq!(sent(&jar, "https://a.test/"), "s=1; t=2");
        assert_eq!(sent(&jar, "http://a.test/"), "t=2");
    }

    #[test]
    fn what_is_deleted_or_over_is_not_sent() {
        for end in [
            "Max-Age=0",
            "Max-Age=-1",
            "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "expires=Thu, 01-Jan-1970 00:00:00 GMT",
        ] {
            let mut jar = jar("http://a.test/", &["s=1", "t=2"]);
            let line = HeaderValue::from_str(&format!("s=gone; {end}")).unwrap();
            jar.store(
                &"http://a.test/".parse().unwrap(),
                &HeaderMap::from_iter([(SET_COOKIE, line)]),
                NOW,
            );
            assert_eq!(sent(&jar, "http://a.test/"), "t=2", "{end}");
        }
        let last = jar(
            "http://a.test/",
            &[
                "s=1; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                "s=2",
                "x",
                "=y",
            ],
        );
        assert_eq!(sent(&last, "http://a.test/"), "s=2");
    }

    #[test]
    fn they_stand_beside_the_own_ones() {
        let jar = jar("http://a.test/", &["s=new"]);
        let own = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("key=1; s=old"))]);
        assert_eq!(
            jar.header(&"http://a.test/".parse().unwrap(), &own)
                .unwrap(),
            "key=1; s=new"
        );
        assert_eq!(jar.header(&"http://b.test/".parse().unwrap(), &own), None);
    }

    #[test]
    fn a_flood_is_cut() {
        let url: Url = "http://a.test/".parse().unwrap();
        let mut jar = CookieJar::default();
        for number in 0..1000 {
            let line = HeaderValue::from_str(&format!("c{number}={}", "x".repeat(number))).unwrap();
            jar.store(&url, &HeaderMap::from_iter([(SET_COOKIE, line)]), NOW);
        }
        assert!(jar.0.len() <= MAX_COOKIES && jar.bytes() <= MAX_BYTES);
    }
}
