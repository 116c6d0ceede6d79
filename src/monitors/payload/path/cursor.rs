//! Reads the tokens of an expression: spaces, names, numbers and quoted strings.

use std::ops::Range;

use serde_json::{Number, Value};

use super::ExpressionError;

/// Largest index (RFC 9535, section 2.1). Every JSON implementation represents it exactly.
const MAX_INDEX: i64 = (1 << 53) - 1;

/// A position in the source text.
pub(super) struct Cursor<'s> {
    text: &'s str,
    pub at: usize,
}

impl<'s> Cursor<'s> {
    pub(super) const fn new(text: &'s str) -> Cursor<'s> {
        Cursor { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'s str {
        self.text.get(range).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// Consumes `text` if it is next, and returns whether it was.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Consumes a word: letters, digits, `_`, and all characters beyond ASCII.
    pub(super) fn word(&mut self) -> &'s str {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Reads an integer in the syntax of an index.
    pub(super) fn integer(&mut self) -> Result<i64, ExpressionError> {
        let from = self.at;
        self.take("-");
        let digits = self.digits();
        let text = self.slice(from..self.at);
        let plain =
            !digits.is_empty() && (digits == "0" || !digits.starts_with('0')) && text != "-0";
        text.parse()
            .ok()
            .filter(|number: &i64| plain && number.abs() <= MAX_INDEX)
            .ok_or_else(|| {
                self.at = from;
                ExpressionError::new(from, "not a whole number such as `0`, `7` or `-1`")
            })
    }

    /// Reads a number in JSON syntax.
    pub(super) fn number(&mut self) -> Result<Value, ExpressionError> {
        let from = self.at;
        self.take("-");
        let whole = self.digits();
        let mut good = !whole.is_empty() && (whole == "0" || !whole.starts_with('0'));
        let mut is_whole = true;
        if self.take(".") {
            is_whole = false;
            good &= !self.digits().is_empty();
        }
        if self.take("e") || self.take("E") {
            is_whole = false;
            let _ = self.take("+") || self.take("-");
            good &= !self.digits().is_empty();
        }
        let text = self.slice(from..self.at);
        let number = match text.parse::<i64>() {
            Ok(number) if is_whole => Some(Number::from(number)),
            _ => text.parse().ok().and_then(Number::from_f64),
        };
        number.filter(|_| good).map(Value::Number).ok_or_else(|| {
            self.at = from;
            ExpressionError::new(from, "not a number as JSON writes it")
        })
    }

    fn digits(&mut self) -> &'s str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Reads a string in single or double quotes.
    pub(super) fn quoted(&mut self) -> Result<String, ExpressionError> {
        let from = self.at;
        let mut text = String::new();
        let Some(quote) = self.next() else {
            return Err(ExpressionError::early(from));
        };
        loop {
            let here = self.at;
            match self.next() {
                None => {
                    return Err(ExpressionError::new(
                        from,
                        "the quote that opens here is not closed",
                    ));
                }
                Some(c) if c == quote => return Ok(text),
                Some('\\') => text.push(self.escaped(here, quote)?),
                Some(c) if c < ' ' => {
                    return Err(ExpressionError::new(
                        here,
                        "write a control character as an escape",
                    ));
                }
                Some(c) => text.push(c),
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn escaped(&mut self, from: usize, quote: char) -> Result<char, ExpressionError> {
        let wrong = || ExpressionError::new(from, "not a JSON escape: write a backslash as `\\\\`");
        match self.next() {
            None => Err(ExpressionError::early(self.at)),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(c @ ('/' | '\\')) => Ok(c),
            Some(c) if c == quote => Ok(c),
            Some('u') => {
                let first = self.unit().ok_or_else(wrong)?;
                let second = if (0xd800..0xdc00).contains(&first) && self.take("\\u") {
                    self.unit()
                } else {
                    None
                };
                let units = std::iter::once(first).chain(second);
                match char::decode_utf16(units)
                    .collect::<Result<Vec<_>, _>>()
                    .as_deref()
                {
                    Ok([c]) => Ok(*c),
                    _ => Err(wrong()),
                }
            }
            Some(_) => Err(wrong()),
        }
    }

    /// Reads four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.at += 4;
        u16::from_str_radix(digits, 16).ok()
    }
}

/// Returns whether a shorthand name may contain the character (RFC 9535, section 2.5.1.1).
pub(super) fn is_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric() || !c.is_ascii()
}
