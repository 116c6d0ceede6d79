//! The output of a plugin, held against the Monitoring Plugins Development Guidelines.

use hbmon::model::{Row, Status};
use hbmon::report::nagios;
use regex::Regex;

use crate::fixture::{
    fleet, golden, hostile, meta, only_chat, run, snapshot_of, told, turned, written,
};

/// Checks a whole output; gives the text of the first line and the labels of the numbers.
fn checked(out: &str) -> (String, Vec<String>) {
    assert!(out.len() <= 4096, "{} bytes", out.len());
    let mut lines = out.lines();
    let first = lines.next().expect("a line");
    let (text, numbers) = first.split_once(" | ").expect("numbers behind the text");
    assert!(text.chars().count() < 80, "{text}");
    assert!(
        ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
            .iter()
            .any(|word| text.starts_with(&format!("HBMON {word} - ")))
    );
    assert!(
        !numbers.contains('|') && lines.all(|line| !line.contains('|')),
        "{out}"
    );
    // 'label'=value[UOM];[warn];[crit];[min];[max]
    let number =
        r"(?:'([^'=]+)'|([^\s'=]+))=(?:U|-?[0-9.]+(?:us|ms|s|%|[KMGT]?B|c)?)(?:;[0-9.:~@-]*){0,4}";
    let all = Regex::new(&format!("^{number}(?: {number})*$")).expect("a pattern");
    assert!(all.is_match(numbers), "{numbers}");
    let one = Regex::new(number).expect("a pattern");
    let labels = one
        .captures_iter(numbers)
        .filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str().to_owned()));
    (text.to_owned(), labels.collect())
}

fn of(rows: Vec<Row>) -> (String, Vec<String>) {
    checked(&written(|out| {
        nagios::write(&snapshot_of(rows), &run(0, true), out)
    }))
}

fn named(name: &str, status: Status) -> Row {
    let mut row = turned(&only_chat().rows[0], status);
    row.meta = meta(name, row.meta.kind, "ws://example.com");
    row
}

#[test]
fn a_fleet_in_full() {
    let text = written(|out| nagios::write(&fleet(), &run(2, true), out));
    let (line, labels) = checked(&text);
    assert_eq!(line, "HBMON CRITICAL - 1/5 down: site-status (503)");
    assert_eq!(
        labels,
        ["up", "time", "site-status", "chat", "queen", "therapists"]
    );
    golden("nagios.txt", text);
}

#[test]
fn the_word_is_that_of_the_exit_code() {
    use Status::{Error, Healthy, Paused, Unknown, Warning};
    let table = [
        (vec![Healthy, Healthy], "HBMON OK - 2/2 healthy"),
        (vec![Healthy, Warning], "HBMON WARNING - 1/2 in warning: b"),
        (
            vec![Warning, Unknown],
            "HBMON UNKNOWN - 1/2 without a verdict: b",
        ),
        (vec![Error, Unknown], "HBMON CRITICAL - 1/2 down: a"),
        (vec![Paused], "HBMON OK - 1/1 paused"),
        (vec![], "HBMON OK - 0/0 paused"),
    ];
    for (statuses, wanted) in table {
        let rows = ["a", "b"]
            .iter()
            .zip(statuses)
            .map(|(name, status)| named(name, status))
            .collect();
        assert_eq!(of(rows).0, wanted);
    }
}

#[test]
fn what_a_run_left_open_is_without_a_verdict() {
    let mut open = named("a", Status::Warning);
    open.settled = false;
    let snapshot = snapshot_of(vec![
        open,
        named("b", Status::Warning),
        named("c", Status::Healthy),
    ]);
    let (line, _) = checked(&written(|out| {
        nagios::write(&snapshot, &run(3, false), out)
    }));
    assert_eq!(line, "HBMON UNKNOWN - 1/3 without a verdict: a");
}

#[test]
fn many_problems_are_counted() {
    let rows = (0..14)
        .map(|number| named(&format!("orders-{number}"), Status::Error))
        .collect();
    let (line, _) = of(rows);
    assert_eq!(
        line,
        "HBMON CRITICAL - 14/14 down: orders-0, orders-1, orders-2, orders-3, +10"
    );
    let rows = vec![named(&"x".repeat(120), Status::Error)];
    assert_eq!(of(rows).0, "HBMON CRITICAL - 1/1 down: +1");
}

#[test]
fn labels_differ_where_a_graph_looks() {
    let names = [
        "orders-websocket-europe-1",
        "orders-websocket-europe-2",
        "orders-websocket-e",
        "a=b'c|d",
    ];
    let (_, labels) = of(names.map(|name| named(name, Status::Healthy)).to_vec());
    let labels: Vec<String> = labels.into_iter().skip(2).collect();
    assert_eq!(
        (labels[2].as_str(), labels[3].as_str()),
        ("orders-websocket-e", "a_b_c_d")
    );
    let starts: std::collections::HashSet<String> = labels
        .iter()
        .map(|label| label.chars().take(19).collect())
        .collect();
    assert_eq!(starts.len(), 4, "{labels:?}");
}

#[test]
fn a_large_fleet_fits_into_what_a_core_keeps() {
    let rows = (0..2_000)
        .map(|number| named(&format!("monitor-{number}"), Status::Error))
        .collect();
    of(rows);
}

#[test]
fn hostile_texts_stay_texts() {
    for (name, text) in hostile() {
        let snapshot = told(&name, &text);
        let out = written(|out| nagios::write(&snapshot, &run(1, false), out));
        checked(&out);
        assert_eq!(out.lines().count(), 4, "{out}");
    }
}
