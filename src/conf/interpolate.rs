//! `${NAME}`, `${NAME:-default}`, `${secret:NAME}`, `${file:/path}` in the scalars of a config;
//! `$$` is a dollar.

use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use super::codes::Code;
use super::context::Context;
use super::diagnostic::Diagnostic;
use super::secret::Secret;
use super::span::{Span, span_of_part};
use super::url_parts;
use super::yaml::{External, Node, Value};
use crate::file;
use crate::model::SECRET_NAMES;

/// Maximum size of a file with a secret, in bytes.
const FILE_LIMIT: u64 = 64 << 10;

/// Returns environment variables. It is a function so that tests do not change the process.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// How a text names the item of `for_each`.
pub const ITEM: &str = "${each}";

/// Expands every scalar of a tree.
pub struct Interpolator<'a> {
    context: &'a Context<'a>,
    environment: Environment<'a>,
    /// The folder for relative paths.
    folder: &'a Path,
    files: HashMap<String, Result<String, String>>,
    /// Variables that were shown in a URL since this was emptied: they are no secrets beside it.
    pub open: HashSet<String>,
    /// The value of `${each}`; outside monitors with `for_each` it is a variable.
    pub item: Option<String>,
    pub problems: Vec<Diagnostic>,
}

impl<'a> Interpolator<'a> {
    /// `folder`: relative files are relative to it.
    pub fn new(
        context: &'a Context<'a>,
        environment: Environment<'a>,
        folder: &'a Path,
    ) -> Interpolator<'a> {
        Interpolator {
            context,
            environment,
            folder,
            files: HashMap::new(),
            open: HashSet::new(),
            item: None,
            problems: Vec::new(),
        }
    }

    pub fn expand(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::Scalar(_) => self.scalar(node, false),
            Value::Seq(nodes) => nodes.iter_mut().for_each(|node| self.expand(node)),
            Value::Map(entries) => entries
                .iter_mut()
                .for_each(|entry| self.expand(&mut entry.node)),
            Value::Null | Value::Broken => {}
        }
    }

    /// Expands a URL: of variables whose names do not look secret, what stands in its scheme, host,
    /// port and path is shown.
    pub fn expand_url(&mut self, node: &mut Node) {
        match node.value {
            Value::Scalar(_) => self.scalar(node, true),
            _ => self.expand(node),
        }
    }

    fn scalar(&mut self, node: &mut Node, is_url: bool) {
        let span = node.span;
        let Value::Scalar(scalar) = &mut node.value else {
            return;
        };
        if !scalar.text.contains('$') {
            return;
        }
        let known = self.problems.len();
        let parts: Vec<ScalarPart> = pieces(&scalar.text)
            .into_iter()
            .filter_map(|piece| self.part(piece, &scalar.text, span))
            .collect();
        if self.problems.len() > known {
            node.value = Value::Broken;
            return;
        }
        scalar.text = parts.iter().map(|part| part.text.as_str()).collect();
        let open = if is_url {
            url_parts::open(&scalar.text)
        } else {
            Vec::new()
        };
        scalar.external = self.external(&parts, &open).map(Box::new);
    }

    /// What came from outside, if anything did. `open`: what of the whole may be shown.
    fn external(&mut self, parts: &[ScalarPart], open: &[Range<usize>]) -> Option<External> {
        let mut outside = External {
            shown: String::new(),
            secrets: Vec::new(),
        };
        let mut hidden = Vec::new();
        let mut at = 0;
        for part in parts {
            let start = at;
            at += part.text.len();
            let (name, may_be_open) = match &part.origin {
                PartOrigin::Config => {
                    outside.shown.push_str(&part.text);
                    continue;
                }
                PartOrigin::Variable(name) => (Some(name), !looks_secret(name)),
                PartOrigin::Secret => (None, false),
            };
            let seen = if may_be_open { open } else { &[] };
            let rest = show(&part.text, start, seen, &mut outside.shown);
            match (name, rest.is_empty()) {
                (Some(name), true) if may_be_open && !part.text.is_empty() && !seen.is_empty() => {
                    self.open.insert(name.clone());
                }
                _ => hidden.push((name, &part.text, rest)),
            }
        }
        let is_external = parts.iter().any(|part| part.origin != PartOrigin::Config);
        for (name, whole, rest) in hidden {
            if name.is_some_and(|name| self.open.contains(name)) {
                continue;
            }
            // A value of which a part is shown is not found as a whole.
            let values = rest
                .iter()
                .flat_map(|part| part.split(['?', '#', '&', '=']));
            for value in std::iter::once(whole.as_str()).chain(values) {
                if !value.is_empty() {
                    let value = Secret::new(value);
                    self.context.redact(&value);
                    outside.secrets.push(value);
                }
            }
        }
        is_external.then_some(outside)
    }

    /// Returns the text of a piece; reports a piece without one.
    fn part(&mut self, piece: ScalarPiece<'_>, whole: &str, span: Span) -> Option<ScalarPart> {
        let config = |text: &str| ScalarPart {
            text: text.to_owned(),
            origin: PartOrigin::Config,
        };
        match piece {
            ScalarPiece::Literal(literal) => Some(config(literal)),
            ScalarPiece::Variable {
                name: "each",
                is_secret: false,
                ..
            } if self.item.is_some() => Some(config(self.item.as_deref()?)),
            ScalarPiece::Variable {
                name,
                default,
                is_secret,
                at,
            } => {
                let value = (self.environment)(name);
                let place = span_of_part(self.context.source, span, whole, at);
                let origin = || {
                    if is_secret {
                        PartOrigin::Secret
                    } else {
                        PartOrigin::Variable(name.to_owned())
                    }
                };
                match (value, default) {
                    (Some(text), default) if !text.is_empty() || default.is_none() => {
                        Some(ScalarPart {
                            text,
                            origin: origin(),
                        })
                    }
                    (_, Some(default)) if is_secret => {
                        self.context.mask(place);
                        Some(ScalarPart {
                            text: default.to_owned(),
                            origin: PartOrigin::Secret,
                        })
                    }
                    (_, Some(default)) => Some(config(default)),
                    (_, None) => {
                        self.problems.push(unset(name, place));
                        None
                    }
                }
            }
            ScalarPiece::File { path, at } => match self.file(path) {
                Ok(text) => Some(ScalarPart {
                    text,
                    origin: PartOrigin::Secret,
                }),
                Err(why) => {
                    let title = format!("cannot read the file `{path}`");
                    self.problems.push(
                        Diagnostic::new(Code::SecretFile, title)
                            .at(span_of_part(self.context.source, span, whole, at), why),
                    );
                    None
                }
            },
            ScalarPiece::Broken { at } => {
                let broken =
                    Diagnostic::new(Code::Reference, "a `${…}` that hbmon does not understand")
                        .at(
                            span_of_part(self.context.source, span, whole, at),
                            "expected `${NAME}`, `${NAME:-default}`, `${secret:NAME}` or \
                             `${file:/path}`",
                        )
                        .help("for a dollar that is only a dollar write `$$`");
                self.problems.push(broken);
                None
            }
        }
    }

    /// The files read so far; each is read once.
    fn file(&mut self, path: &str) -> Result<String, String> {
        if let Some(known) = self.files.get(path) {
            return known.clone();
        }
        let read = read_secret_file(&self.folder.join(path));
        self.files.insert(path.to_owned(), read.clone());
        read
    }
}

/// A part of an expanded scalar.
struct ScalarPart {
    text: String,
    origin: PartOrigin,
}

/// Where a part of a scalar comes from.
#[derive(PartialEq, Eq)]
enum PartOrigin {
    Config,
    /// An environment variable of this name.
    Variable(String),
    /// A file, or a variable that is called a secret.
    Secret,
}

/// Whether the name of a variable says that its value is a secret.
fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

/// Appends a text that begins at `start` of the whole as it may be shown: what is in `open`, and
/// `***` for the rest. Returns the rest.
fn show<'t>(
    text: &'t str,
    start: usize,
    open: &[Range<usize>],
    shown: &mut String,
) -> Vec<&'t str> {
    let mut hidden = Vec::new();
    let mut at = 0;
    let mut hide = |part: &'t str, shown: &mut String| {
        if !part.is_empty() {
            hidden.push(part);
            shown.push_str("***");
        }
    };
    for range in open {
        let from = range.start.saturating_sub(start).clamp(at, text.len());
        let to = range.end.saturating_sub(start).clamp(from, text.len());
        if from < to {
            hide(text.get(at..from).unwrap_or_default(), shown);
            shown.push_str(text.get(from..to).unwrap_or_default());
            at = to;
        }
    }
    if text.is_empty() {
        shown.push_str("***");
    }
    hide(text.get(at..).unwrap_or_default(), shown);
    hidden
}

fn unset(name: &str, place: Span) -> Diagnostic {
    let title = format!("environment variable `{name}` is not set");
    let file = name.to_ascii_lowercase();
    let help = if name == "each" {
        "`${each}` needs a `for_each`, which this monitor does not have".to_owned()
    } else {
        format!(
            "set it, give a default `${{{name}:-…}}`, or read a file \
             `${{file:/run/secrets/{file}}}`"
        )
    };
    Diagnostic::new(Code::Unset, title).at(place, "").help(help)
}

/// Reads a secret of at most 64 KiB from a file, without the line break at its end.
///
/// # Errors
/// The file cannot be read, is larger, or is not UTF-8; in words.
pub fn read_secret_file(path: &Path) -> Result<String, String> {
    let bytes = file::read(path, FILE_LIMIT).map_err(|error| match error.kind() {
        ErrorKind::FileTooLarge => "larger than 64 KiB".to_owned(),
        _ => file::error_text(&error),
    })?;
    let text = String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
    let trimmed = text.strip_suffix('\n').unwrap_or(&text);
    Ok(trimmed.strip_suffix('\r').unwrap_or(trimmed).to_owned())
}

#[derive(Debug, PartialEq)]
enum ScalarPiece<'t> {
    Literal(&'t str),
    Variable {
        name: &'t str,
        default: Option<&'t str>,
        /// Written as `${secret:NAME}`.
        is_secret: bool,
        at: Range<usize>,
    },
    File {
        path: &'t str,
        at: Range<usize>,
    },
    Broken {
        at: Range<usize>,
    },
}

fn pieces(text: &str) -> Vec<ScalarPiece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find('$')) {
        let dollar = from + found;
        pieces.push(ScalarPiece::Literal(text.get(from..dollar).unwrap_or("")));
        let rest = text.get(dollar + 1..).unwrap_or("");
        if rest.starts_with('$') {
            pieces.push(ScalarPiece::Literal("$"));
            from = dollar + 2;
        } else if let Some(inner) = rest.strip_prefix('{') {
            let end = inner.find('}');
            let at = dollar..end.map_or(text.len(), |end| dollar + 2 + end + 1);
            from = at.end;
            pieces.push(match end.and_then(|end| inner.get(..end)) {
                Some(inner) => reference(inner, at),
                None => ScalarPiece::Broken { at },
            });
        } else {
            pieces.push(ScalarPiece::Literal("$"));
            from = dollar + 1;
        }
    }
    pieces.push(ScalarPiece::Literal(text.get(from..).unwrap_or("")));
    pieces
}

fn reference(inner: &str, at: Range<usize>) -> ScalarPiece<'_> {
    if let Some(path) = inner.strip_prefix("file:") {
        return if path.trim().is_empty() {
            ScalarPiece::Broken { at }
        } else {
            ScalarPiece::File { path, at }
        };
    }
    let (is_secret, variable) = match inner.strip_prefix("secret:") {
        Some(variable) => (true, variable),
        None => (false, inner),
    };
    let (name, default) = match variable.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (variable, None),
    };
    let mut letters = name.chars();
    let starts = letters
        .next()
        .is_some_and(|first| first == '_' || first.is_ascii_alphabetic());
    if starts && letters.all(|letter| letter == '_' || letter.is_ascii_alphanumeric()) {
        ScalarPiece::Variable {
            name,
            default,
            is_secret,
            at,
        }
    } else {
        ScalarPiece::Broken { at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_dollars() {
        assert_eq!(
            pieces("$.a $$ ${A}${B:-x:y}"),
            [
                ScalarPiece::Literal(""),
                ScalarPiece::Literal("$"),
                ScalarPiece::Literal(".a "),
                ScalarPiece::Literal("$"),
                ScalarPiece::Literal(" "),
                ScalarPiece::Variable {
                    name: "A",
                    default: None,
                    is_secret: false,
                    at: 7..11
                },
                ScalarPiece::Literal(""),
                ScalarPiece::Variable {
                    name: "B",
                    default: Some("x:y"),
                    is_secret: false,
                    at: 11..20
                },
                ScalarPiece::Literal(""),
            ]
        );
        for broken in [
            "${",
            "${}",
            "${1A}",
            "${A-b}",
            "${A?}",
            "${file:}",
            "${ A}",
            "${secret:}",
            "${secret:1A}",
            "${secret:file:a}",
        ] {
            assert!(
                pieces(broken)
                    .iter()
                    .any(|piece| matches!(piece, ScalarPiece::Broken { .. })),
                "{broken}"
            );
        }
    }
}
