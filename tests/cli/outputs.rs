//! Several reports of one run, files, and the report of a run that was interrupted.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::support::*;

/// Arguments of `check` with `-o FORMAT=PATH` for every format, in this folder. The format
/// `streamed` goes to stdout.
fn check_with_everything(folder: &Path, streamed: Option<&str>) -> Vec<String> {
    let output = |format: &str| match streamed {
        Some(streamed) if streamed == format => format!("-o{format}"),
        _ => format!("-o{format}={}", folder.join(format).display()),
    };
    ["check", "-"]
        .map(str::to_owned)
        .into_iter()
        .chain(FORMATS.map(output))
        .collect()
}

fn read(folder: &Path, format: &str) -> String {
    fs::read_to_string(folder.join(format)).unwrap_or_else(|error| panic!("{format}: {error}"))
}

#[test]
fn one_run_writes_every_format() {
    let (good, bad) = (
        Server::http("200 OK", "{}"),
        Server::http("503 Service Unavailable", ""),
    );
    let folder = tempfile::tempdir().unwrap();
    let arguments = check_with_everything(folder.path(), None);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run(
        &arguments,
        &config(&[&http("good", &good), &http("bad", &bad)]),
    );
    assert_eq!(
        (code(&output), stdout(&output), stderr(&output)),
        (1, String::new(), String::new())
    );
    let read_report = |format| read(folder.path(), format);
    assert!(
        read_report("human").contains("✗ bad"),
        "{}",
        read_report("human")
    );
    assert!(read_report("plain").contains("bad\thttp\terror\t"));
    assert_eq!(
        serde_json::from_str::<Value>(&read_report("json")).unwrap()["exit"],
        1
    );
    assert!(
        read_report("ndjson")
            .lines()
            .last()
            .unwrap()
            .contains(r#""type":"end""#)
    );
    assert!(read_report("junit").contains(r#"<failure type="status""#));
    assert!(read_report("tap").contains("\nnot ok 2 - bad\n"));
    assert!(read_report("github").starts_with("::error title=bad is down::503"));
    assert!(read_report("md").contains("| **bad** | http |"));
    assert!(
        read_report("nagios").starts_with("HBMON CRITICAL - 1/2 down: bad (503) | up=1;;;0;2 ")
    );
    assert!(read_report("checkmk").contains("2 \"hbmon bad\" - "));
    assert!(
        read_report("prom").contains("hbmon_up{monitor=\"bad\",kind=\"http\",group=\"\"} 0.0\n")
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        FORMATS.len(),
        "nothing is left beside them"
    );
}

/// One config for several environments: the report says what was asked.
#[test]
fn a_report_says_which_environment_it_is_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    let monitor = "{name: a, http: {url: 'http://${STAGE_HOST}:9/${STAGE}/${STAGE_KEY}', \
                   headers: {x: '${STAGE}'}}}";
    fs::write(&path, config(&[monitor])).unwrap();
    let output = hbmon(&["check", "-o", "json", path.to_str().unwrap()])
        .envs([
            ("STAGE_HOST", "127.0.0.1"),
            ("STAGE", "blue"),
            ("STAGE_KEY", "k3y-of-blue"),
        ])
        .output()
        .unwrap();
    let report = json(&output);
    let monitor = &report["monitors"][0];
    assert_eq!(monitor["target"], "http://127.0.0.1:9/blue/***");
    assert_eq!(monitor["message"], "connection refused (127.0.0.1:9)");
    assert!(!stdout(&output).contains("k3y"), "{report}");
}

/// What the config says for people stands in every report of a failure.
#[test]
fn what_to_do_travels_into_reports() {
    let bad = Server::http("503 Service Unavailable", "");
    let folder = tempfile::tempdir().unwrap();
    let arguments = check_with_everything(folder.path(), None);
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.extend(["--by", "group"]);
    let monitor = format!(
        "{{name: bad, group: shop, description: Orders, labels: {{tier: 1}}, http: '{}'}}",
        bad.url("/")
    );
    let text = config(&[&monitor]).replacen(
        "defaults: {",
        "defaults: {runbook: 'https://wiki.example.com/x', labels: {team: web, tier: 2}, ",
        1,
    );
    let output = run(&arguments, &text);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let read_report = |format| read(folder.path(), format);
    let report: Value = serde_json::from_str(&read_report("json")).unwrap();
    let monitor = &report["monitors"][0];
    assert_eq!(
        (
            &monitor["description"],
            &monitor["runbook"],
            &monitor["labels"]
        ),
        (
            &"Orders".into(),
            &"https://wiki.example.com/x".into(),
            &serde_json::json!({"team": "web", "tier": "1"})
        )
    );
    assert!(read_report("junit").contains(r#"<testsuite name="shop" "#));
    for format in ["junit", "github"] {
        let text = read_report(format).replace("%0A", "\n");
        assert!(
            text.contains(
                "\nOrders\nrunbook: https://wiki.example.com/x\nlabels: team=web, tier=1"
            ),
            "{text}"
        );
    }
    assert!(
        read_report("md")
            .contains("<br>Orders<br>[runbook](<https://wiki.example.com/x>)<br>team=web, tier=1"),
        "{}",
        read_report("md")
    );
    assert!(read_report("prom").contains(
        "hbmon_monitor_info{monitor=\"bad\",kind=\"http\",group=\"shop\",team=\"web\",tier=\"1\"} 1"
    ));
}

/// Evidence is beside the verdict; for a heartbeat only with `-v`.
#[test]
fn json_shows_what_was_seen() {
    let answer = r#"{"phase":"degraded","token":"s3cret-t0ken"}"#;
    let (good, bad) = (
        Server::http("200 OK\r\nX-Node: a", "{}"),
        Server::http("200 OK", answer),
    );
    let bad = format!(
        "{{name: bad, http: {{url: '{}', auth: {{bearer: s3cret-t0ken}}, \
         expect: {{json: '@.phase == \"up\"'}}}}}}",
        bad.url("/")
    );
    let good = format!(
        "{{name: good, http: {{url: '{}', capture: x-node}}}}",
        good.url("/")
    );
    let seen = |flags: &[&str]| {
        let output = run(
            &[&["check", "-", "-ojson"], flags].concat(),
            &config(&[&good, &bad]),
        );
        assert!(!stdout(&output).contains("s3cret"), "{}", stdout(&output));
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        (
            report["monitors"][0]["evidence"].clone(),
            report["monitors"][1].clone(),
        )
    };
    let (of_good, of_bad) = seen(&[]);
    assert_eq!(of_good, Value::Null);
    assert_eq!(
        of_bad["message"],
        r#"assertion failed: @.phase == "up" (got "degraded")"#
    );
    assert_eq!(of_bad["evidence"]["value"], "\"degraded\"");
    assert_eq!(
        of_bad["evidence"]["body"],
        r#"{"phase":"degraded","token":"***"}"#
    );
    let (of_good, _) = seen(&["-v"]);
    assert_eq!(of_good["http_status"], 200);
    assert_eq!(
        (&of_good["http_version"], &of_good["headers"]["x-node"]),
        (&"1.1".into(), &"a".into())
    );
}

/// Collectors run as other users. Markdown is appended to the output of other steps.
#[test]
fn files_are_readable_by_all_and_replaced_but_markdown_is_appended() {
    let good = Server::http("200 OK", "{}");
    let folder = tempfile::tempdir().unwrap();
    let (prom, md) = (
        folder.path().join("hbmon.prom"),
        folder.path().join("summary.md"),
    );
    fs::write(&md, "before\n\n").unwrap();
    let outputs = [
        format!("prom={}", prom.display()),
        format!("md={}", md.display()),
    ];
    for _ in 0..2 {
        let output = run(
            &["check", "-o", &outputs[0], "-o", &outputs[1], "-"],
            &config(&[&http("good", &good)]),
        );
        assert_eq!(code(&output), 0, "{}", stderr(&output));
    }
    assert_eq!(
        fs::metadata(&prom).unwrap().permissions().mode() & 0o777,
        0o644
    );
    assert_eq!(
        fs::read_to_string(&prom)
            .unwrap()
            .matches("# TYPE hbmon_up gauge")
            .count(),
        1
    );
    let summary = fs::read_to_string(&md).unwrap();
    assert!(
        summary.starts_with("before\n\n### ") && summary.matches("### ").count() == 2,
        "{summary}"
    );
}

#[test]
fn one_file_is_not_written_twice() {
    let output = run(
        &["check", "-o", "json=/tmp/x", "-o", "junit=/tmp/x", "-"],
        "monitors: []",
    );
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("/tmp/x"), "{}", stderr(&output));
}

#[test]
fn a_signal_leaves_a_partial_report_in_every_format() {
    let (good, silent) = (Server::http("200 OK", "{}"), Server::silent());
    let config = format!(
        "monitors: [{{name: good, http: \"{}\"}}, {{name: silent, timeout: 1h, http: \"{}\"}}]",
        good.url("/"),
        silent.url("/")
    );
    for (signal, exit) in [("INT", 130), ("TERM", 143)] {
        let folder = tempfile::tempdir().unwrap();
        // The stream shows when to send the signal.
        let arguments = check_with_everything(folder.path(), Some("ndjson"));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let running = Running::start(&arguments, &config);
        running.transition("good", "healthy");
        running.signal(signal);
        assert_eq!(running.end().1.code(), Some(exit));
        let read_report = |format| read(folder.path(), format);
        let report: Value = serde_json::from_str(&read_report("json")).unwrap();
        assert_eq!(
            (
                &report["complete"],
                &report["exit"],
                &report["monitors"][0]["status"]
            ),
            (&false.into(), &exit.into(), &"healthy".into())
        );
        assert!(read_report("human").contains("incomplete: 1 not settled"));
        assert!(read_report("plain").contains("silent\thttp\tunknown\t"));
        assert!(
            read_report("junit").contains(r#"errors="1""#)
                && read_report("junit").contains(r#"<error type="no_verdict""#)
        );
        assert!(
            read_report("tap").contains("\nnot ok 2 - silent\n")
                && read_report("tap").contains("\n# incomplete: 1 not settled")
        );
        assert!(read_report("github").contains("::error title=silent has no verdict::"));
        assert!(read_report("md").contains("incomplete: 1 not settled"));
        assert!(read_report("nagios").starts_with("HBMON UNKNOWN - 1/2 without a verdict: silent"));
        assert!(read_report("checkmk").contains("3 \"hbmon silent\" - no heartbeat yet"));
        assert!(read_report("prom").contains(
            "hbmon_status{monitor=\"silent\",kind=\"http\",group=\"\",status=\"unknown\"} 1\n"
        ));
    }
}

/// A stalled reader does not keep a run from ending.
#[test]
fn a_second_signal_ends_it_at_once() {
    let silent = Server::silent();
    // More than a pipe holds, and no reader.
    let monitors: Vec<String> = (0..200)
        .map(|n| {
            format!(
                "{{name: silent-{n}, timeout: 1h, http: \"{}\"}}",
                silent.url(&format!("/{}", "x".repeat(300)))
            )
        })
        .collect();
    let monitors: Vec<&str> = monitors.iter().map(String::as_str).collect();
    let mut child = hbmon(&["check", "-o", "json", "-"]).spawn().unwrap();
    std::io::Write::write_all(
        &mut child.stdin.take().unwrap(),
        config(&monitors).as_bytes(),
    )
    .unwrap();
    // The first monitor was tried, so hbmon handles signals by now.
    let tried = || *silent.connections.lock().unwrap() > 0;
    assert!((0..TIMEOUT.as_millis()).any(|_| {
        std::thread::sleep(Duration::from_millis(1));
        tried()
    }));
    for _ in 0..2 {
        kill(child.id(), "INT");
    }
    let status = child.wait().unwrap();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    assert_eq!(status.code(), Some(130), "{status}: {said}");
}

#[test]
fn a_problem_is_shown_in_the_included_file_that_has_the_monitor() {
    let bad = Server::http("503 Service Unavailable", "");
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("conf.d")).unwrap();
    let main = format!("include: 'conf.d/*.yaml'\n{}", config(&[&http("a", &bad)]));
    fs::write(folder.path().join("hbmon.yaml"), main).unwrap();
    let included = format!("# shop\nmonitors:\n  - {}\n", http("b", &bad));
    fs::write(folder.path().join("conf.d/shop.yaml"), included).unwrap();
    let path = folder.path().join("hbmon.yaml");
    for (root, before) in [
        (folder.path().to_str().unwrap(), String::new()),
        ("/nowhere", format!("{}/", folder.path().display())),
    ] {
        let output = hbmon(&["check", "-o", "github", path.to_str().unwrap()])
            .env("GITHUB_WORKSPACE", root)
            .output()
            .unwrap();
        let text = stdout(&output);
        for place in [
            format!("::error file={before}hbmon.yaml,line=4,title=a is down"),
            format!("::error file={before}conf.d/shop.yaml,line=3,title=b is down"),
        ] {
            assert!(text.contains(&place), "{place}\n{text}");
        }
    }
    let output = run(&["validate", path.to_str().unwrap()], "");
    assert!(
        stdout(&output).contains("hbmon.yaml with 1 included file: 2 monitors, valid"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_line_of_the_config_is_where_a_problem_is_shown() {
    let bad = Server::http("503 Service Unavailable", "");
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("hbmon.yaml"),
        config(&[&http("other", &bad), &http("bad", &bad)]),
    )
    .unwrap();
    let at = |arguments: &[&str], workspace: Option<&Path>| {
        let mut command = hbmon(arguments);
        if let Some(workspace) = workspace {
            command.env("GITHUB_WORKSPACE", workspace);
        }
        stdout(&command.current_dir(folder.path()).output().unwrap())
    };
    let github = at(&["check", "-F", "bad", "-o", "github"], None);
    assert!(
        github.starts_with(
            "::error file=hbmon.yaml,line=4,title=bad is down::503 Service Unavailable ("
        ),
        "{github}"
    );
    let junit = at(&["check", "-F", "bad", "-o", "junit"], None);
    assert!(
        junit.contains(r#"name="bad" file="hbmon.yaml" line="4""#),
        "{junit}"
    );
    // Code hosts want paths from the root of the repository.
    let folder = fs::canonicalize(folder.path()).unwrap();
    let config = folder.join("hbmon.yaml");
    let github = at(
        &[
            "check",
            "-F",
            "bad",
            "-o",
            "github",
            config.to_str().unwrap(),
        ],
        folder.parent(),
    );
    let wanted = format!(
        "::error file={}/hbmon.yaml,line=4,",
        folder.file_name().unwrap().display()
    );
    assert!(github.starts_with(&wanted), "{github}");
}

#[test]
fn a_plugin_with_the_wrong_codes_is_told_so() {
    let good = Server::http("200 OK", "{}");
    let config = config(&[&http("good", &good)]);
    for (format, mode) in [
        ("nagios", "--exit-code=nagios"),
        ("checkmk", "--exit-code=none"),
    ] {
        assert!(stderr(&run(&["check", "-o", format, "-"], &config)).contains(mode));
        assert_eq!(
            stderr(&run(&["check", "-o", format, mode, "-"], &config)),
            ""
        );
    }
}

#[test]
fn colours_go_where_a_ci_log_renders_them_and_never_into_files() {
    let good = Server::http("200 OK", "{}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    fs::write(&path, config(&[&http("good", &good)])).unwrap();
    let check = |variable: &str| {
        let mut command = hbmon(&["check", "-v", path.to_str().unwrap()]);
        command.env(variable, "true").env("CI", "true");
        command
    };
    for (variable, is_coloured) in [
        ("GITHUB_ACTIONS", true),
        ("GITLAB_CI", true),
        ("BUILDKITE", true),
        ("JENKINS_URL", false),
    ] {
        let log = stdout(&check(variable).output().unwrap());
        assert_eq!(log.contains('\u{1b}'), is_coloured, "{variable}: {log}");
        let file = folder.path().join("log");
        let opened = fs::File::create(&file).unwrap();
        assert!(check(variable).stdout(opened).status().unwrap().success());
        let written = fs::read_to_string(&file).unwrap();
        assert!(
            written.contains("good") && !written.contains('\u{1b}'),
            "{written}"
        );
    }
}
