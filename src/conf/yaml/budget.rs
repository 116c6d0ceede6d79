//! How much a config may hold, over all its files.

use super::node::{Node, Value};

/// Values in all files, the copies by aliases not counted.
const WRITTEN: usize = 4_000_000;

/// What aliases and `for_each` may copy, in bytes: 10,000 monitors of 100 values each from one
/// anchor, and no alias bomb.
const COPIED: usize = 64 << 20;

/// What one copied value weighs beside its text, in bytes.
const VALUE: usize = 64;

/// What was written and copied so far.
#[derive(Debug, Default)]
pub struct Budget {
    written: usize,
    copied: usize,
}

/// What a copy of a node costs.
#[derive(Clone, Copy)]
pub struct NodeSize {
    /// In bytes, as `COPIED` counts them.
    pub(super) weight: usize,
    /// Maps and lists within one another.
    pub(super) depth: usize,
}

impl Budget {
    /// Counts a value; `false` if it is one too many.
    pub(super) fn write(&mut self) -> bool {
        self.written += 1;
        self.written <= WRITTEN
    }

    /// Counts a copy; `false` if it is too much.
    pub(super) fn copy(&mut self, size: NodeSize) -> bool {
        self.copies(size, 1) == 1
    }

    /// Counts copies of one node. Returns how many of them are not too much.
    pub fn copies(&mut self, size: NodeSize, wanted: usize) -> usize {
        let left = COPIED.saturating_sub(self.copied);
        let fitting = wanted.min(left / size.weight.max(1));
        self.copied += fitting * size.weight;
        fitting
    }
}

impl NodeSize {
    /// Returns the size of a node without one of its children.
    pub fn without(self, child: NodeSize) -> NodeSize {
        NodeSize {
            weight: self.weight.saturating_sub(child.weight),
            ..self
        }
    }

    pub fn of(node: &Node) -> NodeSize {
        let text = node.scalar().map_or(0, |scalar| scalar.text.len());
        let keys = match &node.value {
            Value::Map(entries) => entries.iter().map(|entry| entry.key.len()).sum(),
            _ => 0,
        };
        let container = usize::from(matches!(node.value, Value::Seq(_) | Value::Map(_)));
        let own = NodeSize {
            weight: VALUE + text + keys,
            depth: 0,
        };
        let children = node.children().map(NodeSize::of);
        let all = children.fold(own, |sum, child| NodeSize {
            weight: sum.weight + child.weight,
            depth: sum.depth.max(child.depth),
        });
        NodeSize {
            depth: all.depth + container,
            ..all
        }
    }
}
