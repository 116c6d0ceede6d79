//! Finds values in block style below the names of secrets, also in YAML that no parser reads.

use std::ops::Range;

use super::is_sensitive;
use crate::conf::span::Span;

/// A key at the beginning of a line: `  - "name": value`.
struct BlockKey<'s> {
    name: &'s str,
    /// Column of the name in bytes.
    column: usize,
    /// The value in the line.
    value: Range<usize>,
}

impl BlockKey<'_> {
    fn of(line: &str) -> Option<BlockKey<'_>> {
        let mut content = line.trim_start();
        while let Some(rest) = content.strip_prefix("- ") {
            content = rest.trim_start();
        }
        let column = line.len() - content.len();
        let quote = content.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (name, rest) = match quote {
            Some(quote) => {
                let (name, rest) = content.get(1..)?.split_once(quote)?;
                (name, rest.trim_start().strip_prefix(':')?)
            }
            None => content.split_once(':')?,
        };
        let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
        let is_name = |c: char| c.is_alphanumeric() || "_.-".contains(c);
        let name = name.trim_end();
        (ends && !name.is_empty() && name.chars().all(is_name)).then(|| BlockKey {
            name,
            column,
            value: line.len() - rest.trim_start().len()..line.len(),
        })
    }
}

/// The name of a secret, and what may follow in the lines below it.
struct SecretKey {
    column: usize,
    /// No value begins in the line of the name.
    is_open: bool,
    /// The value may be a map, whose keys are no secrets.
    is_map: bool,
    /// A line that does not belong here, such as `a: b`, stands in between.
    is_interrupted: bool,
}

impl SecretKey {
    fn new(line: &str, key: &BlockKey<'_>) -> SecretKey {
        let value = line.get(key.value.clone()).unwrap_or_default();
        let is_empty = value.is_empty() || value.starts_with(['#', '&', '!']);
        SecretKey {
            column: key.column,
            is_open: is_empty || value.starts_with(['|', '>']),
            is_map: is_empty || value.starts_with('{'),
            is_interrupted: false,
        }
    }

    /// Returns whether a line belongs to the value. Its indentation may be the mistake.
    fn holds(&self, indent: usize, content: &str, key: Option<&BlockKey<'_>>) -> bool {
        let is_entry = content == "-" || content.starts_with("- ");
        let is_stray = key.is_none() && !content.starts_with(['#', '}', ']']);
        let follows = self.is_open && (is_stray || is_entry && indent == self.column);
        indent > self.column || (follows && !self.is_interrupted)
    }

    /// Returns the same below a line that is no part of it. What follows deeper still is, unless it
    /// can belong to that line.
    fn interrupted(self, line: &str, by: Option<&BlockKey<'_>>) -> Option<SecretKey> {
        let value = line.get(by?.value.clone())?;
        let takes_more = value.is_empty() || value.starts_with(['#', '&', '!', '|', '>']);
        (!takes_more && !self.is_interrupted).then_some(SecretKey {
            is_interrupted: true,
            ..self
        })
    }
}

/// Returns the values in the lines below the names of secrets.
pub fn block_values(source: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut secret: Option<SecretKey> = None;
    let mut start = 0;
    for whole in source.split_inclusive('\n') {
        let line = whole.trim_end();
        let content = line.trim_start();
        let indent = line.len() - content.len();
        let key = BlockKey::of(line);
        if content.is_empty() {
        } else if let Some(above) = secret
            .as_ref()
            .filter(|above| above.holds(indent, content, key.as_ref()))
        {
            let hidden = match key.filter(|_| above.is_map) {
                Some(key) => key.value,
                None => indent..line.len(),
            };
            found.push(Span::new(start + hidden.start, start + hidden.end));
        } else if !content.starts_with('#') {
            secret = match key {
                // The keys of the screen are none.
                Some(key) if is_sensitive(key.name) && key.name != "keys" => {
                    Some(SecretKey::new(line, &key))
                }
                key => secret.and_then(|above| above.interrupted(line, key.as_ref())),
            };
        }
        start += whole.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conf::mask::apply;

    #[test]
    fn values_below_the_names_of_secrets_are_hidden() {
        for (source, shown) in [
            (
                "headers:\n  Authorization:\n    Bearer abc\n  x: 1",
                "headers:\n  Authorization:\n    Bearer ***\n  x: 1",
            ),
            (
                "- my_token: |\n\n    abc: def\n    ${X} ghi\n- name: b",
                "- my_token: |\n\n    **** ***\n    ${X} ***\n- name: b",
            ),
            (
                "\"auth\":\n  basik:\n    name: bob # x\n    - a\nurl: b",
                "\"auth\":\n  basik:\n    name: *** * *\n    * *\nurl: b",
            ),
            // The indentation is wrong.
            ("token:\nabc\n  def\nx: 1", "token:\n***\n  ***\nx: 1"),
            ("tokens:\n- abc\nx:\n- y", "tokens:\n* ***\nx:\n- y"),
            ("token: a\n  b\n# c\nd: e", "token: *\n  *\n# c\nd: e"),
            (
                "  token:\na: b\n    c\nd: e\n    f",
                "  token:\na: b\n    *\nd: e\n    f",
            ),
            (
                "secret: {\n  a: b, c,\n}\nd: e",
                "secret: {\n  a: ** **\n}\nd: e",
            ),
            ("name: a\n  key_file: b\n  c", "name: a\n  key_file: b\n  c"),
        ] {
            assert_eq!(apply(source, &block_values(source)), shown, "{source}");
        }
    }
}
