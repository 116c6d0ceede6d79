//! Runs that could not judge: this machine lacks something, or the run ends too early.

use std::process::{Command, Output};

use serde_json::Value;

use crate::cron::{HOUR, Job, scripted};
use crate::support::*;

/// Runs with a file limit at which the program starts and no attempt can be made.
fn with_few_files(arguments: &[&str]) -> Output {
    for limit in 6..64 {
        let output = Command::new("sh")
            .args([
                "-c",
                &format!("ulimit -n {limit}; exec \"$0\" \"$@\""),
                env!("CARGO_BIN_EXE_hbmon"),
            ])
            .args(arguments)
            .env_clear()
            .env("TZ", "UTC")
            .output()
            .unwrap();
        let text = stdout(&output) + &stderr(&output);
        // The first limit with which the program reaches its attempts.
        if !text.contains("Too many open files") && !text.contains("error while loading") {
            return output;
        }
    }
    panic!("it never starts");
}

/// Whether this machine allows an empty network namespace.
fn has_namespaces() -> bool {
    Command::new("unshare")
        .args(["-rn", "true"])
        .status()
        .is_ok_and(|status| status.success())
}

/// TwoMonitors healthy monitors, which cannot be polled without a network.
struct TwoMonitors {
    job: Job,
    servers: [Server; 2],
}

impl TwoMonitors {
    fn new() -> TwoMonitors {
        let servers = [Server::http("200 OK", "{}"), Server::http("200 OK", "{}")];
        TwoMonitors {
            job: Job::new(""),
            servers,
        }
    }

    fn with_network(&self) -> &Job {
        let [site, db] = self.servers.each_ref().map(|server| server.url("/"));
        self.job.set_monitors(&format!(
            "{{name: site, http: '{site}'}}, {{name: db, http: '{db}'}}"
        ));
        &self.job
    }

    /// A run without a network.
    fn without_network(&self, flags: &[&str]) -> Output {
        self.job.set_monitors(
            "{name: site, http: 'http://site.test/'}, {name: db, http: 'http://db.test/'}",
        );
        let (state, config) = (
            self.job.state.to_str().unwrap(),
            self.job.config.to_str().unwrap(),
        );
        let program = [
            "-rn",
            env!("CARGO_BIN_EXE_hbmon"),
            "check",
            "--state",
            state,
        ];
        Command::new("unshare")
            .args(program)
            .args(flags)
            .arg(config)
            .env("TZ", "UTC")
            .output()
            .unwrap()
    }

    /// Runs the line of a crontab. Returns the exit code, and the mailed output.
    fn cron_without_network(&self) -> (i32, String) {
        let output = self.without_network(&["-q", "--only-changes", "--remind", "6h"]);
        (code(&output), self.job.mail(&output))
    }
}

const FILES: &str = "too many open files on this machine";
const NETWORK: &str = "no network on this machine";

#[test]
fn what_this_machine_cannot_ask_is_told_once_and_again_and_when_it_is_over() {
    if !has_namespaces() {
        return;
    }
    let two = TwoMonitors::new();
    assert_eq!(two.with_network().cron(), (0, String::new()));
    let block =
        format!("cannot judge 2 of 2 monitors: {NETWORK}\n\nnot judged ({NETWORK}): site, db\n");
    assert_eq!(two.cron_without_network(), (3, format!("hbmon: {block}")));
    assert_eq!(
        two.cron_without_network(),
        (3, String::new()),
        "told already"
    );
    assert_eq!(
        two.job.saved()["monitors"]["site"]["status"],
        "healthy",
        "and nothing is forgotten"
    );
    two.job.age_state(6 * HOUR);
    let (code, mail) = two.cron_without_network();
    assert_eq!(code, 3);
    assert!(
        mail.starts_with("hbmon: still cannot judge 2 of 2 monitors since 2"),
        "{mail}"
    );
    assert!(
        mail.lines()
            .next()
            .unwrap()
            .ends_with(&format!(" UTC (6h00m): {NETWORK}")),
        "{mail}"
    );
    let over = "hbmon: all 2 monitors judged again after 6h00m, all 2 healthy\n";
    assert_eq!(two.with_network().cron(), (0, over.to_owned()));
    assert_eq!(two.with_network().cron(), (0, String::new()));
}

#[test]
fn a_state_makes_nothing_green() {
    if !has_namespaces() {
        return;
    }
    let two = TwoMonitors::new();
    for status in ["healthy", "warning"] {
        let known = serde_json::json!({
            "status": status,
            "since": "2026-01-01T00:00:00Z",
            "reason": "status",
            "message": "503 Service Unavailable",
            "last_beat": "2026-01-01T00:00:00Z"
        });
        let state = serde_json::json!({
            "schema": "hbmon.state/1",
            "monitors": {"site": known, "db": known}
        });
        for fail_on in ["error", "warning"] {
            for (mode, wanted) in [("table", 3), ("simple", 1), ("nagios", 3), ("none", 3)] {
                two.job.save(&state);
                let mode = format!("--exit-code={mode}");
                let output = two.without_network(&["-o", "json", "--fail-on", fail_on, &mode]);
                let report = json(&output);
                assert_eq!(code(&output), wanted, "{status} {fail_on} {mode}");
                let seen = (
                    &report["status"],
                    &report["complete"],
                    &report["exit"],
                    &report["counts"]["unknown"],
                );
                assert_eq!(
                    seen,
                    (&"unknown".into(), &false.into(), &wanted.into(), &2.into()),
                    "{report:#}"
                );
                assert_eq!(report["monitors"][0]["reason"], "unreachable");
            }
        }
        assert_eq!(
            two.job.saved()["monitors"]["site"]["status"],
            status,
            "and nothing is forgotten"
        );
    }
}

#[test]
fn an_error_that_stands_is_an_error_and_not_judged() {
    if !has_namespaces() {
        return;
    }
    let two = TwoMonitors::new();
    let down = serde_json::json!({
        "status": "error",
        "since": "2026-01-01T00:00:00Z",
        "reason": "status",
        "message": "503 Service Unavailable"
    });
    two.job
        .save(&serde_json::json!({"schema": "hbmon.state/1", "monitors": {"site": down}}));
    let (code, mail) = two.cron_without_network();
    assert_eq!(code, 1);
    let first = mail.lines().next().unwrap();
    assert_eq!(first, "hbmon: site DOWN, 1 of 2 down, cannot judge 2 of 2");
    assert!(
        mail.ends_with(&format!("not judged ({NETWORK}): site, db\n")),
        "{mail}"
    );
    assert_eq!(two.cron_without_network(), (1, String::new()));
    assert!(
        two.with_network()
            .cron()
            .1
            .starts_with("hbmon: site RECOVERED after ")
    );
}

#[test]
fn a_deadline_is_told_once() {
    let (silent, bad) = (Server::silent(), scripted("503 Service Unavailable").0);
    let job = Job::new(&format!(
        "{{name: db, timeout: 1h, http: '{}'}}",
        silent.url("/")
    ));
    let cron = |flags: &[&str]| {
        let output = job.run(&[&["-q", "--only-changes", "--deadline", "300ms"], flags].concat());
        (code(&output), job.mail(&output))
    };
    let (code, mail) = cron(&[]);
    assert_eq!(code, 3, "{mail}");
    assert!(
        mail.starts_with("hbmon: cannot judge 1 of 1 monitor: no verdict within 3"),
        "{mail}"
    );
    assert!(mail.ends_with("): db\n"), "{mail}");
    assert_eq!(cron(&[]), (3, String::new()));
    job.age_state(HOUR);
    assert!(
        cron(&["--remind", "30m"])
            .1
            .starts_with("hbmon: still cannot judge 1 of 1 monitor since ")
    );
    // A block about a real change also says how many could not be judged.
    let interval = "interval: 100ms";
    job.set_monitors(&format!(
        "{{name: db, timeout: 1h, http: '{}'}}, {{name: site, {interval}, http: '{}'}}",
        silent.url("/"),
        bad.url("/")
    ));
    let output = job.run(&["-q", "--only-changes", "--deadline", "3s"]);
    let mail = stdout(&output);
    assert_eq!(
        mail.lines().next(),
        Some("hbmon: site DOWN, 1 of 2 down, cannot judge 1 of 2"),
        "{mail}"
    );
}

#[test]
fn a_part_that_can_be_judged_does_not_end_what_stands_elsewhere() {
    if !has_namespaces() {
        return;
    }
    let two = TwoMonitors::new();
    assert_eq!(two.cron_without_network().0, 3);
    let part = |name: &str| {
        let output = two
            .with_network()
            .run(&["-q", "--only-changes", "-F", name]);
        stdout(&output) + &stderr(&output)
    };
    assert_eq!(part("site"), "");
    assert!(part("db").starts_with("hbmon: all 1 monitor judged again after "));
}

#[test]
fn an_interrupted_run_says_so_and_forgets_nothing() {
    let good = Server::http("200 OK", "{}");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", good.url("/")));
    assert_eq!(job.cron(), (0, String::new()));
    let silent = Server::silent();
    job.set_monitors(&format!(
        "{{name: site, timeout: 1h, http: '{}'}}",
        silent.url("/")
    ));
    let (state, config) = (job.state.to_str().unwrap(), job.config.to_str().unwrap());
    let flags = [
        "check",
        "-q",
        "--only-changes",
        "-o",
        "json",
        "--state",
        state,
        config,
    ];
    let child = hbmon(&flags).spawn().unwrap();
    while *silent.connections.lock().unwrap() == 0 {
        std::thread::yield_now();
    }
    kill(child.id(), "TERM");
    let output = child.wait_with_output().unwrap();
    let report: Value = json(&output);
    assert_eq!(
        (code(&output), &report["status"], &report["complete"]),
        (143, &"unknown".into(), &false.into())
    );
    assert!(
        stderr(&output).contains("incomplete: 1 of 1 not settled: site"),
        "{}",
        stderr(&output)
    );
    assert_eq!(job.saved()["monitors"]["site"]["status"], "healthy");
    assert_eq!(job.saved()["blind"], Value::Null);
}

/// Needs user namespaces, which not every machine allows.
#[test]
fn without_a_network_a_healthy_state_is_no_verdict_and_the_run_ends() {
    if !has_namespaces() {
        return;
    }
    let job = Job::new(
        "{name: site, timeout: 5s, backoff: {initial: 1s, max: 1h}, http: 'http://example.test/'}",
    );
    let known = serde_json::json!({"status": "healthy", "since": "2026-01-01T00:00:00Z",
        "last_beat": "2026-01-01T00:00:00Z"});
    job.save(&serde_json::json!({"schema": "hbmon.state/1", "monitors": {"site": known}}));
    let (state, config) = (job.state.to_str().unwrap(), job.config.to_str().unwrap());
    let output = Command::new("unshare")
        .args([
            "-rn",
            env!("CARGO_BIN_EXE_hbmon"),
            "check",
            "-q",
            "--only-changes",
            "--state",
            state,
            config,
        ])
        .output()
        .unwrap();
    assert_eq!((code(&output), stderr(&output)), (3, String::new()));
    assert!(
        stdout(&output).starts_with("hbmon: cannot judge 1 of 1 monitor: no network on this"),
        "{output:?}"
    );
}

#[test]
fn attempts_that_this_machine_could_not_make_count_for_probe() {
    let output = with_few_files(&[
        "probe",
        "-n",
        "3",
        "-i",
        "50ms",
        "-o",
        "json",
        "http://127.0.0.1:9/",
    ]);
    let report = json(&output);
    assert_eq!(
        (code(&output), &report["complete"]),
        (3, &false.into()),
        "{report:#}"
    );
    assert_eq!(
        (
            &report["monitors"][0]["attempts"],
            &report["monitors"][0]["message"]
        ),
        (&3.into(), &FILES.into())
    );
}

#[test]
fn wait_is_never_over_by_what_it_could_not_ask() {
    let good = Server::http("200 OK", "{}");
    let folder = tempfile::tempdir().unwrap();
    let config_path = folder.path().join("hbmon.yaml");
    std::fs::write(&config_path, config(&[&http("good", &good)])).unwrap();
    let output = with_few_files(&[
        "wait",
        "--timeout",
        "1s",
        "-o",
        "json",
        config_path.to_str().unwrap(),
    ]);
    assert_eq!(
        (code(&output), &json(&output)["status"]),
        (1, &"unknown".into())
    );
}
