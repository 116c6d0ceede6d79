//! Checks the imports that the map in `src/lib.rs` allows, and a few rules for single modules.
#![allow(clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Each module with the modules that it may import.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("clock", &["model"]),
    ("file", &[]),
    ("prefs", &[]),
    ("words", &["model"]),
    ("conf", &["file", "model"]),
    ("monitors", &["clock", "conf", "file", "model"]),
    ("engine", &["clock", "model", "monitors"]),
    ("beat", &["clock", "engine", "model", "monitors"]),
    (
        "config",
        &["conf", "engine", "file", "model", "monitors", "prefs"],
    ),
    ("report", &["clock", "model", "words"]),
    ("serve", &["clock", "engine", "model", "monitors", "report"]),
    ("tui", &["clock", "model", "prefs", "words"]),
    ("demo", &["clock", "model", "monitors"]),
    (
        "cli",
        &[
            "beat", "clock", "config", "demo", "engine", "file", "model", "prefs", "report",
            "serve", "tui", "words",
        ],
    ),
];

/// Modules of `monitors` that share its plumbing and never import one another.
const KINDS: &[&str] = &["http", "websocket", "sse", "socketio", "push"];

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
    let mut wrong = Vec::new();
    for (parts, text) in sources() {
        let module = parts[0].as_str();
        if matches!(module, "lib" | "main") {
            continue;
        }
        let (_, allowed) = ARROWS
            .iter()
            .find(|(name, _)| *name == module)
            .expect("every module has its arrows");
        for target in imports(&text) {
            if target != module && !allowed.contains(&target) {
                wrong.push(format!("{} imports {target}", parts.join("/")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_kinds_do_not_see_one_another() {
    for (parts, text) in sources() {
        let Some(kind) = parts
            .get(1)
            .filter(|kind| parts[0] == "monitors" && KINDS.contains(&kind.as_str()))
        else {
            continue;
        };
        for other in KINDS.iter().filter(|other| *other != kind) {
            // In a module's own folder `super` is the module itself.
            let up = "super::".repeat(if parts.len() > 2 && parts[2] != "mod" {
                2
            } else {
                1
            });
            for path in [up.as_str(), "monitors::"] {
                assert!(
                    !text.contains(&format!(" {path}{other}::")),
                    "{} imports {other}",
                    parts.join("/")
                );
            }
        }
    }
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
