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

/// Programs that stand in for those of a runner: `cargo` notes its arguments, `curl` notes the URL
/// and copies an archive if there is one.
struct Runner {
    folder: tempfile::TempDir,
}

impl Runner {
    /// `release`: whether the release has an archive.
    fn new(release: bool) -> Runner {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for part in ["bin", "temp"] {
            fs::create_dir(root.join(part)).unwrap();
        }
        let log = root.join("log");
        let archive = root.join("release.tgz");
        program(
            &root.join("bin/cargo"),
            &format!("echo cargo \"$@\" >> {}", log.display()),
        );
        program(
            &root.join("bin/curl"),
            &format!(
                "for last; do :; done; echo curl \"$last\" >> {}\n\
                 while [ \"$1\" != -o ]; do shift; done; cp {} \"$2\" 2>/dev/null || exit 22",
                log.display(),
                archive.display()
            ),
        );
        program(
            &root.join("bin/uname"),
            "case $1 in -s) echo Linux;; *) echo x86_64;; esac",
        );
        if release {
            program(&root.join("hbmon"), "echo hbmon of the release");
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/archive.sh");
            let made = Command::new(script)
                .args([TARGET, "hbmon"])
                .current_dir(root)
                .output()
                .unwrap();
            assert!(made.status.success(), "{}", stderr(&made));
            fs::rename(root.join(stdout(&made).trim()), archive).unwrap();
        }
        Runner { folder }
    }

    /// Runs the step `install`. Returns its stdout, what the programs noted, and what was added to
    /// the PATH.
    fn install(&self, version: &str, reference: &str) -> (String, String, String) {
        let root = self.folder.path();
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c"])
            .arg(step("install")["run"].as_str().unwrap())
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", root.join("bin").display()),
            )
            .envs([
                ("VERSION", version),
                ("REF", reference),
                ("SOURCE", "/action"),
                ("REPOSITORY", "owner/hbmon"),
                ("SERVER", "https://github.example"),
            ])
            .env("RUNNER_TEMP", root.join("temp"))
            .env("GITHUB_PATH", root.join("path"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let read = |name: &str| fs::read_to_string(root.join(name)).unwrap_or_default();
        (stdout(&output), read("log"), read("path"))
    }
}

const TARGET: &str = "x86_64-unknown-linux-musl";

fn program(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(path, mode).unwrap();
}

#[test]
fn it_downloads_the_release_that_cargo_binstall_would() {
    let version = env!("CARGO_PKG_VERSION");
    for (wanted, reference) in [(version, "main"), ("", &*format!("v{version}"))] {
        let runner = Runner::new(true);
        let (out, log, path) = runner.install(wanted, reference);
        assert_eq!(out, "hbmon of the release\n");
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).unwrap();
        let template = |key: &str| {
            let value = manifest.split(&format!("\n{key} = \"")).nth(1).unwrap();
            let value = value.split('"').next().unwrap();
            value
                .replace("{ repo }", "https://github.example/owner/hbmon")
                .replace("{ version }", version)
                .replace("{ target }", TARGET)
                .replace("{ bin }{ binary-ext }", "hbmon")
        };
        assert_eq!(log, format!("curl {}\n", template("pkg-url")));
        let binary = Path::new(path.trim()).join("hbmon");
        assert!(binary.ends_with(template("bin-dir")), "{path}");
        assert!(binary.is_file());
    }
}

#[test]
fn without_a_release_it_builds() {
    let runner = Runner::new(false);
    let (_, log, path) = runner.install("9.9.9", "main");
    assert!(
        log.ends_with(
            "cargo install --quiet --locked --git https://github.example/owner/hbmon --tag v9.9.9 \
             hbmon\n"
        ),
        "{log}"
    );
    assert_eq!(path, "");
    let runner = Runner::new(false);
    let (_, log, _) = runner.install("", "main");
    assert_eq!(log, "cargo install --quiet --locked --path /action\n");
}

#[test]
fn the_hbmon_on_the_path_is_used_first() {
    let runner = Runner::new(true);
    program(&runner.folder.path().join("bin/hbmon"), "");
    let (_, log, path) = runner.install("", "v0.1.0");
    assert_eq!((log.as_str(), path.as_str()), ("", ""));
}
