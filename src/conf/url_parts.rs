//! Which parts of a URL say what is asked, and hold no login and no query.

use std::ops::Range;

use url::Url;

/// Returns where scheme, host, port and path stand in the text of a URL, with the `@` before and the
/// `?` or `#` behind them. Empty if that is not
/// certain: readers of URLs are generous, and where the parts end is then theirs to say.
pub(super) fn open(text: &str) -> Vec<Range<usize>> {
    parts(text).unwrap_or_default()
}

fn parts(text: &str) -> Option<Vec<Range<usize>>> {
    let start = text.len() - text.trim_start().len();
    let written = text.trim();
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    if written.contains(is_odd) {
        return None;
    }
    let url = Url::parse(written).ok()?;
    let authority = written.find("://")? + 3;
    let rest = written.get(authority..)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let at_sign = rest.get(..end)?.rfind('@');
    let has_login = !url.username().is_empty() || url.password().is_some();
    let is_certain = at_sign.is_some() || !has_login;
    let path_end = rest.find(['?', '#']).map_or(rest.len(), |end| end + 1);
    let authority = start + authority;
    let host = authority + at_sign.unwrap_or(0)..authority + path_end;
    is_certain.then(|| vec![start..authority, host])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let parts = open(text);
        parts.into_iter().map(|part| &text[part]).collect()
    }

    #[test]
    fn logins_queries_and_fragments_are_left_out() {
        for (text, parts) in [
            ("https://h:8443/a/b", "https://h:8443/a/b"),
            (" wss://h ", "wss://h"),
            ("https://u:p@h/a?x=1#y", "https://@h/a?"),
            ("https://u@v:p@h/@a", "https://@h/@a"),
            ("https://h?x=/a@b", "https://h?"),
            ("http://[::1]:80/", "http://[::1]:80/"),
        ] {
            assert_eq!(shown(text), parts, "{text}");
        }
        for text in [
            "h/a",
            "https:u:p@h",
            "https:////u:p@h",
            "https:\\\\u:p@h",
            "https://u:\tp@h/",
            "https://",
            "https://@/u:p@h",
            "https:///u:p@h",
            "",
        ] {
            assert_eq!(shown(text), "", "{text}");
        }
    }
}
