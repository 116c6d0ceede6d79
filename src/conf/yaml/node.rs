//! The tree of values and keys, each with its place in the source.

use crate::conf::secret::Secret;
use crate::conf::span::Span;

/// A value and where it is written. Behind an alias or a merge: where it is defined. Has no
/// `Debug`: it may hold secrets.
#[derive(Clone)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

#[derive(Clone)]
pub enum Value {
    Null,
    /// A scalar whose `${…}` could not be expanded, which is reported already.
    Broken,
    Scalar(Scalar),
    Seq(Vec<Node>),
    /// In the order of the file, merges applied; a key that stands twice is in it twice.
    Map(Vec<MapEntry>),
}

#[derive(Clone)]
pub struct Scalar {
    /// As written, quotes and escapes resolved: `1.10` is `1.10`.
    pub text: String,
    pub typed: Typed,
    /// What `${…}` brought in.
    pub external: Option<Box<External>>,
}

/// What a scalar got from outside the config.
#[derive(Clone, Debug)]
pub struct External {
    /// The scalar as it may be shown: `***` for every value from outside.
    pub shown: String,
    pub secrets: Vec<Secret>,
}

/// What YAML takes a scalar for.
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
    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries
                .iter()
                .find(|entry| entry.key == key)
                .map(|entry| &entry.node),
            _ => None,
        }
    }

    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The values directly below.
    pub fn children(&self) -> Box<dyn Iterator<Item = &Node> + '_> {
        match &self.value {
            Value::Seq(nodes) => Box::new(nodes.iter()),
            Value::Map(entries) => Box::new(entries.iter().map(|entry| &entry.node)),
            Value::Null | Value::Broken | Value::Scalar(_) => Box::new(std::iter::empty()),
        }
    }
}
