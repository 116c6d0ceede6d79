//! Real shells complete with our scripts, and real tools accept our manual pages and units.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::wanted;

const FLEET: &str = "monitors:\n  \
    - {name: api-eu, tags: [eu], http: 'http://localhost/'}\n  \
    - {name: chat, http: 'http://localhost/'}\n";

/// Runs a program in a folder with a config, with hbmon on the PATH and the repository in `HERE`.
/// Returns its output.
fn said(program: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hbmon.yaml"), FLEET).unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_hbmon"))
        .parent()
        .unwrap()
        .display()
        .to_string();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder.path())
        .env(
            "PATH",
            format!("{binary}:{}", std::env::var("PATH").unwrap()),
        )
        .env("HOME", folder.path())
        .env("HERE", env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let text = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    assert!(output.status.success(), "{program}: {text}");
    text
}

#[test]
fn fish_completes_commands_names_and_tags() {
    if !wanted() {
        return;
    }
    let fish = |line: &str| {
        said(
            "fish",
            &[
                "-c",
                &format!("source $HERE/completions/hbmon.fish; complete -C '{line}'"),
            ],
        )
    };
    let words = |text: &str| {
        text.lines()
            .map(|line| line.split('\t').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&fish("hbmon valid")), ["validate"]);
    assert_eq!(
        words(&fish("hbmon check -F ")),
        ["api-eu", "chat", "kind:http", "tag:eu"]
    );
    assert_eq!(words(&fish("hbmon check --filter tag:")), ["tag:eu"]);
}

#[test]
fn zsh_completes_names_and_tags() {
    if !wanted() {
        return;
    }
    let script = r#"
        fpath=($HERE/completions $fpath)
        autoload -U compinit && compinit -D -u
        [[ $_comps[hbmon] == _hbmon ]] || exit 1
        # The functions of the script, without a terminal to complete on.
        functions[_load]="$(<$HERE/completions/_hbmon)"
        compdef() { : }; _arguments() { return 0 }; _load
        compadd() { shift; print -l -- "$@" }
        words=(hbmon check -F ''); CURRENT=4
        _hbmon_values
    "#;
    assert_eq!(
        said("zsh", &["-f", "-c", script]),
        "api-eu\nchat\ntag:eu\nkind:http\n"
    );
}

#[test]
fn manual_pages_render_without_a_warning() {
    if !wanted() {
        return;
    }
    for page in fs::read_dir("man").unwrap() {
        let path = page.unwrap().path();
        let path = std::path::absolute(path).unwrap();
        assert_eq!(
            said(
                "mandoc",
                &["-T", "lint", "-W", "error", path.to_str().unwrap()]
            ),
            "",
            "{}",
            path.display()
        );
        let groff = said(
            "groff",
            &[
                "-Kutf8",
                "-man",
                "-ww",
                "-z",
                "-Tutf8",
                path.to_str().unwrap(),
            ],
        );
        assert_eq!(groff, "", "{}", path.display());
    }
}
