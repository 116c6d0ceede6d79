//! Tests of the agent as a service: listen address, reload, log, health and shutdown.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::support::*;

const JOB: &str = "{name: job, interval: 1h, push: {}}";

fn serve(config: &str) -> std::process::Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    fs::write(&path, config).unwrap();
    run(&["serve", path.to_str().unwrap()])
}

#[test]
fn an_address_in_use_is_told_with_its_place() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    let config = config("", &[JOB]).replace("127.0.0.1:0", &address);
    let output = serve(&config);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for part in [
        "HB060",
        &format!("cannot listen on {address}: address already in use"),
        "hbmon.yaml:1:9",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // `watch` has the same interface and fails in the same way.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    fs::write(&path, config).unwrap();
    assert_eq!(
        run(&["watch", "--headless", path.to_str().unwrap()])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn another_address_needs_a_token() {
    for listen in ["0.0.0.0:0", "'[::]:0'", "192.0.2.1:9747"] {
        let output = serve(&config("", &[JOB]).replace("127.0.0.1:0", listen));
        assert_eq!(
            output.status.code(),
            Some(2),
            "{listen}: {}",
            stderr(&output)
        );
        assert!(
            stderr(&output).contains("`token`"),
            "{listen}: {}",
            stderr(&output)
        );
    }
    let everywhere = config("token: s3cret", &[JOB]).replace("127.0.0.1:0", "0.0.0.0:0");
    let agent = Agent::with(&everywhere, |command| command);
    assert!(agent.address.ip().is_unspecified());
}

#[test]
fn a_reload_changes_monitors_and_token_and_a_bad_one_changes_nothing() {
    let agent = Agent::start("token: old", &[JOB]);
    let beat = |name: &str, token: &str| {
        let header = format!("Authorization: Bearer {token}");
        agent
            .ask(&format!("POST /v1/heartbeats/{name}"), &[&header], "")
            .status
    };
    assert_eq!((beat("job", "old"), beat("other", "old")), (202, 404));
    agent.reconfigure(&config(
        "token: new",
        &[JOB, "{name: other, interval: 1h, push: {}}"],
    ));
    agent.logs("config reloaded: 1 added");
    assert_eq!((beat("job", "old"), beat("other", "new")), (401, 202));

    agent.reconfigure("monitors: [{name: job}]");
    let line = agent.logs("not reloaded");
    assert!(line.contains("hbmon.yaml:1:"), "{line}");
    agent.signal("HUP");
    agent.logs("not reloaded");
    assert_eq!((beat("job", "new"), beat("other", "new")), (202, 202));
    let accepted = |wanted: &str| {
        let line = format!("hbmon_config_last_reload_successful {wanted}");
        until(|| {
            let answer = agent.ask("GET /metrics", &["Authorization: Bearer new"], "");
            answer.body.lines().any(|found| found == line).then_some(())
        });
    };
    let loaded_at = || {
        let answer = agent.ask("GET /metrics", &["Authorization: Bearer new"], "");
        let name = "hbmon_config_last_reload_success_timestamp_seconds ";
        let value = answer.body.lines().find_map(|line| line.strip_prefix(name));
        value.unwrap().parse::<f64>().unwrap()
    };
    accepted("0");
    let before = loaded_at();
    agent.reconfigure(&config("token: new", &[JOB]));
    agent.logs("config reloaded: 1 removed");
    accepted("1");
    assert!(loaded_at() > before);

    // A new address takes effect after a restart, and so does its token.
    agent.reconfigure(&config("", &[JOB]).replace("127.0.0.1:0", "127.0.0.2:0"));
    agent.logs("until a restart");
    agent.logs("config reloaded: no monitor changed");
    assert_eq!((beat("job", "none"), beat("job", "new")), (401, 202));
}

#[test]
fn included_files_are_reloaded_too() {
    let folder = tempfile::tempdir().unwrap();
    let included = |name: &str, monitors: &str| {
        fs::write(
            folder.path().join(name),
            format!("monitors: [{monitors}]\n"),
        )
        .unwrap();
    };
    let job = |name: &str| format!("{{name: {name}, interval: 1h, push: {{}}}}");
    included("a.yaml", &job("one"));
    let include = format!("include: '{}/*.yaml'", folder.path().display());
    let agent = Agent::start(&include, &[JOB]);
    let beat = |name: &str| agent.post(&format!("/v1/heartbeats/{name}"), "");
    assert_eq!((beat("job"), beat("one"), beat("two")), (202, 202, 404));
    // A new file, a changed one, a bad one, and one that goes.
    included("b.yaml", &job("two"));
    agent.logs("config reloaded: 1 added");
    assert_eq!(beat("two"), 202);
    included("a.yaml", &format!("{}, {}", job("one"), job("three")));
    agent.logs("config reloaded: 1 added");
    assert_eq!(beat("three"), 202);
    included("b.yaml", "{name: two}");
    let line = agent.logs("not reloaded");
    assert!(line.contains("b.yaml:1:"), "{line}");
    fs::remove_file(folder.path().join("b.yaml")).unwrap();
    agent.logs("config reloaded: 1 removed");
    // Another folder, from a reload on.
    let other = tempfile::tempdir().unwrap();
    let include = format!("include: '{}/*.yml'", other.path().display());
    agent.reconfigure(&config(&include, &[JOB]));
    agent.logs("config reloaded: 2 removed");
    fs::write(
        other.path().join("c.yml"),
        format!("monitors: [{}]\n", job("four")),
    )
    .unwrap();
    agent.logs("config reloaded: 1 added");
    assert_eq!((beat("four"), beat("one")), (202, 404));
}

#[test]
fn the_log_tells_changes_as_text_or_json() {
    let text = Agent::start("", &[JOB]);
    text.post("/v1/heartbeats/job/fail", "disk full");
    let line = text.logs("job is in error");
    assert!(
        line.contains("ERROR")
            && line.contains("disk full")
            && line.contains("reason=\"reported\""),
        "{line}"
    );

    let job = JOB.replacen(
        "interval",
        "runbook: 'https://wiki.example.com/job', labels: {team: ops}, interval",
        1,
    );
    let json = Agent::with(&config("", &[&job]), |command| {
        command.args(["--log-format", "json"])
    });
    json.post("/v1/heartbeats/job/fail", "disk full");
    let line: Value = serde_json::from_str(&json.logs("job is in error")).unwrap();
    assert_eq!(
        (&line["level"], &line["monitor"], &line["status"]),
        (&"ERROR".into(), &"job".into(), &"error".into())
    );
    assert_eq!(
        (&line["runbook"], &line["labels"]),
        (&"https://wiki.example.com/job".into(), &"team=ops".into())
    );
    assert!(
        line["timestamp"].is_string() && line["message"].as_str().unwrap().contains("disk full"),
        "{line}"
    );
}

#[test]
fn it_ends_with_0_on_either_signal_and_writes_its_outputs() {
    for signal in ["TERM", "INT"] {
        let agent = Agent::with(&config("", &[JOB]), |command| {
            let folder = std::path::Path::new(command.get_args().nth(1).unwrap())
                .parent()
                .unwrap()
                .to_owned();
            command
                .args(["-o", "ndjson"])
                .stdout(fs::File::create(folder.join("events")).unwrap())
        });
        agent.post("/v1/heartbeats/job", "");
        agent.becomes("job", "healthy");
        agent.signal(signal);
        let events = agent.folder.path().join("events");
        until(|| {
            fs::read_to_string(&events)
                .unwrap()
                .contains("\"type\":\"end\"")
                .then_some(())
        });
        let (status, folder) = agent.wait();
        assert_eq!(status.code(), Some(0), "{signal}");
        let told = fs::read_to_string(folder.path().join("events")).unwrap();
        let types: Vec<Value> = told
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].take())
            .collect();
        assert_eq!(types, ["start", "beat", "transition", "end"], "{signal}");
    }
}

#[test]
fn the_log_says_what_is_watched_and_how_it_ended() {
    let site = "{name: site, interval: 1h, http: 'http://127.0.0.1:9/'}";
    let off = "{name: off, enabled: false, http: 'http://127.0.0.1:9/'}";
    let agent = Agent::start("", &[JOB, site, off]);
    let path = agent.path();
    let line = agent.logs("watching");
    assert!(
        line.ends_with(&format!(
            "INFO watching 3 monitors from {path}: 2 http, 1 push (1 paused)"
        )),
        "{line}"
    );
    agent.signal("TERM");
    let line = agent.logs("stopped after");
    assert!(
        line.contains("INFO") && line.ends_with("s by SIGTERM"),
        "{line}"
    );
    assert_eq!(agent.wait().0.code(), Some(0));
}

/// Runs an agent whose stderr is a file that `$JOURNAL_STREAM` names, as journald's stream. Returns
/// its log, after a push monitor failed and was well again.
fn journal(arguments: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("journal");
    let file = fs::File::create(&log).unwrap();
    let found = file.metadata().unwrap();
    let stream = format!("{}:{}", found.dev(), found.ino());
    let path = folder.path().join("hbmon.yaml");
    fs::write(&path, config("", &[JOB])).unwrap();
    let mut child = hbmon(&[&["serve", "--no-state", path.to_str().unwrap()], arguments].concat())
        .env("JOURNAL_STREAM", stream)
        .stdout(Stdio::null())
        .stderr(file)
        .spawn()
        .unwrap();
    let read = || fs::read_to_string(&log).unwrap();
    let address = until(|| {
        let text = read();
        let (_, rest) = text.split_once("listening on http://")?;
        Some(rest.split_once(['\n', '"'])?.0.to_owned())
    });
    for (step, status) in [("/fail", "in error"), ("", "healthy")] {
        let mut stream = TcpStream::connect(&address).unwrap();
        let head = "Host: localhost\r\nConnection: close\r\nContent-Length: 0";
        write!(
            stream,
            "POST /v1/heartbeats/job{step} HTTP/1.1\r\n{head}\r\n\r\n"
        )
        .unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
        until(|| read().contains(&format!("job is {status}")).then_some(()));
    }
    let sent = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success() && child.wait().unwrap().success());
    read().lines().map(str::to_owned).collect()
}

#[test]
fn under_journald_lines_have_priorities_and_no_times() {
    let lines = journal(&[]);
    assert!(
        lines[0].starts_with("<6>listening on http://127.0.0.1:"),
        "{lines:#?}"
    );
    let has = |wanted: &str| lines.iter().any(|line| line.starts_with(wanted));
    for wanted in [
        "<6>watching 1 monitor from ",
        "<3>job is in error: ",
        "<6>job is healthy",
        "<6>stopped after ",
    ] {
        assert!(has(wanted), "{wanted}: {lines:#?}");
    }
    let json = journal(&["--log-format", "json"]);
    let error = json.iter().find_map(|line| line.strip_prefix("<3>"));
    let error: Value = serde_json::from_str(error.unwrap()).unwrap();
    assert_eq!(
        (&error["level"], &error["monitor"]),
        (&"ERROR".into(), &"job".into())
    );
}

#[test]
fn a_config_that_journald_hears_of_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (log, path) = (
        folder.path().join("journal"),
        folder.path().join("bad.yaml"),
    );
    fs::write(&path, "monitors: [{name: job}]").unwrap();
    let file = fs::File::create(&log).unwrap();
    let found = file.metadata().unwrap();
    let status = hbmon(&["serve", path.to_str().unwrap()])
        .env("JOURNAL_STREAM", format!("{}:{}", found.dev(), found.ino()))
        .stderr(file)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
    let text = fs::read_to_string(&log).unwrap();
    assert!(
        text.contains("error[") && text.lines().all(|line| line.starts_with("<3>")),
        "{text}"
    );
    // The variable is inherited; stderr may go elsewhere.
    let output = hbmon(&["serve", path.to_str().unwrap()])
        .env("JOURNAL_STREAM", "1:2")
        .output()
        .unwrap();
    assert!(stderr(&output).starts_with("error["), "{}", stderr(&output));
}

#[test]
fn health_asks_whoever_runs() {
    let agent = Agent::start(
        "token: s3cret",
        &["{name: site, interval: 1h, http: 'http://127.0.0.1:9/'}"],
    );
    let fixed = config("token: s3cret", &[JOB]).replace("127.0.0.1:0", &agent.address.to_string());
    let path = agent.folder.path().join("fixed.yaml");
    fs::write(&path, fixed).unwrap();
    let url = format!("http://{}", agent.address);
    for arguments in [vec!["--url", &url], vec![path.to_str().unwrap()]] {
        let output = run(&[vec!["health"], arguments].concat());
        // A failed target does not make the agent itself unhealthy.
        assert_eq!(
            (output.status.code(), stderr(&output).as_str()),
            (Some(0), "")
        );
    }
    agent.stop();
    let output = run(&["health", "--url", &url]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("unhealthy: connection refused"),
        "{}",
        stderr(&output)
    );
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = run(&[
        "health",
        "--timeout",
        "100ms",
        "--url",
        &format!("http://{}", silent.local_addr().unwrap()),
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(run(&["health", "--url", "ftp://x"]).status.code(), Some(2));
}

#[test]
fn health_asks_only_the_address_of_its_config() {
    let agent = Agent::start("", &[JOB]);
    let folder = agent.folder.path();
    let asked = |name: &str, text: Option<String>| {
        let path = folder.join(name);
        if let Some(text) = text {
            fs::write(&path, text).unwrap();
        }
        let output = run(&["health", path.to_str().unwrap()]);
        (output.status.code(), stderr(&output))
    };
    let address = agent.address;
    // An agent goes on with its former config after a refused reload.
    let edited = format!("listen: {address}\nmonitors:\n  - {{name: a, http: nonsense}}\n");
    assert_eq!(asked("edited.yaml", Some(edited)), (Some(0), String::new()));
    let help = "help: `hbmon health --url http://127.0.0.1:9747` needs no config";
    for (name, text, why) in [
        ("missing.yaml", None, "missing.yaml`: no such file"),
        (
            "broken.yaml",
            Some(format!("listen: {address}\nmonitors: [\n")),
            "error[HB010]",
        ),
        (
            "typo.yaml",
            Some("listen: 9747\nmonitors: []\n".to_owned()),
            "`listen` is not an address",
        ),
        (
            "unset.yaml",
            Some("listen: ${NO_SUCH_VARIABLE}\nmonitors: []\n".to_owned()),
            "NO_SUCH_VARIABLE",
        ),
    ] {
        let (code, said) = asked(name, text);
        assert_eq!(code, Some(2), "{name}: {said}");
        assert!(said.contains(why) && said.contains(help), "{said}");
    }
}

#[test]
fn watch_offers_the_same_interface() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    fs::write(&path, config("", &[JOB])).unwrap();
    let agent = Agent::again(folder, &config("", &[JOB]), |command| {
        *command = hbmon(&[
            "watch",
            "--headless",
            "-o",
            "ndjson",
            path.to_str().unwrap(),
        ]);
        command.stdout(Stdio::null())
    });
    assert_eq!(agent.post("/v1/heartbeats/job", ""), 202);
    agent.becomes("job", "healthy");
    let mut events = agent.stream("/v1/events");
    assert_eq!(events.next().unwrap().0, "start");
    let (status, _) = agent.stop();
    assert_eq!(status.code(), Some(143));
    assert_eq!(events.next().unwrap().0, "end");
}

/// Sends `count` requests on one connection, each of which causes a log line.
fn post_lines(address: SocketAddr, count: usize) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let line = "x".repeat(350);
    for number in 0..count {
        let last = if number + 1 == count {
            "Connection: close\r\n"
        } else {
            ""
        };
        let head = format!(
            "POST /v1/heartbeats/job/log HTTP/1.1\r\nHost: localhost\r\n{last}Content-Length: 350\r\n"
        );
        stream
            .write_all(format!("{head}\r\n{line}").as_bytes())
            .unwrap();
        let mut answer = [0; 1 << 10];
        let read = stream.read(&mut answer).unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 202"), "{number}");
    }
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    fs::write(&path, config("", &[JOB])).unwrap();
    let mut command = hbmon(&["serve", "-v", path.to_str().unwrap()]);
    let mut child = command
        .env("TOKIO_WORKER_THREADS", "1")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("listening on http://") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0);
    }
    let address: SocketAddr = line.rsplit('/').next().unwrap().trim_end().parse().unwrap();
    // A pipe holds 64 KiB, and the queue of log lines is limited too.
    post_lines(address, 3_000);
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    let dropped = page
        .lines()
        .find_map(|line| line.strip_prefix("hbmon_log_lines_dropped_total "))
        .unwrap();
    assert!(dropped.parse::<u64>().unwrap() > 500, "{dropped}");
    let sent = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Returns the types of the events in a file. Every line must be complete.
fn types(path: &Path) -> Vec<String> {
    let told = fs::read_to_string(path).unwrap();
    assert!(told.is_empty() || told.ends_with('\n'), "{told}");
    let kind = |line| {
        serde_json::from_str::<Value>(line).unwrap()["type"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    told.lines().map(kind).collect()
}

#[test]
fn the_last_event_has_the_exit_code_of_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events");
    let output = format!("ndjson={}", events.display());
    let agent = Agent::again(folder, &config("", &[JOB]), |command| {
        command.args(["-o", &output])
    });
    let (status, _folder) = agent.stop();
    let events = fs::read_to_string(&events).unwrap();
    let end: Value = serde_json::from_str(events.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&end["type"], &end["exit"]),
        (&"end".into(), &status.code().into())
    );
}

#[test]
fn a_log_of_events_is_appended_to_and_follows_its_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let (events, old) = (folder.path().join("events"), folder.path().join("events.1"));
    let output = format!("ndjson={}", events.display());
    let start = |folder| {
        Agent::again(folder, &config("", &[JOB]), |command| {
            command.args(["-o", &output])
        })
    };
    let (_, folder) = start(folder).stop();
    assert_eq!(types(&events), ["start", "end"]);
    let agent = start(folder);
    assert_eq!(agent.post("/v1/heartbeats/job", ""), 202);
    until(|| {
        types(&events)
            .contains(&"transition".to_owned())
            .then_some(())
    });
    assert_eq!(
        types(&events),
        ["start", "end", "start", "beat", "transition"]
    );
    fs::rename(&events, &old).unwrap();
    agent.signal("HUP");
    until(|| events.exists().then_some(()));
    assert_eq!(agent.post("/v1/heartbeats/job", ""), 202);
    until(|| types(&events).contains(&"beat".to_owned()).then_some(()));
    // The agent creates a removed file again without a signal.
    fs::remove_file(&events).unwrap();
    until(|| {
        agent.post("/v1/heartbeats/job", "");
        events.exists().then_some(())
    });
    assert_eq!(types(&old), ["start", "end", "start", "beat", "transition"]);
    assert_eq!(agent.stop().0.code(), Some(0));
}

#[test]
fn a_full_disk_ends_nothing_and_tears_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events");
    let output = format!("ndjson={}", events.display());
    // Writes beyond 9 blocks of 512 bytes fail, as on a full disk; less than a line is left then.
    let agent = Agent::again(folder, &config("", &[JOB]), |command| {
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        let binary = command.get_program().to_owned();
        *command = std::process::Command::new("sh");
        command
            .args(["-c", "ulimit -f 9; exec \"$0\" \"$@\""])
            .arg(binary)
            .args(arguments)
            .args(["-o", &output]);
        command
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
    });
    let metric = || {
        let page = agent.get("/metrics").body;
        let value = page
            .lines()
            .find_map(|line| line.strip_prefix("hbmon_output_errors_total "));
        value.unwrap().parse::<u64>().unwrap()
    };
    until(|| {
        agent.post("/v1/heartbeats/job", "");
        (metric() > 0).then_some(())
    });
    assert!(
        agent
            .logs("cannot write")
            .contains(events.to_str().unwrap())
    );
    // A write that fails is taken back a moment later.
    until(|| {
        let text = fs::read_to_string(&events).unwrap();
        text.ends_with('\n').then_some(())
    });
    let told = types(&events);
    // The line about what was lost is shorter than a heartbeat and may still fit, as the last one.
    let written = told.strip_suffix(&["lost".to_owned()]).unwrap_or(&told);
    assert!(
        written.len() > 5 && !written.contains(&"lost".to_owned()),
        "{told:?}"
    );
    fs::rename(&events, events.with_extension("1")).unwrap();
    until(|| {
        agent.post("/v1/heartbeats/job", "");
        (events.exists() && types(&events).contains(&"lost".to_owned())).then_some(())
    });
    agent.logs("is written again");
    assert_eq!(types(&events)[0], "lost");
    assert_eq!(agent.stop().0.code(), Some(0));
}

#[test]
fn a_stdout_that_is_full_ends_nothing() {
    let agent = Agent::with(&config("", &[JOB]), |command| {
        command.args(["-o", "ndjson"]).stdout(
            fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap(),
        )
    });
    assert!(agent.logs("cannot write").contains("`stdout`"));
    assert_eq!(agent.post("/v1/heartbeats/job", ""), 202);
    agent.becomes("job", "healthy");
    assert_eq!(agent.stop().0.code(), Some(0));
}
