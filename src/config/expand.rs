//! `for_each` makes several monitors of one, and `${…}` is expanded in everything.

use std::collections::HashSet;

use crate::conf::codes::Code;
use crate::conf::context::Context;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::interpolate::{ITEM, Interpolator};
use crate::conf::span::Span;
use crate::conf::yaml::{Budget, Node, NodeSize, Value};
use crate::model::Kind;

/// The most monitors that one `for_each` makes.
const ITEMS: usize = 1000;

/// Expands the whole tree. What stands below `x-` keys is read only where an alias copies it, and
/// expanded there.
pub(super) fn expand(
    tree: &mut Node,
    context: &Context<'_>,
    interpolator: &mut Interpolator<'_>,
    budget: &mut Budget,
) {
    let Value::Map(entries) = &mut tree.value else {
        return interpolator.expand(tree);
    };
    for entry in entries {
        match &mut entry.node.value {
            _ if entry.key.starts_with("x-") => {}
            Value::Seq(nodes) if entry.key == "monitors" => {
                if let Some(place) = first_excess(nodes, budget) {
                    let title = "the config grows too large by its `for_each`";
                    let problem = Diagnostic::new(Code::Range, title);
                    let help = "about 100,000 monitors are too many for one config: write several";
                    context.report(problem.at(place, "the limit is reached here").help(help));
                    entry.node.value = Value::Broken;
                    continue;
                }
                let mut expander = Expander {
                    context,
                    interpolator: &mut *interpolator,
                };
                *nodes = std::mem::take(nodes)
                    .into_iter()
                    .flat_map(|node| expander.monitor(node))
                    .collect();
            }
            _ => with_urls(&mut entry.node, interpolator),
        }
    }
}

/// Expands a monitor, or another map that may have a URL for people. The URLs come first: what is
/// shown in them is no secret in the rest.
fn with_urls(map: &mut Node, interpolator: &mut Interpolator<'_>) {
    interpolator.open.clear();
    let urls: Vec<Value> = urls_of(map)
        .into_iter()
        .map(|node| {
            interpolator.expand_url(node);
            std::mem::replace(&mut node.value, Value::Null)
        })
        .collect();
    interpolator.expand(map);
    urls_of(map)
        .into_iter()
        .zip(urls)
        .for_each(|(node, value)| node.value = value);
    interpolator.open.clear();
}

/// The URLs of a map: behind a kind, below its `url`, and the runbook.
fn urls_of(map: &mut Node) -> Vec<&mut Node> {
    let Value::Map(entries) = &mut map.value else {
        return Vec::new();
    };
    let is_kind = |key: &str| Kind::ALL.iter().any(|kind| kind.as_str() == key);
    entries
        .iter_mut()
        .filter(|entry| is_kind(&entry.key) || entry.key == "runbook")
        .filter_map(|entry| match entry.node.value {
            Value::Map(_) => entry.node.get_mut("url"),
            _ => Some(&mut entry.node),
        })
        .collect()
}

/// Counts the copies that `for_each` makes, before any is made. Returns the place of the first item
/// that is one too many.
fn first_excess(monitors: &[Node], budget: &mut Budget) -> Option<Span> {
    monitors.iter().find_map(|node| {
        let list = node.get("for_each")?;
        let Value::Seq(items) = &list.value else {
            return None;
        };
        if items.len() > ITEMS {
            return None;
        }
        // A copy has one of the items instead of the list.
        let size = NodeSize::of(node).without(NodeSize::of(list));
        let fitting = budget.copies(size, items.len());
        items.get(fitting).map(|item| item.span)
    })
}

struct Expander<'e, 'c> {
    context: &'e Context<'e>,
    interpolator: &'e mut Interpolator<'c>,
}

impl Expander<'_, '_> {
    /// Returns the monitors that a node expands to.
    fn monitor(&mut self, mut node: Node) -> Vec<Node> {
        let Some(list) = node.get("for_each") else {
            with_urls(&mut node, self.interpolator);
            return vec![node];
        };
        let items = self.items(list);
        let items = items.filter(|_| self.is_named_by_item(&node, list));
        if let Some(list) = node.get_mut("for_each") {
            list.value = Value::Null;
        }
        let Some(items) = items else {
            // It is reported.
            return vec![Node {
                value: Value::Broken,
                ..node
            }];
        };
        let mut copies = Vec::new();
        for item in items {
            let mut copy = node.clone();
            self.interpolator.item = item.scalar().map(|scalar| scalar.text.clone());
            // What the copy was made for, so that its mistakes can say so.
            if let Some(list) = copy.get_mut("for_each") {
                list.value = Value::Seq(vec![item]);
            }
            with_urls(&mut copy, self.interpolator);
            copies.push(copy);
        }
        self.interpolator.item = None;
        copies
    }

    /// The items of `for_each`.
    fn items(&self, list: &Node) -> Option<Vec<Node>> {
        let report = |problem: Diagnostic| {
            self.context.report(problem);
            None
        };
        let Value::Seq(items) = &list.value else {
            let problem = Diagnostic::new(Code::WrongType, "`for_each` must be a list");
            let label = "expected a list of texts, as in `[eu, us]`";
            return report(problem.at(self.context.first_line(list.span), label));
        };
        if items.is_empty() {
            let problem = Diagnostic::new(Code::MissingKey, "`for_each` is empty");
            return report(problem.at(list.span, "no monitor comes of this"));
        }
        if items.len() > ITEMS {
            let problem = Diagnostic::new(Code::Range, "`for_each` has too many items");
            let place = items.get(ITEMS).map_or(list.span, |item| item.span);
            return report(problem.at(place, format!("expected at most {ITEMS}")));
        }
        let mut known = HashSet::new();
        for item in items {
            let place = item.span;
            let Some(scalar) = item.scalar() else {
                let problem = Diagnostic::new(Code::WrongType, "an item of `for_each` is not text");
                return report(problem.at(place, "expected a word"));
            };
            if scalar.text.contains("${") {
                let title = "an item of `for_each` is part of a name and cannot come from `${…}`";
                return report(
                    Diagnostic::new(Code::Reference, title).at(place, "expected a word"),
                );
            }
            if !known.insert(scalar.text.as_str()) {
                let title = format!("`{}` appears twice in `for_each`", scalar.text);
                return report(Diagnostic::new(Code::DuplicateName, title).at(place, "second one"));
            }
        }
        Some(items.clone())
    }

    /// Whether the copies differ by their names; a monitor without a name is reported later.
    fn is_named_by_item(&self, node: &Node, list: &Node) -> bool {
        let Some(name) = node.get("name") else {
            return true;
        };
        let Some(text) = name.scalar().map(|scalar| scalar.text.as_str()) else {
            return true;
        };
        if text.contains(ITEM) {
            return true;
        }
        let title = format!("all monitors of this `for_each` would be named `{text}`");
        self.context.report(
            Diagnostic::new(Code::DuplicateName, title)
                .at(name.span, "expected `${each}` in it")
                .also(list.span, "each of these makes a monitor")
                .help(format!("write `name: {text}-{ITEM}`")),
        );
        false
    }
}
