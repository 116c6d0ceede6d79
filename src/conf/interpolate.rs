//! Expands `${NAME}`, `${NAME:-default}` and `${file:/path}` in scalars; `$$` is a dollar.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use super::codes::Code;
use super::context::Context;
use super::diagnostic::Diagnostic;
use super::secret::Secret;
use super::span::{Span, span_of_part};
use super::yaml::{External, Node, Value};
use crate::file;

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
    /// What `${each}` stands for; elsewhere than in monitors of `for_each` it is a variable.
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
            item: None,
            problems: Vec::new(),
        }
    }

    pub fn expand(&mut self, node: &mut Node) {
        let span = node.span;
        match &mut node.value {
            Value::Scalar(scalar) if scalar.text.contains('$') => {
                let mut text = String::with_capacity(scalar.text.len());
                let mut outside = External {
                    shown: String::new(),
                    secrets: Vec::new(),
                };
                let known = self.problems.len();
                for piece in pieces(&scalar.text) {
                    self.piece(piece, &scalar.text, span, &mut text, &mut outside);
                }
                if self.problems.len() > known {
                    node.value = Value::Broken;
                    return;
                }
                scalar.external = (!outside.secrets.is_empty()).then(|| Box::new(outside));
                scalar.text = text;
            }
            Value::Seq(nodes) => nodes.iter_mut().for_each(|node| self.expand(node)),
            Value::Map(entries) => entries
                .iter_mut()
                .for_each(|entry| self.expand(&mut entry.node)),
            Value::Null | Value::Broken | Value::Scalar(_) => {}
        }
    }

    fn piece(
        &mut self,
        piece: ScalarPiece<'_>,
        whole: &str,
        span: Span,
        text: &mut String,
        outside: &mut External,
    ) {
        let value = match piece {
            ScalarPiece::Literal(literal) => {
                text.push_str(literal);
                outside.shown.push_str(literal);
                return;
            }
            ScalarPiece::Variable { name: "each", .. } if self.item.is_some() => {
                let item = self.item.as_deref().unwrap_or_default();
                text.push_str(item);
                outside.shown.push_str(item);
                return;
            }
            ScalarPiece::Variable { name, default, at } => {
                match ((self.environment)(name), default) {
                    (Some(value), default) if !value.is_empty() || default.is_none() => value,
                    (_, Some(default)) => {
                        text.push_str(default);
                        outside.shown.push_str(default);
                        return;
                    }
                    (_, None) => {
                        let title = format!("environment variable `{name}` is not set");
                        let file = name.to_ascii_lowercase();
                        let help = if name == "each" {
                            "`${each}` stands for the words of `for_each`, which this monitor \
                             does not have"
                                .to_owned()
                        } else {
                            format!(
                                "set it, give a default `${{{name}:-…}}`, or read a file \
                                 `${{file:/run/secrets/{file}}}`"
                            )
                        };
                        self.problems.push(
                            Diagnostic::new(Code::Unset, title)
                                .at(span_of_part(self.context.source, span, whole, at), "")
                                .help(help),
                        );
                        return;
                    }
                }
            }
            ScalarPiece::File { path, at } => match self.file(path) {
                Ok(value) => value,
                Err(why) => {
                    let title = format!("cannot read the file `{path}`");
                    self.problems.push(
                        Diagnostic::new(Code::SecretFile, title)
                            .at(span_of_part(self.context.source, span, whole, at), why),
                    );
                    return;
                }
            },
            ScalarPiece::Broken { at } => {
                let broken =
                    Diagnostic::new(Code::Reference, "a `${…}` that hbmon does not understand")
                        .at(
                            span_of_part(self.context.source, span, whole, at),
                            "expected `${NAME}`, `${NAME:-default}` or `${file:/path}`",
                        )
                        .help("for a dollar that is only a dollar write `$$`");
                self.problems.push(broken);
                return;
            }
        };
        text.push_str(&value);
        outside.shown.push_str("***");
        let value = Secret::new(value);
        self.context.redact(&value);
        outside.secrets.push(value);
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
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    let mut letters = name.chars();
    let starts = letters
        .next()
        .is_some_and(|first| first == '_' || first.is_ascii_alphabetic());
    if starts && letters.all(|letter| letter == '_' || letter.is_ascii_alphanumeric()) {
        ScalarPiece::Variable { name, default, at }
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
                    at: 7..11
                },
                ScalarPiece::Literal(""),
                ScalarPiece::Variable {
                    name: "B",
                    default: Some("x:y"),
                    at: 11..20
                },
                ScalarPiece::Literal(""),
            ]
        );
        for broken in ["${", "${}", "${1A}", "${A-b}", "${A?}", "${file:}", "${ A}"] {
            assert!(
                pieces(broken)
                    .iter()
                    .any(|piece| matches!(piece, ScalarPiece::Broken { .. })),
                "{broken}"
            );
        }
    }
}
