//! `hbmon man` at a terminal: `man` shows the page, else a pager shows a text.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::{End, Term, hbmon};

/// Writes a program that prints its name, its arguments and the first line of its input.
fn program(folder: &Path, name: &str) {
    let path = folder.join(name);
    let script = format!("#!/bin/sh\nread -r line\necho \"{name} $*: $line\"\n");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn shown(folder: &Path, environment: &[(&str, &str)]) -> End {
    let mut command = hbmon(&["man"]);
    command.env("PATH", folder);
    command.env("TMPDIR", folder);
    for (name, value) in environment {
        command.env(name, value);
    }
    Term::start(command, 120, 40).end()
}

#[test]
fn a_page_is_paged_as_well_as_it_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // Nothing is installed, so the page is printed as to a pipe.
    assert!(shown(path, &[]).screen.contains(".SH "));
    program(path, "less");
    let about = "Watches heartbeats: polls HTTP";
    let text = shown(path, &[]).screen;
    assert!(text.starts_with(&format!("less : {about}")), "{text}");
    program(path, "more");
    let text = shown(path, &[("PAGER", "more -d")]).screen;
    assert!(text.starts_with(&format!("more -d: {about}")), "{text}");
    program(path, "man");
    let end = shown(path, &[("PAGER", "more -d")]);
    assert!(end.screen.starts_with("man -l -: "), "{}", end.screen);
    assert!(!end.screen.contains(about), "a page, and not a text");
    assert_eq!(end.status.exit_code(), 0);
    let dumb = shown(path, &[("TERM", "dumb")]).screen;
    assert!(dumb.contains(".SH "), "{dumb}");
    let left: Vec<_> = fs::read_dir(path).unwrap().collect();
    assert_eq!(left.len(), 3, "no file stays: {left:?}");
}

#[test]
fn a_pager_that_fails_leaves_the_page_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    program(path, "less");
    for pager in ["false", "exit 3", ""] {
        let end = shown(path, &[("MANPAGER", pager)]);
        assert!(end.screen.contains(".SH "), "{pager}: {}", end.screen);
        assert_eq!(end.status.exit_code(), 0, "{pager}");
    }
    // A name without a program counts as none, and a shell reads the line.
    let end = shown(
        path,
        &[("MANPAGER", "no-such-pager"), ("PAGER", "less | less -x")],
    );
    assert!(end.screen.contains("no-such-pager"), "{}", end.screen);
    assert!(end.screen.contains("\nless -x: less :"), "{}", end.screen);
    fs::write(path.join("man"), "#!/bin/sh\nexit 3\n").unwrap();
    fs::set_permissions(path.join("man"), fs::Permissions::from_mode(0o755)).unwrap();
    let end = shown(path, &[("MANPAGER", "false")]);
    assert!(end.screen.contains(".SH "), "{}", end.screen);
    assert_eq!(end.status.exit_code(), 0);
}
