//! `action.yml` is a valid composite action, and its script runs the real binary.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::*;

fn action() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn step(id: &str) -> Value {
    let action = action();
    let steps = action["runs"]["steps"].as_array().unwrap().clone();
    steps.into_iter().find(|step| step["id"] == id).unwrap()
}

/// Runs the script of the step `check` as a runner does. Returns its output, the summary and the
/// step's outputs.
fn check(folder: &Path, config: &str, arguments: &str, fail_on: &str) -> (Output, String, String) {
    let bin = Path::new(env!("CARGO_BIN_EXE_hbmon")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let (summary, outputs) = (folder.join("summary.md"), folder.join("outputs"));
    fs::write(folder.join("hbmon.yaml"), config).unwrap();
    let output = Command::new("bash")
        .args([
            "--noprofile",
            "--norc",
            "-e",
            "-o",
            "pipefail",
            "-c",
            step("check")["run"].as_str().unwrap(),
        ])
        .env_clear()
        .envs([
            ("PATH", path.as_str()),
            ("CONFIG", "hbmon.yaml"),
            ("ARGS", arguments),
            ("FAIL_ON", fail_on),
        ])
        .envs([
            ("GITHUB_STEP_SUMMARY", &summary),
            ("GITHUB_OUTPUT", &outputs),
        ])
        .env("RUNNER_TEMP", folder)
        .current_dir(folder)
        .output()
        .unwrap();
    (
        output,
        fs::read_to_string(summary).unwrap_or_default(),
        fs::read_to_string(outputs).unwrap_or_default(),
    )
}

#[test]
fn it_is_a_composite_action() {
    let action = action();
    assert_eq!(action["runs"]["using"], "composite");
    let names = |key: &str| {
        action[key]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(names("inputs"), ["args", "config", "fail-on", "version"]);
    assert_eq!(names("outputs"), ["report", "status"]);
    for step in action["runs"]["steps"].as_array().unwrap() {
        assert_eq!(step["shell"], "bash");
        assert!(
            !step["run"].as_str().unwrap().contains("${{"),
            "a script that inputs could write into"
        );
    }
}

#[test]
fn its_command_line_reports_and_fails_the_job() {
    let (good, bad) = (
        Server::http("200 OK", "{}"),
        Server::http("503 Service Unavailable", ""),
    );
    let text = config(&[&http("good", &good), &http("bad", &bad)]);
    let folder = tempfile::tempdir().unwrap();
    let (output, summary, outputs) = check(folder.path(), &text, "", "error");
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(
        stdout(&output).starts_with("::error file=hbmon.yaml,line=4,title=bad is down::"),
        "{}",
        stdout(&output)
    );
    assert!(summary.starts_with("### "), "{summary}");
    let report = folder.path().join("hbmon-junit.xml");
    assert_eq!(
        outputs,
        format!("status=error\nreport={}\n", report.display())
    );
    assert!(fs::read_to_string(report).unwrap().contains("<testsuites "));
}

#[test]
fn its_arguments_are_those_of_check() {
    let (good, bad) = (
        Server::http("200 OK", "{}"),
        Server::http("503 Service Unavailable", ""),
    );
    let text = config(&[&http("good", &good), &http("bad", &bad)]);
    let folder = tempfile::tempdir().unwrap();
    let (output, _, outputs) = check(
        folder.path(),
        &text,
        "--filter good\n--retries 3",
        "warning",
    );
    assert_eq!(
        (code(&output), outputs.starts_with("status=healthy\n")),
        (0, true),
        "{}",
        stderr(&output)
    );
    let (output, _, _) = check(folder.path(), &text, "--no-such-flag", "error");
    assert_eq!(code(&output), 2);
}
