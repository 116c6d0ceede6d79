//! Removes the secrets of a monitor from every text that it reports.

use std::borrow::Cow;
use std::ops::Range;

use super::escapes::unescaped_forms;
use crate::model::Text;

/// Minimum number of characters of a secret.
const MIN_SECRET_CHARS: usize = 3;

/// Maximum number of characters of a heartbeat's excerpt.
const EXCERPT_CHARS: usize = 120;
/// Maximum number of characters that are kept of the end of a text.
const TAIL_CHARS: usize = 240;

/// The secrets of one monitor, which are removed from every text that it reports.
#[derive(Default, PartialEq)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Creates the list. Secrets of fewer than three characters are ignored, because removing them
    /// would make all texts unreadable.
    pub fn new(mut secrets: Vec<String>) -> Secrets {
        // External text is cleaned before secrets are removed, so the cleaned form of each secret
        // is also in the list.
        let cleaned: Vec<String> = secrets
            .iter()
            .map(|secret| Text::clean(secret).to_string())
            .collect();
        secrets.extend(cleaned);
        secrets.retain(|secret| secret.chars().count() >= MIN_SECRET_CHARS);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Secrets(secrets)
    }

    /// Returns the beginning of a payload without secrets.
    pub fn excerpt(&self, payload: &[u8]) -> Text {
        // Secrets are removed before the text is cut: half a secret could stay otherwise.
        let text = self.redact(Text::clean_bytes(payload));
        match text.as_str().char_indices().nth(EXCERPT_CHARS) {
            Some((end, _)) => Text::clean(&format!("{}…", &text.as_str()[..end])),
            None => text,
        }
    }

    /// Returns the end of a text without secrets. The output of a command says at its end why it
    /// failed.
    pub fn tail(&self, text: &[u8]) -> Text {
        let whole = String::from_utf8_lossy(text);
        // Secrets are removed before the text is cut, as in `excerpt`, and again after `clean`.
        let redacted = self.redacted(whole.trim_end());
        match redacted.char_indices().rev().nth(TAIL_CHARS) {
            Some((cut, c)) => self.redact(Text::clean(&format!(
                "…{}",
                &redacted[cut + c.len_utf8()..]
            ))),
            None => self.redact(Text::clean(&redacted)),
        }
    }

    /// Returns a text of several lines without secrets, also without the beginning of one that is
    /// cut off in front of `…`.
    pub(crate) fn redacted_lines(&self, text: &str) -> String {
        self.without_cut_secrets(self.redacted(text)).into_owned()
    }

    /// Replaces every secret in a text by `***`.
    pub fn redact(&self, text: Text) -> Text {
        if self.0.is_empty() {
            return text;
        }
        let redacted = self.without_cut_secrets(self.redacted(text.as_str()));
        if *redacted == *text.as_str() {
            text
        } else {
            Text::clean(&redacted)
        }
    }

    /// Replaces the beginnings of secrets that are cut off in front of `…`.
    fn without_cut_secrets<'t>(&self, mut redacted: Cow<'t, str>) -> Cow<'t, str> {
        // A text may quote several other texts that were cut off.
        let mut from = 0;
        while let Some(cut) = redacted.get(from..).and_then(|rest| rest.find('…')) {
            let end = from + cut;
            from = end + '…'.len_utf8();
            if let Some(at) = redacted
                .get(..end)
                .and_then(|head| self.cut_secret_start(head))
            {
                redacted.to_mut().replace_range(at..end, "***");
                from = at + "***…".len();
            }
        }
        redacted
    }

    /// Returns the text without the secrets, in whatever way they are escaped.
    fn redacted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut ranges: Vec<Range<usize>> = self.occurrences(text).collect();
        for unescaped in unescaped_forms(text) {
            ranges.extend(
                self.occurrences(&unescaped.text)
                    .map(|range| unescaped.source_range(range)),
            );
        }
        if ranges.is_empty() {
            return Cow::Borrowed(text);
        }
        ranges.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut redacted = String::with_capacity(text.len());
        let mut done = 0;
        for range in ranges {
            if range.start >= done {
                redacted.push_str(text.get(done..range.start).unwrap_or_default());
                redacted.push_str("***");
            }
            done = done.max(range.end);
        }
        redacted.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(redacted)
    }

    fn occurrences(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        self.0.iter().flat_map(|secret| {
            text.match_indices(secret.as_str())
                .map(|(at, found)| at..at + found.len())
        })
    }

    /// Returns where a secret begins that is cut off by the end of a text.
    fn cut_secret_start(&self, text: &str) -> Option<usize> {
        let escaped = unescaped_forms(text).into_iter().filter_map(|unescaped| {
            let at = self.cut_plain_secret_start(&unescaped.text)?;
            Some(unescaped.source_range(at..at).start)
        });
        self.cut_plain_secret_start(text)
            .into_iter()
            .chain(escaped)
            .min()
    }

    fn cut_plain_secret_start(&self, text: &str) -> Option<usize> {
        let beginnings = self.0.iter().flat_map(|secret| {
            let ends = secret
                .char_indices()
                .skip(MIN_SECRET_CHARS)
                .map(|(end, _)| end);
            ends.filter(|end| text.ends_with(secret.get(..*end).unwrap_or(secret)))
                .max()
        });
        beginnings.max().map(|length| text.len() - length)
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(secrets: &[&str], text: &str) -> String {
        let secrets = Secrets::new(secrets.iter().map(|secret| (*secret).to_owned()).collect());
        secrets.redact(Text::clean(text)).to_string()
    }

    #[test]
    fn secrets_are_struck_out_as_they_are_shown() {
        assert_eq!(
            redacted(&["hunter2"], "token hunter2 is wrong"),
            "token *** is wrong"
        );
        assert_eq!(redacted(&["hunter2"], "hun\u{0}ter2"), "***");
        assert_eq!(
            redacted(&["two  spaces\tand a tab"], "<two  spaces\tand a tab>"),
            "<***>"
        );
        assert_eq!(
            redacted(&["ab", "abcdef", "abc"], "ab abc abcdef"),
            "ab *** ***"
        );
    }

    #[test]
    fn secrets_are_found_in_every_spelling() {
        for spelled in [
            "hunter 2/é\"",
            "\\u0068unter 2\\/\\u00E9\\\"",
            "\\u0068\\u0075\\u006e\\u0074\\u0065\\u0072\\u0020\\u0032\\u002F\\u00e9\\u0022",
            "hunter%202%2f%c3%a9%22",
            "hunter+2%2F%C3%A9%22",
            "%68unter+2/é\"",
            "hunter 2/&#233;&quot;",
            "hunter&#x20;2&#47;&#xE9;&#34;",
        ] {
            assert_eq!(
                redacted(&["hunter 2/é\""], &format!("a {spelled}, 100 % & b")),
                "a ***, 100 % & b",
                "{spelled}"
            );
        }
    }

    #[test]
    fn what_was_cut_off_within_an_escape_keeps_no_beginning_of_a_secret() {
        for (length, cut) in [(390, "hunt\\u00"), (394, "hunt%6"), (393, "%68unt")] {
            let text = format!("{}{cut}{}", "x".repeat(length), "y".repeat(20));
            let text = format!(
                "{}…",
                text.chars().take(length + cut.len()).collect::<String>()
            );
            assert_eq!(
                redacted(&["hunter2"], &text),
                format!("{}***…", "x".repeat(length)),
                "{cut}"
            );
        }
    }

    #[test]
    fn what_was_cut_off_keeps_no_beginning_of_a_secret() {
        let text = format!("{}hunter2", "x".repeat(394));
        assert_eq!(
            redacted(&["hunter2"], &text),
            format!("{}***…", "x".repeat(394))
        );
        assert_eq!(
            redacted(&["hunter2"], "got \"hunte…, also \"hunt…\" and hu…"),
            "got \"***…, also \"***…\" and hu…"
        );
        let text = format!("{}hunter2", "x".repeat(398));
        assert!(
            redacted(&["hunter2"], &text).ends_with("xhu…"),
            "two letters tell nothing"
        );
    }
}
