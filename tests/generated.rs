//! Generated files in the tree are up to date: manual pages, completions, the schema, the config
//! reference, tables of README and docs. `UPDATE=1 cargo test --test generated` rewrites them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "hbmon.bash"),
    ("zsh", "_hbmon"),
    ("fish", "hbmon.fish"),
    ("elvish", "hbmon.elv"),
    ("powershell", "hbmon.ps1"),
    ("nushell", "hbmon.nu"),
];

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_hbmon"))
        .args(arguments)
        .env_clear()
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Compares a file with this text, or writes it with `UPDATE=1`.
fn check_file(path: &Path, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if fs::read_to_string(path).unwrap_or_default() != text {
            fs::write(path, text).unwrap();
        }
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    let differs = found
        .lines()
        .zip(text.lines())
        .position(|(old, new)| old != new);
    assert!(
        found == text,
        "{} is stale from line {}: `UPDATE=1 cargo test --test generated`",
        path.display(),
        differs.unwrap_or_else(|| found.lines().count().min(text.lines().count())) + 1
    );
}

/// Checks what a program prints of a generated file that it contains. A file that was written just
/// now is in the next build.
fn check_contained(path: &Path, printed: &str) {
    let is_updated = std::env::var_os("UPDATE").is_some();
    assert!(
        is_updated || fs::read_to_string(path).unwrap() == printed,
        "{} is not what the binary prints",
        path.display()
    );
}

/// Fails if a folder has other files than these, or removes them with `UPDATE=1`.
fn check_folder(folder: &str, names: &BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if !names.contains(entry.file_name().to_str().unwrap()) {
            assert!(
                std::env::var_os("UPDATE").is_some(),
                "{} is no longer generated",
                entry.path().display()
            );
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

#[test]
fn completions() {
    for (shell, file) in COMPLETIONS {
        check_file(
            &Path::new("completions").join(file),
            &printed(&["completions", shell]),
        );
    }
    check_folder(
        "completions",
        &COMPLETIONS
            .iter()
            .map(|(_, file)| (*file).to_owned())
            .collect(),
    );
}

#[test]
fn manual_pages() {
    let folder = tempfile::tempdir().unwrap();
    printed(&["man", folder.path().to_str().unwrap()]);
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let page = Path::new("man").join(&name);
        let printed = fs::read_to_string(&path).unwrap();
        if name == "hbmon.5" {
            check_file(&page, &hbmon::cli::config_manual());
            check_contained(&page, &printed);
        } else {
            check_file(&page, &printed);
        }
        names.insert(name);
    }
    assert!(
        names.contains("hbmon.1") && names.contains("hbmon.5"),
        "{names:?}"
    );
    check_folder("man", &names);
    assert_eq!(
        printed(&["man"]),
        fs::read_to_string("man/hbmon.1").unwrap()
    );
}

#[test]
fn schema_and_reference() {
    for (path, generated, arguments) in [
        (
            "configs/hbmon.schema.json",
            format!("{:#}\n", hbmon::config::schema()),
            &["schema"][..],
        ),
        (
            "docs/config.md",
            hbmon::config::reference::markdown(),
            &["schema", "--format", "markdown"],
        ),
    ] {
        let path = Path::new(path);
        check_file(path, &generated);
        check_contained(path, &printed(arguments));
    }
}

#[test]
fn tables_of_the_pages() {
    let mut placed = BTreeSet::new();
    for page in [
        "README.md",
        "docs/interface.md",
        "docs/screen.md",
        "docs/vocabulary.md",
    ] {
        let mut text = fs::read_to_string(page).unwrap();
        for (name, table) in hbmon::cli::tables() {
            let (begin, end) = (
                format!("<!-- begin {name} -->\n"),
                format!("<!-- end {name} -->"),
            );
            if let (Some(from), Some(to)) = (text.find(&begin), text.find(&end)) {
                text.replace_range(from + begin.len()..to, &table);
                placed.insert(name);
            }
        }
        check_file(Path::new(page), &text);
    }
    assert_eq!(
        placed.len(),
        hbmon::cli::tables().len(),
        "a table has no place"
    );
}
