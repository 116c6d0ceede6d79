//! TAP, read by a parser of the TAP 14 grammar.

use hbmon::model::Status;
use hbmon::report::{RunInfo, tap};
use serde_json::Value;

use crate::fixture::{fleet, golden, hostile, run, snapshot_of, told, written};

#[derive(Debug)]
struct Point {
    ok: bool,
    description: String,
    directive: Option<String>,
    details: Option<Value>,
}

/// Version, plan, then test points with YAML blocks and comments; panics at anything else.
fn parse(text: &str) -> Vec<Point> {
    let mut lines = text.lines().peekable();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let plan = lines
        .next()
        .and_then(|line| line.strip_prefix("1.."))
        .expect("a plan");
    let planned: usize = plan
        .split(" # ")
        .next()
        .and_then(|number| number.parse().ok())
        .expect("a number");
    let mut points: Vec<Point> = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            continue;
        }
        let (ok, rest) = match line.strip_prefix("not ok ") {
            Some(rest) => (false, rest),
            None => (
                true,
                line.strip_prefix("ok ")
                    .unwrap_or_else(|| panic!("no test point: {line}")),
            ),
        };
        let (number, rest) = rest
            .split_once(" - ")
            .unwrap_or_else(|| panic!("no description: {line}"));
        assert_eq!(number.parse(), Ok(points.len() + 1));
        let (description, directive) = unescaped(rest);
        let details = (lines.peek() == Some(&"  ---")).then(|| {
            let block: Vec<&str> = lines
                .by_ref()
                .skip(1)
                .take_while(|line| *line != "  ...")
                .collect();
            let block: Vec<&str> = block
                .iter()
                .map(|line| line.strip_prefix("  ").expect("indented"))
                .collect();
            serde_yaml::from_str(&block.join("\n")).expect("YAML")
        });
        points.push(Point {
            ok,
            description,
            directive,
            details,
        });
    }
    assert_eq!(points.len(), planned);
    points
}

/// A description ends at the first `#` that no backslash stands before.
fn unescaped(text: &str) -> (String, Option<String>) {
    let (mut description, mut chars) = (String::new(), text.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => description.extend(chars.next()),
            '#' => {
                return (
                    description.trim_end().to_owned(),
                    Some(chars.as_str().trim().to_owned()),
                );
            }
            c => description.push(c),
        }
    }
    (description, None)
}

#[test]
fn a_fleet_in_full() {
    let text = written(|out| tap::write(&fleet(), &run(1, false), out));
    let points = parse(&text);
    let short: Vec<(bool, &str)> = points
        .iter()
        .map(|point| (point.ok, point.description.as_str()))
        .collect();
    let wanted = [
        (false, "site-status"),
        (true, "chat"),
        (true, "queen"),
        (false, "therapists"),
        (true, "old-api"),
    ];
    assert_eq!(short, wanted);
    assert_eq!(points[4].directive.as_deref(), Some("SKIP paused"));
    let details = points[0].details.as_ref().expect("details");
    assert_eq!(
        (&details["reason"], &details["latency_ms"]),
        (&"status".into(), &41.7.into())
    );
    assert!(text.contains("\n# warning: 1 heartbeat missed"), "{text}");
    golden("tap.txt", text);
}

#[test]
fn a_warning_fails_where_warnings_do() {
    let strict = RunInfo {
        fail_on: Status::Warning,
        ..run(1, true)
    };
    assert!(!parse(&written(|out| tap::write(&fleet(), &strict, out)))[2].ok);
}

#[test]
fn nothing_is_a_report_too() {
    assert!(
        parse(&written(|out| tap::write(
            &snapshot_of(Vec::new()),
            &run(0, true),
            out
        )))
        .is_empty()
    );
}

#[test]
fn hostile_texts_stay_texts() {
    for (name, text) in hostile() {
        let snapshot = told(&name, &text);
        let points = parse(&written(|out| tap::write(&snapshot, &run(1, false), out)));
        for (point, row) in points.iter().zip(&snapshot.rows) {
            assert_eq!(point.description, row.meta.name.as_str());
            assert_eq!(
                point.directive.is_some(),
                row.status == Status::Paused,
                "{point:?}"
            );
        }
        let details = points[2].details.as_ref().expect("details");
        assert_eq!(
            details["message"],
            hbmon::words::condition(&snapshot.rows[2])
        );
    }
}
