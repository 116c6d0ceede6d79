//! Inputs of a command: configs with warnings, file names of any bytes, special files.

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use super::support::{Server, code, config, hbmon, http, read_head, run, stderr, stdout};

/// A config with one monitor and one warning.
fn config_with_warning(server: &Server) -> String {
    config(&[&format!(
        "{{name: a, http: {{url: \"{}\", expect: {{body: \".*\"}}}}}}",
        server.url("/alive")
    )])
}

#[test]
fn a_warning_is_an_error_only_where_that_is_asked_for() {
    let text = config_with_warning(&Server::http("200 OK", "{}"));
    let plain = run(&["validate", "-"], &text);
    assert_eq!(
        (code(&plain), stdout(&plain).as_str()),
        (0, "<stdin>: 1 monitor, valid, 1 warning\n")
    );
    assert!(
        stderr(&plain)
            .starts_with("warning[HB070]: a regular expression of monitor `a` matches everything")
    );
    let strict = run(&["validate", "--strict", "-"], &text);
    assert_eq!(code(&strict), 2);
    let json = run(&["validate", "--error-format", "json", "-"], &text);
    let line: serde_json::Value = serde_json::from_str(stdout(&json).trim()).unwrap();
    assert_eq!(
        (line["code"].as_str(), line["severity"].as_str()),
        (Some("HB070"), Some("warning"))
    );
    let short = run(&["validate", "--error-format", "short", "-"], &text);
    assert!(
        stderr(&short).starts_with("<stdin>:3:"),
        "{}",
        stderr(&short)
    );
    assert!(
        stderr(&short).contains(": warning[HB070]: "),
        "{}",
        stderr(&short)
    );
    let github = run(&["validate", "--error-format", "github", "-"], &text);
    assert!(
        stdout(&github).starts_with("::warning file=<stdin>,line=3,"),
        "{}",
        stdout(&github)
    );
    let bad = run(&["validate", "--error-format", "json", "-"], "monitors: []");
    assert!(
        stdout(&bad).contains("\"severity\":\"error\""),
        "{}",
        stdout(&bad)
    );
}

#[test]
fn a_run_leaves_the_warnings_to_validate() {
    let server = Server::http("200 OK", "{}");
    let text = config_with_warning(&server);
    let loud = run(&["check", "-"], &text);
    assert_eq!(code(&loud), 0, "{}", stderr(&loud));
    assert!(!stderr(&loud).contains("warning["), "{}", stderr(&loud));
}

#[test]
fn methods_are_sent_as_servers_know_them() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let server = Server::start(move |mut stream| {
        heard.lock().unwrap().push(
            read_head(&mut stream)
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        );
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    });
    let text = config(&[&format!(
        "{{name: a, http: {{url: \"{}\", method: get}}}}",
        server.url("/alive")
    )]);
    assert_eq!(code(&run(&["check", "-q", "-"], &text)), 0);
    assert_eq!(
        lines.lock().unwrap().first().map(String::as_str),
        Some("GET /alive HTTP/1.1")
    );
}

/// Paths are bytes: a file with such a name is opened like any other, and no argument panics.
#[test]
fn arguments_need_not_be_utf_8() {
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &[u8]| folder.path().join(OsStr::from_bytes(name));
    let server = Server::http("200 OK", "{}");
    let (config_path, report) = (named(b"caf\xe9.yaml"), named(b"caf\xe9.json"));
    std::fs::write(&config_path, config(&[&http("a", &server)])).unwrap();
    let mut output = OsStr::new("json=").to_owned();
    output.push(&report);
    let run = |arguments: &[&OsStr]| {
        hbmon(&[])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let good = run(&[
        "check".as_ref(),
        config_path.as_os_str(),
        "-o".as_ref(),
        &output,
    ]);
    assert_eq!(code(&good), 0, "{}", stderr(&good));
    assert!(report.exists());
    assert_eq!(
        code(&run(&["validate".as_ref(), config_path.as_os_str()])),
        0
    );
    let missing = OsStr::from_bytes(b"th\xe9.yaml");
    let url = OsStr::from_bytes(b"http://127.0.0.1:9/\xe9");
    let nagios = "--exit-code=nagios".as_ref();
    for (arguments, wanted) in [
        (&["check".as_ref(), missing][..], 2),
        (&["check".as_ref(), missing, nagios][..], 3),
        (&["check".as_ref(), nagios, missing][..], 3),
        (&["probe".as_ref(), url][..], 2),
        (&["probe".as_ref(), url, nagios][..], 3),
        (&["probe".as_ref(), nagios, url][..], 3),
        (&["check".as_ref(), "-F".as_ref(), url][..], 2),
        (&[url][..], 2),
    ] {
        let output = run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(code(&output), wanted, "{arguments:?}: {said}");
        assert!(
            said.contains("error") && !said.contains("panicked"),
            "{arguments:?}: {said}"
        );
    }
}

/// A pipe without a writer or reader is an error, and hbmon does not wait for one.
#[test]
fn special_files_do_not_hang_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = |name: &str| {
        let path = folder.path().join(name);
        assert!(
            Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        path.to_str().unwrap().to_owned()
    };
    let server = Server::http("200 OK", "{}");
    let text = config(&[&http("a", &server)]);
    let plain = pipe("pipe");
    assert_eq!(code(&run(&["check", &plain], "")), 2);
    assert_eq!(
        code(&run(&["check", "-o", &format!("json={plain}"), "-"], &text)),
        3
    );
    let state = run(&["check", "-q", &format!("--state={plain}"), "-"], &text);
    assert_eq!(code(&state), 2);
    assert!(
        stderr(&state).contains("it is not a file"),
        "{}",
        stderr(&state)
    );
    let _ = pipe("state.lock");
    let state = folder.path().join("state");
    let locked = run(
        &["check", "-q", &format!("--state={}", state.display()), "-"],
        &text,
    );
    assert_eq!(code(&locked), 0, "{}", stderr(&locked));
    assert!(
        stderr(&locked).contains("cannot be locked"),
        "{}",
        stderr(&locked)
    );
}
