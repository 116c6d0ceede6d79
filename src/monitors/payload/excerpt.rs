//! Excerpts of payloads for messages: one value, or the beginning of a body.

use std::io;

use serde_json::Value;

use crate::model::Text;

/// Longest value in characters, without the ellipsis.
const VALUE_CHARS: usize = 80;

/// Formats a value as shortened JSON, or as `nothing` if there is none.
pub fn value_text(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let mut text = Capped(Vec::new());
    // An error only means that the value is longer than its excerpt.
    let _ = serde_json::to_writer(&mut text, value);
    shorten(&String::from_utf8_lossy(&text.0), VALUE_CHARS)
}

/// Shortens a text. The ellipsis marks the cut, so that a secret which is cut there can still be
/// redacted.
fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A writer that stops after the bytes that an excerpt needs.
struct Capped(Vec<u8>);

impl io::Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() > VALUE_CHARS * 4 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.0
            .extend_from_slice(bytes.get(..VALUE_CHARS * 4 + 4).unwrap_or(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the beginning of a body or message as text. Binary data is described by its size.
pub fn body_excerpt(raw: &[u8]) -> Option<Text> {
    // Only the bytes that the excerpt may need are read.
    let head = raw.get(..2048).unwrap_or(raw);
    let text = super::json::decode(head, None);
    let text = String::from_utf8_lossy(&text);
    let strange = text
        .chars()
        .filter(|c| *c == '\u{FFFD}' || (c.is_control() && !c.is_ascii_whitespace()))
        .count();
    if strange * 4 > text.chars().count() {
        return Some(Text::clean(&format!(
            "{} bytes that are not text",
            raw.len()
        )));
    }
    Some(Text::clean(&text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_body() {
        let told = |raw: &[u8]| body_excerpt(raw).map(|text| text.to_string());
        assert_eq!(told(b" {\"a\":\n  1}"), Some("{\"a\": 1}".to_owned()));
        assert_eq!(told(b"\xff\xfe{\0}\0"), Some("{}".to_owned()));
        assert_eq!(
            told(b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"),
            Some("10 bytes that are not text".to_owned())
        );
        assert_eq!(told(b""), None);
        assert_eq!(told(b"\n \n"), None);
    }
}
