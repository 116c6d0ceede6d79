//! Text from outside, made safe before anything can show it.

use std::fmt;
use std::sync::Arc;

/// Maximum number of characters of outside text.
const MAX_CHARS: usize = 400;

/// A string from the network or a config, without control, escape or direction-override characters
/// and of bounded length. Failures and events carry only `Text`, so nothing unsafe can reach a
/// terminal or a log.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// Cleans a string: line breaks and tabs become one space, other control characters are
    /// removed, and a long text is cut with `…`.
    pub fn clean(raw: &str) -> Text {
        let mut clean = String::with_capacity(raw.len().min(MAX_CHARS));
        let mut length = 0;
        let mut before = None;
        let mut rest = raw.chars();
        while let Some(c) = rest.next() {
            let c = if matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            };
            let is_joint = c == JOINER
                && before.is_some_and(is_emoji)
                && rest.clone().next().is_some_and(is_emoji);
            if (is_hostile(c) && !is_joint) || (c == ' ' && clean.ends_with(' ')) {
                continue;
            }
            if length == MAX_CHARS {
                clean.push('…');
                break;
            }
            clean.push(c);
            before = Some(c);
            length += 1;
        }
        Text(clean.trim().into())
    }

    /// Cleans bytes that should be UTF-8.
    pub fn clean_bytes(raw: &[u8]) -> Text {
        // A character has at most four bytes; bytes beyond this could not be shown.
        let head = raw.get(..(MAX_CHARS + 1) * 4).unwrap_or(raw);
        Text::clean(&String::from_utf8_lossy(head))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The zero width joiner. Between two emoji it combines them into one.
const JOINER: char = '\u{200D}';

/// Returns whether a character is a control character (C0, DEL, C1) or an invisible one that
/// reorders, tags or hides text.
fn is_hostile(c: char) -> bool {
    c.is_control() || (!c.is_ascii() && is_format(c))
}

/// The general category Cf of Unicode 16.
const fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{0600}'..='\u{0605}'
            | '\u{061C}'
            | '\u{06DD}'
            | '\u{070F}'
            | '\u{0890}'..='\u{0891}'
            | '\u{08E2}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{110BD}'
            | '\u{110CD}'
            | '\u{13430}'..='\u{1343F}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0001}'
            | '\u{E0020}'..='\u{E007F}'
    )
}

/// Returns whether a joiner is allowed beside the character: pictographs, skin tones, and the
/// selector of the coloured form.
const fn is_emoji(c: char) -> bool {
    matches!(
        c,
        '\u{FE0F}'
            | '\u{2190}'..='\u{21FF}'
            | '\u{2300}'..='\u{27BF}'
            | '\u{2B00}'..='\u{2BFF}'
            | '\u{1F000}'..='\u{1FAFF}'
    )
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_controls_and_direction_overrides_vanish() {
        assert_eq!(
            Text::clean("a\x1b[31mred\x07\u{9b}2J\u{202e}x\r\n\tb").as_str(),
            "a[31mred2Jx b"
        );
    }

    #[test]
    fn every_format_character_vanishes() {
        let category = regex::Regex::new(r"^\p{Cf}$").unwrap();
        for c in '\0'..=char::MAX {
            assert_eq!(
                is_format(c),
                category.is_match(c.encode_utf8(&mut [0; 4])),
                "U+{:04X}",
                u32::from(c)
            );
        }
        assert_eq!(
            Text::clean("so\u{AD}ft \u{E0041}\u{E007F}tag \u{180E}\u{600}a").as_str(),
            "soft tag a"
        );
    }

    #[test]
    fn joiners_stay_between_emoji_and_nowhere_else() {
        for whole in [
            "👩\u{200D}💻",
            "👩🏽\u{200D}💻",
            "❤\u{FE0F}\u{200D}🔥",
            "🏳\u{FE0F}\u{200D}🌈",
        ] {
            assert_eq!(Text::clean(whole).as_str(), whole);
        }
        assert_eq!(
            Text::clean("ad\u{200D}min \u{200D}👩\u{200D}x👩\u{200D}").as_str(),
            "admin 👩x👩"
        );
        let twice = Text::clean("👩\u{200D}\u{202E}💻");
        assert_eq!(Text::clean(twice.as_str()), twice);
    }

    #[test]
    fn long_text_is_cut() {
        let text = Text::clean(&"é".repeat(10_000));
        assert_eq!(text.as_str().chars().count(), MAX_CHARS + 1);
        assert!(text.as_str().ends_with('…'));
        assert_eq!(
            Text::clean_bytes(&[0xff; 100_000]).as_str().chars().count(),
            MAX_CHARS + 1
        );
    }
}
