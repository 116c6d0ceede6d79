//! Prometheus text, read by a parser of the exposition format 0.0.4. `promtool` reads it in
//! `tests/peers`.

use std::collections::{BTreeMap, HashSet};

use hbmon::report::prom;

use crate::fixture::{fleet, golden, hostile, run, snapshot_of, told, written};

#[derive(Debug)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

/// Help and type once and before the samples of their name, samples of a name together, no sample
/// twice, no timestamp.
fn parse(out: &str) -> Vec<Sample> {
    assert!(out.ends_with('\n'));
    let (mut samples, mut seen, mut typed): (Vec<Sample>, HashSet<String>, Option<String>) =
        Default::default();
    for line in out.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, text) = help.split_once(' ').expect("a text");
            assert!(
                !text.is_empty() && seen.insert(name.to_owned()),
                "{name} twice"
            );
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a type");
            assert!(kind == "gauge" && seen.contains(name), "{line}");
            typed = Some(name.to_owned());
        } else {
            let sample = sample(line);
            assert_eq!(Some(&sample.name), typed.as_ref(), "{line}");
            assert!(
                seen.insert(format!("{:?}{:?}", sample.name, sample.labels)),
                "{line} twice"
            );
            samples.push(sample);
        }
    }
    samples
}

fn sample(line: &str) -> Sample {
    let end = line.find(['{', ' ']).expect("a value");
    let (name, mut rest) = line.split_at(end);
    assert!(
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
        "{name}"
    );
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (key, value) = rest.split_once("=\"").expect("a label");
            let mut text = String::new();
            let mut chars = value.chars();
            loop {
                match chars.next().expect("the label ends") {
                    '"' => break,
                    '\\' => text.push(match chars.next() {
                        Some('n') => '\n',
                        Some(c @ ('\\' | '"')) => c,
                        other => panic!("{other:?} is no escape"),
                    }),
                    c => text.push(c),
                }
            }
            assert!(
                labels
                    .insert(key.trim_start_matches(',').to_owned(), text)
                    .is_none()
            );
            rest = chars.as_str();
        }
        rest = &rest[1..];
    }
    let value = rest
        .strip_prefix(' ')
        .expect("a value")
        .parse()
        .unwrap_or_else(|_| panic!("no number: {line}"));
    Sample {
        name: name.to_owned(),
        labels,
        value,
    }
}

#[test]
fn a_fleet_in_full() {
    let out = written(|out| prom::write(&fleet(), &run(1, true), out));
    let samples = parse(&out);
    let of = |name: &str| -> Vec<(&str, f64)> {
        let found = samples.iter().filter(|sample| sample.name == name);
        found
            .map(|sample| {
                (
                    sample.labels.get("monitor").map_or("", String::as_str),
                    sample.value,
                )
            })
            .collect()
    };
    // Absent while unknown (contract, section 7).
    assert_eq!(
        of("hbmon_up"),
        [("site-status", 0.0), ("chat", 1.0), ("queen", 1.0)]
    );
    assert_eq!(
        of("hbmon_last_latency_seconds"),
        [("site-status", 0.0417), ("chat", 0.05)]
    );
    assert_eq!(of("hbmon_check_duration_seconds"), [("", 1.9042)]);
    let statuses = samples
        .iter()
        .filter(|sample| sample.name == "hbmon_status" && sample.value == 1.0);
    let statuses: Vec<&str> = statuses
        .map(|sample| sample.labels["status"].as_str())
        .collect();
    assert_eq!(
        statuses,
        ["error", "healthy", "warning", "unknown", "paused"]
    );
    let info = samples
        .iter()
        .find(|sample| sample.name == "hbmon_monitor_info")
        .expect("an info");
    let labels: Vec<(&str, &str)> = info
        .labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        (labels.as_slice(), info.value),
        (
            [
                ("group", "web"),
                ("kind", "http"),
                ("monitor", "site-status"),
                ("team", "shop"),
                ("tier", "1")
            ]
            .as_slice(),
            1.0
        )
    );
    golden("prom.txt", out);
}

#[test]
fn nothing_is_a_report_too() {
    assert_eq!(
        parse(&written(|out| prom::write(
            &snapshot_of(Vec::new()),
            &run(0, true),
            out
        )))
        .len(),
        2
    );
}

#[test]
fn hostile_texts_stay_texts() {
    for (name, text) in hostile() {
        // The same name five times over, as of a URL that is probed twice: the first one is shown.
        let snapshot = told(&name, &text);
        let samples = parse(&written(|out| prom::write(&snapshot, &run(0, true), out)));
        let up = samples
            .iter()
            .find(|sample| sample.name == "hbmon_up")
            .expect("a sample");
        let row = &snapshot.rows[0];
        assert_eq!(up.labels["monitor"], row.meta.name.as_str());
        assert_eq!(
            Some(up.labels["group"].as_str()),
            row.meta.group.as_ref().map(|group| group.as_str())
        );
    }
}
