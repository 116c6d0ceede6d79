//! `include`: adds the monitors of other files to the config.

use std::collections::HashSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::source::without_mark;
use crate::conf::codes::Code;
use crate::conf::context::Context;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::interpolate::{Environment, Interpolator};
use crate::conf::sources::Sources;
use crate::conf::span::Span;
use crate::conf::yaml::{self, Budget, MapEntry, Node, Value};
use crate::file;
use crate::model::glob;

/// The most files that a config includes.
const FILES: usize = 1000;

/// All included files together are no larger, in bytes.
const TOTAL: u64 = 64 << 20;

/// The included files that were read, and what is wrong with the others.
pub(super) struct Included {
    pub files: Vec<PathBuf>,
    pub problems: Vec<Diagnostic>,
}

/// A path below `include`, whose file name may have `*` and `?`.
pub(super) struct IncludePattern {
    pub path: PathBuf,
    span: Span,
}

/// The patterns of a config. Mistakes in the rest of it are none here.
pub(super) fn patterns(
    sources: &Sources,
    folder: &Path,
    environment: Environment<'_>,
) -> Vec<IncludePattern> {
    // Most configs include nothing, and need not be parsed twice.
    if !sources.text().contains("include") {
        return Vec::new();
    }
    let context = Context::new(sources);
    let root = yaml::parse(&context, sources.range(0), &mut Budget::default());
    let Some(mut root) = root else {
        return Vec::new();
    };
    let Some(list) = root.get_mut("include") else {
        return Vec::new();
    };
    Interpolator::new(&context, environment, folder).expand(list);
    let one = std::slice::from_ref(list);
    let nodes = match &list.value {
        Value::Seq(nodes) => nodes.as_slice(),
        _ => one,
    };
    let pattern = |node: &Node| {
        Some(IncludePattern {
            path: folder.join(node.scalar()?.text.trim()),
            span: node.span,
        })
    };
    nodes.iter().filter_map(pattern).collect()
}

/// Reads what a config includes and adds the texts to the sources.
pub(super) fn read(sources: &mut Sources, folder: &Path, environment: Environment<'_>) -> Included {
    let mut included = Included {
        files: Vec::new(),
        problems: Vec::new(),
    };
    // A pattern may match the config itself.
    let own = fs::canonicalize(sources.name());
    let mut known: HashSet<PathBuf> = own.into_iter().collect();
    let mut left = TOTAL;
    for pattern in patterns(sources, folder, environment) {
        let paths = match matching(&pattern.path) {
            Ok(paths) => paths,
            Err(why) => {
                included
                    .problems
                    .push(refused(&pattern, &pattern.path, &why));
                continue;
            }
        };
        for path in paths {
            if !known.insert(fs::canonicalize(&path).unwrap_or_else(|_| path.clone())) {
                continue;
            }
            if included.files.len() == FILES {
                let problem = Diagnostic::new(Code::Range, "`include` names too many files");
                let label = format!("the limit of {FILES} files is reached here");
                included.problems.push(problem.at(pattern.span, label));
                return included;
            }
            match text_of(&path, left) {
                // The excerpt of an error must not show another file, such as one with secrets.
                Ok(text) if !has_monitors(&text) => {
                    let why = "it has no `monitors:`";
                    included.problems.push(refused(&pattern, &path, why));
                }
                Ok(text) => {
                    left = left.saturating_sub(text.len() as u64);
                    let text = without_mark(&text);
                    sources.add(path.display().to_string(), text);
                    included.files.push(path);
                }
                Err(why) => included.problems.push(refused(&pattern, &path, &why)),
            }
        }
    }
    included
}

/// Returns whether a text can be an included file: it has a key `monitors`, only `x-` keys, or
/// nothing at all.
fn has_monitors(text: &str) -> bool {
    let text = without_mark(text);
    let is_content = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && line != "---"
    };
    let is_flow = text.trim_start().starts_with('{') && text.contains("monitors");
    is_flow
        || text.lines().any(|line| {
            let key = line.trim_start_matches(['"', '\'']);
            key.starts_with("monitors") || key.starts_with("x-")
        })
        || text.lines().find(is_content).is_none()
}

fn refused(pattern: &IncludePattern, path: &Path, why: &str) -> Diagnostic {
    let title = format!("cannot include `{}`", path.display());
    Diagnostic::new(Code::NoConfig, title)
        .at(pattern.span, why)
        .note("paths below `include` are relative to the folder of the config")
}

fn text_of(path: &Path, limit: u64) -> Result<String, String> {
    let bytes = file::read(path, limit).map_err(|error| match error.kind() {
        ErrorKind::FileTooLarge => "with it the included files are larger than 64 MiB".to_owned(),
        _ => file::error_text(&error),
    })?;
    String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())
}

/// The files that a pattern names, sorted by name. Without `*` and `?` that is one file, which need
/// not be there. Names that begin with a dot match only a pattern that does.
///
/// # Errors
/// Why the folder cannot be read, or `*` where it is not understood.
pub fn matching(pattern: &Path) -> Result<Vec<PathBuf>, String> {
    let is_pattern = |text: &str| text.contains(['*', '?']);
    let name = pattern.file_name().map(|name| name.to_string_lossy());
    let (Some(name), Some(folder)) = (name, pattern.parent()) else {
        return Err("expected the path of a file".to_owned());
    };
    if is_pattern(&folder.to_string_lossy()) {
        return Err(
            "`*` and `?` are understood in the name of the file, not of a folder".to_owned(),
        );
    }
    if !is_pattern(&name) {
        return Ok(vec![pattern.to_owned()]);
    }
    let wanted: Vec<char> = name.chars().collect();
    let place = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    let entries = fs::read_dir(place).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is no such folder".to_owned(),
        _ => file::error_text(&error),
    })?;
    let mut names: Vec<_> = entries
        .into_iter()
        .map(|entry| entry.file_name())
        .filter(|found| {
            let found = found.to_string_lossy();
            found.starts_with('.') == name.starts_with('.')
                && glob(&wanted, &found.chars().collect::<Vec<_>>())
        })
        .collect();
    names.sort();
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

/// The tree of the config, with the monitors of the included files behind its own.
pub(super) fn tree(context: &Context<'_>, budget: &mut Budget) -> Option<Node> {
    let mut files = context.sources.ranges();
    let main = yaml::parse(context, files.next()?, budget);
    // Their errors are reported together with those of the config.
    let others: Vec<Node> = files
        .filter_map(|range| yaml::parse(context, range, budget))
        .flat_map(|root| monitors_of(context, root))
        .collect();
    let mut main = main?;
    if matches!(main.value, Value::Null) {
        context.report(
            Diagnostic::new(Code::MissingKey, "the config is empty")
                .help("write `monitors:` with at least one monitor; `hbmon demo` needs no config"),
        );
        return None;
    }
    let span = main.get("include").map_or(main.span, |node| node.span);
    if let Some(monitors) = main.get_mut("monitors") {
        if let Value::Seq(own) = &mut monitors.value {
            own.extend(others);
        }
    } else if let (Value::Map(entries), false) = (&mut main.value, others.is_empty()) {
        entries.push(MapEntry {
            key: "monitors".to_owned(),
            key_span: span,
            node: Node {
                span,
                value: Value::Seq(others),
            },
        });
    }
    Some(main)
}

/// The monitors of an included file, which has nothing else.
fn monitors_of(context: &Context<'_>, root: Node) -> Vec<Node> {
    let mut monitors = Vec::new();
    let entries = match root.value {
        // A file in which everything is a comment.
        Value::Null => return monitors,
        Value::Map(entries) => entries,
        _ => {
            let problem = Diagnostic::new(Code::WrongType, "an included file must be a map");
            let at = context.first_line(root.span);
            context.report(problem.at(at, "expected `monitors:`"));
            return monitors;
        }
    };
    for MapEntry {
        key,
        key_span,
        node,
    } in entries
    {
        match (key.as_str(), node.value) {
            ("monitors", Value::Seq(nodes)) => monitors.extend(nodes),
            ("monitors", Value::Null) => {}
            ("monitors", _) => context.report(
                Diagnostic::new(Code::WrongType, "`monitors` must be a list")
                    .at(context.first_line(node.span), "expected a list"),
            ),
            (key, _) if key.starts_with("x-") => {}
            (key, _) => context.report(misplaced(key, key_span)),
        }
    }
    monitors
}

/// Returns the error for a key that an included file must not have.
fn misplaced(key: &str, span: Span) -> Diagnostic {
    let title = format!("an included file takes only `monitors`, not `{key}`");
    let help = match key {
        "include" => "an included file cannot include others: name them in the config",
        "defaults" => "the `defaults` of the config count for included monitors too",
        _ => "write it into the config that includes this file",
    };
    Diagnostic::new(Code::UnknownKey, title)
        .at(span, "")
        .help(help)
}
