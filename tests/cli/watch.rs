//! `hbmon watch` without a screen: events as they happen, reload, signals.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hbmon::history::period::whole_millis;
use hbmon::model::{IncidentId, Status};
use hbmon::store::Reader;
use jiff::Timestamp;
use serde_json::Value;

use crate::cron::scripted;
use crate::support::*;

fn at(event: &Value) -> Timestamp {
    event["at"].as_str().unwrap().parse().unwrap()
}

/// Milliseconds from the first event to the second.
fn between(first: &Value, second: &Value) -> f64 {
    at(first).duration_until(at(second)).as_secs_f64() * 1000.0
}

fn sse(name: &str, server: &Server) -> String {
    format!(
        "{{name: {name}, interval: 500ms, sse: \"{}\"}}",
        server.url("/")
    )
}

#[test]
fn a_silence_is_a_warning_then_an_error_and_heals_by_itself() {
    let beating = Arc::new(AtomicBool::new(true));
    let server = Server::sse(Duration::from_millis(100), Arc::clone(&beating));
    let running = Running::start(
        &["watch", "-o", "ndjson", "-"],
        &config(&[&sse("queen", &server)]),
    );
    let start = running.event(|_| true);
    assert_eq!(
        (&start["type"], &start["monitors"][0]["name"]),
        (&"start".into(), &"queen".into())
    );
    running.event(|event| event["type"] == "open");
    running.transition("queen", "healthy");
    let mut last = running.event(|event| event["type"] == "beat");
    beating.store(false, Ordering::SeqCst);
    let warning = running.event(|event| {
        if event["type"] == "beat" {
            last = event.clone();
        }
        event["type"] == "transition"
    });
    let error = running.transition("queen", "error");
    assert_eq!(
        (&warning["to"], &warning["reason"]),
        (&"warning".into(), &"missed".into())
    );
    // 1 and 2 intervals and the grace of 50 ms, to the millisecond: the event has the deadline's
    // time.
    assert!(
        (between(&last, &warning) - 550.0).abs() <= 1.0,
        "{last} {warning}"
    );
    assert!(
        (between(&last, &error) - 1050.0).abs() <= 1.0,
        "{last} {error}"
    );
    beating.store(true, Ordering::SeqCst);
    running.transition("queen", "healthy");
}

#[test]
fn it_ends_after_its_time_like_check() {
    let bad = Server::http("500 Internal Server Error", "");
    let config = config(&[&format!("{{name: bad, http: \"{}\"}}", bad.url("/"))]);
    let running = Running::start(&["watch", "-o", "ndjson", "--for", "3s", "-"], &config);
    let end = running.event(|event| event["type"] == "end");
    assert_eq!((&end["status"], &end["exit"]), (&"error".into(), &1.into()));
    assert_eq!(running.end().1.code(), Some(1));
}

#[test]
fn who_was_not_heard_in_its_time_has_no_verdict() {
    let silent = Server::silent();
    let config = config(&[&format!(
        "{{name: silent, timeout: 1h, http: \"{}\"}}",
        silent.url("/")
    )]);
    let watch = |mode: &str| {
        code(&run(
            &["watch", "-o", "ndjson", "--for", "200ms", mode, "-"],
            &config,
        ))
    };
    assert_eq!(
        [
            watch("--exit-code"),
            watch("--exit-code=nagios"),
            watch("--exit-code=none")
        ],
        [3, 3, 0]
    );
}

#[test]
fn without_a_terminal_changes_are_lines() {
    let bad = Server::http("500 Internal Server Error", "");
    let config = config(&[&format!("{{name: bad, http: \"{}\"}}", bad.url("/"))]);
    let output = run(&["watch", "--for", "3s", "-"], &config);
    assert!(
        stdout(&output).contains("bad") && stdout(&output).contains("500 Internal Server Error"),
        "{}",
        stdout(&output)
    );
    assert!(
        stderr(&output).contains("no terminal"),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        stderr(&run(
            &["watch", "--headless", "--for", "100ms", "-"],
            &config
        )),
        ""
    );
}

/// A config file that can be replaced as editors do.
struct File {
    folder: tempfile::TempDir,
}

impl File {
    fn new(text: &str) -> File {
        let file = File {
            folder: tempfile::tempdir().unwrap(),
        };
        file.replace(text);
        file
    }

    fn path(&self) -> String {
        self.folder.path().join("hbmon.yaml").display().to_string()
    }

    fn replace(&self, text: &str) {
        let new = self.folder.path().join("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, self.path()).unwrap();
    }
}

#[test]
fn a_changed_file_is_reloaded_and_the_unchanged_keep_their_connections() {
    let beating = Arc::new(AtomicBool::new(true));
    let kept = Server::sse(Duration::from_millis(100), Arc::clone(&beating));
    let (old, new) = (
        Server::sse(Duration::from_millis(100), Arc::clone(&beating)),
        Server::http("200 OK", "{}"),
    );
    let file = File::new(&config(&[&sse("kept", &kept), &sse("old", &old)]));
    let running = Running::start(&["watch", "-o", "ndjson", &file.path()], "");
    running.transition("kept", "healthy");

    file.replace(&config(&[
        &sse("kept", &kept),
        &format!("{{name: new, http: \"{}\"}}", new.url("/")),
    ]));
    let reload = running.event(|event| event["type"] == "reload");
    assert_eq!(
        (&reload["added"], &reload["removed"], &reload["changed"]),
        (&1.into(), &1.into(), &0.into())
    );
    running.transition("new", "healthy");
    running.event(|event| event["type"] == "beat" && event["monitor"] == "kept");
    assert_eq!(*kept.connections.lock().unwrap(), 1);

    file.replace("monitors: [{name: kept, sse: nonsense}]");
    let refused = running.event(|event| event["type"] == "reload_refused");
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("hbmon.yaml:1:"),
        "{refused}"
    );
    running.event(|event| event["type"] == "beat" && event["monitor"] == "kept");
    running.event(|event| event["type"] == "beat" && event["monitor"] == "new");
    assert_eq!(*kept.connections.lock().unwrap(), 1);

    running.signal("HUP");
    running.event(|event| event["type"] == "reload_refused");
    running.signal("TERM");
    assert_eq!(running.end().1.code(), Some(143));
}

#[test]
fn a_fleet_that_outgrows_its_files_by_a_reload_is_told_so() {
    let good = Server::http("200 OK", "{}");
    let file = File::new(&config(&[&http("m0", &good)]));
    // Of 64 files hbmon keeps 32 for itself, and an attempt may use two.
    let watch = [
        "-c",
        "ulimit -n 64; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_hbmon"),
        "watch",
        "--no-state",
        "-o",
        "ndjson",
        "--for",
        "30s",
    ];
    let mut child = Command::new("sh")
        .args(watch)
        .arg(file.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    assert!(lines.any(|line| line.contains("\"beat\"")));
    let many: Vec<String> = (0..40).map(|n| http(&format!("m{n}"), &good)).collect();
    file.replace(&config(
        &many.iter().map(String::as_str).collect::<Vec<_>>(),
    ));
    assert!(lines.any(|line| line.contains("\"m39\"") && line.contains("\"beat\"")));
    child.kill().unwrap();
    let told = stderr(&child.wait_with_output().unwrap());
    assert!(
        told.contains("40 monitors may need 112 open files, this process may have 64: raise"),
        "{told}"
    );
}

#[test]
fn it_stops_within_a_second_also_with_a_thousand_monitors() {
    let silent = Server::silent();
    let monitors: Vec<String> = (0..1000)
        .map(|n| format!("{{name: m{n}, timeout: 1h, http: \"{}\"}}", silent.url("/")))
        .collect();
    let monitors: Vec<&str> = monitors.iter().map(String::as_str).collect();
    let running = Running::start(&["watch", "-o", "ndjson", "-"], &config(&monitors));
    running.event(|event| event["type"] == "start");
    let asked = Instant::now();
    running.signal("INT");
    assert_eq!(running.end().1.code(), Some(130));
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "a loaded machine is forgiven, a hang is not: {:?}",
        asked.elapsed()
    );
}

#[test]
fn a_reader_that_goes_away_ends_a_stream() {
    let good = Server::http("200 OK", "{}");
    let mut child = hbmon(&["watch", "-o", "ndjson", "-"]).spawn().unwrap();
    drop(child.stdout.take());
    let config = config(&[&format!("{{name: good, http: \"{}\"}}", good.url("/"))]);
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), config.as_bytes()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_has_stalled_does_not_keep_it_from_ending() {
    // The first event alone is more than a pipe holds.
    let monitors: Vec<String> = (0..3000)
        .map(|n| format!("{{name: monitor-with-a-long-name-{n}, http: \"http://127.0.0.1:1/\"}}"))
        .collect();
    let config = config(&monitors.iter().map(String::as_str).collect::<Vec<_>>());
    let mut child = hbmon(&["watch", "-o", "ndjson", "-"]).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(config.as_bytes())
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 100]).unwrap();
    let sent = Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

/// Returns the next change of an incident.
fn incident(running: &Running, change: &str) -> Value {
    running.event(|event| event["type"] == "incident" && event["change"] == change)
}

#[test]
fn incidents_are_events_and_go_on_in_the_next_run() {
    let (site, says) = scripted("503 Service Unavailable");
    let file = File::new(&config(&[&http("site", &site)]));
    let state = tempfile::tempdir().unwrap();
    let store = state.path().join("site.db");
    let (path, config) = (store.to_str().unwrap(), file.path());
    let watch = || Running::start(&["watch", "-o", "ndjson", "--state", path, &config], "");
    let first = watch();
    let opened = incident(&first, "opened");
    assert_eq!(
        (&opened["incident"]["id"], &opened["monitor"]),
        (&"i-0001".into(), &"site".into())
    );
    incident(&first, "worse");
    first.signal("TERM");
    assert_eq!(first.end().1.code(), Some(143));

    // While a run writes, `check` does what `--overlap` says.
    let second = watch();
    second.event(|event| event["type"] == "start");
    let check = run(
        &["check", "--overlap", "fail", "--state", path, &config],
        "",
    );
    assert_eq!(code(&check), 75, "{}", stderr(&check));
    *says.lock().unwrap() = "200 OK";
    let closed = incident(&second, "closed");
    assert_eq!(
        (&closed["incident"]["id"], &closed["end"]),
        (&"i-0001".into(), &"recovered".into())
    );
    second.signal("TERM");
    second.end();
    let reader = Reader::open(&store).unwrap();
    let known = reader.incident(IncidentId(1)).unwrap().unwrap();
    assert_eq!(known.opened, whole_millis(at(&opened)));
    assert_eq!(known.closed, Some(whole_millis(at(&closed))));
    assert_eq!(known.worst, Status::Error);

    // `check` continues the same history.
    *says.lock().unwrap() = "503 Service Unavailable";
    let check = run(&["check", "-o", "ndjson", "--state", path, &config], "");
    assert_eq!(code(&check), 1);
    let lines = stdout(&check);
    let opened = lines
        .lines()
        .find(|line| line.contains("\"opened\""))
        .unwrap();
    assert!(opened.contains("i-0002"), "{opened}");
    let known = reader.incident(IncidentId(2)).unwrap().unwrap();
    assert_eq!((known.worst, known.closed), (Status::Error, None));

    let plain = run(&["check", "-o", "ndjson", &config], "");
    assert!(
        !stdout(&plain).contains("\"incident\""),
        "without a history"
    );
}
