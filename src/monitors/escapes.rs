//! Decodes the escapes of a text, and maps the result back to the text. This finds a secret that a
//! server returns in JSON, in a URL or in HTML.

use std::ops::Range;

/// The languages whose escapes are decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EscapeSyntax {
    /// `\u0041`, `\"`, `\n`.
    Json,
    /// `%41`.
    Url,
    /// `%41`, and `+` for a space.
    Form,
    /// `&#65;`, `&#x41;`, `&quot;`.
    Html,
    /// All of these but `Form`, mixed.
    Any,
}

const SYNTAXES: [EscapeSyntax; 5] = [
    EscapeSyntax::Json,
    EscapeSyntax::Url,
    EscapeSyntax::Form,
    EscapeSyntax::Html,
    EscapeSyntax::Any,
];

/// A text whose escapes are decoded.
pub(super) struct Unescaped {
    pub text: String,
    /// Position in the original text of each byte, and of the end.
    starts: Vec<usize>,
}

/// Returns every decoded form that differs from the text itself.
pub(super) fn unescaped_forms(text: &str) -> Vec<Unescaped> {
    if !text
        .bytes()
        .any(|byte| matches!(byte, b'\\' | b'%' | b'+' | b'&'))
    {
        return Vec::new();
    }
    SYNTAXES
        .into_iter()
        .filter_map(|language| read(text, language))
        .collect()
}

impl Unescaped {
    /// Returns the range in the original text of a range in the decoded one.
    pub(super) fn source_range(&self, range: Range<usize>) -> Range<usize> {
        let at = |index: usize| self.starts.get(index).copied().unwrap_or_default();
        at(range.start)..at(range.end)
    }
}

/// Decodes the escapes of one language. Returns `None` if there are none.
fn read(text: &str, language: EscapeSyntax) -> Option<Unescaped> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut starts = Vec::with_capacity(text.len() + 1);
    let mut at = 0;
    let mut is_other = false;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (meant, length) = match escape(rest, language) {
            Some(Escape::Whole(meant, length)) => (meant, length),
            // The escape is cut off in the middle.
            Some(Escape::Begun) => {
                is_other = true;
                break;
            }
            None => {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                bytes.extend_from_slice(rest.as_bytes().get(..length)?);
                starts.extend(at..at + length);
                at += length;
                continue;
            }
        };
        is_other = true;
        match meant {
            DecodedUnit::Char(c) => {
                let mut buffer = [0; 4];
                let encoded = c.encode_utf8(&mut buffer).as_bytes();
                bytes.extend_from_slice(encoded);
                starts.extend(encoded.iter().map(|_| at));
            }
            DecodedUnit::Byte(byte) => {
                bytes.push(byte);
                starts.push(at);
            }
        }
        at += length;
    }
    starts.push(at);
    is_other.then(|| Unescaped {
        text: valid(bytes),
        starts,
    })
}

/// Replaces each byte that is not valid UTF-8 by a question mark, so that all positions stay.
fn valid(mut bytes: Vec<u8>) -> String {
    let mut from = 0;
    while let Some(Err(error)) = bytes.get(from..).map(str::from_utf8) {
        let at = from + error.valid_up_to();
        if let Some(byte) = bytes.get_mut(at) {
            *byte = b'?';
        }
        from = at;
    }
    String::from_utf8(bytes).unwrap_or_default()
}

enum Escape {
    Whole(DecodedUnit, usize),
    Begun,
}

enum DecodedUnit {
    Char(char),
    Byte(u8),
}

/// Returns the escape that the text begins with, if there is one.
fn escape(text: &str, language: EscapeSyntax) -> Option<Escape> {
    let speaks = |which: EscapeSyntax| language == which || language == EscapeSyntax::Any;
    match text.as_bytes().first()? {
        b'\\' if speaks(EscapeSyntax::Json) => json(text),
        b'%' if speaks(EscapeSyntax::Url) || language == EscapeSyntax::Form => url(text),
        b'+' if language == EscapeSyntax::Form => Some(Escape::Whole(DecodedUnit::Char(' '), 1)),
        b'&' if speaks(EscapeSyntax::Html) => html(text),
        _ => None,
    }
}

/// Decodes an escape in JSON (RFC 8259, section 7).
fn json(text: &str) -> Option<Escape> {
    let simple = |c| Some(Escape::Whole(DecodedUnit::Char(c), 2));
    match text.as_bytes().get(1) {
        None => Some(Escape::Begun),
        Some(b'n') => simple('\n'),
        Some(b'r') => simple('\r'),
        Some(b't') => simple('\t'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(quoted @ (b'"' | b'\\' | b'/' | b'\'')) => simple(char::from(*quoted)),
        Some(b'u') => {
            let Some(first) = unit(text, 2) else {
                return (text.len() < 6).then_some(Escape::Begun);
            };
            if let Some(c) = char::from_u32(first) {
                return Some(Escape::Whole(DecodedUnit::Char(c), 6));
            }
            let second = text
                .get(6..)?
                .strip_prefix("\\u")
                .and_then(|_| unit(text, 8));
            let Some(second) = second else {
                return (text.len() < 12).then_some(Escape::Begun);
            };
            let pair = char::decode_utf16([first as u16, second as u16])
                .next()?
                .ok()?;
            Some(Escape::Whole(DecodedUnit::Char(pair), 12))
        }
        Some(_) => None,
    }
}

/// Parses four hexadecimal digits.
fn unit(text: &str, at: usize) -> Option<u32> {
    let digits = text
        .get(at..at + 4)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// Decodes an escape in a URL (RFC 3986, section 2.1).
fn url(text: &str) -> Option<Escape> {
    let Some(digits) = text.get(1..3) else {
        return (text.len() < 3).then_some(Escape::Begun);
    };
    let byte = digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u8::from_str_radix(digits, 16).ok());
    Some(Escape::Whole(DecodedUnit::Byte(byte??), 3))
}

/// Maximum length in bytes of an escape in HTML: `&#x10FFFF;` with some zeros.
const MAX_HTML_ESCAPE: usize = 12;

/// Decodes a character reference in HTML.
fn html(text: &str) -> Option<Escape> {
    let Some(end) = text
        .bytes()
        .take(MAX_HTML_ESCAPE)
        .position(|byte| byte == b';')
    else {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
        return (text.len() < MAX_HTML_ESCAPE && text.bytes().skip(1).all(is_name))
            .then_some(Escape::Begun);
    };
    let c = match text.get(1..end)? {
        "amp" | "AMP" => '&',
        "lt" | "LT" => '<',
        "gt" | "GT" => '>',
        "quot" | "QUOT" => '"',
        "apos" => '\'',
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some(Escape::Whole(DecodedUnit::Char(c), end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns where `AbC` stands in any decoded form.
    fn found(text: &str) -> Vec<&str> {
        let places = unescaped_forms(text).into_iter().flat_map(|reading| {
            let all: Vec<_> = reading
                .text
                .match_indices("AbC")
                .map(|(at, _)| reading.source_range(at..at + 3))
                .collect();
            all
        });
        let mut found: Vec<&str> = places.map(|place| &text[place]).collect();
        found.dedup();
        found
    }

    #[test]
    fn each_language_is_read() {
        for escaped in [
            "\\u0041bC",
            "\\u0041\\u0062\\u0043",
            "Ab\\u0043",
            "%41bC",
            "%41%62%43",
            "&#65;bC",
            "A&#x62;C",
            "&#x00041;bC",
            "%5cu0041bC",
        ] {
            let text = format!("<é{escaped}é>");
            let wanted = if escaped.starts_with("%5c") {
                vec![]
            } else {
                vec![escaped]
            };
            assert_eq!(found(&text), wanted, "{text}");
        }
        assert!(unescaped_forms("nothing of the kind: é").is_empty());
    }

    #[test]
    fn nonsense_is_read_as_it_is() {
        for text in [
            "\\",
            "\\u",
            "\\u00",
            "\\ud800",
            "\\ud83d\\u",
            "%",
            "%4",
            "%é",
            "&",
            "&#",
            "&é",
            "\\x",
            "&#xffffffff;",
        ] {
            for text in [
                text.to_owned(),
                format!("AbC{text}"),
                format!("{text}é AbC"),
                format!("%ff{text}"),
            ] {
                for reading in unescaped_forms(&text) {
                    let whole = reading.source_range(0..reading.text.len());
                    assert!(text.get(whole).is_some(), "{text}");
                }
            }
        }
        let emoji = unescaped_forms("\\ud83d\\ude00");
        assert_eq!(emoji[0].text, "😀");
        let invalid = unescaped_forms("%ff%41bC");
        assert_eq!(invalid[0].text, "?AbC");
    }

    #[test]
    fn an_escape_that_was_cut_off_is_left_out() {
        for text in ["Ab\\u00", "Ab\\", "Ab%4", "Ab%", "Ab&#6", "\\u0041b\\u"] {
            assert!(
                unescaped_forms(text)
                    .iter()
                    .all(|reading| !reading.text.ends_with(['\\', '%', '&'])),
                "{text}"
            );
        }
    }
}
