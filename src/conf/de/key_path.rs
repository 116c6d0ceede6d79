//! The path of a value in the file, as text.

use crate::conf::span::Span;
use crate::conf::yaml::{Node, Scalar};

/// The path of a value: the keys from the root to it.
pub(super) struct KeyPath<'p> {
    pub(super) key: Option<&'p str>,
    /// The monitor that begins here.
    pub(super) owner: Option<OwningMonitor<'p>>,
    pub(super) parent: Option<&'p KeyPath<'p>>,
}

#[derive(Clone, Copy)]
pub(super) struct OwningMonitor<'p> {
    pub(super) node: &'p Node,
    pub(super) index: usize,
}

impl OwningMonitor<'_> {
    fn describe(self) -> String {
        match self.node.get("name").and_then(Node::scalar) {
            Some(name) => format!("monitor `{}`", shown(name)),
            None => format!("monitor number {}", self.index + 1),
        }
    }

    /// The word of `for_each` that it was made for.
    pub(super) fn item(&self) -> Option<&str> {
        let list = self.node.get("for_each")?;
        let item = list.children().next()?.scalar()?;
        Some(&item.text)
    }

    pub(super) fn name_span(self) -> Option<Span> {
        self.node.get("name").map(|name| name.span)
    }
}

/// Returns the text of a scalar without the values from outside.
fn shown(scalar: &Scalar) -> &str {
    scalar
        .external
        .as_ref()
        .map_or(&scalar.text, |outside| &outside.shown)
}

impl<'p> KeyPath<'p> {
    /// Returns a description: `thresholds.latency` of monitor `api`, the monitor, or the config.
    pub(super) fn describe(&self) -> String {
        let (path, owner) = self.path();
        match (path.is_empty(), owner) {
            (true, None) => "the config".to_owned(),
            (true, Some(owner)) => owner.describe(),
            (false, None) => format!("`{path}`"),
            (false, Some(owner)) => format!("`{path}` of {}", owner.describe()),
        }
    }

    pub(super) fn path(&self) -> (String, Option<OwningMonitor<'p>>) {
        if self.owner.is_some() {
            return (String::new(), self.owner);
        }
        let (path, owner) = self.parent.map_or((String::new(), None), KeyPath::path);
        let path = match (self.key, path.is_empty()) {
            (None, _) => path,
            (Some(key), true) => key.to_owned(),
            (Some(key), false) => format!("{path}.{key}"),
        };
        (path, owner)
    }
}
