//! Every exit code of check, probe and wait in every mode (docs/interface.md, "Exit codes").

use std::thread;

use crate::support::*;

const MODES: [&str; 4] = ["table", "simple", "nagios", "none"];

/// Runs a command in every mode, and without a mode, which is `table`.
fn in_every_mode(arguments: &[&str], config: &str, wanted: [i32; 4]) {
    let with = &|flag: Option<&str>| {
        let mut all = vec![arguments[0]];
        all.extend(flag);
        all.extend(&arguments[1..]);
        let output = run(&all, config);
        (
            code(&output),
            format!("{all:?}: {}{}", stdout(&output), stderr(&output)),
        )
    };
    let modes = MODES
        .map(|mode| Some(format!("--exit-code={mode}")))
        .into_iter()
        .zip(wanted);
    let bare = [None, Some("--exit-code".to_owned())].map(|flag| (flag, wanted[0]));
    thread::scope(|scope| {
        for (flag, wanted) in modes.chain(bare) {
            scope.spawn(move || {
                let (code, story) = with(flag.as_deref());
                assert_eq!(code, wanted, "{story}");
            });
        }
    });
}

#[test]
fn verdicts() {
    let (good, bad) = (
        Server::http("200 OK", "{}"),
        Server::http("500 Internal Server Error", ""),
    );
    let slow = format!(
        "{{name: slow, thresholds: {{latency: {{warning: 1us}}}}, http: \"{}\"}}",
        good.url("/")
    );
    let well = config(&[&http("good", &good)]);
    let warning = config(&[&http("good", &good), &slow]);
    let down = config(&[&http("good", &good), &http("bad", &bad)]);
    in_every_mode(&["check", "-"], &well, [0, 0, 0, 0]);
    in_every_mode(&["check", "-"], &warning, [0, 0, 1, 0]);
    in_every_mode(
        &["check", "--fail-on", "warning", "-"],
        &warning,
        [1, 1, 1, 0],
    );
    in_every_mode(&["check", "-"], &down, [1, 1, 2, 0]);
    in_every_mode(&["probe", &good.url("/")], "", [0, 0, 0, 0]);
    in_every_mode(&["probe", &bad.url("/")], "", [1, 1, 2, 0]);
    in_every_mode(&["wait", "--timeout", "30s", "-"], &well, [0, 0, 0, 0]);
    in_every_mode(
        &["wait", "--timeout", "30s", "--fail-on", "error", "-"],
        &warning,
        [0, 0, 1, 0],
    );
}

#[test]
fn a_targets_own_time_out_counts_as_down() {
    let silent = Server::silent();
    let config = format!(
        "monitors: [{{name: silent, timeout: 100ms, http: \"{}\"}}]",
        silent.url("/")
    );
    in_every_mode(&["check", "-"], &config, [1, 1, 2, 0]);
}

#[test]
fn no_verdict() {
    let (good, silent, bad) = (
        Server::http("200 OK", ""),
        Server::silent(),
        Server::http("500 Oops", ""),
    );
    let unknown = config(&[&http("good", &good), &http("silent", &silent)]);
    in_every_mode(
        &["check", "--deadline", "200ms", "-"],
        &unknown,
        [3, 1, 3, 3],
    );
    // With one monitor in error the verdict is clear, but the report is not complete.
    let hanging = format!(
        "{{name: silent, timeout: 1h, http: \"{}\"}}",
        silent.url("/")
    );
    let known = config(&[&http("bad", &bad), &hanging]);
    in_every_mode(
        &["check", "--deadline", "4s", "--retries", "0", "-"],
        &known,
        [1, 1, 2, 3],
    );
    in_every_mode(
        &["probe", "--deadline", "200ms", &silent.url("/")],
        "",
        [3, 1, 3, 3],
    );
    // `wait` has no code 3 here: the monitors did not become healthy.
    in_every_mode(&["wait", "--timeout", "200ms", "-"], &unknown, [1, 1, 3, 3]);
}

#[test]
fn usage_and_config() {
    let unset = "monitors: [{name: a, http: \"${NO_SUCH_VARIABLE}\"}]";
    let rows: [(&[&str], &str); 9] = [
        (&["check", "--no-such-flag"], ""),
        (&["check", "/no/such/file.yaml"], ""),
        (&["check", "-"], unset),
        (&["check", "-", "-F", "colour:red"], "monitors: []"),
        (&["check", "-o", "xml", "-"], "monitors: []"),
        (&["check", "-o", "json", "-o", "plain", "-"], "monitors: []"),
        (&["check", "--shard", "4/3", "-"], "monitors: []"),
        (&["probe", "ftp://example.com"], ""),
        (&["wait", "-"], "monitors: []"),
    ];
    for (arguments, config) in rows {
        in_every_mode(arguments, config, [2, 1, 3, 2]);
    }
}

#[test]
fn nothing_selected() {
    let good = Server::http("200 OK", "{}");
    let config = config(&[&http("good", &good)]);
    in_every_mode(&["check", "-F", "tag:nowhere", "-"], &config, [4, 1, 3, 4]);
    in_every_mode(
        &["wait", "--timeout", "1s", "-F", "tag:nowhere", "-"],
        &config,
        [4, 1, 3, 4],
    );
    in_every_mode(
        &["check", "-F", "tag:nowhere", "--if-empty", "ok", "-"],
        &config,
        [0, 0, 0, 0],
    );
    assert_eq!(*good.connections.lock().unwrap(), 0);
}

#[test]
fn signals() {
    let (good, silent) = (Server::http("200 OK", "{}"), Server::silent());
    let config = format!(
        "monitors: [{{name: good, http: \"{}\"}}, {{name: silent, timeout: 1h, http: \"{}\"}}]",
        good.url("/"),
        silent.url("/")
    );
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        for mode in MODES {
            let running = Running::start(
                &["check", "-o", "ndjson", &format!("--exit-code={mode}"), "-"],
                &config,
            );
            running.transition("good", "healthy");
            running.signal(signal);
            let end = running.event(|event| event["type"] == "end");
            assert_eq!(end["exit"], code);
            assert_eq!(running.end().1.code(), Some(code));
        }
        let running = Running::start(&["wait", "--timeout", "1h", "-o", "ndjson", "-"], &config);
        running.transition("good", "healthy");
        running.signal(signal);
        assert_eq!(running.end().1.code(), Some(code));
    }
}

#[test]
fn the_json_says_the_code_of_the_process() {
    let bad = Server::http("500 Internal Server Error", "");
    let config = config(&[&http("bad", &bad)]);
    for mode in MODES {
        let output = run(
            &["check", "-o", "json", &format!("--exit-code={mode}"), "-"],
            &config,
        );
        assert_eq!(json(&output)["exit"], code(&output));
    }
}

#[test]
fn the_code_is_the_same_in_every_format() {
    let (good, bad) = (
        Server::http("200 OK", "{}"),
        Server::http("500 Internal Server Error", ""),
    );
    let (well, down) = (
        config(&[&http("good", &good)]),
        config(&[&http("bad", &bad)]),
    );
    for format in FORMATS {
        assert_eq!(
            code(&run(&["check", "-o", format, "-"], &well)),
            0,
            "{format}"
        );
        assert_eq!(
            code(&run(&["check", "-o", format, "-"], &down)),
            1,
            "{format}"
        );
    }
}

#[test]
fn the_help_shows_the_table() {
    const TABLE: [&str; 7] = ["0", "1", "2", "3", "4", "75", "130, 143"];
    // `wait` holds no lock.
    const WAIT: [&str; 6] = ["0", "1", "2", "3", "4", "130, 143"];
    for (command, wanted) in [("check", &TABLE[..]), ("probe", &TABLE), ("wait", &WAIT)] {
        for flag in ["-h", "--help"] {
            let help = stdout(&run(&[command, flag], ""));
            let (_, table) = help
                .split_once("Exit codes:\n")
                .unwrap_or_else(|| panic!("{help}"));
            let codes: Vec<&str> = table
                .lines()
                .filter_map(|line| line.trim().split("  ").next())
                .collect();
            assert_eq!(codes, wanted, "{command}");
        }
    }
}
