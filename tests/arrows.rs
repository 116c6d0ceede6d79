//! Checks the imports that the map in `src/lib.rs` allows, that no files import one another, and a
//! few rules for single modules.
#![allow(clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hbmon::model::Kind;

/// Modules in which files import one another: how many files at most, and why. The list may only
/// shrink.
const CIRCLES: &[(&str, usize, &str)] = &[
    (
        "cli",
        6,
        "commands use types of cli/mod.rs, which dispatches to them",
    ),
    (
        "conf::de",
        2,
        "a value reads its parts, and each part is a value",
    ),
    (
        "monitors",
        12,
        "the trace keeps types of dial, and dial writes the trace",
    ),
    ("monitors::dial", 3, "a redirect is one more exchange"),
    (
        "monitors::payload::path",
        2,
        "a comparison evaluates paths, and paths hold comparisons",
    ),
    (
        "monitors::socketio",
        5,
        "parts use the spec of mod.rs, and one transport becomes another",
    ),
    ("monitors::sse", 2, "the transport uses the spec of mod.rs"),
    (
        "monitors::websocket",
        3,
        "the conversation uses the spec of mod.rs",
    ),
    (
        "serve",
        5,
        "handlers use the shared state, which holds what the streams publish",
    ),
    (
        "tui",
        2,
        "the state keeps the last command, actions change the state",
    ),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Returns every source file: the parts of its path below `src`, and its text.
fn sources() -> Vec<(Vec<String>, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    found
        .into_iter()
        .map(|path| {
            let below = path
                .strip_prefix(&root)
                .expect("below src")
                .with_extension("");
            let parts = below
                .iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect();
            (parts, fs::read_to_string(&path).expect("a source file"))
        })
        .collect()
}

/// Returns the modules that each module may import, from the table in `src/lib.rs`; none for "all".
fn arrows() -> BTreeMap<String, Option<BTreeSet<String>>> {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"))
        .expect("src/lib.rs");
    let rows = map.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("//! | [`")?.split('|');
        let name = cells.next()?.trim().trim_end_matches("`]");
        let allowed = cells.nth(1)?.trim();
        let without_notes = allowed.split('(').map(|part| {
            part.split_once(')')
                .map_or(part, |(_, behind_the_note)| behind_the_note)
        });
        let allowed: BTreeSet<String> = without_notes
            .flat_map(|part| part.split(','))
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty() && word != "nothing")
            .collect();
        let name = name.trim_start_matches("mod@").to_owned();
        Some((name, (!allowed.contains("all")).then_some(allowed)))
    });
    rows.collect()
}

/// Returns the first segment of every `crate::…` path in a file.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::").skip(1).map(|rest| {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn no_import_goes_upward_or_sideways() {
    let arrows = arrows();
    let mut wrong = Vec::new();
    for (parts, text) in sources() {
        let module = parts[0].as_str();
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some(allowed) = arrows.get(module) else {
            panic!("the table of src/lib.rs has no row for {module}");
        };
        let Some(allowed) = allowed else { continue };
        for target in imports(&text) {
            if target != module && !allowed.contains(target) {
                wrong.push(format!("{} imports {target}", parts.join("/")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_has_no_circle() {
    let graph = arrows()
        .into_iter()
        .map(|(name, allowed)| (name, allowed.unwrap_or_default()))
        .collect();
    assert_eq!(circles(&graph), Vec::<BTreeSet<String>>::new());
}

#[test]
fn the_kinds_do_not_see_one_another() {
    for (parts, text) in sources() {
        let kind = Kind::ALL.into_iter().map(Kind::as_str).find(|kind| {
            parts[0] == "monitors" && parts.get(1).is_some_and(|folder| folder == kind)
        });
        let Some(kind) = kind else { continue };
        for other in Kind::ALL.into_iter().map(Kind::as_str) {
            // In a module's own folder `super` is the module itself.
            let up = "super::".repeat(if parts.len() > 2 && parts[2] != "mod" {
                2
            } else {
                1
            });
            for path in [up.as_str(), "monitors::"] {
                assert!(
                    other == kind || !text.contains(&format!(" {path}{other}::")),
                    "{} imports {other}",
                    parts.join("/")
                );
            }
        }
    }
}

/// Returns the code of a file without comments and unit tests.
fn code(text: &str) -> String {
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns the paths of a `use` tree: `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`.
fn expand(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree).trim();
        return vec![path.to_owned()];
    };
    let mut paths = Vec::new();
    let mut depth = 0;
    let mut branch = String::new();
    for c in rest.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                paths.push(std::mem::take(&mut branch));
                continue;
            }
            _ => {}
        }
        branch.push(c);
    }
    paths.push(branch);
    paths
        .iter()
        .filter(|branch| !branch.trim().is_empty())
        .flat_map(|branch| expand(&format!("{head}{}", branch.trim())))
        .collect()
}

/// Returns the paths that a file names: those of its `use` declarations, with whether each is
/// public, and the `crate::…` and `super::…` paths within its code.
fn named_paths(code: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    let mut rest = String::new();
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim_start();
        let is_public = trimmed.starts_with("pub") && trimmed.contains(" use ");
        if !is_public && !trimmed.starts_with("use ") {
            rest.push_str(line);
            rest.push('\n');
            continue;
        }
        let mut declaration = trimmed
            .split_once("use ")
            .map_or("", |(_, tree)| tree)
            .to_owned();
        while !declaration.contains(';') {
            declaration.push_str(lines.next().unwrap_or(";").trim());
        }
        let tree = declaration.split(';').next().unwrap_or_default();
        found.extend(expand(tree).into_iter().map(|path| (is_public, path)));
    }
    for start in ["crate::", "super::"] {
        for (at, _) in rest.match_indices(start) {
            let path = &rest[at..];
            let end = path
                .find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
                .unwrap_or(path.len());
            found.push((false, path[..end].to_owned()));
        }
    }
    found
}

/// Returns the absolute form of a path that `module` names; none if it leads out of the crate.
fn absolute(module: &str, path: &str, modules: &BTreeSet<String>) -> Option<String> {
    if let Some(path) = path.strip_prefix("crate::") {
        return Some(path.to_owned());
    }
    let mut base: Vec<&str> = module.split("::").collect();
    let mut path = path.strip_prefix("self::").unwrap_or(path);
    let is_relative = path.starts_with("super::");
    while let Some(rest) = path.strip_prefix("super::") {
        base.pop();
        path = rest;
    }
    let first = path.split("::").next().unwrap_or_default();
    let child = format!("{module}::{first}");
    (is_relative || modules.contains(&child)).then(|| {
        base.extend(path.split("::"));
        base.join("::")
    })
}

/// Returns which file imports which, by their module paths. A name that a `mod.rs` re-exports
/// belongs to the child that defines it, and the re-export itself is no import.
fn import_graph() -> BTreeMap<String, BTreeSet<String>> {
    let named: BTreeMap<String, Vec<(bool, String)>> = sources()
        .into_iter()
        .filter(|(parts, _)| !matches!(parts[0].as_str(), "lib" | "main"))
        .map(|(mut parts, text)| {
            if parts.last().is_some_and(|last| last == "mod") {
                parts.pop();
            }
            (parts.join("::"), named_paths(&code(&text)))
        })
        .collect();
    let modules: BTreeSet<String> = named.keys().cloned().collect();
    let mut exported = BTreeMap::new();
    for (module, paths) in &named {
        for (_, path) in paths.iter().filter(|(is_public, _)| *is_public) {
            let name = path.rsplit("::").next().unwrap_or_default();
            if let Some(target) = absolute(module, path, &modules) {
                exported.insert(format!("{module}::{name}"), target);
            }
        }
    }
    let resolve = |mut path: String| loop {
        if modules.contains(&path) {
            return Some(path);
        }
        match exported.get(&path) {
            Some(target) if !target.starts_with(&path) => path.clone_from(target),
            _ => path = path.rsplit_once("::")?.0.to_owned(),
        }
    };
    named
        .iter()
        .map(|(module, paths)| {
            let imported = paths
                .iter()
                .filter(|(is_public, _)| !is_public)
                .filter_map(|(_, path)| resolve(absolute(module, path, &modules)?))
                .filter(|target| target != module)
                .collect();
            (module.clone(), imported)
        })
        .collect()
}

/// Returns the nodes that can be reached from a node.
fn reach(graph: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(node) = next.pop() {
        for target in graph.get(node).into_iter().flatten() {
            if seen.insert(target.clone()) {
                next.push(target);
            }
        }
    }
    seen
}

/// Returns the groups of nodes that reach one another.
fn circles(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&str, BTreeSet<String>> = graph
        .keys()
        .map(|node| (node.as_str(), reach(graph, node)))
        .collect();
    let mut found: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for (node, targets) in &reached {
        if targets.contains(*node) {
            let group = targets.iter().filter(|target| {
                reached
                    .get(target.as_str())
                    .is_some_and(|r| r.contains(*node))
            });
            found.insert(group.cloned().collect());
        }
    }
    found.into_iter().collect()
}

/// Returns the module that all files of a circle belong to.
fn common_module(circle: &BTreeSet<String>) -> String {
    let mut files = circle
        .iter()
        .map(|file| file.split("::").collect::<Vec<_>>());
    let mut common = files.next().unwrap_or_default();
    for file in files {
        let same = common.iter().zip(&file).take_while(|(a, b)| a == b).count();
        common.truncate(same);
    }
    common.join("::")
}

#[test]
fn files_import_in_one_direction() {
    let mut found: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
    for circle in circles(&import_graph()) {
        found
            .entry(common_module(&circle))
            .or_default()
            .push(circle);
    }
    for (module, known, _) in CIRCLES {
        let files = found
            .remove(*module)
            .map_or(0, |circles| circles.iter().map(BTreeSet::len).sum());
        assert!(
            files <= *known,
            "{module}: {files} files import one another"
        );
        assert!(files > 0, "{module} has no circle: remove it from the list");
    }
    assert!(found.is_empty(), "files import one another: {found:#?}");
}

#[test]
fn the_model_is_pure() {
    for (parts, text) in sources() {
        if parts[0] == "model" {
            let code: String = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            for foreign in [
                "tokio",
                "std::net::Tcp",
                "std::fs",
                "std::io",
                "fastrand",
                "SystemTime",
                "Instant",
            ] {
                assert!(
                    !code.contains(foreign),
                    "{} uses {foreign}",
                    parts.join("/")
                );
            }
        }
    }
}

#[test]
fn every_file_says_first_what_it_is_for() {
    for (parts, text) in sources() {
        assert!(
            text.starts_with("//! "),
            "{} has no first sentence",
            parts.join("/")
        );
    }
}
