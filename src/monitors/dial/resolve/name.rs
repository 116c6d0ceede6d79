//! What can be asked for as a host name, and which names a search list makes of it.

use hickory_resolver::proto::rr::Name;

/// RFC 1035, section 2.3.4: without the dot at the end.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Whether a name server can be asked for it. Underscores and hyphens may stand anywhere (RFC 2181,
/// section 11).
pub fn is_host_name(host: &str) -> bool {
    let name = relative(host);
    name.len() <= LONGEST_NAME
        && name
            .split('.')
            .all(|label| (1..=LONGEST_LABEL).contains(&label.len()))
}

/// Without the dot that makes a name absolute.
pub(super) fn relative(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// `localhost` and every name below it (RFC 6761, section 6.3).
pub(super) fn is_localhost(host: &str) -> bool {
    let last = relative(host).rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("localhost")
}

/// The names to ask for in turn, as resolv.conf(5) has them: a name with at least `ndots` dots is
/// tried as it is before the search list, any other one after it. A dot at the end makes it the
/// only one.
pub(super) fn candidates(host: &str, search: &[String], ndots: usize) -> Vec<String> {
    if host.ends_with('.') {
        return vec![relative(host).to_owned()];
    }
    let mut names: Vec<String> = search
        .iter()
        .map(|domain| format!("{host}.{domain}"))
        .collect();
    let as_it_is = if host.matches('.').count() >= ndots {
        0
    } else {
        names.len()
    };
    names.insert(as_it_is, host.to_owned());
    names.retain(|name| is_host_name(name));
    names
}

/// For a name that `is_host_name`.
pub(super) fn absolute(name: &str) -> Option<Name> {
    let mut name = Name::from_labels(name.split('.').map(str::as_bytes)).ok()?;
    name.set_fqdn(true);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lenient_but_for_lengths() {
        let (long, longest) = (
            "a".repeat(64),
            format!("{}.{}", "a".repeat(63), "b.".repeat(94)),
        );
        assert_eq!(longest.len(), 252);
        for name in [
            "my_service",
            "_sip._tcp.a.test",
            "a_b.c_d",
            "-a.test",
            "a-.test",
            "a.test.",
            "1.x",
            &longest,
        ] {
            assert!(
                is_host_name(name) && absolute(relative(name)).is_some(),
                "{name}"
            );
        }
        for name in [
            "",
            ".",
            "a..b",
            ".a",
            "a..",
            &long,
            &format!("{longest}ccc"),
        ] {
            assert!(!is_host_name(name), "{name}");
        }
    }

    #[test]
    fn search_lists() {
        let search = ["one.test".to_owned(), "two.test".to_owned()];
        assert_eq!(
            candidates("a", &search, 1),
            ["a.one.test", "a.two.test", "a"]
        );
        assert_eq!(
            candidates("a.b", &search, 1),
            ["a.b", "a.b.one.test", "a.b.two.test"]
        );
        assert_eq!(
            candidates("a.b", &search, 5),
            ["a.b.one.test", "a.b.two.test", "a.b"]
        );
        assert_eq!(
            candidates("a", &search, 0),
            ["a", "a.one.test", "a.two.test"]
        );
        assert_eq!(candidates("a.", &search, 1), ["a"]);
        assert_eq!(candidates("a", &[], 1), ["a"]);
    }

    #[test]
    fn names_of_this_machine() {
        for name in ["localhost", "LOCALHOST.", "a.localhost"] {
            assert!(is_localhost(name), "{name}");
        }
        for name in ["localhost.test", "mylocalhost", ""] {
            assert!(!is_localhost(name), "{name}");
        }
    }
}
