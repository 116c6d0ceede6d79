//! Masks literal passwords and tokens in excerpts of the source.

mod block;

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::span::Span;
use crate::model::SECRET_NAMES;
pub use crate::model::is_sensitive;
pub use block::block_values;

/// Masks whole lines of a source. The masks have the same length in bytes, so that all spans stay
/// valid. Masks the given places, values of sensitive keys, the userinfo of URLs and sensitive
/// values of their queries.
pub fn apply(source: &str, masks: &[Span]) -> String {
    let mut bytes = source.as_bytes().to_vec();
    for span in masks {
        hide(&mut bytes, source, within_quotes(source, span.range()));
    }
    for range in pairs(source)
        .into_iter()
        .chain(in_other_formats(source))
        .chain(in_urls(source))
        .chain(logins(source))
        .chain(in_webhooks(source))
    {
        hide(&mut bytes, source, range);
    }
    // The first byte of a two-byte line break would be shown.
    bytes
        .iter_mut()
        .filter(|byte| **byte == b'\r')
        .for_each(|byte| *byte = b' ');
    String::from_utf8(bytes).unwrap_or_default()
}

/// Returns the secrets of other files that are read as a config by mistake: the contents of private
/// keys in PEM, and sensitive variables of an environment file.
fn in_other_formats(source: &str) -> Vec<Range<usize>> {
    static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let key = "-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]*)";
        let names = SECRET_NAMES.join("|");
        let variable = format!(r"(?m)^(?:export[ \t]+)?\w*(?i:{names})\w*=(.+)$");
        Regex::new(&format!("{key}|{variable}")).ok()
    });
    let secrets = SECRET
        .iter()
        .flat_map(|secret| secret.captures_iter(source));
    let parts = secrets.filter_map(|secret| secret.get(1).or(secret.get(2)));
    parts.map(|part| part.range()).collect()
}

/// Returns a URL, or a text with URLs, for display: without userinfo, with `***` for sensitive
/// values of queries.
pub fn address(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for range in in_urls(text) {
        shown.push_str(text.get(done..range.start).unwrap_or(""));
        let userinfo = text
            .get(range.end..)
            .is_some_and(|rest| rest.starts_with('@'));
        done = if userinfo { range.end + 1 } else { range.end };
        if !userinfo {
            shown.push_str("***");
        }
    }
    shown.push_str(text.get(done..).unwrap_or(""));
    shown
}

fn within_quotes(source: &str, range: Range<usize>) -> Range<usize> {
    let text = source.get(range.clone()).unwrap_or("");
    let quoted = ['"', '\'']
        .iter()
        .any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote));
    if quoted {
        range.start + 1..range.end - 1
    } else {
        range
    }
}

/// Masks the literal part of a value, including defaults in `${…}`, but neither `${NAME}` nor the
/// scheme of a header.
fn hide(bytes: &mut [u8], source: &str, range: Range<usize>) {
    let Some(text) = source.get(range.clone()) else {
        return;
    };
    let scheme = ["bearer ", "basic ", "token "];
    let head = scheme.iter().find(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    });
    let mut reference = false;
    let mut quiet = head.map_or(0, |head| head.len());
    for (at, byte) in text.bytes().enumerate() {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        if rest.starts_with(b"${") {
            reference = true;
        }
        let ends = reference && byte == b'}';
        if reference && rest.starts_with(b":-") {
            reference = false;
            quiet = at + 2;
        }
        let keep = reference || at < quiet || byte.is_ascii_whitespace();
        if let Some(byte) = bytes.get_mut(range.start + at)
            && !keep
        {
            *byte = b'*';
        }
        if ends {
            reference = false;
        }
    }
}

/// Returns the values of sensitive keys: `name: value` in block or flow style, quoted or not, also
/// in JSON in a string. Plain values extend to the end of the line.
fn pairs(source: &str) -> Vec<Range<usize>> {
    static PAIR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let parts = SECRET_NAMES.join("|");
        let name = format!(r"(?P<name>[\w.-]*(?i:{parts})[\w.-]*)");
        let value = r#""(?P<double>(?:[^"\\\n]|\\.)*)"?|'(?P<single>[^'\n]*)'?|(?P<list>\[[^\]\n]*)|(?P<plain>[^\s{\[&*|>"'][^\n]*)"#;
        Regex::new(&format!(r#"{name}["']?[ \t]*:[ \t]*(?:{value})"#)).ok()
    });
    let Some(pair) = PAIR.as_ref() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(captures) = pair.captures_at(source, from) {
        let value = captures
            .name("double")
            .or(captures.name("single"))
            .or(captures.name("list"))
            .or(captures.name("plain"));
        let (Some(name), Some(value)) = (captures.name("name"), value) else {
            break;
        };
        from = value.start();
        if is_sensitive(name.as_str()) {
            let value = in_flow(source, value.range(), captures.name("plain").is_some());
            from = value.end;
            found.push(value);
        }
    }
    found
}

/// Ends a plain value in `{…}` or `[…]` at the next comma or bracket.
fn in_flow(source: &str, value: Range<usize>, plain: bool) -> Range<usize> {
    let line = source
        .get(..value.start)
        .and_then(|before| before.rsplit('\n').next())
        .unwrap_or("");
    if !plain || !line.contains(['{', '[']) {
        return value;
    }
    let mut reference = false;
    let mut before = ' ';
    for (at, c) in source.get(value.clone()).unwrap_or("").char_indices() {
        match c {
            '{' if before == '$' => reference = true,
            '}' if reference => reference = false,
            ',' | '}' | ']' if !reference => return value.start..value.start + at,
            _ => {}
        }
        before = c;
    }
    value
}

/// Returns the userinfo and the sensitive query values of every URL in a text, in order.
fn in_urls(text: &str) -> Vec<Range<usize>> {
    static URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"://(?P<userinfo>[^/?#\s"']*)@|[?&;#](?P<name>[^=&;#?\s"']+)=(?P<value>[^&#\s"']*)"#,
        )
        .ok()
    });
    let Some(url) = URL.as_ref() else {
        return Vec::new();
    };
    url.captures_iter(text)
        .filter_map(|captures| {
            match (
                captures.name("userinfo"),
                captures.name("name"),
                captures.name("value"),
            ) {
                (Some(userinfo), ..) => Some(userinfo.range()),
                (_, Some(name), Some(value)) if is_sensitive(&decoded(name.as_str())) => {
                    Some(value.range())
                }
                _ => None,
            }
        })
        .collect()
}

/// Returns the paths of well-known webhooks: who knows one can post to it. The config may not even
/// be YAML.
fn in_webhooks(text: &str) -> Vec<Range<usize>> {
    static WEBHOOK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let hosts = [
            r"hooks\.slack\.com",
            r"(?:[a-z]+\.)?discord(?:app)?\.com",
            r"api\.telegram\.org",
            r"[a-z0-9.-]+\.webhook\.office\.com",
            r"[a-z0-9.-]+\.logic\.azure\.com",
            r"[a-z0-9.-]+\.powerplatform\.com",
        ];
        let hosts = hosts.join("|");
        Regex::new(&format!(r#"(?i)://(?:{hosts})(?::\d+)?(/[^\s"',}}\]]+)"#)).ok()
    });
    let webhooks = WEBHOOK.iter().flat_map(|url| url.captures_iter(text));
    let paths = webhooks.filter_map(|captures| captures.get(1));
    paths.map(|path| path.range()).collect()
}

/// Returns what looks like credentials in an invalid URL: `://name:pass/word@`, `://pass word@`.
fn logins(text: &str) -> Vec<Range<usize>> {
    static LOGIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let spaced = r#"[^/?#\r\n"'\[\]{},]*"#;
        Regex::new(&format!(r#"://(?P<login>[^/?#\s"']*:[^\s"']*|{spaced})@"#)).ok()
    });
    let Some(login) = LOGIN.as_ref() else {
        return Vec::new();
    };
    login
        .captures_iter(text)
        .filter_map(|captures| captures.name("login").map(|login| login.range()))
        .collect()
}

/// Decodes a name or a value of a query (application/x-www-form-urlencoded).
pub fn decoded(text: &str) -> String {
    let one = text.replace('=', "%3D").replace('&', "%26");
    url::form_urlencoded::parse(one.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_hidden_and_references_are_not() {
        for (source, shown) in [
            ("password: hunter2", "password: *******"),
            ("url: https://hunter 2@h/", "url: https://****** *@h/"),
            (
                "url: \"https://u s:hunter 2@h\"",
                "url: \"https://* ******** *@h\"",
            ),
            ("http: https://h/ # ana@x", "http: https://h/ # ana@x"),
            (
                "authorization: Bearer ${TOKEN}",
                "authorization: Bearer ${TOKEN}",
            ),
            ("authorization: Bearer abc", "authorization: Bearer ***"),
            ("token: ${T:-abc}", "token: ${T:-****"),
            (
                "auth: {basic: {username: bob, password: 'a b'}}",
                "auth: {basic: {username: bob, password: '* *'}}",
            ),
            (
                "{basic: {username: bob, password: a}, x: 1}",
                "{basic: {username: bob, password: *}, x: 1}",
            ),
            ("key_file: x.pem", "key_file: x.pem"),
            ("export API_TOKEN=abc", "export API_TOKEN=***"),
            ("Authorization: [abc]", "Authorization: ****]"),
            (
                "url: https://u:p@h/?token=1&a=2",
                "url: https://***@h/?token=*&a=2",
            ),
            ("url: https://u:p/a?b@h/x", "url: https://*******@h/x"),
            ("send: '{\"token\":\"abc\"}'", "send: '{\"token\":\"***\"}'"),
            (
                "- {slack: https://hooks.slack.com/services/T0/B0, name: x}",
                "- {slack: https://hooks.slack.com***************, name: x}",
            ),
            (
                "https://api.telegram.org/bot1:a/x https://discord.com/api/${X}",
                "https://api.telegram.org********* https://discord.com*****${X}",
            ),
        ] {
            assert_eq!(apply(source, &[]), shown);
        }
    }

    #[test]
    fn addresses_lose_userinfo_and_sensitive_values() {
        assert_eq!(
            address("wss://u:p@h/x?api_key=1&a=2&SIG=3"),
            "wss://h/x?api_key=***&a=2&SIG=***"
        );
    }
}
