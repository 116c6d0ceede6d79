//! YAML text -> a tree in which every value and key knows its place in the source.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::options::DuplicateKeyPolicy;
use serde_yaml::{Error, Location, MessageFormatter, NonFiniteFloatPolicy, Spanned, UserMessageFormatter};

use super::codes::Code;
use super::context::Context;
use super::diagnostic::{Diagnostic, Span};
use super::interpolate::Outside;

/// A value and where it is written. Behind an alias or a merge: where it is defined. Has no `Debug`: it may hold
/// secrets.
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
    Map(Vec<Entry>),
}

#[derive(Clone)]
pub struct Scalar {
    /// As written, quotes and escapes resolved: `1.10` is `1.10`.
    pub text: String,
    pub typed: Typed,
    /// What `${…}` brought in.
    pub outside: Option<Box<Outside>>,
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
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    pub node: Node,
}

impl Node {
    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node),
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

/// Reads one document.
///
/// # Errors
/// The first mistake in the syntax, a tag, a second document, nothing at all, or more nesting, nodes or aliases than
/// a config of 10,000 monitors could need.
pub fn parse(source: &str) -> Result<Node, Diagnostic> {
    if let Some(at) = source.find('\0') {
        return Err(Diagnostic::new(Code::Syntax, "the config contains a NUL character")
            .at(Span::new(at, at + 1), "text files have none"));
    }
    let mut root =
        serde_yaml::from_str_with_options(source, options()).map(placed).map_err(|error| diagnostic(&error, source))?;
    if matches!(root.value, Value::Null) {
        return Err(Diagnostic::new(Code::MissingKey, "the config is empty")
            .help("write `monitors:` with at least one monitor; `hbmon demo` needs no config"));
    }
    finish(&mut root, source);
    Ok(root)
}

/// Limits for 10,000 monitors on one anchor, and against alias bombs: what is copied by aliases counts.
fn options() -> serde_yaml::Options {
    let budget = serde_yaml::budget! {
        max_depth: 32,
        flow_nesting_limit: 32,
        max_nodes: 4_000_000,
        max_events: 8_000_000,
        max_documents: 2,
        max_merge_keys: 200_000,
        max_aliases: 200_000,
        enforce_alias_anchor_ratio: false,
    };
    serde_yaml::options! {
        budget: budget,
        emit_comments: false,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: 4_000_000 },
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
        // A password may look like 12e4567: its text is what counts.
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
    }
}

fn span(location: Location) -> Span {
    let start = location.span().byte_offset().unwrap_or(0) as usize;
    Span::new(start, start + location.span().byte_len().unwrap_or(0) as usize)
}

/// The character at a location; errors of the scanner know it by line and column only.
fn spot(location: Location, source: &str) -> Span {
    let mut start = location.span().byte_offset().map(|at| at as usize).unwrap_or_else(|| {
        let above = source.split_inclusive('\n').take(location.line().saturating_sub(1) as usize).map(str::len).sum();
        let line = source.get(above..).unwrap_or("");
        let left = line.chars().take(location.column().saturating_sub(1) as usize).map(char::len_utf8).sum::<usize>();
        above + left
    });
    // At the end of the file there is nothing to point at: the last thing before it stands for it.
    if source.get(start..).is_none_or(|rest| rest.trim().is_empty()) {
        start = source.trim_end().char_indices().next_back().map_or(0, |(at, _)| at);
    }
    let length = source.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::new(start, start + length)
}

/// Gives numbers and booleans the text that they are written as, and cuts line breaks off the end of spans (block
/// scalars have them).
fn finish(node: &mut Node, source: &str) {
    let written = source.get(node.span.range()).unwrap_or("").trim_end();
    node.span = Span::new(node.span.range().start, node.span.range().start + written.len());
    match &mut node.value {
        Value::Scalar(scalar) if scalar.typed != Typed::Text => scalar.text = written.to_owned(),
        Value::Seq(nodes) => nodes.iter_mut().for_each(|node| finish(node, source)),
        Value::Map(entries) => {
            for entry in entries {
                finish(&mut entry.node, source);
                // A value that is not there has no place of its own.
                if matches!(entry.node.value, Value::Null) && !is_written(&entry.node, source) {
                    entry.node.span = entry.key_span;
                }
            }
        }
        Value::Null | Value::Broken | Value::Scalar(_) => {}
    }
}

/// Reports every key that stands twice in one map.
pub fn duplicates(node: &Node, context: &Context<'_>) {
    if let Value::Map(entries) = &node.value {
        let mut first: HashMap<&str, Span> = HashMap::with_capacity(entries.len());
        for entry in entries {
            if let Some(span) = first.get(entry.key.as_str()) {
                context.report(
                    Diagnostic::new(Code::DuplicateKey, format!("the key `{}` stands twice in one map", entry.key))
                        .at(entry.key_span, "second one")
                        .beside(*span, "first one"),
                );
            } else {
                first.insert(&entry.key, entry.key_span);
            }
        }
    }
    node.children().for_each(|child| duplicates(child, context));
}

fn is_written(null: &Node, source: &str) -> bool {
    source.get(null.span.range()).is_some_and(|text| text == "~" || text.eq_ignore_ascii_case("null"))
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(Builder)
    }
}

/// Builds a node whose span is still to be set by whoever asked for it with `Spanned`.
struct Builder;

fn node(value: Value) -> Node {
    Node { span: Span::default(), value }
}

fn scalar(text: impl Into<String>, typed: Typed) -> Node {
    node(Value::Scalar(Scalar { text: text.into(), typed, outside: None }))
}

fn placed(spanned: Spanned<Node>) -> Node {
    Node { span: span(spanned.defined), ..spanned.value }
}

impl<'de> Visitor<'de> for Builder {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(node(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(scalar("", Typed::Bool(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(scalar("", Typed::Unsigned(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(scalar("", Typed::Signed(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(scalar("", Typed::Float(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(scalar(text, Typed::Text))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(scalar(text, Typed::Text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(spanned) = access.next_element::<Spanned<Node>>()? {
            nodes.push(placed(spanned));
        }
        Ok(node(Value::Seq(nodes)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            let node = placed(access.next_value()?);
            entries.push(Entry { key: key.value, key_span: span(key.defined), node });
        }
        Ok(node(Value::Map(entries)))
    }
}

/// The library's error in hbmon's form. Its own advice is left out: it is about Rust.
fn diagnostic(error: &Error, source: &str) -> Diagnostic {
    let error = error.without_snippet();
    let (title, label) = match error {
        Error::MultipleDocuments { .. } => {
            ("the config holds more than one YAML document".to_owned(), "a second one begins here")
        }
        Error::UnsupportedTag { .. } => {
            ("hbmon takes no YAML tags of one's own".to_owned(), "it stands before this value")
        }
        Error::UnknownAnchor { .. } => ("an alias without its anchor".to_owned(), "no `&` above has this name"),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => {
            ("`<<` merges maps, and this is none".to_owned(), "expected an alias of a map, or a list of them")
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. } => (
            "the config is nested too deeply, or grows too large by its aliases".to_owned(),
            "the limit is reached here",
        ),
        other => (format!("not valid YAML: {}", UserMessageFormatter.format_message(other)), "here"),
    };
    let diagnostic = Diagnostic::new(Code::Syntax, title);
    match error.location() {
        Some(location) => diagnostic.at(spot(location, source), label),
        None => diagnostic,
    }
}
