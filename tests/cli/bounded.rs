//! Every bounded run ends. Failures that it had no time to confirm are an error.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::cron::{HOUR, Job, scripted};
use crate::support::*;

/// Refuses every other request.
fn flapping() -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |mut stream| {
        read_head(&mut stream);
        let is_good = count.fetch_add(1, Ordering::SeqCst) % 2 == 1;
        answer(
            &mut stream,
            if is_good {
                "200 OK"
            } else {
                "503 Service Unavailable"
            },
            "{}",
        );
    })
}

#[test]
fn failures_that_a_deadline_left_unconfirmed_are_an_error_of_that_run() {
    let bad = Server::http("503 Service Unavailable", "");
    let job = Job::new(&format!(
        "{{name: site, interval: 1h, timeout: 2s, http: '{}'}}",
        bad.url("/")
    ));
    for (mode, wanted) in [("table", 1), ("simple", 1), ("nagios", 2), ("none", 3)] {
        let output = job.run(&[
            "-o",
            "json",
            "--deadline",
            "1s",
            &format!("--exit-code={mode}"),
        ]);
        let report = json(&output);
        let row = &report["monitors"][0];
        assert_eq!(
            (code(&output), &report["complete"], &report["status"]),
            (wanted, &false.into(), &"error".into())
        );
        assert_eq!(
            (&row["status"], &row["message"]),
            (&"error".into(), &"503 Service Unavailable".into())
        );
        assert_eq!(report["counts"]["error"], 1);
        assert_eq!(
            job.saved()["monitors"]["site"]["status"],
            "warning",
            "the next run goes on from there"
        );
        fs::remove_file(&job.state).unwrap();
    }
    let output = job.run(&["-q", "--only-changes", "--deadline", "1s"]);
    assert!(
        stdout(&output).starts_with("hbmon: site DOWN, 1 of 1 down\n"),
        "{output:?}"
    );
}

#[test]
fn a_target_that_flaps_keeps_no_run_going() {
    let server = flapping();
    let monitor = format!(
        "{{name: site, interval: 200ms, timeout: 300ms, thresholds: {{recover: 2}}, \
         backoff: {{initial: 10ms, max: 10ms}}, http: '{}'}}",
        server.url("/")
    );
    let output = run(&["check", "-o", "json", "-"], &config(&[&monitor]));
    let report = json(&output);
    // The last attempt may have failed or succeeded.
    assert!([1, 3].contains(&code(&output)), "{report:#}");
    assert_eq!(report["complete"], false);
}

#[test]
fn no_backoff_and_no_hint_keeps_a_run_going() {
    let asks_to_wait = Server::start(|mut stream| {
        read_head(&mut stream);
        answer(
            &mut stream,
            "503 Service Unavailable\r\nRetry-After: 86400",
            "",
        );
    });
    let monitor = format!(
        "{{name: site, interval: 1s, timeout: 500ms, backoff: {{initial: 1h, max: 1d}}, \
         http: '{}'}}",
        asks_to_wait.url("/")
    );
    let output = run(&["check", "-o", "json", "-"], &config(&[&monitor]));
    assert_eq!(
        (code(&output), &json(&output)["status"]),
        (1, &"error".into())
    );
}

#[test]
fn a_probe_whose_attempts_all_fail_is_1() {
    let bad = Server::http("503 Service Unavailable", "");
    for count in ["1", "2", "3"] {
        let output = run(
            &[
                "probe",
                "-n",
                count,
                "-i",
                "50ms",
                "-o",
                "json",
                &bad.url("/"),
            ],
            "",
        );
        let report = json(&output);
        assert_eq!(
            (code(&output), &report["status"], &report["complete"]),
            (1, &"error".into(), &true.into())
        );
    }
}

#[test]
fn a_reminder_dated_ahead_counts_as_now() {
    let (site, _) = scripted("503 Service Unavailable");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    assert!(job.cron().1.starts_with("hbmon: site DOWN"));
    let mut state = job.saved();
    let ahead = (Timestamp::now() + SignedDuration::from_hours(24 * 365)).to_string();
    let saved = &mut state["monitors"]["site"];
    saved["told"]["at"] = ahead.clone().into();
    saved["told"]["began"] = ahead.clone().into();
    saved["since"] = ahead.into();
    job.save(&state);
    assert_eq!(job.cron(), (1, String::new()));
    job.age_state(6 * HOUR);
    let (code, mail) = job.cron();
    assert_eq!(code, 1);
    assert!(mail.starts_with("hbmon: site still DOWN since "), "{mail}");
}

#[test]
fn what_a_run_leaves_is_for_its_owner_alone() {
    let (site, _) = scripted("200 OK");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    let report = job.folder.path().join("report.json");
    assert_eq!(
        code(&job.run(&["-o", &format!("json={}", report.display())])),
        0
    );
    let mode = |name: &str| {
        fs::metadata(job.folder.path().join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(
        [
            "state.json",
            "state.json-wal",
            "state.json.lock",
            "report.json"
        ]
        .map(mode),
        [0o600, 0o600, 0o600, 0o644]
    );
}

#[test]
fn a_left_over_of_the_same_process_id_harms_no_run() {
    let (site, _) = scripted("200 OK");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    let (state, report) = (
        job.state.to_str().unwrap(),
        job.folder.path().join("report.json"),
    );
    let script = format!(
        "touch {state}.$$.tmp {0}.$$.tmp; exec {1} check --state {state} -o json={0} {2}",
        report.display(),
        env!("CARGO_BIN_EXE_hbmon"),
        job.config.display()
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!((code(&output), stderr(&output)), (0, String::new()));
    assert_eq!(job.saved()["monitors"]["site"]["status"], "healthy");
    assert!(report.is_file());
}

#[test]
fn a_pipe_as_state_is_refused() {
    let (site, _) = scripted("200 OK");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    assert!(
        Command::new("mkfifo")
            .arg(&job.state)
            .status()
            .unwrap()
            .success()
    );
    let output = job.run(&[]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("it is not a file"),
        "{}",
        stderr(&output)
    );
    fs::remove_file(&job.state).unwrap();
    let lock = format!("{}.lock", job.state.display());
    assert!(
        Command::new("mkfifo")
            .arg(&lock)
            .status()
            .unwrap()
            .success()
    );
    let output = job.run(&[]);
    assert_eq!(code(&output), 0);
    assert!(
        stderr(&output).contains("cannot be locked: it is a pipe"),
        "{}",
        stderr(&output)
    );
}

/// Needs root, to run as another user, and `flock` of util-linux.
#[test]
fn a_lock_that_another_user_holds_is_said_even_by_a_silent_run() {
    let is_root =
        fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !is_root || Command::new("flock").arg("--version").output().is_err() {
        return;
    }
    let (site, _) = scripted("200 OK");
    let job = Job::new(&format!("{{name: site, http: '{}'}}", site.url("/")));
    let lock = format!("{}.lock", job.state.display());
    fs::write(&lock, "").unwrap();
    for (path, mode) in [(job.folder.path().to_str().unwrap(), 0o755), (&lock, 0o666)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut holder = Command::new("flock")
        .args([&lock, "-c", "echo held; read line"])
        .uid(65_534)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Read::read_exact(holder.stdout.as_mut().unwrap(), &mut [0; 4]).unwrap();
    let output = job.run(&["-q"]);
    assert_eq!((code(&output), stdout(&output)), (75, String::new()));
    assert!(
        stderr(&output).starts_with("warning: another user holds the state `"),
        "{}",
        stderr(&output)
    );
    assert!(
        stderr(&output).contains(" of user 65534)"),
        "{}",
        stderr(&output)
    );
    drop(holder.stdin.take());
    holder.wait().unwrap();
}
