//! The commands that do not watch: validate's formats, explain, list, init, completions, man.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use hbmon::config::{Code, Example};
use hbmon::model::Reason;
use serde_json::Value;

use crate::support::{Server, code, config, json, run, stderr, stdout};

const BAD: &str =
    "monitors:\n  - name: a\n    intervall: 15s\n    timeout: 10\n    http: http://localhost/\n";

#[test]
fn validate_writes_errors_for_programs() {
    let output = run(&["validate", "--error-format", "json", "-"], BAD);
    assert_eq!((code(&output), stderr(&output)), (2, String::new()));
    let errors: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(errors.len(), 2);
    assert_eq!(errors[0]["code"], "HB012");
    assert_eq!(
        (&errors[0]["file"], &errors[0]["line"], &errors[0]["column"]),
        (&"<stdin>".into(), &3.into(), &5.into())
    );
    assert_eq!(
        errors[0]["message"],
        "unknown key `intervall` in monitor `a`"
    );
    assert!(
        errors[0]["help"]
            .as_str()
            .unwrap()
            .starts_with("did you mean `interval`?"),
        "{}",
        errors[0]
    );

    let output = run(&["validate", "--error-format", "json", "no-such.yaml"], "");
    let error = json(&output);
    assert_eq!(
        (&error["code"], &error["file"], &error["line"]),
        (&"HB001".into(), &Value::Null, &Value::Null)
    );

    let output = run(
        &["validate", "--error-format", "json", "-"],
        "monitors: [{name: a, http: http://localhost/}]",
    );
    assert_eq!((code(&output), stdout(&output)), (0, String::new()));

    let output = run(&["validate", "--error-format", "github", "-"], BAD);
    let first = stdout(&output).lines().next().unwrap().to_owned();
    let start = "::error file=<stdin>,line=3,col=5,title=HB012::\
                 unknown key `intervall` in monitor `a`%0Adid you mean";
    assert!(first.starts_with(start), "{first}");
}

#[test]
fn a_program_is_told_every_mistake() {
    let many: String = (0..50)
        .map(|number| format!("  - {{name: m{number}, http: nonsense}}\n"))
        .collect();
    let output = run(
        &["validate", "--error-format", "json", "-"],
        &format!("monitors:\n{many}"),
    );
    assert_eq!(stdout(&output).lines().count(), 50);
    let output = run(&["validate", "-"], &format!("monitors:\n{many}"));
    assert!(stderr(&output).contains("30 more"), "{}", stderr(&output));
}

#[test]
fn every_code_is_explained_and_its_commands_do_as_told() {
    let list = stdout(&run(&["explain"], ""));
    for known in Code::ALL {
        assert!(
            list.contains(&format!("{known}  {}", known.title())),
            "{known}"
        );
        let page = stdout(&run(&["explain", &known.to_string()], ""));
        assert!(
            page.starts_with(&known.to_string())
                && page.contains("\nWrong:")
                && page.contains("\nRight:"),
            "{page}"
        );
        assert!(
            page.lines().all(|line| line.chars().count() <= 130),
            "{page}"
        );
        let explanation = known.explanation();
        if let (Example::Shell(wrong), Example::Shell(right)) =
            (explanation.wrong, explanation.right)
        {
            let (ok, said) = sh(wrong);
            assert!(
                !ok && said.contains(&format!("error[{known}]")),
                "{wrong}: {said}"
            );
            let (ok, said) = sh(right);
            assert!(ok, "{right}: {said}");
        }
    }
    assert_eq!(
        stdout(&run(&["explain", "hb012"], "")),
        stdout(&run(&["explain", "12"], ""))
    );
    let output = run(&["explain", "HB999"], "");
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("`hbmon explain` lists them"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn every_reason_is_explained_with_what_to_do() {
    let list = stdout(&run(&["explain"], ""));
    for reason in Reason::ALL {
        let name = reason.as_str();
        let line = list
            .lines()
            .find(|line| line.split_whitespace().next() == Some(name));
        assert!(line.is_some(), "{name} is not in the list");
        let page = stdout(&run(&["explain", name], ""));
        assert!(
            page.starts_with(&format!("{name}: ")) && page.contains("\nWhat to do:\n\n"),
            "{page}"
        );
        assert!(
            page.lines().all(|line| line.chars().count() <= 100),
            "{page}"
        );
    }
    assert_eq!(
        stdout(&run(&["explain", "Too-Large"], "")),
        stdout(&run(&["explain", "too_large"], ""))
    );
}

/// What to do stands below failures with `-v`, and only then.
#[test]
fn advice_is_for_who_asks() {
    let monitors = config(&["{name: gone, http: 'http://127.0.0.1:9/'}"]);
    let advice = hbmon::words::reason_guide(Reason::Refused).advice;
    let probe = ["probe", "--retries", "0", "http://127.0.0.1:9/"];
    for (arguments, input) in [(&["check", "-"][..], monitors.as_str()), (&probe[..], "")] {
        let brief = stdout(&run(arguments, input));
        let verbose = stdout(&run(&[arguments, &["-v"]].concat(), input));
        assert!(!brief.contains(advice), "{brief}");
        assert!(verbose.contains(advice), "{verbose}");
    }
}

/// Runs commands in an empty folder. Returns whether all succeeded, and their stderr.
fn sh(commands: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_hbmon"))
        .parent()
        .unwrap()
        .display()
        .to_string();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    let output = shell
        .args(["-e", "-c", commands])
        .current_dir(folder.path())
        .env("PATH", path)
        .output()
        .unwrap();
    (output.status.success(), stderr(&output))
}

pub(crate) const FLEET: &str = "monitors:\n  \
                     - {name: api-eu, group: web, tags: [prod, eu], \
                     http: 'http://bob:hunter2@localhost/'}\n  \
                     - {name: chat, tags: prod, interval: 5s, enabled: false, \
                     websocket: 'ws://localhost/'}\n";

#[test]
fn list_tells_what_is_there() {
    let listed = |arguments: &[&str]| {
        let output = run(&[&["list"], arguments, &["-"]].concat(), FLEET);
        assert_eq!((code(&output), stderr(&output)), (0, String::new()));
        assert!(!stdout(&output).contains("hunter2"));
        stdout(&output)
    };
    assert_eq!(listed(&["--names"]), "api-eu\nchat\n");
    assert_eq!(listed(&["--names", "-F", "tag:eu"]), "api-eu\n");
    assert_eq!(listed(&["--tags"]), "eu\nprod\n");
    let plain = "api-eu\thttp\tweb\tprod,eu\thttp://localhost/\n\
                 chat\twebsocket\t-\tprod\tws://localhost/\n";
    assert_eq!(listed(&["-o", "plain"]), plain);
    let table = listed(&[]);
    assert_eq!(
        table.lines().next(),
        Some("NAME    KIND       GROUP  TAGS     TARGET")
    );
    assert!(
        table.ends_with("chat    websocket  -      prod     ws://localhost/ (paused)\n"),
        "{table}"
    );
    let object: Value = serde_json::from_str(&listed(&["-o", "json"])).unwrap();
    assert_eq!(object["schema"], "hbmon.list/1");
    assert_eq!(
        (
            &object["monitors"][1]["interval_ms"],
            &object["monitors"][1]["enabled"]
        ),
        (&5000.0.into(), &false.into())
    );
    assert_eq!(
        code(&run(&["list", "-F", "no-such-monitor", "-"], FLEET)),
        4
    );
}

#[test]
fn channels_are_listed_without_their_secrets() {
    let config = "alerts:
  channels:
    - {name: ops, slack: 'https://hooks.test/services/s3cr3t'}
    - {name: local, exec: [/usr/bin/notify, s3cr3t]}
  routes: [{match: '*', to: [ops, local]}]
monitors: [{name: api, http: 'http://localhost/'}]
";
    let valid = run(&["validate", "-"], config);
    assert_eq!(
        stdout(&valid),
        "<stdin>: 1 monitor, 2 channels, valid, 1 warning\n"
    );
    let listed = run(&["list", "-o", "json", "-"], config);
    let object: Value = serde_json::from_str(&stdout(&listed)).unwrap();
    let channels = serde_json::json!([
        {"name": "ops", "kind": "slack", "target": "https://hooks.test"},
        {"name": "local", "kind": "exec", "target": "notify"},
    ]);
    assert_eq!(object["channels"], channels);
    for output in [valid, listed] {
        let text = stdout(&output) + &stderr(&output);
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}

#[test]
fn init_finds_kinds_and_intervals() {
    let web = Server::http("200 OK", "{}");
    let stream = Server::sse(Duration::from_millis(500), Arc::new(AtomicBool::new(true)));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    let file = path.to_str().unwrap();
    let closed = format!(
        "http://{}/",
        std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
    );
    let urls = [web.url("/alive"), stream.url("/events"), closed.clone()];
    let arguments = [
        "init", "--for", "30s", "--path", file, &urls[0], &urls[1], &urls[2],
    ];
    let output = run(&arguments, "");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(
        stdout(&output).contains(&format!("hbmon check {file}")),
        "{}",
        stdout(&output)
    );
    assert!(
        stderr(&output).contains(&format!("{closed}: connection refused")),
        "{}",
        stderr(&output)
    );
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with("# yaml-language-server: $schema="),
        "{text}"
    );
    let listed: Value = json(&run(&["list", "-o", "json", file], ""));
    let found = |at: usize| listed["monitors"][at]["kind"].as_str().unwrap().to_owned();
    assert_eq!(
        (found(0), found(1), found(2)),
        ("http".to_owned(), "sse".to_owned(), "http".to_owned()),
        "{text}"
    );
    let interval = listed["monitors"][1]["interval_ms"].as_f64().unwrap();
    // On a busy machine an event may be late, never early.
    assert!((500.0..20_000.0).contains(&interval), "{interval}");

    // An existing file stays, unless `--force` is given.
    let again = run(&["init", "--path", file], "");
    assert_eq!((code(&again), stdout(&again)), (2, String::new()));
    assert!(stderr(&again).contains("--force"), "{}", stderr(&again));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(code(&run(&["init", "--force", "--path", file], "")), 0);
    assert_eq!(code(&run(&["validate", file], "")), 0);
    assert_eq!(code(&run(&["init", "gopher://x/"], "")), 2);
    // `init` keeps a namespace in a URL, and the prefix for the kind may be in capitals.
    let space = format!("SIO+{closed}admin");
    let text = stdout(&run(&["init", "--for", "5s", "--path", "-", &space], ""));
    assert!(
        text.contains(&format!("socketio:\n      url: {closed}admin\n")),
        "{text}"
    );
    let lost = run(&["init", &format!("{closed}#live")], "");
    assert_eq!(code(&lost), 2);
    assert!(
        stderr(&lost).contains("it is never sent to a server"),
        "{}",
        stderr(&lost)
    );
    let printed = stdout(&run(&["init", "--path", "-"], ""));
    assert_eq!(printed, fs::read_to_string(&path).unwrap());
}
