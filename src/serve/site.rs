//! Detects requests from pages of other web sites, because any page can send requests through the
//! browser of a user.
//!
//! A page can send simple requests to a loopback address. `Origin` or `Sec-Fetch-Site` then shows
//! the page. A page can also make its own host name resolve to a loopback address and read the
//! responses (DNS rebinding). `Host` is then the name of the page.

use std::net::IpAddr;

use axum::response::Response;
use http::header::{HOST, HeaderName, ORIGIN};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Version};

use super::answer;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a page of another site sent the request. `hosts`: the names of this interface, in lower
/// case.
pub(super) fn is_foreign(headers: &HeaderMap, hosts: &[String]) -> bool {
    if headers.get_all(SEC_FETCH_SITE).iter().any(|site| {
        // Another port of this machine is the same site, and has no `Origin` in images.
        let site = site.as_bytes();
        site.eq_ignore_ascii_case(b"cross-site")
            || (site.eq_ignore_ascii_case(b"same-site") && !headers.contains_key(ORIGIN))
    }) {
        return true;
    }
    let own = host(headers);
    headers.get_all(ORIGIN).iter().any(|origin| {
        let Some(origin) = origin.to_str().ok().and_then(Origin::parse) else {
            return true;
        };
        let is_own = own.as_ref().is_some_and(|own| origin.is_at(own));
        !is_own
            && !hosts
                .iter()
                .any(|host| name(origin.authority.host()) == *host)
    })
}

/// Whether a request without a token is for this machine: its `Host` is a loopback address,
/// `localhost` or one of `hosts`.
pub(super) fn is_for_this_machine(parts: &Parts, hosts: &[String]) -> bool {
    let is_known = |authority: &Authority| {
        let name = name(authority.host());
        !has_login(authority) && (is_loopback(&name) || hosts.contains(&name))
    };
    if parts
        .uri
        .authority()
        .is_some_and(|authority| !is_known(authority))
    {
        return false;
    }
    match host(&parts.headers) {
        Some(host) => is_known(&host),
        // Browsers always send `Host`.
        None => parts.version == Version::HTTP_10 && !parts.headers.contains_key(HOST),
    }
}

pub(super) fn foreign() -> Response {
    answer::refusal(
        StatusCode::FORBIDDEN,
        "a page of another site sent this: `Origin` is not the `Host`",
    )
}

pub(super) fn misdirected() -> Response {
    let why = "`Host` is no loopback address: set a `token`, or list the name under `hosts` in \
        the config";
    answer::refusal(StatusCode::MISDIRECTED_REQUEST, why)
}

/// Returns the `Host` of a request, or `None` if it is missing, repeated or invalid.
fn host(headers: &HeaderMap) -> Option<Authority> {
    let mut all = headers.get_all(HOST).iter();
    let host = Authority::try_from(all.next()?.as_bytes()).ok()?;
    let is_host = all.next().is_none() && !has_login(&host);
    is_host.then_some(host)
}

/// Whether a login stands before the host: `evil@127.0.0.1`. Neither `Host` (RFC 9110, section 7.2)
/// nor `Origin` has one, and other programs may take its beginning for the host.
fn has_login(authority: &Authority) -> bool {
    authority.as_str().contains('@')
}

struct Origin {
    authority: Authority,
    port: Option<u16>,
}

impl Origin {
    fn parse(text: &str) -> Option<Origin> {
        let (scheme, authority) = text.split_once("://")?;
        let authority = Authority::try_from(authority).ok()?;
        if has_login(&authority) {
            return None;
        }
        let port = match scheme {
            "http" => authority.port_u16().or(Some(80)),
            "https" => authority.port_u16().or(Some(443)),
            _ => return None,
        };
        Some(Origin { authority, port })
    }

    /// Whether `Host` names this origin. Without a port, `Host` means the default port of the
    /// scheme. A proxy may have changed the scheme.
    fn is_at(&self, host: &Authority) -> bool {
        let same_port = match host.port_u16() {
            Some(port) => self.port == Some(port),
            None => matches!(self.port, Some(80 | 443)),
        };
        name(self.authority.host()) == name(host.host()) && same_port
    }
}

/// Returns a host name for comparison: in lower case, without the trailing dot.
fn name(host: &str) -> String {
    let lower = host.to_ascii_lowercase();
    lower.strip_suffix('.').unwrap_or(&lower).to_owned()
}

fn is_loopback(name: &str) -> bool {
    let bare = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(name);
    name == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().uri("/v1/status");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn hosts_of_this_machine() {
        let hosts = vec!["agent.example".to_owned()];
        for (host, is_own) in [
            ("localhost", true),
            ("LocalHost:9747", true),
            ("localhost.:9747", true),
            ("127.0.0.1:9747", true),
            ("127.1.2.3", true),
            ("[::1]:9747", true),
            ("[::ffff:127.0.0.1]", true),
            ("Agent.Example:80", true),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("192.0.2.1", false),
            ("[2001:db8::1]:9747", false),
            ("user@localhost.evil", false),
            ("evil@127.0.0.1", false),
            ("evil.example:80@localhost", false),
            ("", false),
            ("a b", false),
        ] {
            assert_eq!(
                is_for_this_machine(&parts(&[("host", host)]), &hosts),
                is_own,
                "{host}"
            );
        }
        assert!(!is_for_this_machine(
            &parts(&[("host", "localhost"), ("host", "evil.example")]),
            &hosts
        ));
        assert!(!is_for_this_machine(&parts(&[]), &hosts));
        let mut absolute = parts(&[("host", "localhost")]);
        for uri in [
            "http://evil.example/v1/status",
            "http://evil@localhost/v1/status",
        ] {
            absolute.uri = uri.parse().unwrap();
            assert!(!is_for_this_machine(&absolute, &hosts), "{uri}");
        }
    }

    #[test]
    fn pages_of_other_sites() {
        let hosts = vec!["agent.example".to_owned()];
        for (headers, is_other) in [
            (vec![], false),
            (vec![("origin", "http://127.0.0.1:9747")], false),
            (vec![("origin", "http://127.0.0.1:9748")], true),
            (vec![("origin", "http://localhost:9747")], true),
            (vec![("origin", "https://agent.example")], false),
            (vec![("origin", "https://evil.example")], true),
            (vec![("origin", "http://evil@127.0.0.1:9747")], true),
            (vec![("origin", "null")], true),
            (vec![("origin", "file://")], true),
            (vec![("origin", "127.0.0.1:9747")], true),
            (
                vec![
                    ("origin", "http://127.0.0.1:9747"),
                    ("origin", "https://evil.example"),
                ],
                true,
            ),
            (vec![("sec-fetch-site", "same-origin")], false),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("sec-fetch-site", "cross-site")], true),
            (vec![("sec-fetch-site", "same-site")], true),
        ] {
            let mut all = vec![("host", "127.0.0.1:9747")];
            all.extend(headers);
            assert_eq!(
                is_foreign(&parts(&all).headers, &hosts),
                is_other,
                "{all:?}"
            );
        }
        let proxied = parts(&[("host", "mon.example"), ("origin", "https://mon.example")]);
        assert!(!is_foreign(&proxied.headers, &[]), "a proxy ends TLS");
        let odd = parts(&[
            ("host", "mon.example"),
            ("origin", "https://mon.example:8443"),
        ]);
        assert!(is_foreign(&odd.headers, &[]));
    }
}
