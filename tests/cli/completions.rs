//! Completions: the values that hbmon knows, and the scripts in real shells.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::helpers::FLEET;
use crate::support::{FORMATS, code, hbmon, stderr, stdout};

const BINARY: &str = env!("CARGO_BIN_EXE_hbmon");

/// A folder with a config whose variables are not set, and with another one.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let unset = "token: ${NO_SUCH_VARIABLE}\nlisten: 0.0.0.0:9747\ndefaults: {tags: [all]}\n\
                 monitors:\n  \
                 - {name: shop, group: web, http: 'https://${NO_SUCH_HOST}/'}\n  \
                 - {name: backup, group: night jobs, interval: 1d, push: {}}\n  \
                 - {name: chat, tags: eu, interval: '${NO_SUCH_INTERVAL}', sse: 'http://h/'}\n  \
                 - {name: worker, interval: 1m, push: {token: '${file:no-such-file}'}}\n";
    fs::write(folder.path().join("hbmon.yaml"), unset).unwrap();
    fs::write(folder.path().join("fleet.yaml"), FLEET).unwrap();
    folder
}

/// Returns what can stand at the end of a command line, whose last word may be empty.
fn candidates(folder: &Path, line: &str) -> Vec<String> {
    let mut words: Vec<&str> = line.split(' ').collect();
    let current = format!("--candidates={}", words.pop().unwrap());
    let output = hbmon(&[&["completions", &current, "--"], words.as_slice()].concat())
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!((code(&output), stderr(&output)), (0, String::new()));
    stdout(&output).lines().map(str::to_owned).collect()
}

#[test]
fn values_are_those_of_the_place() {
    let folder = folder();
    let at = |line: &str| candidates(folder.path(), line);
    let filters = [
        "shop",
        "backup",
        "chat",
        "worker",
        "tag:all",
        "tag:eu",
        "group:web",
        "kind:http",
        "kind:push",
        "kind:sse",
    ];
    assert_eq!(at("hbmon check -F "), filters);
    assert_eq!(at("hbmon watch -v --headless --filter "), filters);
    assert_eq!(at("hbmon wait --timeout 5s -F g"), filters);
    assert_eq!(
        at("hbmon check --filter=tag:eu,!k")[..2],
        ["--filter=tag:eu,!shop", "--filter=tag:eu,!backup"]
    );
    assert_eq!(at("hbmon check -Fs")[0], "-Fshop");
    let fleet = ["api-eu", "chat", "tag:eu", "tag:prod", "group:web"];
    for line in [
        "hbmon check fleet.yaml -F ",
        "hbmon check -c fleet.yaml -F ",
        "hbmon check --config=fleet.yaml -F ",
    ] {
        assert_eq!(at(line)[..5], fleet, "{line}");
    }
    assert_eq!(at("hbmon beat "), ["backup", "worker"]);
    assert_eq!(at("hbmon beat --every 1m -v w"), ["backup", "worker"]);
    assert_eq!(at("hbmon check -o "), FORMATS);
    assert_eq!(at("hbmon serve -o "), ["ndjson", "human"]);
    assert_eq!(at("hbmon list -o "), ["human", "plain", "json"]);
    let themes = ["auto", "default", "cb-deutan", "cb-tritan", "mono"];
    assert_eq!(at("hbmon watch --theme "), themes);
    assert_eq!(
        at("hbmon demo --theme="),
        themes.map(|name| format!("--theme={name}"))
    );
    let explained = at("hbmon explain ");
    for word in ["HB001", "HB012", "refused", "timeout"] {
        assert!(explained.iter().any(|known| known == word), "{explained:?}");
    }
    assert_eq!(at("hbmon check --fail-on "), ["warning", "error"]);
    assert!(at("hbmon completions ").contains(&"fish".to_owned()));
    // Options, files, paths behind a format, and commands of the user are the shell's.
    for line in [
        "hbmon ",
        "hbmon che",
        "hbmon check -",
        "hbmon check ",
        "hbmon check -o json=",
        "hbmon check --exit-code ",
        "hbmon beat backup ",
        "hbmon beat backup -- -F ",
        "hbmon nonsense -F ",
    ] {
        assert_eq!(at(line), [""; 0], "{line}");
    }
}

#[test]
fn names_and_tags_need_no_variable() {
    let folder = folder();
    let list = |arguments: &[&str]| -> Output {
        hbmon(&[&["list"], arguments].concat())
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let names = list(&["--names"]);
    assert_eq!(
        (code(&names), stdout(&names).as_str()),
        (0, "shop\nbackup\nchat\nworker\n"),
        "{}",
        stderr(&names)
    );
    assert_eq!(stdout(&list(&["--tags"])), "all\neu\n");
    assert_eq!(
        stdout(&list(&["--names", "-F", "kind:push"])),
        "backup\nworker\n"
    );
    // Everything else needs the whole config, and mistakes stay mistakes.
    assert_eq!(code(&list(&[])), 2);
    fs::write(folder.path().join("hbmon.yaml"), "monitors: [{name: a}]").unwrap();
    assert_eq!(code(&list(&["--names"])), 2);
}

/// Runs a script in a shell, in the folder, with the completions of this shell in `$SCRIPT`. None
/// if the shell is not installed.
fn in_shell(shell: &str, arguments: &[&str], script: &str) -> Option<String> {
    let folder = folder();
    let completions = folder.path().join("completions");
    fs::write(
        &completions,
        stdout(&crate::support::run(&["completions", shell], "")),
    )
    .unwrap();
    let program = Path::new(BINARY).parent().unwrap().display();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap());
    let output = Command::new(shell)
        .args(arguments)
        .args(["-c", script])
        .current_dir(folder.path())
        .env("SCRIPT", &completions)
        .env("HBMON", BINARY)
        .env("HOME", folder.path())
        .env("PATH", path)
        .env_remove("HBMON_CONFIG")
        .output()
        .ok()?;
    assert_eq!(stderr(&output), "", "{shell}");
    Some(stdout(&output))
}

#[test]
fn bash_completes() {
    let script = r#"
        source "$SCRIPT"
        complete_line() {
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
            _hbmon_dynamic "$HBMON" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            echo "${COMPREPLY[@]}"
        }
        complete_line "$HBMON" valid
        complete_line "$HBMON" check fleet.yaml -F ''
        complete_line "$HBMON" check fleet.yaml --filter tag : p
        complete_line "$HBMON" check fleet.yaml --filter = group :
        complete_line "$HBMON" beat w
        complete_line "$HBMON" check -o j
        complete -p hbmon
    "#;
    let Some(said) = in_shell("bash", &["--norc"], script) else {
        return;
    };
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(
        lines[..6],
        [
            "validate",
            "api-eu chat tag:eu tag:prod group:web kind:http kind:websocket",
            "prod",
            "web",
            "worker",
            "json junit"
        ],
        "{said}"
    );
    assert!(lines[6].ends_with("-F _hbmon_dynamic hbmon"), "{said}");
}

#[test]
fn fish_completes() {
    let script = r#"
        source $SCRIPT
        for line in 'hbmon check fleet.yaml -F ta' 'hbmon check fleet.yaml --filter=group:' \
            'hbmon beat w' 'hbmon watch --theme cb' 'hbmon explain HB012' 'hbmon check -o json=fl'
            echo (complete -C $line | string replace -r '\t.*' '')
        end
    "#;
    let Some(said) = in_shell("fish", &["--no-config"], script) else {
        return;
    };
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "tag:eu tag:prod",
            "--filter=group:web",
            "worker",
            "cb-deutan cb-tritan",
            "HB012",
            "json=fleet.yaml"
        ]
    );
}

#[test]
fn zsh_completes() {
    // The builtins of the completion system work only in the line editor.
    let script = r#"
        compdef() { : }
        source "$SCRIPT"
        compadd() { shift; print -- "${(@M)@:#$PREFIX*}" }
        for line in 'hbmon check fleet.yaml -F ta' 'hbmon beat w' 'hbmon watch --theme cb'; do
            words=("${(@s: :)line}"); CURRENT=$#words; PREFIX=$words[-1]
            _hbmon_values
        done
        words=(hbmon check -); CURRENT=3; PREFIX=-
        _hbmon_values || print options
        grep -A1 '^_hbmon() {' "$SCRIPT"
    "#;
    let Some(said) = in_shell("zsh", &["-f"], script) else {
        return;
    };
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "tag:eu tag:prod",
            "worker",
            "cb-deutan cb-tritan",
            "options",
            "_hbmon() {",
            "    _hbmon_values && return 0"
        ]
    );
}

/// The other shells are not everywhere; their scripts ask in the same way.
#[test]
fn every_script_asks() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell", "nushell"] {
        let script = stdout(&crate::support::run(&["completions", shell], ""));
        let asks = script
            .lines()
            .any(|line| line.contains(" completions ") && line.contains("--candidates="));
        assert!(asks, "{shell}");
    }
    let script = stdout(&crate::support::run(&["completions", "nushell"], ""));
    for parameter in [
        "--filter(-F)",
        "--output(-o)",
        "--theme",
        "topic?",
        "target",
    ] {
        let asks = format!("{parameter}: string@\"nu-complete hbmon values\" #");
        assert!(script.contains(&asks), "{asks}");
    }
}
