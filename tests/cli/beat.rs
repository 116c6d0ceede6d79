//! `hbmon beat`: what a receiver gets. The caller of a wrapped command notices nothing.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::support::*;

/// A received request.
#[derive(Debug)]
pub(crate) struct Request {
    /// Method and path.
    pub(crate) line: String,
    head: String,
    body: String,
}

impl Request {
    fn read(stream: &mut TcpStream) -> Request {
        let head = read_head(stream);
        let line = head.split(" HTTP/").next().unwrap_or_default().to_owned();
        let head = head.to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        let _ = stream.read_exact(&mut body);
        Request {
            line,
            head,
            body: String::from_utf8(body).unwrap(),
        }
    }
}

/// Answers each request with the next of these status lines (with headers), then always with the
/// last.
pub(crate) fn receiver(answers: &'static [&'static str]) -> (Server, Receiver<Request>) {
    let (send, requests) = mpsc::channel();
    let (send, next) = (Mutex::new(send), Arc::new(Mutex::new(0)));
    let server = Server::start(move |mut stream| {
        let request = Request::read(&mut stream);
        if request.line.is_empty() {
            return;
        }
        let answer = {
            let mut next = next.lock().unwrap();
            *next += 1;
            answers[(*next - 1).min(answers.len() - 1)]
        };
        let _ = send.lock().unwrap().send(request);
        crate::support::answer(&mut stream, answer, "");
    });
    (server, requests)
}

fn next(requests: &Receiver<Request>) -> Request {
    requests.recv_timeout(TIMEOUT).expect("a request in time")
}

pub(crate) fn beat(arguments: &[&str], input: &str) -> Output {
    run(&[&["beat"], arguments].concat(), input)
}

fn outcome(output: &Output) -> (i32, String, String) {
    (code(output), stdout(output), stderr(output))
}

fn quiet(code: i32) -> (i32, String, String) {
    (code, String::new(), String::new())
}

#[test]
fn a_heartbeat_is_a_post_with_the_time() {
    let (server, requests) = receiver(&["202 Accepted"]);
    let url = server.url("/v1/therapists/heartbeat");
    assert_eq!(
        outcome(&beat(&[&url, "--token", "t0ken", "-H", "X-Team: blue"], "")),
        quiet(0)
    );
    let request = next(&requests);
    assert_eq!(request.line, "POST /v1/therapists/heartbeat");
    for line in [
        "authorization: bearer t0ken",
        "content-type: application/json",
        "x-team: blue",
    ] {
        assert!(request.head.contains(line), "{}", request.head);
    }
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert!(
        body["timestamp"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .is_ok(),
        "{body}"
    );
    assert_eq!(body.as_object().unwrap().len(), 1);
}

#[test]
fn any_payload_can_be_sent() {
    let (server, requests) = receiver(&["200 OK"]);
    let url = server.url("/v1/worker-heartbeat");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("worker.json");
    let worker = r#"{"worker": {"id": "w-1", "status": "ready"}, "timestamp": "{timestamp}"}"#;
    fs::write(&file, worker).unwrap();
    let from_file = format!("@{}", file.display());
    for (data, input) in [(worker, ""), (from_file.as_str(), ""), ("-", worker)] {
        assert_eq!(outcome(&beat(&[&url, "--data", data], input)), quiet(0));
        let body: Value = serde_json::from_str(&next(&requests).body).unwrap();
        assert_eq!(body["worker"]["id"], "w-1");
        assert!(
            body["timestamp"]
                .as_str()
                .unwrap()
                .parse::<jiff::Timestamp>()
                .is_ok(),
            "{body}"
        );
    }
    assert_eq!(
        outcome(&beat(
            &[
                &url,
                "--data",
                "all $well",
                "-H",
                "Content-Type: text/plain"
            ],
            ""
        )),
        quiet(0)
    );
    let request = next(&requests);
    assert_eq!(request.body, "all $well");
    assert_eq!(request.head.matches("content-type").count(), 1);
    assert!(request.head.contains("content-type: text/plain"));
}

#[test]
fn a_push_monitor_of_the_config_is_known_by_its_name() {
    let (server, requests) = receiver(&["202 Accepted"]);
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("hbmon.yaml");
    let monitors = "[{name: backup, interval: 1d, push: {token: 0wn}}, \
                    {name: worker, interval: 1m, push: {}}]";
    fs::write(
        &config,
        format!(
            "listen: {}\ntoken: c0nfig\nmonitors: {monitors}\n",
            server.address
        ),
    )
    .unwrap();
    let config = config.to_str().unwrap();
    for (arguments, token) in [
        (&["backup", "-c", config][..], "0wn"),
        (&["worker", "-c", config], "c0nfig"),
        (&["worker", "-c", config, "--token", "fl4g"], "fl4g"),
    ] {
        assert_eq!(outcome(&beat(arguments, "")), quiet(0));
        let request = next(&requests);
        assert_eq!(
            request.line,
            format!("POST /v1/heartbeats/{}", arguments[0])
        );
        assert!(
            request
                .head
                .contains(&format!("authorization: bearer {token}\r\n")),
            "{}",
            request.head
        );
    }
    let output = beat(&["bakup", "-c", config], "");
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("did you mean `backup`?"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_may_be_better_later_is_tried_again() {
    let (server, requests) = receiver(&[
        "503 Service Unavailable\r\nRetry-After: 1",
        "429 Too Many Requests\r\nRetry-After: 0",
        "408 Request Timeout",
        "500 Internal Server Error",
        "200 OK",
    ]);
    assert_eq!(outcome(&beat(&[&server.url("/")], "")), quiet(0));
    assert_eq!(requests.try_iter().count(), 5);
}

#[test]
fn what_is_refused_or_comes_too_late_is_not() {
    let rows: [(&'static [&'static str], &str); 5] = [
        (&["401 Unauthorized"], "401 Unauthorized"),
        (&["404 Not Found"], "404 Not Found"),
        (&["413 Content Too Large"], "413 Payload Too Large"),
        (
            &["301 Moved Permanently\r\nLocation: https://h.test/"],
            "301 Moved Permanently to https://h.test/",
        ),
        (
            &["503 Service Unavailable\r\nRetry-After: 3600"],
            "503 Service Unavailable",
        ),
    ];
    for (answers, why) in rows {
        let (server, requests) = receiver(answers);
        let wanted = (
            1,
            String::new(),
            format!("error: heartbeat not accepted: {why}\n"),
        );
        assert_eq!(outcome(&beat(&[&server.url("/")], "")), wanted);
        assert_eq!(requests.try_iter().count(), 1, "{why}");
    }
}

#[test]
fn a_receiver_that_is_not_there_is_given_up() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let hangs_up = Server::start(|mut stream| drop(Request::read(&mut stream)));
    let silent = Server::silent();
    for (url, why) in [
        (closed, "connection refused"),
        (hangs_up.url("/"), "closed by the server"),
        (silent.url("/"), "timed out after"),
    ] {
        let output = beat(&[&url, "--deadline", "400ms"], "");
        assert_eq!((code(&output), stdout(&output)), (1, String::new()));
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
}

#[test]
fn secrets_are_never_shown() {
    // A receiver that echoes the whole request.
    let echo = Server::start(|mut stream| {
        let request = read_head(&mut stream).replace("\r\n", " | ");
        let _ = write!(
            stream,
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{request}",
            request.len()
        );
    });
    let url = echo.url("/ping/0b1e?api_key=k3y-in-query");
    let login = url.replace("http://", "http://anna:pa55word@");
    let token = |mut command: Command| {
        command
            .env("HBMON_BEAT_TOKEN", "t0ken-of-env")
            .output()
            .unwrap()
    };
    for output in [
        beat(
            &[
                &url,
                "--token",
                "t0ken-of-flag",
                "-H",
                "X-Auth: header-s3cret",
            ],
            "",
        ),
        beat(&[&login], ""),
        token(hbmon(&["beat", &url])),
        token(hbmon(&["beat", "--help"])),
        beat(&["http://anna:pa55word@[::1", "--token", "t0ken"], ""),
        beat(&[&url, "--token", "t0ken\u{7f}x"], ""),
        beat(&[&url, "-H", "X-Auth: header-s3cret\u{7f}"], ""),
    ] {
        let text = stdout(&output) + &stderr(&output);
        assert!(!text.is_empty());
        for secret in [
            "t0ken",
            "header-s3cret",
            "pa55word",
            "YW5uYTpwYTU1d29yZA",
            "k3y-in-query",
        ] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn usage_is_2() {
    let url = "http://127.0.0.1:9/";
    for arguments in [
        &["nowhere"][..],
        &["ftp://127.0.0.1/"],
        &["sse+http://127.0.0.1/"],
        &[url, "-H", "no colon"],
        &[url, "-H", "bad name: x"],
        &[url, "--token", ""],
        &[url, "--data", "{not json"],
        &[url, "--data", "@/no/such/file"],
        &[url, "--deadline", "60"],
        &[url, "--every", "5s"],
        &[url, "--min-interval", "1s"],
        &[url, "--every", "30s", "--", "true"],
        &[url, "--data", "{}", "--", "true"],
    ] {
        let output = beat(arguments, "");
        assert_eq!(
            (code(&output), stdout(&output)),
            (2, String::new()),
            "{arguments:?} {}",
            stderr(&output)
        );
        assert!(!stderr(&output).is_empty());
    }
}

#[test]
fn heartbeats_are_repeated_until_a_signal() {
    let (server, requests) = receiver(&["200 OK", "404 Not Found", "200 OK"]);
    let running = Running::start(
        &[
            "beat",
            &server.url("/"),
            "--every",
            "50ms",
            "--min-interval",
            "50ms",
        ],
        "",
    );
    for _ in 0..4 {
        next(&requests);
    }
    running.signal("TERM");
    assert_eq!(running.end().1.code(), Some(143));
}

/// Takes the two requests of a run, its start and then its end, which have the same run id. Returns
/// the request line of the end up to its query, and the end.
fn start_and_end(requests: &Receiver<Request>) -> (String, Request) {
    let (start, end) = (next(requests), next(requests));
    let (path, run) = start.line.split_once("?rid=").unwrap();
    assert_eq!((path, start.body.as_str()), ("POST /job/start", ""));
    assert_eq!(run.len(), 36, "a UUID");
    let (path, same) = end.line.split_once("?rid=").unwrap();
    assert_eq!(same, run);
    (path.to_owned(), end)
}

#[test]
fn a_command_is_reported_with_its_code_and_its_output() {
    for (script, code) in [
        ("echo out; echo err >&2", 0),
        ("echo out; echo err >&2; exit 3", 3),
        ("echo out; echo err >&2; kill -TERM $$", 143),
    ] {
        let (server, requests) = receiver(&["200 OK"]);
        let output = beat(&[&server.url("/job"), "--", "sh", "-c", script], "");
        assert_eq!(
            outcome(&output),
            (code, "out\n".to_owned(), "err\n".to_owned())
        );
        let (path, end) = start_and_end(&requests);
        assert_eq!(path, format!("POST /job/{code}"));
        let (first, rest) = end.body.split_once('\n').unwrap();
        assert!(first.starts_with(&format!("exit {code} after ")), "{first}");
        assert!(rest == "out\nerr\n" || rest == "err\nout\n", "{rest}");
        assert!(
            end.head.contains("content-type: text/plain"),
            "{}",
            end.head
        );
    }
}

#[test]
fn a_command_that_cannot_be_run_is_reported_too() {
    for (command, code) in [("no-such-command-here", 127), ("/", 126)] {
        let (server, requests) = receiver(&["200 OK"]);
        let output = beat(&[&server.url("/job"), "--", command], "");
        assert_eq!(
            (self::code(&output), stdout(&output)),
            (code, String::new())
        );
        assert!(
            stderr(&output).starts_with(&format!("error: cannot run `{command}`: ")),
            "{}",
            stderr(&output)
        );
        assert_eq!(start_and_end(&requests).0, format!("POST /job/{code}"));
    }
}

#[test]
fn output_passes_whole_and_its_end_is_reported() {
    let (server, requests) = receiver(&["200 OK"]);
    let script =
        "i=0; while [ $i -lt 20000 ]; do echo \"line $i of a long story\"; i=$((i+1)); done";
    let output = beat(&[&server.url("/job"), "--", "sh", "-c", script], "");
    let text: String = (0..20_000)
        .map(|i| format!("line {i} of a long story\n"))
        .collect();
    assert_eq!(outcome(&output), (0, text, String::new()));
    let body = start_and_end(&requests).1.body;
    assert!(body.len() <= 10_000 && body.len() > 9_900, "{}", body.len());
    assert!(body.ends_with("line 19999 of a long story\n"));
}

#[test]
fn the_command_has_the_callers_stdin_and_arguments() {
    let (server, _requests) = receiver(&["200 OK"]);
    let output = beat(
        &[
            &server.url("/job"),
            "--",
            "sh",
            "-c",
            "cat; echo \"$1\"",
            "name",
            "a b --token",
        ],
        "through\n",
    );
    assert_eq!(
        outcome(&output),
        (0, "through\na b --token\n".to_owned(), String::new())
    );
    let mut command = hbmon(&[
        "beat",
        &server.url("/job"),
        "--",
        "sh",
        "-c",
        "echo $OWN$HBMON_BEAT_TOKEN",
    ]);
    let output = command
        .env("OWN", "kept")
        .env("HBMON_BEAT_TOKEN", "t0ken")
        .output()
        .unwrap();
    assert_eq!(
        outcome(&output),
        (0, "kept\n".to_owned(), String::new()),
        "the token is not the command's"
    );
}

#[test]
fn a_dead_receiver_changes_nothing_for_the_command() {
    let silent = Server::silent();
    for url in ["http://127.0.0.1:9/job".to_owned(), silent.url("/job")] {
        let output = beat(
            &[
                &url,
                "--deadline",
                "300ms",
                "--",
                "sh",
                "-c",
                "echo out; exit 3",
            ],
            "",
        );
        assert_eq!((code(&output), stdout(&output)), (3, "out\n".to_owned()));
        assert!(
            stderr(&output).starts_with("warning: end of the run not reported: "),
            "{}",
            stderr(&output)
        );
        assert_eq!(stderr(&output).lines().count(), 1);
    }
    // A second signal does not wait for the report of the end.
    let mut running = Running::start(
        &[
            "beat",
            &silent.url("/job"),
            "--deadline",
            "1h",
            "--",
            "sh",
            "-c",
            "echo $$",
        ],
        "",
    );
    let command = running.line();
    while Command::new("kill")
        .args(["-0", &command])
        .output()
        .unwrap()
        .status
        .success()
    {
        std::thread::sleep(Duration::from_millis(10));
    }
    // A signal at the instant of the command's end goes to the command, so send it again, as a user
    // would.
    while !running.has_ended() {
        running.signal("TERM");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(
        running.end().1.code(),
        Some(0),
        "the code of the command, which has ended"
    );
}

#[test]
fn signals_go_to_the_command() {
    for (signal, code) in [("TERM", 7), ("INT", 7), ("HUP", 7), ("USR1", 7)] {
        let (server, requests) = receiver(&["200 OK"]);
        let script =
            format!("trap 'exit {code}' {signal}; echo ready; while :; do sleep 0.05; done");
        let running = Running::start(
            &["beat", &server.url("/job"), "--", "sh", "-c", &script],
            "",
        );
        assert_eq!(running.line(), "ready");
        running.signal(signal);
        assert_eq!(running.end().1.code(), Some(code), "{signal}");
        assert_eq!(start_and_end(&requests).0, format!("POST /job/{code}"));
    }
}

#[test]
fn a_daemon_that_keeps_the_pipe_open_holds_nobody() {
    let (server, requests) = receiver(&["200 OK"]);
    let output = beat(
        &[&server.url("/job"), "--", "sh", "-c", "sleep 600 & echo $!"],
        "",
    );
    assert_eq!((code(&output), stderr(&output)), (0, String::new()));
    assert_eq!(start_and_end(&requests).0, "POST /job/0");
    let daemon = stdout(&output).trim().to_owned();
    assert!(
        Command::new("kill")
            .arg(&daemon)
            .status()
            .unwrap()
            .success(),
        "it still runs"
    );
}

#[test]
fn a_reader_that_goes_away_ends_the_command_as_it_would_without_us() {
    let (server, requests) = receiver(&["200 OK"]);
    let mut child = hbmon(&["beat", &server.url("/job"), "--", "yes"])
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    drop(stdout);
    assert_eq!(
        (line.as_str(), child.wait().unwrap().code()),
        ("y\n", Some(141))
    );
    assert_eq!(start_and_end(&requests).0, "POST /job/141");
}
