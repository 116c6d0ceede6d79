//! Hides the secrets of alerts in all messages about the config, also where a key is misspelt.

use crate::conf::context::Context;
use crate::conf::span::Span;
use crate::conf::yaml::{Node, Value};

/// Keys of a channel whose values are not secret, beside the URLs in them.
const OPEN: &[&str] = &["name", "fallback", "emoji", "timezone", "exec", "email"];
/// What is sent, and a page for people.
const NO_ADDRESS: &[&str] = &["template", "generator"];

/// Masks what only hbmon and the receivers of alerts should know. Of a URL only scheme and host are
/// shown.
pub(super) fn hide(tree: &Node, context: &Context<'_>) {
    let Some(alerts) = tree.get("alerts") else {
        return;
    };
    hide_urls(alerts, context);
    let channels = alerts.get("channels").into_iter();
    for channel in channels.flat_map(|channels| channels.children()) {
        let Value::Map(entries) = &channel.value else {
            continue;
        };
        for entry in entries {
            // A key behind a kind instead of a map or a URL.
            let is_bare = entry
                .node
                .scalar()
                .is_some_and(|scalar| !scalar.text.contains("://"));
            if is_bare && !OPEN.contains(&entry.key.as_str()) {
                context.mask(entry.node.span);
            }
        }
    }
}

fn hide_urls(node: &Node, context: &Context<'_>) {
    match &node.value {
        Value::Scalar(scalar) => {
            let range = node.span.range();
            let written = context.source.get(range.clone()).unwrap_or_default();
            let quotes = ['"', '\''];
            let end = range.start + written.trim_end_matches(quotes).len();
            if let Some(host) = end_of_host(written) {
                context.mask(Span::new(range.start + host, end));
            } else if scalar.text.contains("://") && !written.contains("://") {
                // Escapes hide the host, or it comes from outside with a part of the path.
                context.mask(node.span);
            }
        }
        Value::Map(entries) => {
            let entries = entries.iter();
            entries
                .filter(|entry| !NO_ADDRESS.contains(&entry.key.as_str()))
                .for_each(|entry| hide_urls(&entry.node, context));
        }
        _ => node.children().for_each(|child| hide_urls(child, context)),
    }
}

/// Returns where the path of a URL begins.
fn end_of_host(written: &str) -> Option<usize> {
    let host = written.find("://")? + 3;
    let length = written.get(host..)?.find(['/', '?', '#'])?;
    Some(host + length)
}
