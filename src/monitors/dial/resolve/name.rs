//! Valid host names, and the names that a search list makes of one.

use hickory_resolver::proto::rr::Name;

/// Maximum length in bytes without the trailing dot (RFC 1035, section 2.3.4).
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// Returns whether a name server can be asked for this name. Underscores and hyphens are allowed
/// anywhere (RFC 2181, section 11).
pub fn is_host_name(host: &str) -> bool {
    let name = relative(host);
    // A template that was not filled in, such as `$HOST` or `{{host}}`.
    name.len() <= MAX_NAME
        && !name.contains(['$', '{', '}'])
        && name
            .split('.')
            .all(|label| (1..=MAX_LABEL).contains(&label.len()))
}

/// Removes the trailing dot that makes a name absolute.
pub(super) fn relative(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Returns whether the name is `localhost` or below it (RFC 6761, section 6.3).
pub(super) fn is_localhost(host: &str) -> bool {
    let last = relative(host).rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("localhost")
}

/// Returns the names to query in turn, as in resolv.conf(5). A name with at least `ndots` dots is
/// tried unmodified before the search list, any other name after it. A trailing dot disables the
/// search list.
pub(super) fn candidates(host: &str, search: &[String], ndots: usize) -> Vec<String> {
    if host.ends_with('.') {
        return vec![relative(host).to_owned()];
    }
    let mut names: Vec<String> = search
        .iter()
        .map(|domain| format!("{host}.{domain}"))
        .collect();
    let unmodified_index = if host.matches('.').count() >= ndots {
        0
    } else {
        names.len()
    };
    names.insert(unmodified_index, host.to_owned());
    names.retain(|name| is_host_name(name));
    names
}

/// Converts a name that passes `is_host_name` to an absolute name.
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
        let long = "a".repeat(64);
        let longest = format!("{}.{}", "a".repeat(63), "b.".repeat(94));
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
