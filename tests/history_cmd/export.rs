//! `hbmon export`.

use hbmon::model::{Kind, Status};
use hbmon::store::Batch;

use crate::support::*;

#[test]
fn everything_is_exported_unless_that_is_narrowed() {
    let place = Place::week();
    let rows = |arguments: &[&str]| {
        let text = place.text(&[&["export"], arguments].concat());
        text.lines().count()
    };
    assert_eq!(rows(&["changes"]), 1 + 7);
    assert_eq!(rows(&["changes", "--all"]), 1 + 8);
    assert_eq!(rows(&["changes", "-F", "kind:push"]), 1 + 3);
    assert_eq!(rows(&["changes", "-o", "ndjson"]), 7);
    assert_eq!(rows(&["incidents"]), 1 + 3);
    assert_eq!(rows(&["incidents", "--until=2026-11-05"]), 1 + 2);
    assert_eq!(rows(&["numbers"]), 1 + 7 + 1);
    assert_eq!(rows(&["numbers", "--since=2026-11-06"]), 1 + 3);
    let numbers = place.text(&[
        "export",
        "numbers",
        "--step=1h",
        "-o",
        "ndjson",
        "-F",
        "Büro*",
    ]);
    let numbers: serde_json::Value = serde_json::from_str(&numbers).unwrap();
    assert_eq!(numbers["step_s"], 3600.0);
    assert_eq!(numbers["at"], "2026-11-02T01:00:00.000Z");
    assert_eq!(numbers["beats"], 60);
    let file = place.folder.path().join("numbers.csv");
    let to = format!("csv={}", file.display());
    assert_eq!(place.text(&["export", "numbers", "-o", &to]), "");
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 9);
    for wrong in [
        &["export"][..],
        &["export", "changes", "-o", "json"],
        &["export", "numbers", "--step=2h"],
    ] {
        assert_eq!(code(&place.run(wrong)), 2, "{wrong:?}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let flapping = (0..20_000).map(|second| {
        let status = if second % 2 == 0 {
            Status::Healthy
        } else {
            Status::Error
        };
        change("flapping", second, status)
    });
    let place = Place::with([Batch {
        monitors: vec![known("flapping", Kind::Http)],
        changes: flapping.collect(),
        ..Batch::default()
    }]);
    let state = format!("--state={}", place.path.display());
    for arguments in [
        &["export", "changes"][..],
        &["history", "--since=2026-11-02", "-o", "ndjson"],
        &["history", "--since=2026-11-02"],
    ] {
        let mut command = place.command(arguments);
        command.arg(&state);
        let (line, code) = first_line(command);
        assert!(line.ends_with('\n'), "{line}");
        assert_eq!(code, 0, "{arguments:?}");
    }
}
