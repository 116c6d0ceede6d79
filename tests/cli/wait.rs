//! `hbmon wait`: a gate that opens when everything is healthy.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::*;

/// Answers with an error this many times, then with success.
fn comes_up_after(refusals: usize) -> Server {
    let refusals = AtomicUsize::new(refusals);
    Server::start(move |mut stream| {
        read_head(&mut stream);
        let left = refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
        answer(
            &mut stream,
            if left.is_ok() {
                "503 Service Unavailable"
            } else {
                "200 OK"
            },
            "{}",
        );
    })
}

#[test]
fn it_waits_through_errors_until_everything_is_healthy() {
    let (server, good) = (comes_up_after(4), Server::http("200 OK", "{}"));
    let config = config(&[&http("deployed", &server), &http("good", &good)]);
    let output = run(&["wait", "--timeout", "30s", "-o", "json", "-"], &config);
    let report = json(&output);
    assert_eq!(
        (code(&output), &report["status"], &report["complete"]),
        (0, &"healthy".into(), &true.into())
    );
    assert_eq!(
        (
            &report["monitors"][0]["failures"],
            &report["monitors"][0]["status"]
        ),
        (&4.into(), &"healthy".into())
    );
}

#[test]
fn time_that_is_up_is_1() {
    let bad = Server::http("503 Service Unavailable", "");
    let output = run(
        &["wait", "--timeout", "3s", "-"],
        &config(&[&http("bad", &bad)]),
    );
    assert_eq!(code(&output), 1);
    assert!(
        stdout(&output).contains("503 Service Unavailable"),
        "{}",
        stdout(&output)
    );
    assert!(
        stderr(&output).contains("time is up: 0/1  waiting: bad "),
        "{}",
        stderr(&output)
    );
    let output = run(
        &["wait", "--timeout", "100ms", "-o", "json", "-"],
        &config(&[&http("silent", &Server::silent())]),
    );
    assert_eq!(
        (code(&output), &json(&output)["complete"]),
        (1, &false.into())
    );
}

#[test]
fn stable_means_for_that_long() {
    let good = Server::http("200 OK", "{}");
    let config = config(&[&http("good", &good)]);
    let output = run(
        &[
            "wait",
            "--timeout",
            "30s",
            "--stable",
            "700ms",
            "-o",
            "json",
            "-",
        ],
        &config,
    );
    assert_eq!(code(&output), 0);
    assert!(json(&output)["duration_ms"].as_f64().unwrap() >= 700.0);
    let output = run(
        &["wait", "--timeout", "500ms", "--stable", "1h", "-"],
        &config,
    );
    assert_eq!(code(&output), 1, "{}", stdout(&output));
}

#[test]
fn a_warning_is_waited_for_unless_it_may_be() {
    let good = Server::http("200 OK", "{}");
    let slow = format!(
        "{{name: slow, thresholds: {{latency: {{warning: 1us}}}}, http: \"{}\"}}",
        good.url("/")
    );
    let config = config(&[&slow]);
    assert_eq!(code(&run(&["wait", "--timeout", "500ms", "-"], &config)), 1);
    assert_eq!(
        code(&run(
            &["wait", "--timeout", "30s", "--fail-on", "error", "-"],
            &config
        )),
        0
    );
}

#[test]
fn without_a_time_out_it_does_not_begin() {
    let output = run(&["wait", "-"], "monitors: []");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("--timeout"), "{}", stderr(&output));
}
