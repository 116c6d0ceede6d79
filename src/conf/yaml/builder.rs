//! Builds the tree from the events of the YAML parser: copies aliases, merges `<<`, enforces
//! limits.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, Tag};

use super::budget::{Budget, NodeSize};
use super::node::{MapEntry, Node, Value};
use super::scalar;
use crate::conf::codes::Code;
use crate::conf::context::Context;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::span::Span;

/// Maximum nesting of maps and lists.
const DEPTH: usize = 32;

/// Reads the document of one file, at `range` in the sources; `Null` if there is none.
/// Reports keys that stand twice, and the first mistake in the syntax, a tag, a second document, or
/// more nesting, values or aliases than a config of 10,000 monitors could need.
pub fn parse(context: &Context<'_>, range: Range<usize>, budget: &mut Budget) -> Option<Node> {
    let source = context.source.get(range.clone()).unwrap_or_default();
    if let Some(at) = source.find('\0') {
        let at = range.start + at;
        let problem = Diagnostic::new(Code::Syntax, "the config contains a NUL character");
        context.report(problem.at(Span::new(at, at + 1), "text files have none"));
        return None;
    }
    let options = granit_parser::options! { emit_comments: false };
    let events = Parser::new_from_str_with_options(source, options);
    Builder {
        context,
        source,
        base: range.start,
        events,
        anchors: HashMap::new(),
        budget,
    }
    .document()
}

struct Builder<'c, 's> {
    context: &'c Context<'s>,
    /// The text of the file.
    source: &'s str,
    /// Where it begins in the sources.
    base: usize,
    events: Parser<'s, StrInput<'s>>,
    anchors: HashMap<usize, Anchor>,
    budget: &'c mut Budget,
}

/// The value of an anchor.
struct Anchor {
    node: Node,
    size: NodeSize,
}

/// Whatever ends the reading is reported where it is found, and `None` from there on.
impl<'s> Builder<'_, 's> {
    fn document(mut self) -> Option<Node> {
        let (first, span) = self.next()?;
        if first == Event::StreamEnd {
            return Some(Node {
                span: Span::new(self.base, self.base),
                value: Value::Null,
            });
        }
        let root = self.node(first, span, 0)?;
        let (rest, span) = self.next()?;
        if rest != Event::StreamEnd {
            return self.stop(
                span,
                "the config holds more than one YAML document",
                "a second one begins here",
            );
        }
        Some(root)
    }

    /// Returns the next event about a value, or the end.
    fn next(&mut self) -> Option<(Event<'s>, Span)> {
        loop {
            match self.events.next()? {
                Ok((Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _)) => {}
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or_default();
                    // The spans of block scalars include the final line breaks.
                    let written = self.source.get(range.clone()).unwrap_or("").trim_end();
                    let start = self.base + range.start;
                    return Some((event, Span::new(start, start + written.len())));
                }
                Err(error) => return self.unreadable(&error),
            }
        }
    }

    /// Reads the value that an event begins. `depth`: number of maps and lists around it.
    fn node(&mut self, event: Event<'s>, span: Span, depth: usize) -> Option<Node> {
        if !self.budget.write() || depth > DEPTH {
            return self.too_large(span);
        }
        let (value, anchor) = match event {
            Event::Alias(anchor) => return self.copy(anchor, span, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let tag = self.tag(tag.as_deref(), span)?;
                let Some(value) =
                    scalar::value(text.into_owned(), style == ScalarStyle::Plain, tag)
                else {
                    return self.misfit(span);
                };
                (value, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => match self.tag(tag.as_deref(), span)? {
                None | Some("seq") => (Value::Seq(self.list(depth + 1)?), anchor),
                Some(_) => return self.misfit(span),
            },
            Event::MappingStart(_, anchor, tag) => match self.tag(tag.as_deref(), span)? {
                None | Some("map") => (Value::Map(self.map(depth + 1)?), anchor),
                Some(_) => return self.misfit(span),
            },
            _ => return self.stop(span, "not valid YAML: expected a value", "here"),
        };
        let node = Node { span, value };
        if anchor != 0 {
            let size = NodeSize::of(&node);
            self.spend(size, span)?;
            self.anchors.insert(
                anchor,
                Anchor {
                    node: node.clone(),
                    size,
                },
            );
        }
        Some(node)
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Node>> {
        let mut nodes = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Some(nodes),
                (event, span) => nodes.push(self.node(event, span, depth)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Option<Vec<MapEntry>> {
        let mut entries = Vec::new();
        let mut merged = Vec::new();
        loop {
            let (key, key_span) = self.next()?;
            if key == Event::MappingEnd {
                break;
            }
            let merges =
                matches!(&key, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = if merges {
                None
            } else {
                Some(self.key(key, key_span, depth)?)
            };
            let (value, span) = self.next()?;
            let node = self.node(value, span, depth)?;
            match key {
                None => self.merge(node, &mut merged)?,
                // A missing value has no place.
                Some((key, key_span))
                    if node.span.range().is_empty() && matches!(node.value, Value::Null) =>
                {
                    entries.push(MapEntry {
                        key,
                        key_span,
                        node: Node {
                            span: key_span,
                            ..node
                        },
                    });
                }
                Some((key, key_span)) => entries.push(MapEntry {
                    key,
                    key_span,
                    node,
                }),
            }
        }
        self.twice(&entries);
        if !merged.is_empty() {
            let mut taken: BTreeSet<String> =
                entries.iter().map(|entry| entry.key.clone()).collect();
            entries.extend(
                merged
                    .into_iter()
                    .filter(|entry| taken.insert(entry.key.clone())),
            );
        }
        Some(entries)
    }

    fn key(&mut self, event: Event<'s>, span: Span, depth: usize) -> Option<(String, Span)> {
        let node = self.node(event, span, depth)?;
        match node.value {
            Value::Scalar(scalar) => Some((scalar.text, node.span)),
            _ => self.stop(span, "a key that is not a text", "expected a word"),
        }
    }

    /// Returns the entries that `<<` inserts: those of a map, or of each map in a list, in order.
    fn merge(&mut self, node: Node, merged: &mut Vec<MapEntry>) -> Option<()> {
        match node.value {
            Value::Null => {}
            Value::Map(entries) => merged.extend(entries),
            Value::Seq(nodes) => {
                for node in nodes {
                    self.merge(node, merged)?;
                }
            }
            Value::Broken | Value::Scalar(_) => {
                return self.stop(
                    node.span,
                    "`<<` merges maps, and this is none",
                    "expected an alias of a map, or a list of them",
                );
            }
        }
        Some(())
    }

    fn copy(&mut self, anchor: usize, span: Span, depth: usize) -> Option<Node> {
        let Some(size) = self.anchors.get(&anchor).map(|anchor| anchor.size) else {
            return self.stop(
                span,
                "an alias inside its own anchor",
                "its `&` is not complete here",
            );
        };
        if depth + size.depth > DEPTH {
            return self.too_large(span);
        }
        self.spend(size, span)?;
        self.anchors.get(&anchor).map(|anchor| anchor.node.clone())
    }

    fn spend(&mut self, size: NodeSize, span: Span) -> Option<()> {
        if self.budget.copy(size) {
            Some(())
        } else {
            self.too_large(span)
        }
    }

    /// Reports every duplicate key of a map.
    fn twice(&self, entries: &[MapEntry]) {
        let mut sorted: Vec<&MapEntry> = entries.iter().collect();
        sorted.sort_by(|one, other| one.key.cmp(&other.key));
        for same in sorted.chunk_by(|one, other| one.key == other.key) {
            for later in same.iter().skip(1) {
                let title = format!("the key `{}` appears twice in one map", later.key);
                let mut problem =
                    Diagnostic::new(Code::DuplicateKey, title).at(later.key_span, "second one");
                if let Some(first) = same.first() {
                    problem = problem.also(first.key_span, "first one");
                }
                self.context.report(problem);
            }
        }
    }

    /// Returns the name of a tag of the core schema. `!` means text.
    fn tag<'t>(&self, tag: Option<&'t Tag>, span: Span) -> Option<Option<&'t str>> {
        let Some(tag) = tag else { return Some(None) };
        if tag
            .suffix_in_namespace("!")
            .is_some_and(|name| matches!(&*name, "" | "!"))
        {
            return Some(Some("str"));
        }
        match tag.core_suffix() {
            Some(name) => Some(Some(name)),
            None => self.stop(
                span,
                "hbmon takes no YAML tags of one's own",
                "it precedes this value",
            ),
        }
    }

    fn misfit<T>(&self, span: Span) -> Option<T> {
        self.stop(
            span,
            "the tag does not fit the value",
            "it precedes this value",
        )
    }

    fn too_large<T>(&self, span: Span) -> Option<T> {
        self.stop(
            span,
            "the config is nested too deeply, or grows too large by its aliases",
            "the limit is reached here",
        )
    }

    fn unreadable<T>(&self, error: &ScanError) -> Option<T> {
        let at = error.marker().byte_offset().unwrap_or(self.source.len());
        let at = self.base + at;
        let span = Span::new(at, at);
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => self.too_large(span),
            ErrorKind::UnknownAnchor => {
                let problem = self.problem(
                    span,
                    "an alias without its anchor",
                    "no `&` above has this name",
                );
                let help = "put a value that begins with `*` and is not an alias in quotes: \
                            `include: ['*.yaml']`";
                self.context.report(problem.help(help));
                None
            }
            _ => {
                let title = format!("not valid YAML: {}", error.info());
                let problem = self.problem(span, &title, "here");
                let help = syntax_help(self.source, at - self.base);
                self.context.report(match help {
                    Some(help) => problem.help(help),
                    None => problem,
                });
                None
            }
        }
    }

    /// Reports an error at the first character of a span.
    fn stop<T>(&self, span: Span, title: &str, label: &str) -> Option<T> {
        self.context.report(self.problem(span, title, label));
        None
    }

    fn problem(&self, span: Span, title: &str, label: &str) -> Diagnostic {
        let source = self.source;
        let mut start = span.range().start - self.base;
        // The end of the file has no character, so the error points at the last one before it.
        if source
            .get(start..)
            .is_none_or(|rest| rest.trim().is_empty())
        {
            start = source
                .trim_end()
                .char_indices()
                .next_back()
                .map_or(0, |(at, _)| at);
        }
        let length = source
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let start = self.base + start;
        Diagnostic::new(Code::Syntax, title).at(Span::new(start, start + length), label)
    }
}

/// Returns what to write instead at a syntax error, by the text of its line.
fn syntax_help(source: &str, at: usize) -> Option<&'static str> {
    let rest = source.get(at..).unwrap_or_default();
    let before = source.get(..at).unwrap_or_default();
    // The parser may stop at the beginning of the next line.
    let begun = before.trim_end_matches('\n');
    let line = begun.rfind('\n').map_or(0, |end| end + 1);
    let line = source.get(line..).unwrap_or_default();
    let value = line.lines().next().and_then(|line| line.split_once(": "));
    let value = value.map_or("", |(_, value)| value.trim());
    match rest.chars().next() {
        Some('@') => {
            Some("put a value that begins with `@` in quotes: `match: '@.type == \"beat\"'`")
        }
        Some('`') => Some("put a value that begins with a backtick in quotes"),
        Some('*') => Some("put a value that begins with `*` in quotes: `cron: \"*/5 * * * *\"`"),
        Some('\t') => Some("indent with spaces instead of tabs"),
        _ if value.starts_with(['[', '{']) => {
            Some("put a text that begins with `[` or `{` in quotes; end a list or a map")
        }
        _ if value.contains(": ") => Some("put a text with a colon and a space in quotes"),
        _ => None,
    }
}
