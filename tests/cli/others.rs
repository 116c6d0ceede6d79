//! `probe`, `validate`, `demo`, and the command line itself.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::support::*;

#[test]
fn probe_needs_no_config() {
    let (good, bad) = (
        Server::http("200 OK", "{}"),
        Server::http("404 Not Found", ""),
    );
    let output = run(
        &["probe", "-o", "json", &good.url("/alive?token=hunter2")],
        "",
    );
    let report = json(&output);
    assert_eq!(
        (code(&output), &report["monitors"][0]["status"]),
        (0, &"healthy".into())
    );
    assert_eq!(report["monitors"][0]["name"], good.url("/alive?token=***"));
    let output = run(&["probe", &good.url("/"), &bad.url("/")], "");
    assert_eq!(code(&output), 1);
    assert!(
        stdout(&output).contains("404 Not Found"),
        "{}",
        stdout(&output)
    );
    let output = run(
        &[
            "probe",
            "-n",
            "3",
            "-i",
            "50ms",
            "-o",
            "json",
            &good.url("/"),
        ],
        "",
    );
    assert_eq!(json(&output)["monitors"][0]["beats"], 3);
    assert_eq!(code(&run(&["probe", "gopher://localhost/"], "")), 2);
    assert_eq!(code(&run(&["probe"], "")), 2);
}

#[test]
fn a_probe_ends_also_when_heartbeats_are_missed() {
    let silent = Server::sse(Duration::from_millis(20), Arc::new(AtomicBool::new(false)));
    let url = format!("sse+{}", silent.url("/"));
    let output = run(&["probe", "-n", "3", "-i", "100ms", "-o", "json", &url], "");
    let monitor = &json(&output)["monitors"][0];
    assert_eq!(
        (code(&output), &monitor["reason"], &monitor["beats"]),
        (1, &"missed".into(), &0.into())
    );
    assert!(monitor["missed"].as_u64() >= Some(3), "{monitor:#}");
}

#[test]
fn a_speed_that_the_story_cannot_be_told_at_is_a_usage_error() {
    for speed in ["0.05", "21", "NaN", "fast"] {
        let output = run(&["demo", "--print-config", "--speed", speed], "");
        assert_eq!(code(&output), 2, "{speed}");
        assert!(
            stderr(&output).contains("from 0.1 to 20"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn validate_says_yes_or_where() {
    let output = run(
        &["validate", "-"],
        "monitors: [{name: a, http: http://localhost/}]",
    );
    assert_eq!(
        (code(&output), stdout(&output)),
        (0, "<stdin>: 1 monitor, valid\n".to_owned())
    );
    let bad = "monitors:\n  - name: a\n    intervall: 15s\n    http: http://localhost/\n";
    let output = run(&["validate", "--error-format", "short", "-"], bad);
    assert_eq!((code(&output), stdout(&output)), (2, String::new()));
    assert!(
        stderr(&output).starts_with("<stdin>:3:5: error"),
        "{}",
        stderr(&output)
    );
    let output = run(&["validate", "-"], bad);
    assert!(
        stderr(&output).contains("^^^^^^^^^ did you mean `interval`?"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_demo_watches_all_kinds_and_owns_a_valid_config() {
    let output = run(&["demo", "--print-config"], "");
    assert_eq!(code(&output), 0);
    let output = run(&["validate", "-"], &stdout(&output));
    assert_eq!(code(&output), 0, "{}", stderr(&output));

    let running = Running::start(
        &["demo", "-o", "ndjson", "--speed", "20", "--for", "20s"],
        "",
    );
    let start = running.event(|event| event["type"] == "start");
    for kind in ["http", "websocket", "sse", "socketio"] {
        let monitors = start["monitors"].as_array().unwrap();
        let name = &monitors
            .iter()
            .find(|monitor| monitor["kind"] == kind)
            .unwrap()["name"];
        assert!(name.is_string());
    }
    // The story: one monitor slows down, one goes silent, one is refused, and all recover.
    for reason in ["latency", "missed"] {
        running.event(|event| event["type"] == "transition" && event["reason"] == reason);
    }
    running.event(|event| event["type"] == "transition" && event["to"] == "error");
    running.event(|event| event["type"] == "transition" && event["to"] == "healthy");
    running.signal("INT");
    assert_eq!(running.end().1.code(), Some(130));
}

#[test]
fn help_and_version_are_answers() {
    for arguments in [&["--help"][..], &["check", "--help"], &["--version"]] {
        let output = run(arguments, "");
        assert_eq!(
            (code(&output), stderr(&output)),
            (0, String::new()),
            "{arguments:?}"
        );
    }
}
