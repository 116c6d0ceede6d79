//! Parsed RFC 9535 queries and conditions. They are valid, and their patterns are compiled.

use regex::Regex;
use serde_json::Value;

/// A path: its root and its segments.
#[derive(Debug)]
pub(crate) struct Path {
    pub start: PathStart,
    pub segments: Vec<Segment>,
    /// Source text of the path.
    pub text: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathStart {
    /// `$`
    Payload,
    /// `@`
    Current,
}

#[derive(Debug)]
pub(crate) struct Segment {
    /// `..`: applies to the node and all its descendants.
    pub descends: bool,
    pub selectors: Vec<PathSelector>,
}

#[derive(Debug)]
pub(crate) enum PathSelector {
    Name(Box<str>),
    Wildcard,
    Index(i64),
    Slice {
        start: Option<i64>,
        end: Option<i64>,
        step: i64,
    },
    Filter(Condition),
}

/// A condition on a node: true or false.
#[derive(Debug)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// The path finds at least one value.
    Exists(Path),
    Compare {
        left: Operand,
        order: Order,
        right: Operand,
    },
    /// `match` and `search`; the pattern of `match` is anchored.
    Matches {
        subject: Operand,
        pattern: Regex,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An operand of a comparison: one value, or nothing.
#[derive(Debug)]
pub(crate) enum Operand {
    Literal(Value),
    /// A singular path: it finds at most one value.
    Path(Path),
    Length(Box<Operand>),
    Count(Path),
    Value(Path),
}

impl Path {
    /// Returns whether the path finds at most one value (RFC 9535, section 2.3.5.1).
    pub(crate) fn is_singular(&self) -> bool {
        self.segments.iter().all(|segment| {
            !segment.descends
                && matches!(
                    segment.selectors.as_slice(),
                    [PathSelector::Name(_) | PathSelector::Index(_)]
                )
        })
    }
}

impl Operand {
    pub(crate) const fn is_literal(&self) -> bool {
        matches!(self, Operand::Literal(_))
    }

    /// Returns the operand's source text for messages; `None` for literals.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Operand::Literal(_) => None,
            Operand::Path(path) => Some(path.text.to_string()),
            Operand::Length(of) => Some(format!("length({})", of.text().unwrap_or_default())),
            Operand::Count(path) => Some(format!("count({})", path.text)),
            Operand::Value(path) => Some(format!("value({})", path.text)),
        }
    }
}
