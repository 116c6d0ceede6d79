//! Text from outside, made harmless before anything can show it.

use std::fmt;
use std::sync::Arc;

/// At most this many characters of outside text are kept.
const LIMIT: usize = 400;

/// A string from the network or a config: without control, escape or direction-override characters, of
/// bounded length. Only `Text` travels in failures and events, so nothing else can reach a terminal or a log.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// Line breaks and tabs become one space, other control characters vanish, the end is cut with `…`.
    pub fn clean(raw: &str) -> Text {
        let mut clean = String::with_capacity(raw.len().min(LIMIT));
        let mut length = 0;
        for c in raw.chars() {
            let c = if matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}') { ' ' } else { c };
            if is_hostile(c) || (c == ' ' && clean.ends_with(' ')) {
                continue;
            }
            if length == LIMIT {
                clean.push('…');
                break;
            }
            clean.push(c);
            length += 1;
        }
        Text(clean.trim().into())
    }

    /// The same for bytes that should have been UTF-8.
    pub fn clean_bytes(raw: &[u8]) -> Text {
        // Four bytes a character at most: what lies beyond could not be shown anyway.
        let head = raw.get(..(LIMIT + 1) * 4).unwrap_or(raw);
        Text::clean(&String::from_utf8_lossy(head))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Control characters (C0, DEL, C1) and the invisible ones that reorder or hide text.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
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
        assert_eq!(Text::clean("a\x1b[31mred\x07\u{9b}2J\u{202e}x\r\n\tb").as_str(), "a[31mred2Jx b");
    }

    #[test]
    fn long_text_is_cut() {
        let text = Text::clean(&"é".repeat(10_000));
        assert_eq!(text.as_str().chars().count(), LIMIT + 1);
        assert!(text.as_str().ends_with('…'));
        assert_eq!(Text::clean_bytes(&[0xff; 100_000]).as_str().chars().count(), LIMIT + 1);
    }
}
