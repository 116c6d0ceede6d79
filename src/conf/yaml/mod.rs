//! Parses YAML into a tree in which every value and key has its place in the source.

mod budget;
mod builder;
mod node;
mod scalar;

pub use budget::{Budget, NodeSize};
pub use builder::parse;
pub use node::{External, MapEntry, Node, Scalar, Typed, Value};
