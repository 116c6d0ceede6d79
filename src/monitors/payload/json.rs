//! Reads JSON as senders produce it: with a byte order mark, in UTF-16, or several records in one
//! text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use serde::de::IgnoredAny;
use serde_json::error::Category;
use serde_json::{Deserializer, Value};

use crate::model::{Failure, Text};

/// Largest number of records in one text. More would flood the engine from a single message.
const MAX_RECORDS: usize = 100;

/// Number of characters that an error message quotes of invalid JSON.
const SHOWN: usize = 24;

/// Converts the bytes to UTF-8 without a byte order mark. As in browsers, the mark takes precedence
/// over the charset of the content type. Without either, the bytes stay unchanged.
pub fn decode<'r>(raw: &'r [u8], content_type: Option<&[u8]>) -> Cow<'r, [u8]> {
    let (encoding, mark) = match Encoding::for_bom(raw) {
        Some(found) => found,
        None => (content_type.and_then(charset).unwrap_or(UTF_8), 0),
    };
    let rest = raw.get(mark..).unwrap_or_default();
    if encoding == UTF_8 {
        Cow::Borrowed(rest)
    } else {
        bytes(encoding.decode_without_bom_handling(rest).0)
    }
}

/// Parses one record. Skips separators and white space around it.
///
/// # Errors
/// `payload`, with the position and the beginning of the invalid text.
pub fn read(raw: &[u8]) -> Result<Value, Failure> {
    let text = text(raw);
    let record = text.trim_matches(separates);
    serde_json::from_str(record).map_err(|error| not_json(record, &error))
}

/// Splits a text into records: concatenated objects, lines (NDJSON), or texts separated by U+001E
/// (RFC 7464). Invalid JSON up to the next U+001E is a record as well.
///
/// # Errors
/// `payload` for more than 100 records.
pub fn records(raw: &[u8]) -> Result<Vec<Cow<'_, [u8]>>, Failure> {
    let text = text(raw);
    let text = match &text {
        Cow::Borrowed(text) => *text,
        Cow::Owned(text) => {
            return Ok(split(text)?
                .into_iter()
                .map(|part| bytes(part.to_owned().into()))
                .collect());
        }
    };
    Ok(split(text)?
        .into_iter()
        .map(|part| Cow::Borrowed(part.as_bytes()))
        .collect())
}

fn split(text: &str) -> Result<Vec<&str>, Failure> {
    let whole = text.trim_matches(separates);
    if !may_hold_several(whole) {
        return Ok(vec![whole]);
    }
    let mut found = Vec::new();
    for part in whole.split(ends_text) {
        let mut rest = part.trim_matches(separates);
        while !rest.is_empty() {
            if found.len() == MAX_RECORDS {
                return Err(bad(&format!(
                    "more than {MAX_RECORDS} JSON records in one message"
                )));
            }
            let mut stream = Deserializer::from_str(rest).into_iter::<IgnoredAny>();
            let end = match stream.next() {
                Some(Ok(IgnoredAny)) => stream.byte_offset(),
                Some(Err(_)) | None => rest.len(),
            };
            let (record, behind) = rest.split_at(rest.ceil_char_boundary(end.max(1)));
            found.push(record);
            rest = behind.trim_start_matches(separates);
        }
    }
    Ok(found)
}

/// Returns false for most texts: a single line with one record is not parsed twice.
fn may_hold_several(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .iter()
        .any(|byte| matches!(byte, b'\n' | b'\r' | 0x1e | 0))
        || bytes.windows(2).any(|pair| pair == b"}{")
}

/// Whether the character may separate or surround records.
fn separates(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{FEFF}') || ends_text(c)
}

/// Whether the character ends a text: it never occurs inside JSON.
fn ends_text(c: char) -> bool {
    matches!(c, '\u{1e}' | '\0')
}

/// Decodes the text. JSON begins with two ASCII characters, so a zero in the first two bytes means
/// UTF-16. Invalid UTF-8 is replaced, as in browsers.
fn text(raw: &[u8]) -> Cow<'_, str> {
    let raw = match raw {
        [0xef, 0xbb, 0xbf, rest @ ..] => rest,
        raw => raw,
    };
    let encoding = match raw {
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xfe, 0xff, ..] => UTF_16BE,
        [0, first, ..] if *first != 0 => UTF_16BE,
        [first, 0, _, ..] if *first != 0 => UTF_16LE,
        _ => return String::from_utf8_lossy(raw),
    };
    encoding.decode_with_bom_removal(raw).0
}

/// Returns the charset of the content type, if it is a known one.
fn charset(content_type: &[u8]) -> Option<&'static Encoding> {
    let parameters = content_type.split(|&byte| byte == b';').skip(1);
    let value = parameters.filter_map(|parameter| {
        let (name, value) =
            parameter.split_at_checked(parameter.iter().position(|&byte| byte == b'=')?)?;
        name.trim_ascii()
            .eq_ignore_ascii_case(b"charset")
            .then_some(value.get(1..)?)
    });
    let label = value.map(<[u8]>::trim_ascii).next()?;
    let label = label
        .strip_prefix(b"\"")
        .and_then(|label| label.strip_suffix(b"\""))
        .unwrap_or(label);
    Encoding::for_label_no_replacement(label)
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Describes what was found instead of JSON. The messages of serde_json describe its grammar, which
/// does not help the user.
fn not_json(record: &str, error: &serde_json::Error) -> Failure {
    if record.is_empty() {
        return bad("not JSON: empty");
    }
    if error.classify() == Category::Eof {
        let last = record.char_indices().next_back().map_or(0, |(at, _)| at);
        return bad(&format!("not JSON: ends at {}", place(record, last)));
    }
    let at = offset(record, error.line(), error.column());
    if error.to_string().starts_with("recursion limit") {
        return bad(&format!(
            "not JSON at {}: nested too deep",
            place(record, at)
        ));
    }
    let at = word_start(record, at);
    let here = record.get(at..).unwrap_or_default();
    if here.starts_with(char::is_control) {
        return bad(&format!(
            "not JSON at {}: control character",
            place(record, at)
        ));
    }
    let where_it_is = if at == 0 {
        String::new()
    } else {
        format!(" at {}", place(record, at))
    };
    bad(&format!(
        "not JSON{where_it_is}: begins with \"{}\"",
        beginning(here)
    ))
}

fn bad(why: &str) -> Failure {
    Failure::Payload {
        why: Text::clean(why),
    }
}

/// Converts the line and column of serde_json to a byte offset. Both count from 1, the column in
/// bytes.
fn offset(record: &str, line: usize, column: usize) -> usize {
    let start: usize = record
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let at = start
        .saturating_add(column.saturating_sub(1))
        .min(record.len());
    record.floor_char_boundary(at)
}

/// Returns where the word at this offset begins: serde_json stops inside of words.
fn word_start(record: &str, at: usize) -> usize {
    let before = record.get(..at).unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '.' | '+' | '-' | '_');
    if record
        .get(at..)
        .is_some_and(|here| here.starts_with(is_word))
    {
        before.trim_end_matches(is_word).len()
    } else {
        at
    }
}

/// Formats a byte offset as `line:column`, counted in characters from 1.
fn place(record: &str, at: usize) -> String {
    let before = record.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    format!("{line}:{column}")
}

/// Returns the first characters, or the tag if the text is HTML. The ellipsis marks a cut, so that
/// a secret which is cut there can still be redacted.
fn beginning(text: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '<' | '/' | '!' | '?');
    if text.starts_with('<') {
        return text
            .chars()
            .take_while(|c| is_name(*c))
            .take(SHOWN)
            .collect();
    }
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None if line.len() < text.trim_end().len() => format!("{line}…"),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    }

    fn why(raw: &[u8]) -> String {
        match read(raw) {
            Err(Failure::Payload { why }) => why.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn split_up(raw: &[u8]) -> Vec<String> {
        records(raw)
            .unwrap()
            .iter()
            .map(|record| String::from_utf8(record.to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn marks_and_encodings() {
        let text = r#"{"é":"心"}"#;
        let value = json!({"é": "心"});
        for little in [true, false] {
            let plain = utf16(text, little);
            let marked = utf16(&format!("\u{FEFF}{text}"), little);
            assert_eq!(read(&plain), Ok(value.clone()), "guessed");
            assert_eq!(read(&marked), Ok(value.clone()), "marked");
            assert_eq!(decode(&marked, None), text.as_bytes());
            let label: &[u8] = if little {
                b"text/plain; Charset=\"UTF-16LE\""
            } else {
                b"x/y;a=b; charset=utf-16be"
            };
            assert_eq!(decode(&plain, Some(label)), text.as_bytes());
        }
        assert_eq!(read(b"\xef\xbb\xbf{\"ok\":true}"), Ok(json!({"ok": true})));
        assert_eq!(
            decode(b"\xef\xbb\xbfpong", Some(b"text/plain; charset=latin1")),
            &b"pong"[..],
            "the mark decides"
        );
        assert_eq!(
            decode(b"\xe9", Some(b"application/json; charset=iso-8859-1")),
            "é".as_bytes()
        );
        assert_eq!(
            decode(b"\xe9", Some(b"application/json; charset=unheard-of")),
            &b"\xe9"[..]
        );
        assert_eq!(
            decode(b"\xe9", None),
            &b"\xe9"[..],
            "what announces nothing stays"
        );
        assert_eq!(
            read(b"\"\xe9\""),
            Ok(json!("\u{FFFD}")),
            "as browsers read it"
        );
    }

    #[test]
    fn separators_round_a_record_are_skipped() {
        for raw in [
            &b"{}\x1e"[..],
            b"\x1e{}\n",
            b" {} \0",
            b"\x1e{}\x1e\r\n",
            b"\xef\xbb\xbf\n{}",
        ] {
            assert_eq!(read(raw), Ok(json!({})), "{raw:?}");
        }
    }

    #[test]
    fn what_is_not_json_says_where_and_what() {
        for (raw, said) in [
            ("", "not JSON: empty"),
            (" \n\u{1e}", "not JSON: empty"),
            (
                "<html>maintenance</html>",
                "not JSON: begins with \"<html\"",
            ),
            ("<!DOCTYPE html>", "not JSON: begins with \"<!DOCTYPE\""),
            ("\r\n OK", "not JSON: begins with \"OK\""),
            ("nope", "not JSON: begins with \"nope\""),
            (
                "upstream connect error or disconnect",
                "not JSON: begins with \"upstream connect error o…\"",
            ),
            (r#"{"ok":true,"list":[1,2"#, "not JSON: ends at 1:22"),
            ("{\"ok\":\n\"é", "not JSON: ends at 2:2"),
            ("{\"ok\":[1,2\n\n", "not JSON: ends at 1:10"),
            (
                "{\n\"é\": 1 oops\n}",
                "not JSON at 2:8: begins with \"oops…\"",
            ),
            ("{\"ok\": True}", "not JSON at 1:8: begins with \"True}\""),
            ("{'ok': 1}", "not JSON at 1:2: begins with \"'ok': 1}\""),
            ("[1e999]", "not JSON at 1:2: begins with \"1e999]\""),
            ("[\"a\tb\"]", "not JSON at 1:4: control character"),
            ("{} x", "not JSON at 1:4: begins with \"x\""),
            (
                "\u{FFFD}\u{FFFD}",
                "not JSON: begins with \"\u{FFFD}\u{FFFD}\"",
            ),
        ] {
            assert_eq!(why(raw.as_bytes()), said, "{raw:?}");
        }
        assert_eq!(
            why("[".repeat(200).as_bytes()),
            "not JSON at 1:128: nested too deep"
        );
    }

    #[test]
    fn records_of_one_text() {
        assert_eq!(split_up(b"{\"a\":1}"), ["{\"a\":1}"]);
        assert_eq!(split_up(b"{\"a\":\n1}\n"), ["{\"a\":\n1}"]);
        assert_eq!(
            split_up(b"{\"a\":1}\x1e{\"a\":2}\x1e"),
            ["{\"a\":1}", "{\"a\":2}"]
        );
        assert_eq!(split_up(b"\x1e1\n\x1etrue\n"), ["1", "true"]);
        assert_eq!(
            split_up(b"{\"a\":1}\r\n{\"a\":2}\n\n[3]"),
            ["{\"a\":1}", "{\"a\":2}", "[3]"]
        );
        assert_eq!(split_up(b"{\"a\":\"}{\"}{}"), ["{\"a\":\"}{\"}", "{}"]);
        assert_eq!(split_up(b"{}\x1eoops\x1e{}"), ["{}", "oops", "{}"]);
        assert_eq!(
            split_up(b"{}\noops\n{}"),
            ["{}", "oops\n{}"],
            "nothing tells where the next one begins"
        );
        assert_eq!(split_up(b""), [""]);
        assert_eq!(split_up(&utf16("{}\n[]", true)), ["{}", "[]"]);
        assert!(records("1\n".repeat(100).as_bytes()).is_ok());
        assert!(records("1\n".repeat(101).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            raw in prop::collection::vec(any::<u8>(), 0..60),
            text in "[\\[\\]{}\":,0-9eé \\n\\x1e\\x00-]{0,40}",
        ) {
            for raw in [raw.as_slice(), text.as_bytes()] {
                let _ = (read(raw), records(raw), decode(raw, Some(raw)));
            }
        }
    }
}
