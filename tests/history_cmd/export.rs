//! `hbmon export`.

use hbmon::history::change::StatusChange;
use hbmon::history::known::KnownMonitor;
use hbmon::model::{Kind, Status, Text};
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
fn a_text_is_no_formula_of_a_spreadsheet() {
    let sent = ["=1+1", "+1", "-1", "@SUM(A1)", "a=1"];
    let changes = sent.iter().zip(0..).map(|(text, second)| StatusChange {
        message: Some(Text::clean(text)),
        ..change("a", second, Status::Error)
    });
    let place = Place::with([Batch {
        monitors: vec![known("a", Kind::Http).into()],
        changes: changes.map(Into::into).collect(),
        ..Batch::default()
    }]);
    let messages = |format: &str| -> Vec<String> {
        let text = place.text(&["history", "--since=2026-11-02", "-o", format]);
        let cells = |line: &str| line.split(['\t', ',']).nth(8).map(str::to_owned);
        let skipped = usize::from(format == "csv");
        text.lines().skip(skipped).filter_map(cells).collect()
    };
    assert_eq!(messages("csv"), ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "a=1"]);
    assert_eq!(messages("plain"), sent);
    let report = place.text(&["report", "-o", "csv", "--slo=99%", "--since=2026-11-02"]);
    assert!(!report.contains('\''), "numbers stay as they are: {report}");
}

#[test]
fn the_interval_in_which_hbmon_began_is_exported_too() {
    let first_known = at(HOUR + 90);
    let place = Place::with([Batch {
        monitors: vec![
            KnownMonitor {
                first_known,
                ..known("api-eu", Kind::Http)
            }
            .into(),
        ],
        numbers: vec![numbers("api-eu", HOUR, 20), numbers("api-eu", 3 * HOUR, 20)],
        ..Batch::default()
    }]);
    for (step, begins) in [
        ("5m", &["2026-11-02T01:00:00", "2026-11-02T03:00:00"][..]),
        ("1h", &["2026-11-02T01:00:00", "2026-11-02T03:00:00"]),
        ("1d", &["2026-11-02T00:00:00"]),
    ] {
        let text = place.text(&["export", "numbers", "--step", step]);
        let rows: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(rows.len(), begins.len(), "{step}: {text}");
        for (row, begin) in rows.iter().zip(begins) {
            assert!(row.contains(&format!(",{begin}.000Z,")), "{row}");
        }
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
        monitors: vec![known("flapping", Kind::Http).into()],
        changes: flapping.map(Into::into).collect(),
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
