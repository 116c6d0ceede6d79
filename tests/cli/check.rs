//! `hbmon check`: the verdict, the report, the exit code.

use std::io::Read;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::support::*;

#[test]
fn all_well_is_0() {
    let (site, beating) = (
        Server::http("200 OK", "{}"),
        Arc::new(AtomicBool::new(true)),
    );
    let queen = Server::sse(Duration::from_millis(100), beating);
    let config = config(&[
        &http("site", &site),
        &format!("{{name: queen, sse: \"{}\"}}", queen.url("/")),
    ]);
    let output = run(&["check", "-o", "json", "-"], &config);
    let report = json(&output);
    assert_eq!(
        (code(&output), &report["exit"], &report["status"]),
        (0, &0.into(), &"healthy".into())
    );
    assert_eq!(
        (&report["complete"], &report["score"]),
        (&true.into(), &100.0.into())
    );
    assert_eq!(stderr(&output), "");
    let site = &report["monitors"][0];
    assert_eq!(
        (&site["beats"], &site["attempts"], &site["failures"]),
        (&1.into(), &1.into(), &0.into())
    );
    assert!(
        site["phases"]["connect_ms"].is_number() && site["phases"]["tls_ms"].is_null(),
        "{site:#}"
    );
}

#[test]
fn push_monitors_are_left_out_and_named() {
    let site = Server::http("200 OK", "{}");
    let both = config(&[&http("site", &site), "{name: job, push: {}}"]);
    let output = run(&["check", "-o", "json", "-"], &both);
    assert_eq!(
        (
            code(&output),
            json(&output)["monitors"].as_array().unwrap().len()
        ),
        (0, 1)
    );
    assert_eq!(
        stderr(&output),
        "note: 1 push monitor left out: only a running `hbmon serve` or `hbmon watch` receives their heartbeats\n"
    );
    // Nothing was polled. That must not look green.
    let output = run(&["check", "-"], &config(&["{name: job, push: {}}"]));
    assert_eq!((code(&output), stdout(&output).as_str()), (4, ""));
    assert!(
        stderr(&output).starts_with("error: nothing to probe, 1 push monitor left out"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_status_that_is_not_wanted_is_1_once_it_is_confirmed() {
    let (good, bad) = (
        Server::http("200 OK", "{}"),
        Server::http("503 Service Unavailable", "busy"),
    );
    let config = config(&[&http("good", &good), &http("bad", &bad)]);
    let output = run(&["check", "-o", "json", "-"], &config);
    let report = json(&output);
    assert_eq!(
        (code(&output), &report["exit"], &report["score"]),
        (1, &1.into(), &50.0.into())
    );
    let bad = &report["monitors"][1];
    assert_eq!(
        (&bad["status"], &bad["reason"]),
        (&"error".into(), &"status".into())
    );
    assert_eq!(bad["message"], "503 Service Unavailable");
    assert!(bad["attempts"].as_u64() >= Some(2), "{bad:#}");
    assert_eq!(bad["attempts"], bad["consecutive_failures"]);
    // The time of a failed attempt is in its own outcome and nowhere else.
    assert!(
        bad["latency_ms"].is_null() && bad["latency"].is_null(),
        "{bad}"
    );
    assert!(
        bad["recent"][0]["latency_ms"].is_number() && bad["quality"] == "unknown",
        "{bad}"
    );
}

#[test]
fn a_deadline_with_nothing_known_is_3() {
    let silent = Server::silent();
    let config = config(&[&http("silent", &silent)]);
    let output = run(
        &["check", "-o", "json", "--deadline", "300ms", "-"],
        &config,
    );
    let report = json(&output);
    assert_eq!(
        (code(&output), &report["complete"], &report["status"]),
        (3, &false.into(), &"unknown".into())
    );
    assert_eq!(
        code(&run(
            &["check", "--deadline", "300ms", "--exit-code=nagios", "-"],
            &config
        )),
        3
    );
}

#[test]
fn a_target_that_hangs_is_1_by_its_own_time_out() {
    let silent = Server::silent();
    let config = format!(
        "monitors: [{{name: silent, timeout: 200ms, http: \"{}\"}}]",
        silent.url("/")
    );
    let output = run(&["check", "-o", "json", "-"], &config);
    let monitor = &json(&output)["monitors"][0];
    assert_eq!((code(&output), &monitor["reason"]), (1, &"timeout".into()));
    assert!(
        monitor["message"]
            .as_str()
            .unwrap()
            .contains("no response headers"),
        "{monitor:#}"
    );
}

#[test]
fn usage_and_config_are_2() {
    for arguments in [
        &["check", "--no-such-flag"][..],
        &["check", "/no/such/file.yaml"],
        &["frobnicate"],
        &["check", "-o", "xml"],
    ] {
        let output = run(arguments, "");
        assert_eq!(
            (code(&output), stdout(&output)),
            (2, String::new()),
            "{arguments:?}"
        );
        assert!(!stderr(&output).is_empty(), "{arguments:?}");
    }
    let output = run(
        &["check", "-"],
        "monitors: [{name: a, intervall: 15s, http: http://localhost/}]",
    );
    assert_eq!((code(&output), stdout(&output)), (2, String::new()));
    assert!(
        stderr(&output).contains("did you mean `interval`?"),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        code(&run(&["check", "--exit-code=nagios", "--no-such-flag"], "")),
        3
    );
    let output = run(&["check", "-o", "json", "-o", "plain", "-"], "monitors: []");
    assert_eq!(code(&output), 2, "two formats for one stdout");
}

#[test]
fn a_filter_that_selects_nothing_is_4() {
    let good = Server::http("200 OK", "{}");
    let config = config(&[&http("good", &good)]);
    let output = run(&["check", "-F", "tag:nowhere", "-"], &config);
    assert_eq!((code(&output), stdout(&output)), (4, String::new()));
    assert!(
        stderr(&output).contains("selects no"),
        "{}",
        stderr(&output)
    );
    assert_eq!(code(&run(&["check", "-F", "go*", "-"], &config)), 0);
    assert_eq!(
        code(&run(&["check", "-F", "good !kind:http", "-"], &config)),
        4
    );
}

#[test]
fn a_wait_that_a_server_asks_for_is_announced() {
    let busy = Server::start(|mut stream| {
        read_head(&mut stream);
        let _ = std::io::Write::write_all(
            &mut stream,
            b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 0\r\n\
              Connection: close\r\n\r\n",
        );
    });
    let config = config(&[&http("busy", &busy)]);
    let output = run(&["check", "-"], &config);
    assert_eq!(
        (code(&output), stderr(&output).as_str()),
        (
            1,
            "waiting: busy HTTP 503, retry in 1s (Retry-After 7s, asked again after 1s)\n"
        )
    );
    assert_eq!(stderr(&run(&["check", "-q", "-"], &config)), "");
}

#[test]
fn a_failure_has_its_url_and_description_and_no_single_try() {
    let bad = Server::http("503 Service Unavailable", "");
    let url = bad.url("/alive");
    let monitor =
        format!("{{name: bad, description: Orders of team blue., group: web, http: '{url}'}}");
    let config = config(&[&monitor]);
    let output = run(&["check", "--retries", "0", "--by", "group", "-"], &config);
    let text = stdout(&output);
    assert!(
        text.starts_with("web: 1 error of 1 monitor\n✗ bad  http  503 Serv"),
        "{text}"
    );
    let about = format!("\n    {url}\n    Orders of team blue.\n✗ ");
    assert!(text.contains(&about) && !text.contains("1/1 try"), "{text}");
}

#[test]
fn paused_monitors_are_left_alone() {
    let never = Server::http("500 Internal Server Error", "");
    let config = config(&[&format!(
        "{{name: off, enabled: false, http: \"{}\"}}",
        never.url("/")
    )]);
    let output = run(&["check", "-o", "json", "-"], &config);
    let report = json(&output);
    assert_eq!(
        (code(&output), &report["status"], &report["score"]),
        (0, &"paused".into(), &serde_json::Value::Null)
    );
    assert_eq!(*never.connections.lock().unwrap(), 0);
}

#[test]
fn a_failure_and_then_a_beat_is_settled_as_healthy() {
    let first = AtomicBool::new(true);
    let server = Server::start(move |mut stream| {
        read_head(&mut stream);
        let bad = first.swap(false, std::sync::atomic::Ordering::SeqCst);
        answer(
            &mut stream,
            if bad { "502 Bad Gateway" } else { "200 OK" },
            "{}",
        );
    });
    let output = run(
        &["check", "-o", "json", "-"],
        &config(&[&http("flaky", &server)]),
    );
    let monitor = &json(&output)["monitors"][0];
    assert_eq!(
        (code(&output), &monitor["status"], &monitor["attempts"]),
        (0, &"healthy".into(), &2.into())
    );
}

#[test]
fn a_silence_that_settled_it_is_the_verdict_whatever_comes_later() {
    let hanging = Server::silent();
    let late = Server::start(|mut stream| {
        read_head(&mut stream);
        let _ = std::io::Write::write_all(
            &mut stream,
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n",
        );
        std::thread::sleep(Duration::from_millis(1500));
        let _ = std::io::Write::write_all(&mut stream, b"data: at last\n\n");
        let _ = stream.read(&mut [0]);
    });
    let silent = format!(
        "{{name: silent, interval: 200ms, sse: \"{}\"}}",
        late.url("/")
    );
    let output = run(
        &["check", "-o", "json", "-"],
        &config(&[&silent, &http("hanging", &hanging)]),
    );
    let monitor = &json(&output)["monitors"][0];
    assert_eq!(
        (&monitor["status"], &monitor["missed"]),
        (&"error".into(), &2.into()),
        "{monitor:#}"
    );
    assert_eq!(
        (&monitor["reason"], &monitor["beats"]),
        (&"missed".into(), &0.into())
    );
}

#[test]
fn a_reader_that_goes_away_does_not_change_the_verdict() {
    let bad = Server::http("500 Internal Server Error", "");
    let config = config(&[&http("bad", &bad)]);
    for format in ["json", "human", "plain", "ndjson"] {
        let mut child = hbmon(&["check", "-o", format, "-"]).spawn().unwrap();
        drop(child.stdout.take());
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), config.as_bytes()).unwrap();
        let mut complaint = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut complaint)
            .unwrap();
        let hints = matches!(format, "nagios" | "checkmk");
        assert_eq!(
            (child.wait().unwrap().code(), complaint.is_empty()),
            (Some(1), !hints),
            "{format}: {complaint}"
        );
    }
}

#[test]
fn quiet_is_silent_while_all_is_well() {
    let (good, bad) = (
        Server::http("200 OK", "{}"),
        Server::http("500 Internal Server Error", ""),
    );
    let output = run(&["check", "-q", "-"], &config(&[&http("good", &good)]));
    assert_eq!(
        (code(&output), stdout(&output), stderr(&output)),
        (0, String::new(), String::new())
    );
    let output = run(&["check", "-q", "-"], &config(&[&http("bad", &bad)]));
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("500 Internal Server Error"));
}

#[test]
fn several_outputs_at_once_and_none_half_written() {
    let good = Server::http("200 OK", "{}");
    let folder = tempfile::tempdir().unwrap();
    let (json, plain) = (folder.path().join("r.json"), folder.path().join("r.txt"));
    let output = run(
        &[
            "check",
            "-o",
            "human",
            "-o",
            &format!("json={}", json.display()),
            "-o",
            &format!("plain={}", plain.display()),
            "-",
        ],
        &config(&[&http("good", &good)]),
    );
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("healthy"));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    assert_eq!(report["schema"], "hbmon.check/1");
    assert!(
        std::fs::read_to_string(plain)
            .unwrap()
            .starts_with("good\thttp\thealthy\t")
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let good = Server::http("200 OK", "{}");
    let config = config(&[&http("good", &good)]);
    let output = run(
        &["check", "-o", "json=/no/such/folder/r.json", "-"],
        &config,
    );
    assert_eq!((code(&output), *good.connections.lock().unwrap()), (2, 0));
    assert!(
        stderr(&output).contains("/no/such/folder/r.json"),
        "{}",
        stderr(&output)
    );
    let output = run(
        &["check", "-o", "json=/proc/r.json", "-o", "human", "-"],
        &config,
    );
    assert_eq!(code(&output), 3);
    assert!(
        stderr(&output).contains("/proc/r.json") && stdout(&output).contains("healthy"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn nothing_hostile_reaches_a_terminal() {
    let evil = Server::start(|mut stream| {
        read_head(&mut stream);
        let body = "\x1b]0;owned\x07\x1b[2J\u{202e}evil";
        let _ = std::io::Write::write_all(
            &mut stream,
            format!(
                "HTTP/1.1 302 \x1b[31mred\r\nLocation: http://127.0.0.1:9/\x1b[2J\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .as_bytes(),
        );
    });
    let target = format!(
        "{{name: evil, description: \"\\e[2J\", \
         http: {{url: \"{}\", expect: {{body: \"^\\e$\"}}}}}}",
        evil.url("/")
    );
    for format in FORMATS {
        let output = run(
            &["check", "--color", "never", "-v", "-o", format, "-"],
            &config(&[&target]),
        );
        assert_eq!(code(&output), 1);
        let text = stdout(&output) + &stderr(&output);
        assert!(
            text.chars()
                .all(|c| c == '\n' || c == '\t' || !(c.is_control() || c == '\u{202e}')),
            "{format}: {text:?}"
        );
    }
}

#[test]
fn no_colour_where_none_is_wanted() {
    let bad = Server::http("500 Internal Server Error", "");
    let config = config(&[&http("bad", &bad)]);
    assert!(!stdout(&run(&["check", "-"], &config)).contains('\x1b'));
    assert!(stdout(&run(&["check", "--color", "always", "-"], &config)).contains('\x1b'));
    let child = hbmon(&["check", "--color", "always", "--color", "never", "-"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(child.status.code(), Some(2), "a flag twice is a mistake");
}

#[test]
fn secrets_are_never_shown() {
    let bad = Server::http("401 Unauthorized", "the token hunter2-secret is wrong");
    let address = bad.address;
    let config = format!(
        "monitors:\n  - name: closed\n    timeout: 1s\n    http:\n      \
         url: \"http://user:pa55word@{address}/?api_key=k3y-in-query\"\n      \
         headers: {{x-token: header-s3cret}}\n"
    );
    for format in FORMATS {
        let output = run(&["check", "-v", "-v", "-v", "-o", format, "-"], &config);
        assert_eq!(code(&output), 1);
        let text = stdout(&output) + &stderr(&output);
        for secret in ["pa55word", "k3y-in-query", "header-s3cret"] {
            assert!(!text.contains(secret), "{format}: {text}");
        }
    }
    assert!(stdout(&run(&["check", "-o", "json", "-"], &config)).contains("api_key=***"));
}

#[test]
fn secrets_that_a_server_says_back_are_never_shown() {
    // The server echoes the request in a header that fails its expectation.
    let echo = Server::start(|mut stream| {
        let request = read_head(&mut stream).replace("\r\n", " | ");
        let _ = std::io::Write::write_all(
            &mut stream,
            format!(
                "HTTP/1.1 200 OK\r\nX-Echo: {request}\r\nContent-Length: 2\r\n\
                 Connection: close\r\n\r\nok"
            )
            .as_bytes(),
        );
    });
    let url = echo.url("/");
    let expect = "expect: {headers: {x-echo: ^never$}}";
    let config = config(&[
        &format!(
            "{{name: bearer, http: {{url: \"{url}\", auth: {{bearer: b34rer-t0ken}}, {expect}}}}}"
        ),
        &format!(
            "{{name: basic, http: {{url: \"{url}\", \
             auth: {{basic: {{username: anna, password: pa55word}}}}, {expect}}}}}"
        ),
        &format!(
            "{{name: outside, http: {{url: \"{url}${{OUTSIDE}}\", \
             headers: {{x-more: \"a ${{OUTSIDE}}\"}}, {expect}}}}}"
        ),
        "{name: address, http: {url: \"http://${SECRET_ADDRESS}:9/\"}}",
    ]);
    // Only the formats that give a reason.
    for format in FORMATS.into_iter().filter(|format| *format != "prom") {
        let mut child = hbmon(&["check", "-vvv", "-o", format, "-"])
            .env("OUTSIDE", "from \"outside\"")
            .env("SECRET_ADDRESS", "127.0.0.1")
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), config.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), 1, "{}", stderr(&output));
        // Markdown escapes with backslashes.
        let text = (stdout(&output) + &stderr(&output)).replace('\\', "");
        assert!(text.contains("x-echo") && text.contains("***"), "{text}");
        // Basic authentication sends `YW5uYTpwYTU1d29yZA==`.
        for secret in [
            "b34rer",
            "pa55word",
            "YW5uY",
            "from \"outside",
            "from \\\"outside",
            "from%20",
            "127.0.0.1:9 ",
            "127.0.0.1:9)",
        ] {
            assert!(!text.contains(secret), "{format} shows {secret}: {text}");
        }
    }
}
