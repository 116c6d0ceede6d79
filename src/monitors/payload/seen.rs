//! What a filter compares, as it stands in a payload: the actual value beside an expectation.

use std::fmt::Write;
use std::io;

use serde_json::Value;

use crate::model::Text;

/// Paths that a sentence names at most.
const MOST_PATHS: usize = 4;

/// Characters of one value, and of all values together.
const VALUE: usize = 80;
const VALUES: usize = 200;

/// One step of a path that leads to one value at most.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Name(String),
    Index(i64),
}

/// A path below `@` as it is written, and its steps.
#[derive(Clone, Debug, PartialEq)]
struct Path<'s> {
    written: &'s str,
    steps: Vec<Step>,
}

/// The values that the paths of a filter lead to: `"degraded"`, or `@.ok: true, @.n: 0` for several. None where the
/// filter has no path that leads to one value.
pub fn compared(filter: &str, payload: &Value) -> Option<Text> {
    let paths = paths(filter);
    let text = match paths.as_slice() {
        [] => return None,
        [path] => value_text(path.find(payload)),
        paths => {
            let named = paths.iter().map(|path| format!("{}: {}", path.written, value_text(path.find(payload))));
            named.collect::<Vec<_>>().join(", ")
        }
    };
    Some(Text::clean(&shorten(&text, VALUES)))
}

/// A value as JSON, shortened; `nothing` where there is none.
pub fn value_text(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let mut text = Capped(Vec::new());
    // An error only says that there is more than is shown.
    let _ = serde_json::to_writer(&mut text, value);
    shorten(&String::from_utf8_lossy(&text.0), VALUE)
}

/// The mark of the cut lets a secret be struck out of which only the beginning is left.
fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Takes no more than is shown.
struct Capped(Vec<u8>);

impl io::Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() > VALUE * 4 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.0.extend_from_slice(bytes.get(..VALUE * 4 + 4).unwrap_or(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Path<'_> {
    fn find<'v>(&self, payload: &'v Value) -> Option<&'v Value> {
        self.steps.iter().try_fold(payload, |value, step| match step {
            Step::Name(name) => value.get(name),
            Step::Index(index) => {
                let list = value.as_array()?;
                let at =
                    if *index < 0 { list.len().checked_sub(index.unsigned_abs() as usize)? } else { *index as usize };
                list.get(at)
            }
        })
    }
}

/// The paths of a filter that lead to one value, each once. A path with wildcards or filters of its own is left out.
fn paths(filter: &str) -> Vec<Path<'_>> {
    let mut found: Vec<Path<'_>> = Vec::new();
    let mut reader = Reader { text: filter, at: 0 };
    while let Some(c) = reader.peek() {
        match c {
            '"' | '\'' => drop(reader.quoted()),
            '@' => {
                let start = reader.at;
                reader.next();
                let steps = reader.steps();
                let written = filter.get(start..reader.at).unwrap_or_default().trim_end();
                match steps {
                    Some(steps) if found.len() < MOST_PATHS && !found.iter().any(|path| path.steps == steps) => {
                        found.push(Path { written, steps });
                    }
                    Some(_) => {}
                    None => reader.skip_segments(),
                }
            }
            _ => drop(reader.next()),
        }
    }
    found
}

/// Reads the text of a filter that was parsed before, and is good.
struct Reader<'s> {
    text: &'s str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\r')) {
            self.next();
        }
    }

    /// All steps from here on; none if one of them leads to more than one value.
    fn steps(&mut self) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let end = self.at;
            self.space();
            match self.peek() {
                Some('.') => {
                    self.next();
                    steps.push(Step::Name(self.name()?));
                }
                Some('[') => {
                    self.next();
                    steps.push(self.bracketed()?);
                }
                _ => {
                    self.at = end;
                    return Some(steps);
                }
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
        let length = self.rest().find(|c| !is_name(c)).unwrap_or(self.rest().len());
        let name = self.rest().get(..length)?.to_owned();
        self.at += length;
        (!name.is_empty()).then_some(name)
    }

    /// Behind `[`: a quoted name or an index, and `]`.
    fn bracketed(&mut self) -> Option<Step> {
        self.space();
        let step = match self.peek()? {
            '"' | '\'' => Step::Name(self.quoted()?),
            _ => {
                let length = self.rest().find(|c: char| c != '-' && !c.is_ascii_digit())?;
                let index = self.rest().get(..length)?.parse().ok()?;
                self.at += length;
                Step::Index(index)
            }
        };
        self.space();
        (self.next()? == ']').then_some(step)
    }

    /// A quoted text, its quotes taken off; none if it has an escape that is no plain character.
    fn quoted(&mut self) -> Option<String> {
        let quote = self.next()?;
        let (mut text, mut is_plain) = (String::new(), true);
        loop {
            match self.next()? {
                c if c == quote => return is_plain.then_some(text),
                '\\' => {
                    let escaped = self.next()?;
                    is_plain &= matches!(escaped, '"' | '\'' | '\\' | '/');
                    text.push(escaped);
                }
                c => text.push(c),
            }
        }
    }

    /// Passes over what is left of a path: brackets with all that stands in them.
    fn skip_segments(&mut self) {
        let mut depth = 1_usize;
        // `steps` stops inside of a bracket, or behind a dot.
        let opened = self.text.get(..self.at).is_some_and(|before| !before.trim_end().ends_with('.'));
        if !opened {
            return;
        }
        while let Some(c) = self.peek() {
            match c {
                '"' | '\'' => drop(self.quoted()),
                '[' => {
                    depth += 1;
                    self.next();
                }
                ']' => {
                    self.next();
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return;
                    }
                }
                _ => drop(self.next()),
            }
        }
    }
}

/// The beginning of a body or message, for people. What is not text is told by its size.
pub fn beginning(raw: &[u8]) -> Option<Text> {
    // What is far behind the limit is not looked at.
    let head = raw.get(..2048).unwrap_or(raw);
    let text = super::json::decode(head, None);
    let text = String::from_utf8_lossy(&text);
    let strange = text.chars().filter(|c| *c == '\u{FFFD}' || (c.is_control() && !c.is_ascii_whitespace())).count();
    if strange * 4 > text.chars().count() {
        let mut told = String::new();
        let _ = write!(told, "{} bytes that are not text", raw.len());
        return Some(Text::clean(&told));
    }
    Some(Text::clean(&text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn seen(filter: &str, payload: &Value) -> Option<String> {
        compared(filter, payload).map(|text| text.to_string())
    }

    #[test]
    fn the_values_that_a_filter_reads() {
        let payload = json!({
            "phase": "degraded", "ok": true, "n": 0, "list": [1, {"a": 2}], "a b": "x", "é": null, "@.b": 7,
            "long": "x".repeat(500)
        });
        for (filter, wanted) in [
            (r#"@.phase == "operational""#, Some(r#""degraded""#)),
            (r#""operational" == @.phase"#, Some(r#""degraded""#)),
            ("@.phase", Some(r#""degraded""#)),
            ("@.missing == 1", Some("nothing")),
            ("@.ok == true && @.n >= 1", Some("@.ok: true, @.n: 0")),
            ("@.n > 1 || @.n < 0", Some("0")),
            ("@['a b'] == \"@.b\"", Some("\"x\"")),
            ("@ [ \"n\" ] > 1", Some("0")),
            ("@.list[-1].a > 2", Some("2")),
            ("@.list[1]['a'] > 2", Some("2")),
            ("length(@.list) > 2", Some(r#"[1,{"a":2}]"#)),
            ("@.é == 1", Some("null")),
            ("!(@.ok)", Some("true")),
            ("match(@.phase, '@.n.*')", Some(r#""degraded""#)),
            ("count(@..*) > 99", None),
            ("@.*", None),
            ("@.list[*].a == 3", None),
            ("@.list[?@.a > 5]", None),
            ("@.list[?@['a]'] == ']' && @.b[0]] && @.n == 1", Some("0")),
            ("@.list[0:1]", None),
            ("@.list[0,1]", None),
            ("@[\"\\u0041\"] == 1", None),
            ("1 == 2", None),
        ] {
            assert_eq!(seen(filter, &payload).as_deref(), wanted, "{filter}");
        }
        assert_eq!(seen("@ == 'pong'", &json!("pung")).as_deref(), Some("\"pung\""));
        let long = seen("@.long == 1", &payload).unwrap();
        assert_eq!(long, format!("\"{}…", "x".repeat(VALUE - 1)));
    }

    #[test]
    fn the_beginning_of_a_body() {
        let told = |raw: &[u8]| beginning(raw).map(|text| text.to_string());
        assert_eq!(told(b" {\"a\":\n  1}"), Some("{\"a\": 1}".to_owned()));
        assert_eq!(told(b"\xff\xfe{\0}\0"), Some("{}".to_owned()));
        assert_eq!(told(b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"), Some("10 bytes that are not text".to_owned()));
        assert_eq!(told(b""), None);
        assert_eq!(told(b"\n \n"), None);
    }

    proptest! {
        #[test]
        fn any_filter_is_read_without_panic(filter in "[@.a-b\\[\\]?*:,'\"\\\\ 0-9é-]{0,30}") {
            let _ = compared(&filter, &json!({"a": [1, {"b": 2}]}));
        }
    }
}
