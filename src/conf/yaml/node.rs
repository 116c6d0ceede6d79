//! A tree of values and keys, each with its place in the source.

use crate::conf::secret::Secret;
use crate::conf::span::Span;

/// A value and its place. The place of an alias or a merged value is its definition. Has no
/// `Debug`, because it may hold secrets.
#[derive(Clone)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

#[derive(Clone)]
pub enum Value {
    Null,
    /// A scalar whose `${…}` could not be expanded. The error is already reported.
    Broken,
    Scalar(Scalar),
    Seq(Vec<Node>),
    /// The entries in the order of the file, with merges applied. A duplicate key has two entries.
    Map(Vec<MapEntry>),
}

#[derive(Clone)]
pub struct Scalar {
    /// The text as written, with quotes and escapes resolved: `1.10` stays `1.10`.
    pub text: String,
    pub typed: Typed,
    /// The values that `${…}` inserted.
    pub external: Option<Box<External>>,
}

/// The parts of a scalar from outside the config.
#[derive(Clone, Debug)]
pub struct External {
    /// The text for display: `***` for every value from outside.
    pub shown: String,
    pub secrets: Vec<Secret>,
}

/// The type of a scalar in YAML's core schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Typed {
    Text,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

#[derive(Clone)]
pub struct MapEntry {
    pub key: String,
    pub key_span: Span,
    pub node: Node,
}

impl Node {
    /// Returns the value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries
                .iter()
                .find(|entry| entry.key == key)
                .map(|entry| &entry.node),
            _ => None,
        }
    }

    /// The same to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        match &mut self.value {
            Value::Map(entries) => entries
                .iter_mut()
                .find(|entry| entry.key == key)
                .map(|entry| &mut entry.node),
            _ => None,
        }
    }

    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Returns the child values.
    pub fn children(&self) -> Box<dyn Iterator<Item = &Node> + '_> {
        match &self.value {
            Value::Seq(nodes) => Box::new(nodes.iter()),
            Value::Map(entries) => Box::new(entries.iter().map(|entry| &entry.node)),
            Value::Null | Value::Broken | Value::Scalar(_) => Box::new(std::iter::empty()),
        }
    }
}
