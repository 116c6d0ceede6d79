//! Flags for CI: retries, shards, empty selections. SIGUSR1 during a run prints its progress.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::*;

#[test]
fn retries_say_how_often_it_is_tried_again() {
    let bad = Server::http("500 Internal Server Error", "");
    let for_none = format!(
        "{{name: bad, thresholds: {{failures: {{for: 0s}}}}, http: '{}'}}",
        bad.url("/")
    );
    let config = config(&[&for_none]);
    for (retries, attempts) in [("0", 1), ("1", 2), ("2", 3)] {
        let report = json(&run(
            &["check", "-o", "json", "--retries", retries, "-"],
            &config,
        ));
        let monitor = &report["monitors"][0];
        assert_eq!(
            (&monitor["status"], &monitor["attempts"]),
            (&"error".into(), &attempts.into()),
            "{retries}"
        );
    }
    assert_eq!(
        json(&run(
            &["probe", "-o", "json", "--retries", "0", &bad.url("/")],
            ""
        ))["monitors"][0]["attempts"],
        1
    );
}

#[test]
fn a_monitor_that_comes_round_within_its_retries_is_well_but_marked() {
    let failures = AtomicUsize::new(2);
    let server = Server::start(move |mut stream| {
        read_head(&mut stream);
        let left = failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
        answer(
            &mut stream,
            if left.is_ok() {
                "502 Bad Gateway"
            } else {
                "200 OK"
            },
            "{}",
        );
    });
    let output = run(
        &["check", "--retries", "2", "-"],
        &config(&[&http("flaky", &server)]),
    );
    let text = stdout(&output);
    assert_eq!(code(&output), 0, "{text}");
    assert!(
        text.contains("flaky: 502 Bad Gateway") && text.contains("2/3 tries"),
        "{text}"
    );
}

#[test]
fn shards_are_disjoint_and_complete() {
    let good = Server::http("200 OK", "{}");
    let names: Vec<String> = (0..12).map(|number| format!("monitor-{number}")).collect();
    let monitors: Vec<String> = names.iter().map(|name| http(name, &good)).collect();
    let config = config(&monitors.iter().map(String::as_str).collect::<Vec<_>>());
    let mut all = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let output = run(&["check", "-o", "plain", "--shard", shard, "-"], &config);
        assert_eq!(code(&output), 0);
        all.extend(
            stdout(&output)
                .lines()
                .filter_map(|line| Some(line.split_once('\t')?.0.to_owned())),
        );
    }
    assert_eq!(all.len(), 12);
    assert_eq!(
        all.into_iter().collect::<HashSet<_>>(),
        names.into_iter().collect()
    );
}

#[test]
fn an_empty_selection_is_a_mistake_unless_it_is_not() {
    let good = Server::http("200 OK", "{}");
    let config = config(&[&http("good", &good)]);
    let output = run(&["check", "-F", "good", "--shard", "2/2", "-"], &config);
    let other = run(&["check", "-F", "good", "--shard", "1/2", "-"], &config);
    let (empty, full) = if code(&output) == 4 {
        (output, other)
    } else {
        (other, output)
    };
    assert_eq!((code(&empty), code(&full)), (4, 0));
    assert!(
        stderr(&empty).contains("the filter in this shard selects no monitor"),
        "{}",
        stderr(&empty)
    );
    let output = run(
        &[
            "check",
            "-F",
            "nothing",
            "--if-empty",
            "ok",
            "-o",
            "junit",
            "-",
        ],
        &config,
    );
    assert_eq!(
        (code(&output), stdout(&output).contains("tests=\"0\"")),
        (0, true)
    );
    let pushed = "monitors: [{name: job, interval: 1h, push: {}}]";
    assert_eq!(code(&run(&["check", "-"], pushed)), 4);
    assert_eq!(code(&run(&["check", "--if-empty", "ok", "-"], pushed)), 0);
    assert_eq!(
        code(&run(
            &["wait", "--timeout", "30s", "--if-empty", "ok", "-"],
            pushed
        )),
        0
    );
}

#[test]
fn who_asks_how_far_it_is_gets_a_line() {
    let silent = Server::silent();
    let config = format!(
        "monitors: [{{name: silent, timeout: 1h, http: \"{}\"}}]",
        silent.url("/")
    );
    // A quiet run answers too.
    let mut child = hbmon(&["check", "-q", "-o", "ndjson", "-"])
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(config.as_bytes())
        .unwrap();
    let mut started = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut started)
        .unwrap();
    kill(child.id(), "USR1");
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("0/1  waiting: silent "), "{line}");
    kill(child.id(), "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(143));
}
