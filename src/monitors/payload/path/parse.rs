//! Parses RFC 9535 expressions without backtracking, so that time and depth are bounded.

mod segments;

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::ExpressionError;
use super::ast::{Condition, Operand, Order, Path};
use super::cursor::{Cursor, is_name};
use super::foreign_syntax;

/// Deepest nesting of filters, parentheses and functions.
const MAX_DEPTH: usize = 32;

/// Memory limit in bytes of a compiled pattern, and of its cache; the same as for `expect.body`.
const MAX_PATTERN_BYTES: usize = 1 << 20;

pub(super) struct Parser<'s> {
    cursor: Cursor<'s>,
    depth: usize,
    /// Number of nested filters around this position.
    nested: usize,
    /// Whether `$` is allowed: it is in a query, but not in a filter.
    has_root: bool,
}

/// The first term of a condition.
enum ParsedTerm {
    Operand(Operand),
    /// A path that may find several values.
    Nodes(Path),
    Condition(Condition),
}

/// Parses a filter: one condition in which `@` is the payload.
pub(crate) fn condition(source: &str) -> Result<Condition, ExpressionError> {
    let mut parser = Parser::new(source, false);
    let condition = parser.any()?;
    parser.end().map(|()| condition)
}

/// Parses a query: a path that begins with `$`.
pub(crate) fn query(source: &str) -> Result<Path, ExpressionError> {
    let mut parser = Parser::new(source, true);
    parser.cursor.spaces();
    if parser.cursor.peek().is_some_and(|c| c != '$') {
        let why = "a query begins with `$`, which is the payload";
        return Err(ExpressionError::new(parser.cursor.at, why));
    }
    let path = parser.path()?;
    parser.end().map(|()| path)
}

impl<'s> Parser<'s> {
    const fn new(source: &'s str, has_root: bool) -> Parser<'s> {
        Parser {
            cursor: Cursor::new(source),
            depth: 0,
            nested: 0,
            has_root,
        }
    }

    /// Checks that the source text ends here.
    fn end(&mut self) -> Result<(), ExpressionError> {
        self.cursor.spaces();
        if self.cursor.rest().is_empty() {
            Ok(())
        } else {
            Err(foreign_syntax::unexpected(&self.cursor))
        }
    }

    fn deeper<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, ExpressionError>,
    ) -> Result<T, ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExpressionError::new(
                self.cursor.at,
                format!("nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn expect(&mut self, text: &str) -> Result<(), ExpressionError> {
        self.cursor.spaces();
        if self.cursor.take(text) {
            return Ok(());
        }
        Err(foreign_syntax::unexpected(&self.cursor))
    }

    /// Parses conditions joined by `||`.
    fn any(&mut self) -> Result<Condition, ExpressionError> {
        let mut conditions = vec![self.all()?];
        while self.joined("||") {
            conditions.push(self.all()?);
        }
        Ok(single_or(conditions, Condition::Any))
    }

    /// Parses conditions joined by `&&`.
    fn all(&mut self) -> Result<Condition, ExpressionError> {
        let mut conditions = vec![self.basic()?];
        while self.joined("&&") {
            conditions.push(self.basic()?);
        }
        Ok(single_or(conditions, Condition::All))
    }

    fn joined(&mut self, by: &str) -> bool {
        let before = self.cursor.at;
        self.cursor.spaces();
        let found = self.cursor.take(by);
        if !found {
            self.cursor.at = before;
        }
        found
    }

    fn basic(&mut self) -> Result<Condition, ExpressionError> {
        self.cursor.spaces();
        let from = self.cursor.at;
        if !self.cursor.take("!") {
            return if self.cursor.peek() == Some('(') {
                self.parenthesis()
            } else {
                self.comparison_or_test()
            };
        }
        self.cursor.spaces();
        let inner = if self.cursor.peek() == Some('(') {
            self.parenthesis()?
        } else {
            let term = self.term()?;
            self.cursor.spaces();
            if foreign_syntax::compares(self.cursor.rest()) {
                let why = "`!` must be followed by a path or parentheses";
                return Err(
                    ExpressionError::new(from, why).help("write `!(@.a == 1)`, or `@.a != 1`")
                );
            }
            self.test(term, from)?
        };
        Ok(Condition::Not(Box::new(inner)))
    }

    fn parenthesis(&mut self) -> Result<Condition, ExpressionError> {
        self.deeper(|parser| {
            parser.expect("(")?;
            let inner = parser.any()?;
            parser.expect(")")?;
            Ok(inner)
        })
    }

    fn comparison_or_test(&mut self) -> Result<Condition, ExpressionError> {
        let from = self.cursor.at;
        let left = self.term()?;
        let behind = self.cursor.at;
        self.cursor.spaces();
        let Some(order) = self.order()? else {
            self.cursor.at = behind;
            return self.test(left, from);
        };
        let left = self.comparable(left, from)?;
        self.cursor.spaces();
        let from = self.cursor.at;
        let right = self.term()?;
        let right = self.comparable(right, from)?;
        Ok(Condition::Compare { left, order, right })
    }

    /// Converts a term that is a condition without a comparison.
    fn test(&self, term: ParsedTerm, from: usize) -> Result<Condition, ExpressionError> {
        match term {
            ParsedTerm::Condition(condition) => Ok(condition),
            ParsedTerm::Nodes(path) | ParsedTerm::Operand(Operand::Path(path)) => {
                Ok(Condition::Exists(path))
            }
            ParsedTerm::Operand(Operand::Literal(_)) => {
                // A word of another language after the value explains the error better.
                let why = "a value alone is not a condition";
                Err(foreign_syntax::known(&self.cursor)
                    .unwrap_or_else(|| ExpressionError::new(from, why)))
            }
            ParsedTerm::Operand(_) => {
                let why = "a function that returns a value must be compared with something";
                Err(ExpressionError::new(from, why).help("write for example `length(@.ids) > 0`"))
            }
        }
    }

    /// Converts a term to an operand of a comparison.
    fn comparable(&self, term: ParsedTerm, from: usize) -> Result<Operand, ExpressionError> {
        match term {
            ParsedTerm::Operand(operand) => Ok(operand),
            ParsedTerm::Nodes(_) => {
                let why = "a path that may find several values cannot be compared";
                let help = "a nested filter checks each of them: `@.items[?@.ok == false]`; \
                            `count(…)` counts them";
                Err(ExpressionError::new(from, why).help(help))
            }
            ParsedTerm::Condition(_) => Err(ExpressionError::new(
                from,
                "`match` and `search` are conditions and cannot be compared",
            )),
        }
    }

    fn order(&mut self) -> Result<Option<Order>, ExpressionError> {
        if let Some(mistake) = foreign_syntax::comparison(&self.cursor) {
            return Err(mistake);
        }
        let orders = [
            ("==", Order::Equal),
            ("!=", Order::NotEqual),
            ("<=", Order::LessOrEqual),
            (">=", Order::GreaterOrEqual),
            ("<", Order::Less),
            (">", Order::Greater),
        ];
        Ok(orders
            .into_iter()
            .find(|(text, _)| self.cursor.take(text))
            .map(|(_, order)| order))
    }

    fn term(&mut self) -> Result<ParsedTerm, ExpressionError> {
        match self.cursor.peek() {
            None => Err(ExpressionError::early(self.cursor.at)),
            Some('@' | '$') => {
                let path = self.path()?;
                let is_singular = path.is_singular();
                Ok(if is_singular {
                    ParsedTerm::Operand(Operand::Path(path))
                } else {
                    ParsedTerm::Nodes(path)
                })
            }
            Some('"' | '\'') => self.cursor.quoted().map(|text| literal(text.into())),
            Some('-' | '0'..='9') => self.cursor.number().map(literal),
            Some(c) if is_name(c) => self.word(),
            Some(_) => Err(foreign_syntax::unexpected(&self.cursor)),
        }
    }

    /// Parses a word: `true`, `false`, `null`, or a function.
    fn word(&mut self) -> Result<ParsedTerm, ExpressionError> {
        let from = self.cursor.at;
        let word = self.cursor.word();
        if self.cursor.peek() == Some('(') {
            return self.function(word, from);
        }
        match word {
            "true" => Ok(literal(true.into())),
            "false" => Ok(literal(false.into())),
            "null" => Ok(literal(Value::Null)),
            word => Err(foreign_syntax::word(word, from, self.cursor.rest())),
        }
    }

    fn function(&mut self, name: &str, from: usize) -> Result<ParsedTerm, ExpressionError> {
        if !["length", "count", "value", "match", "search"].contains(&name) {
            return Err(foreign_syntax::function(name, from));
        }
        self.deeper(|parser| {
            parser.expect("(")?;
            let term = match name {
                "length" => ParsedTerm::Operand(Operand::Length(Box::new(parser.value()?))),
                "count" => ParsedTerm::Operand(Operand::Count(parser.nodes()?)),
                "value" => ParsedTerm::Operand(Operand::Value(parser.nodes()?)),
                _ => {
                    let subject = parser.value()?;
                    parser.expect(",")?;
                    ParsedTerm::Condition(Condition::Matches {
                        subject,
                        pattern: parser.pattern(name == "match")?,
                    })
                }
            };
            parser.expect(")")?;
            Ok(term)
        })
    }

    /// Parses an argument that is a single value.
    fn value(&mut self) -> Result<Operand, ExpressionError> {
        self.cursor.spaces();
        let from = self.cursor.at;
        let term = self.term()?;
        match term {
            ParsedTerm::Operand(operand) => Ok(operand),
            _ => Err(ExpressionError::new(
                from,
                "this function takes one value, and the path may find several",
            )),
        }
    }

    /// Parses an argument that is a node list.
    fn nodes(&mut self) -> Result<Path, ExpressionError> {
        self.cursor.spaces();
        let from = self.cursor.at;
        match self.term()? {
            ParsedTerm::Nodes(path) | ParsedTerm::Operand(Operand::Path(path)) => Ok(path),
            _ => Err(ExpressionError::new(from, "this function takes a path")),
        }
    }

    /// Parses a regular expression. It is always a literal, never a part of the payload. If `whole`
    /// is set, it must match the whole string.
    fn pattern(&mut self, whole: bool) -> Result<Regex, ExpressionError> {
        self.cursor.spaces();
        let from = self.cursor.at;
        if !matches!(self.cursor.peek(), Some('"' | '\'')) {
            let why = "the pattern must be a text in quotes, not a part of the payload";
            return Err(ExpressionError::new(from, why));
        }
        let text = self.cursor.quoted()?;
        // The bare pattern is compiled first: `a)|(b` becomes valid only inside of the anchors.
        let build = |text: &str| {
            RegexBuilder::new(text)
                .crlf(true)
                .size_limit(MAX_PATTERN_BYTES)
                .dfa_size_limit(MAX_PATTERN_BYTES)
                .build()
        };
        let framed = format!(r"\A(?:{text})\z");
        build(&text)
            .and_then(|plain| if whole { build(&framed) } else { Ok(plain) })
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => {
                    ExpressionError::new(from, "too large when compiled (1 MiB is the limit)")
                }
                _ => ExpressionError::new(from, "not a regular expression"),
            })
    }
}

const fn literal(value: Value) -> ParsedTerm {
    ParsedTerm::Operand(Operand::Literal(value))
}

fn single_or(
    mut conditions: Vec<Condition>,
    join: impl FnOnce(Vec<Condition>) -> Condition,
) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => {
            conditions.extend(last);
            join(conditions)
        }
    }
}
