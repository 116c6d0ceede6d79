//! Makes texts of targets plain text for a receiver, and cuts them to the receiver's limits.
//!
//! A text is escaped character by character and cut between two characters, so no cut splits an
//! escape.

/// An invisible character that ends a mention (`@` and a name) or a marker of two characters.
const BREAK: char = '\u{200B}';

/// A character with its neighbours.
#[derive(Clone, Copy)]
pub(super) struct CharContext {
    before: Option<char>,
    c: char,
    after: Option<char>,
}

/// Writes a character so that the receiver shows it, and does nothing else with it.
pub(super) type EscapeChar = fn(&mut String, CharContext);

/// For receivers that take plain text.
pub(super) fn nothing(out: &mut String, place: CharContext) {
    out.push(place.c);
}

/// For receivers that look for `@name` in plain text (Telegram).
pub(super) fn mentions(out: &mut String, place: CharContext) {
    out.push(place.c);
    let is_word = place.before.is_some_and(char::is_alphanumeric);
    if place.c == '@' && !is_word {
        out.push(BREAK);
    }
}

/// For Markdown with backslash escapes (Discord, Teams), and for the templates of Adaptive Cards:
/// `{{DATE(…)}}`, `${…}`.
pub(super) fn markdown(out: &mut String, place: CharContext) {
    let CharContext { before, c, after } = place;
    let begins_line = before.is_none_or(|before| before == '\n');
    let is_marker = matches!(c, '\\' | '`' | '*' | '_' | '~' | '|' | '[' | ']' | '<' | '>')
        || (begins_line && matches!(c, '#' | '-' | '+'))
        || (matches!(c, '.' | ')')
            && before.is_some_and(|before| before.is_ascii_digit())
            && after == Some(' '))
        // Discord would make a link with a preview of it.
        || (c == ':' && after == Some('/'));
    if is_marker {
        out.push('\\');
    }
    if c == '{' && matches!(before, Some('{' | '$')) {
        out.push(BREAK);
    }
    out.push(c);
    if c == '@' {
        out.push(BREAK);
    }
}

/// For Slack, which escapes three characters only, and for Mattermost and Rocket.Chat, which also
/// read `@channel` and Markdown. Markdown has no escape that all three know, so its markers become
/// characters that look like them.
pub(super) fn slack(out: &mut String, place: CharContext) {
    let CharContext { before, c, after } = place;
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '*' => out.push('\u{2217}'),
        '`' => out.push('\u{02CB}'),
        '~' => out.push('\u{223C}'),
        // Within a word it marks nothing.
        '_' if !is_word(before) || !is_word(after) => out.push('\u{02CD}'),
        '@' => out.extend(['@', BREAK]),
        // `[text](url)` and `![](url)`.
        '(' if before == Some(']') => out.extend([BREAK, '(']),
        _ => out.push(c),
    }
}

/// Maximum length of an escaped text, in the units in which the receiver counts.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    Chars(usize),
    /// Code units of UTF-16.
    Utf16(usize),
    Bytes(usize),
}

impl Limit {
    pub(super) const fn max(self) -> usize {
        match self {
            Limit::Chars(max) | Limit::Utf16(max) | Limit::Bytes(max) => max,
        }
    }

    /// Returns the length of a text in these units.
    pub(super) fn length(self, text: &str) -> usize {
        match self {
            Limit::Chars(_) => text.chars().count(),
            Limit::Utf16(_) => text.encode_utf16().count(),
            Limit::Bytes(_) => text.len(),
        }
    }
}

/// Returns the text, escaped and within the limit. A text that is cut ends with `…`. Control
/// characters except line breaks are removed.
pub(super) fn fit(text: &str, escape: EscapeChar, limit: Limit) -> String {
    const CUT: &str = "…";
    let room = limit.max().saturating_sub(limit.length(CUT));
    let mut out = String::new();
    let (mut length, mut cut_at) = (0, 0);
    let mut before = None;
    let mut rest = text
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .peekable();
    while let Some(c) = rest.next() {
        let from = out.len();
        let after = rest.peek().copied();
        escape(&mut out, CharContext { before, c, after });
        length += limit.length(out.get(from..).unwrap_or_default());
        if length > limit.max() {
            out.truncate(cut_at);
            out.push_str(CUT);
            break;
        }
        if length <= room {
            cut_at = out.len();
        }
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str, escape: EscapeChar) -> String {
        fit(text, escape, Limit::Chars(1000)).replace(BREAK, "^")
    }

    #[test]
    fn nothing_that_a_target_says_is_more_than_text() {
        for (text, wanted) in [
            ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@^U1&gt;"),
            ("@channel @all", "@^channel @^all"),
            (
                "*a* `b` ~c~",
                "\u{2217}a\u{2217} \u{2CB}b\u{2CB} \u{223C}c\u{223C}",
            ),
            ("a_b _c_", "a_b \u{2CD}c\u{2CD}"),
            ("![x](http://evil)", "![x]^(http://evil)"),
            ("a\u{0}\u{1b}[31m\r\nb", "a[31m\nb"),
        ] {
            assert_eq!(escaped(text, slack), wanted);
        }
        for (text, wanted) in [
            (
                "**a** __b__ ~~c~~ ||d||",
                r"\*\*a\*\* \_\_b\_\_ \~\~c\~\~ \|\|d\|\|",
            ),
            ("[x](http://evil)", r"\[x\](http\://evil)"),
            (
                "@everyone <@&1> <at>x</at>",
                r"@^everyone \<@^&1\> \<at\>x\</at\>",
            ),
            ("# a\n- b\n1. c # - d", "\\# a\n\\- b\n1\\. c # - d"),
            ("{{DATE(x)}} ${y}", "{^{DATE(x)}} $^{y}"),
            (r"\*", r"\\\*"),
        ] {
            assert_eq!(escaped(text, markdown), wanted);
        }
        assert_eq!(
            escaped("@bob ana@x.test (@c)", mentions),
            "@^bob ana@x.test (@^c)"
        );
    }

    #[test]
    fn a_text_is_cut_between_escapes() {
        assert_eq!(fit("a<b>", slack, Limit::Chars(10)), "a&lt;b&gt;");
        assert_eq!(fit("a<b>", slack, Limit::Chars(9)), "a&lt;b…");
        assert_eq!(fit("a<b>", slack, Limit::Chars(5)), "a…");
        assert_eq!(fit("a*", markdown, Limit::Chars(2)), "a…");
        assert_eq!(fit("äöü", nothing, Limit::Bytes(6)), "äöü");
        assert_eq!(fit("äöü", nothing, Limit::Bytes(5)), "ä…");
        assert_eq!(fit("😀😀", nothing, Limit::Utf16(4)), "😀😀");
        assert_eq!(fit("😀😀", nothing, Limit::Utf16(3)), "😀…");
        assert_eq!(fit("", nothing, Limit::Chars(0)), "");
    }
}
