//! Local checks, read by the grammar that Checkmk gives for them.

use hbmon::report::checkmk;
use regex::Regex;

use crate::fixture::{fleet, golden, hostile, told, written};

/// State, service, metrics and text of each line.
fn parse(out: &str) -> Vec<(u8, String, String, String)> {
    let metric = r"[A-Za-z_][A-Za-z0-9_]*=-?[0-9.]+(?:;[0-9.:]*){0,4}";
    let line = Regex::new(&format!(
        r#"^([0-3P]) (?:"([^"]*)"|(\S+)) (-|{metric}(?:\|{metric})*) (.+)$"#
    ))
    .expect("a pattern");
    out.lines()
        .map(|text| {
            let found = line.captures(text).unwrap_or_else(|| panic!("{text}"));
            let part = |number| found.get(number).map(|part| part.as_str().to_owned());
            let state = part(1)
                .and_then(|state| state.parse().ok())
                .expect("a digit");
            (
                state,
                part(2).or(part(3)).expect("a service"),
                part(4).expect("metrics"),
                part(5).expect("a text"),
            )
        })
        .collect()
}

#[test]
fn a_fleet_in_full() {
    let out = written(|out| checkmk::write(&fleet(), out));
    let services = parse(&out);
    let wanted = [
        (2, "hbmon site-status", "latency=0.042"),
        (0, "hbmon chat", "latency=0.050|missed=0"),
        (1, "hbmon queen", "missed=1"),
        (3, "hbmon therapists", "missed=0"),
        (0, "hbmon old-api", "-"),
    ];
    for (service, (state, name, metrics)) in services.iter().zip(wanted) {
        assert_eq!(
            (service.0, service.1.as_str(), service.2.as_str()),
            (state, name, metrics)
        );
    }
    golden("checkmk.txt", out);
}

#[test]
fn hostile_texts_stay_texts() {
    for (name, text) in hostile() {
        let out = written(|out| checkmk::write(&told(&name, &text), out));
        let services = parse(&out);
        assert_eq!(
            services.iter().map(|service| service.0).collect::<Vec<_>>(),
            [0, 1, 2, 3, 0]
        );
        assert!(
            services
                .iter()
                .all(|service| !service.3.contains(['|', '\\'])),
            "{out}"
        );
    }
}
