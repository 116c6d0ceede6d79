//! Queries and conditions of RFC 9535 as they are after parsing: valid, patterns compiled.

use regex::Regex;
use serde_json::Value;

/// A path: where it begins, and its segments.
#[derive(Debug)]
pub struct Path {
    pub start: PathStart,
    pub segments: Vec<Segment>,
    /// As it is written.
    pub text: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStart {
    /// `$`
    Payload,
    /// `@`
    Current,
}

#[derive(Debug)]
pub struct Segment {
    /// `..`: of the node and all below it.
    pub descends: bool,
    pub selectors: Vec<PathSelector>,
}

#[derive(Debug)]
pub enum PathSelector {
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

/// What holds of a node, or does not.
#[derive(Debug)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Something is there.
    Exists(Path),
    Compare {
        left: Operand,
        order: Order,
        right: Operand,
    },
    /// `match` and `search`: the pattern is anchored for the former.
    Matches {
        subject: Operand,
        pattern: Regex,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// One value, or nothing.
#[derive(Debug)]
pub enum Operand {
    Literal(Value),
    /// Finds one value at most.
    Path(Path),
    Length(Box<Operand>),
    Count(Path),
    Value(Path),
}

impl Path {
    /// Whether it finds one value at most.
    pub fn is_singular(&self) -> bool {
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
    pub const fn is_literal(&self) -> bool {
        matches!(self, Operand::Literal(_))
    }

    /// What it is called in a message; nothing for literals.
    pub fn text(&self) -> Option<String> {
        match self {
            Operand::Literal(_) => None,
            Operand::Path(path) => Some(path.text.to_string()),
            Operand::Length(of) => Some(format!("length({})", of.text().unwrap_or_default())),
            Operand::Count(path) => Some(format!("count({})", path.text)),
            Operand::Value(path) => Some(format!("value({})", path.text)),
        }
    }
}
