//! The JSON has exactly the keys of the contract's example, in its order, and the additions that
//! are named here.

use hbmon::report::json;
use serde_json::Value;

use crate::fixture::{fleet, only_site, run};

/// The example of the contract, section 5.
const EXAMPLE: &str = include_str!("contract.json");

/// Keys that were added since: path of the object, then the key.
const ADDED: [(&str, &str); 11] = [
    (".monitors[].latency", "jitter_ms"),
    (".monitors[]", "uptime"),
    (".monitors[]", "description"),
    (".monitors[]", "runbook"),
    (".monitors[]", "labels"),
    (".monitors[].labels", "team"),
    (".monitors[].labels", "tier"),
    (".monitors[]", "incident"),
    (".monitors[]", "silence"),
    (".monitors[]", "maintenance"),
    (".monitors[]", "depends_on"),
];

/// Every key of a JSON text with the path of its object, in the order of the text.
fn keys(text: &str) -> Vec<String> {
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
        found: Vec::new(),
    };
    reader.value("");
    reader.found
}

/// `serde_json::Value` sorts keys, so the order is read from the text itself. The text is known to
/// be JSON.
struct Reader {
    chars: Vec<char>,
    at: usize,
    found: Vec<String>,
}

impl Reader {
    fn peek(&mut self) -> char {
        while self.chars[self.at].is_whitespace() || matches!(self.chars[self.at], ',' | ':') {
            self.at += 1;
        }
        self.chars[self.at]
    }

    fn string(&mut self) -> String {
        let start = self.at + 1;
        self.at = start;
        while self.chars[self.at] != '"' {
            self.at += if self.chars[self.at] == '\\' { 2 } else { 1 };
        }
        self.at += 1;
        self.chars[start..self.at - 1].iter().collect()
    }

    fn value(&mut self, path: &str) {
        match self.peek() {
            '{' => {
                self.at += 1;
                while self.peek() != '}' {
                    let key = self.string();
                    self.found.push(format!("{path}.{key}"));
                    self.value(&format!("{path}.{key}"));
                }
                self.at += 1;
            }
            '[' => {
                self.at += 1;
                while self.peek() != ']' {
                    self.value(&format!("{path}[]"));
                }
                self.at += 1;
            }
            '"' => drop(self.string()),
            _ => {
                while self.at < self.chars.len() && !matches!(self.chars[self.at], ',' | '}' | ']')
                {
                    self.at += 1;
                }
            }
        }
    }
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("memory takes everything");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn the_keys_are_those_of_the_contract_in_its_order() {
    let mut got = keys(&text(|out| json::write(&only_site(), &run(1, true), out)));
    for (path, key) in ADDED {
        let added = format!("{path}.{key}");
        assert!(got.contains(&added), "{added} is missing");
        got.retain(|key| *key != added);
    }
    // What hbmon says of itself is no monitor's.
    got.retain(|key| !key.starts_with(".self"));
    let mut wanted = keys(EXAMPLE);
    // Two outcomes here, one there: each key once is enough.
    let mut seen = std::collections::HashSet::new();
    got.retain(|key| seen.insert(key.clone()));
    seen.clear();
    wanted.retain(|key| seen.insert(key.clone()));
    assert_eq!(got, wanted);
}

#[test]
fn values_have_the_types_of_the_contract() {
    let wanted: Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
    let got: Value =
        serde_json::from_str(&text(|out| json::write(&only_site(), &run(1, true), out)))
            .expect("JSON");
    same_types("", &wanted, &got);
}

/// A number with a fraction stays one, a null may be anything.
fn same_types(path: &str, wanted: &Value, got: &Value) {
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            wanted
                .iter()
                .for_each(|(key, value)| same_types(&format!("{path}.{key}"), value, &got[key]));
        }
        (Value::Array(wanted), Value::Array(got)) => {
            got.iter()
                .for_each(|value| same_types(&format!("{path}[]"), &wanted[0], value));
        }
        (Value::Number(wanted), Value::Number(got)) => {
            assert_eq!(wanted.is_f64(), got.is_f64(), "{path}")
        }
        (Value::Null, _) => {}
        _ => assert_eq!(
            std::mem::discriminant(wanted),
            std::mem::discriminant(got),
            "{path}"
        ),
    }
}

#[test]
fn every_key_is_there_when_nothing_is_measured() {
    let report: Value =
        serde_json::from_str(&text(|out| json::write(&fleet(), &run(1, true), out))).expect("JSON");
    let (full, bare) = (&report["monitors"][0], &report["monitors"][3]);
    let names = |monitor: &Value| {
        monitor
            .as_object()
            .map(|keys| keys.keys().cloned().collect::<Vec<_>>())
    };
    assert_eq!(names(full), names(bare));
    for key in [
        "group",
        "reason",
        "message",
        "latency_ms",
        "latency",
        "presence",
        "last_beat",
        "phases",
        "certificate",
        "evidence",
    ] {
        assert!(bare[key].is_null(), "{key}");
    }
    assert_eq!(
        report["monitors"][1]["recent"].as_array().map(Vec::len),
        Some(10)
    );
}
