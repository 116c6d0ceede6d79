//! `hbmon history`, and what all commands of the history share.

use crate::support::*;

/// Returns the second column of each line: the monitor of CSV and plain text is the first.
fn monitors(text: &str) -> Vec<&str> {
    text.lines()
        .map(|line| line.split('\t').next().unwrap())
        .collect()
}

#[test]
fn a_history_is_read_as_it_happened() {
    let place = Place::week();
    let text = place.text(&in_week(&["history"]));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "2026-11-02 00:00:00 ● api-eu  healthy    2d00h",
            "2026-11-02 00:00:00 ● Büro 1  healthy    2d00h",
            "2026-11-04 00:00:00 ✗ api-eu  error      1h00m  connection refused",
            "2026-11-04 00:00:07 ✗ Büro 1  error      1m00s  connection refused",
        ]
    );
    // How long it has lasted depends on now.
    assert!(lines[4].starts_with("2026-11-04 00:01:07 ● Büro 1  healthy"));
    assert!(lines[4].ends_with('+'));
    assert_eq!(
        lines[5..7],
        [
            "2026-11-04 01:00:00 ● api-eu  healthy    4d11h",
            "2026-11-05 10:00:00 — hbmon did not watch for 2h00m",
        ]
    );
    assert!(lines[7].starts_with("2026-11-08 12:00:00 ✗ api-eu  error"));
    assert!(lines[7].ends_with("+  connection refused"));
    assert_eq!(lines.len(), 8);
}

#[test]
fn monitors_are_chosen_by_name_and_filter() {
    let place = Place::week();
    let of = |more: &[&str]| {
        let arguments = [&["history", "-o", "plain"], more].concat();
        let text = place.text(&in_week(&arguments));
        let mut names: Vec<String> = monitors(&text).into_iter().map(str::to_owned).collect();
        names.dedup();
        names.sort();
        names.dedup();
        names
    };
    assert_eq!(of(&[]), ["Büro 1", "api-eu"]);
    assert_eq!(of(&["--all"]), ["Büro 1", "api-eu", "old"]);
    assert_eq!(of(&["Büro 1"]), ["Büro 1"]);
    assert_eq!(of(&["old"]), ["old"], "a name says enough");
    assert_eq!(of(&["-F", "group:web"]), ["api-eu"]);
    assert_eq!(
        of(&["-F", "tag:office, kind:sse", "--all"]),
        ["Büro 1", "old"]
    );
    let unknown = place.run(&in_week(&["history", "api-ue"]));
    assert_eq!(code(&unknown), 2);
    assert!(
        stderr(&unknown).contains("did you mean `api-eu`?"),
        "{}",
        stderr(&unknown)
    );
    let none = place.run(&in_week(&["history", "-F", "tag:none"]));
    assert_eq!(code(&none), 4, "{}", stderr(&none));
    assert_eq!(code(&place.run(&["history", "-F", "colour:red"])), 2);
}

#[test]
fn times_select_what_overlaps_with_them() {
    let place = Place::week();
    let history = place.json(&[
        "history",
        "api-eu",
        "-o",
        "json",
        "--since=2026-11-04T00:30",
        "--until=2026-11-04T02:00:00Z",
    ]);
    assert_eq!(history["since"], "2026-11-04T00:30:00.000Z");
    let statuses: Vec<&str> = history["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["error", "healthy"]);
    assert_eq!(history["unwatched"], serde_json::json!([]));
    // Local times are those of the zone.
    let berlin = place
        .command(&[
            "history",
            "-o",
            "json",
            "--since=2026-11-04",
            "--until=2026-11-05",
        ])
        .arg(format!("--state={}", place.path.display()))
        .env("TZ", "Europe/Berlin")
        .output()
        .unwrap();
    let berlin: serde_json::Value = serde_json::from_slice(&berlin.stdout).unwrap();
    assert_eq!(berlin["since"], "2026-11-03T23:00:00.000Z");
    let empty = place.text(&["history", "--since=2026-11-03", "--until=2026-11-03T12:00"]);
    assert_eq!(
        empty,
        "no status changed: 2026-11-03 00:00 to 2026-11-03 12:00 (12h00m)\n"
    );
    let down = place.text(&[
        "history",
        "--since=2026-11-04T00:30",
        "--until=2026-11-04T00:40",
    ]);
    assert_eq!(
        down, "2026-11-04 00:00:00 ✗ api-eu  error      1h00m  connection refused\n",
        "it began before, but it is what was wrong"
    );
    for (arguments, said) in [
        (
            ["--since=tomorrow", "--until=2026-11-09"],
            "2026-11-01T10:00",
        ),
        (
            ["--since=2026-11-09", "--until=2026-11-02"],
            "is not before",
        ),
        (
            ["--since=2026-11-09", "--until=2026-11-09"],
            "is not before",
        ),
    ] {
        let output = place.run(&[&["history"], &arguments[..]].concat());
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
}

#[test]
fn every_format_goes_to_stdout_or_a_file() {
    let place = Place::week();
    let csv = place.folder.path().join("past.csv");
    let file = format!("csv={}", csv.display());
    let arguments = in_week(&["history", "-o", "ndjson", "-o", &file]);
    let lines = place.text(&arguments);
    assert_eq!(lines.lines().count(), 7);
    for line in lines.lines() {
        let change: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(change["monitor"].is_string());
    }
    let csv = std::fs::read_to_string(csv).unwrap();
    assert!(csv.starts_with("monitor,kind,group,from,until,"), "{csv}");
    assert_eq!(csv.lines().count(), 8);
    for wrong in [
        &["-o", "json", "-o", "csv"][..],
        &["-o", "md"],
        &["-o", "csv=/no/such/folder/x.csv"],
    ] {
        let output = place.run(&in_week(&[&["history"], wrong].concat()));
        assert_eq!(code(&output), 2, "{wrong:?}");
    }
}

#[test]
fn without_a_store_a_sentence_says_what_keeps_one() {
    let place = Place::with([]);
    let none = place.folder.path().join("none.db");
    let missing = format!("--state={}", none.display());
    for command in [
        &["history"][..],
        &["incidents"],
        &["incidents", "show", "i-0001"],
        &["incidents", "note", "i-0001", "text"],
        &["export", "changes"],
        &["report"],
        &["state"],
        &["state", "check"],
        &["state", "prune"],
    ] {
        let output = place.command(command).arg(&missing).output().unwrap();
        assert_eq!(code(&output), 2, "{command:?}");
        let said = stderr(&output);
        assert!(said.contains("hbmon serve"), "{command:?}: {said}");
        assert!(!none.exists(), "{command:?}");
        // The usual store of the config in this folder.
        let usual = place.command(command).output().unwrap();
        assert_eq!(code(&usual), 2, "{command:?}");
        assert!(stderr(&usual).contains(".db`"), "{}", stderr(&usual));
    }
}

#[test]
fn an_empty_store_is_no_error() {
    let place = Place::with([]);
    for command in [
        &["history"][..],
        &["incidents"],
        &["export", "numbers"],
        &["report"],
    ] {
        let output = place.run(command);
        assert_eq!(code(&output), 0, "{command:?}: {}", stderr(&output));
        let said = stderr(&output);
        assert!(
            said.contains("is empty") && said.contains("hbmon serve"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert_eq!(
        place.json(&["history", "-o", "json"])["changes"],
        serde_json::json!([])
    );
    assert_eq!(
        place.json(&["incidents", "-o", "json"])["schema"],
        "hbmon.incidents/1"
    );
}

#[test]
fn the_store_of_a_config_is_found() {
    let place = Place::week();
    let said = stderr(&place.command(&["state"]).output().unwrap());
    let usual = said.split('`').nth(1).unwrap().to_owned();
    std::fs::create_dir_all(std::path::Path::new(&usual).parent().unwrap()).unwrap();
    place.text(&["state", "copy", &usual]);
    let other = place.folder.path().join("other.yaml");
    std::fs::write(&other, "monitors: [{name: a, http: 'http://127.0.0.1:9/'}]").unwrap();
    for arguments in [
        &["incidents", "-o", "plain"][..],
        &["incidents", "-o", "plain", "hbmon.yaml"],
        &["incidents", "-o", "plain", "api-eu", "hbmon.yaml"],
        &["incidents", "-o", "plain", "hbmon.yaml", "api-eu"],
        &["incidents", "-o", "plain", "-c", "hbmon.yaml", "api-eu"],
    ] {
        let output = place.command(&in_week(arguments)).output().unwrap();
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).contains("i-0001"), "{arguments:?}");
    }
    for arguments in [
        &["incidents", "other.yaml"][..],
        &["incidents", "hbmon.yaml", "-c", "other.yaml"],
        &["incidents", "api-eu", "old"],
        &["incidents", "-c", "none.yaml"],
    ] {
        let output = place.command(arguments).output().unwrap();
        assert_eq!(code(&output), 2, "{arguments:?}");
    }
}

#[test]
fn completions_know_the_store() {
    let place = Place::week();
    let state = format!("--state={}", place.path.display());
    let at = |words: &[&str]| {
        let all = [&["completions", "--candidates=", "--", "hbmon"], words].concat();
        stdout(&place.command(&all).output().unwrap())
    };
    assert_eq!(at(&["history", &state]), "Büro 1\napi-eu\nold\n");
    assert_eq!(
        at(&["incidents", "show", &state]),
        "i-0003\ni-0002\ni-0001\n"
    );
    assert_eq!(
        at(&["incidents", "note", "--state", &state[8..]]),
        "i-0003\ni-0002\ni-0001\n"
    );
    let filters = at(&["export", "changes", &state, "-F"]);
    for term in ["api-eu", "tag:office", "group:web", "kind:push"] {
        assert!(filters.lines().any(|line| line == term), "{filters}");
    }
    // Without a store, the config knows names.
    assert_eq!(at(&["history"]), "config-only\n");
    assert_eq!(at(&["history", "-o"]), "human\nplain\njson\nndjson\ncsv\n");
    assert_eq!(
        at(&["report", "-o"]),
        "human\nplain\njson\nndjson\ncsv\nmd\nhtml\n"
    );
    assert_eq!(at(&["export", "-o"]), "csv\nndjson\n");
    assert_eq!(at(&["export"]), "changes\nincidents\nnumbers\n");
}
