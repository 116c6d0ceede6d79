//! The JSON Schema agrees with the loader: on examples, on mistakes of structure, and on defaults.

use std::fs;
use std::sync::LazyLock;

use hbmon::config::{Code, Example, schema};
use hbmon::model::Kind;
use serde_json::{Value, json};

use crate::load;

/// Fixtures in `bad` whose mistake a schema cannot know.
const BEYOND: &[&str] = &[
    // Two values against each other.
    "alerts-circle",
    "auth-and-userinfo",
    "backoff-order",
    "backoff-order-both",
    "certificate-order",
    "depends-on",
    "header-and-auth",
    "headers-of-hbmon",
    "ip-contradicts",
    "latency-order",
    "min-interval",
    "min-interval-of-defaults",
    "push-no-interval",
    "quality-fair",
    "quality-order",
    "read-token-same",
    "screen-keys-clash",
    "send-too-large",
    "server-name-through-proxy",
    "skew-order",
    "slo-no-objective",
    "socketio-two-namespaces",
    "socketio-two-paths",
    "thresholds-default",
    "thresholds-order",
    "two-names",
    "two-names-far",
    // What comes from outside, and other files.
    "bearer-line-break",
    "token-line-break",
    "broken-reference",
    "include",
    "include-missing",
    "include-nothing",
    "key-as-path",
    "listen-tls",
    "missing-file",
    "outside",
    "secret-as-duration",
    "secret-block",
    "unset",
    "unset-quoted",
    "unset-twice",
    // Other languages within a text: URLs, filters, regular expressions, keys, long durations.
    "alerts-runbook",
    "alerts-template",
    "bad-url",
    "bad-url-port",
    "filter",
    "filter-end",
    "host-name",
    "host-template",
    "long-interval",
    "maintenance-no-time",
    "maintenance-times",
    "ping",
    "regex",
    "regex-too-big",
    "screen-keys-flow-control",
    "screen-keys-unreadable",
    "secret-in-url",
    "slo-window",
    // A word that other readers of YAML take for a boolean.
    "bad-bool",
];

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

static VALIDATOR: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&schema()).unwrap());

/// A config that the loader takes is valid by the schema too.
pub(crate) fn valid(text: &str) {
    let wrong: Vec<_> = VALIDATOR
        .iter_errors(&yaml(text))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
}

#[test]
fn it_is_a_schema_in_which_everything_is_described() {
    jsonschema::draft202012::meta::validate(&schema()).unwrap();
    fn walk(place: &str, value: &Value) {
        if let Some(keys) = value.get("properties").and_then(Value::as_object) {
            for (key, schema) in keys {
                let description = schema["description"].as_str().unwrap_or("");
                assert!(
                    description.len() > 5 && !description.starts_with("Default"),
                    "{place}/{key}: {description:?}"
                );
            }
        }
        match value {
            Value::Object(keys) => keys
                .iter()
                .for_each(|(key, value)| walk(&format!("{place}/{key}"), value)),
            Value::Array(values) => values.iter().for_each(|value| walk(place, value)),
            _ => {}
        }
    }
    walk("", &schema());
}

#[test]
fn examples_are_valid() {
    for file in fs::read_dir("configs").unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|end| end == "yaml") {
            valid(&fs::read_to_string(&path).unwrap());
        }
    }
    for code in Code::ALL {
        if let Example::Config(text) = code.explanation().right {
            valid(text);
        }
    }
    for text in [
        "monitors: [{name: a, http: {url: 'http://h', ip: 4, version: 1.1, headers: {x: 5, y: true}, expect: {status: [200, 2xx]}}}]",
        "monitors: [{name: a, enabled: '${ON:-true}', interval: '${I:-30s}', http: {url: 'http://h', redirects: '${N:-1}'}}]",
        "monitors: [{name: a, interval: 90.5s, timeout: 1m 30s, socketio: {url: 'http://h', protocol: 3, payload: [1, {a: null}]}}]",
        "x-mine: {any: [thing]}\nmonitors: [{name: a, tags: eu, websocket: {url: 'ws://h', send: [a, b]}}]",
    ] {
        assert!(load(text).is_ok(), "{text}");
        valid(text);
    }
}

#[test]
fn mistakes_are_not() {
    let mut overlooked = Vec::new();
    for entry in fs::read_dir("tests/config/bad").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        // What is no YAML is nothing for a schema either.
        let text = fs::read_to_string(&path).unwrap();
        if serde_yaml::from_str(&text).is_ok_and(|value| VALIDATOR.is_valid(&value)) {
            overlooked.push(path.file_stem().unwrap().to_str().unwrap().to_owned());
        }
    }
    overlooked.sort();
    let mut beyond = BEYOND.to_vec();
    beyond.sort_unstable();
    assert_eq!(overlooked, beyond);
    let monitor = |keys: Value| json!({"monitors": [keys]});
    for bad in [
        monitor(
            json!({"name": "a", "http": {"url": "http://h", "expect": {"status": []}, "redirects": 51}}),
        ),
        monitor(json!({"name": "a", "http": null})),
        monitor(json!({"name": "a", "interval": 30, "http": "http://h"})),
        monitor(json!({"name": "a", "http": "http://h#x"})),
        monitor(json!({"name": "a", "http": {"url": "ftp://h"}})),
        monitor(json!({"name": "a", "http": "http://h", "timeout": "0s"})),
        monitor(json!({"name": "a", "http": "http://h", "push": {}})),
        monitor(json!({"name": "a", "http": {"url": "http://h", "max_bytes": "2GiB"}})),
        monitor(json!({"name": "a", "http": {"url": "http://h", "max_age": "1m"}})),
        json!({"monitor": []}),
        json!([]),
    ] {
        assert!(!VALIDATOR.is_valid(&bad), "{bad}");
    }
}

/// A config that says every literal default of the schema comes to the same as one that says
/// nothing.
#[test]
fn defaults_are_true() {
    let schema = schema();
    let defaults = |name: &str| {
        let def = &schema["$defs"][name];
        let keys = def
            .get("properties")
            .or_else(|| def["anyOf"][1].get("properties"))
            .unwrap()
            .as_object()
            .unwrap();
        let literal =
            |(key, value): (&String, &Value)| Some((key.clone(), value.get("default")?.clone()));
        keys.iter()
            .filter_map(literal)
            .collect::<serde_json::Map<_, _>>()
    };
    let mut said = defaults("CommonKeys");
    for (key, name) in [
        ("thresholds", "Thresholds"),
        ("backoff", "BackoffKeys"),
        ("presence", "PresenceKeys"),
    ] {
        said.insert(key.to_owned(), defaults(name).into());
    }
    assert!(said.len() >= 5, "{said:?}");
    for kind in Kind::ALL {
        let kind = kind.as_str();
        // What a monitor of the kind cannot do without.
        let needed = match kind {
            "push" => json!({}),
            "websocket" => json!({"url": "ws://h"}),
            _ => json!({"url": "http://h"}),
        };
        let mut name = kind.to_owned();
        name[..1].make_ascii_uppercase();
        let mut keys = defaults(&format!("{name}Keys"));
        // Without instances there is nothing that it could say.
        keys.remove("min_online");
        keys.extend(needed.as_object().unwrap().clone());
        let target = |mut monitor: serde_json::Map<String, Value>, keys: Value| {
            monitor.extend([
                ("name".to_owned(), "a".into()),
                ("interval".to_owned(), "1m".into()),
                (kind.to_owned(), keys),
            ]);
            let loaded = load(&json!({"monitors": [monitor]}).to_string())
                .unwrap_or_else(|error| panic!("{error:?}"));
            let target = loaded.plan.targets.into_iter().next().unwrap();
            format!(
                "{:#?} {:#?} {:#?} {}",
                target.policy, target.pace, target.spec, target.enabled
            )
        };
        assert_eq!(
            target(said.clone(), keys.into()),
            target(serde_json::Map::new(), needed),
            "{kind}"
        );
    }
}

/// Editors show these instead of a pattern.
#[test]
fn patterns_have_a_message() {
    fn walk(place: &str, value: &Value) {
        match value {
            Value::Object(keys) => {
                // Conditions and keys of one's own are not shown.
                let is_quiet = place.contains("/if/") || place.contains("/not");
                if keys.get("pattern").is_some_and(Value::is_string) && !is_quiet {
                    let message = keys.get("patternErrorMessage").and_then(Value::as_str);
                    assert!(message.is_some_and(|text| text.len() > 8), "{place}");
                }
                keys.iter()
                    .for_each(|(key, value)| walk(&format!("{place}/{key}"), value));
            }
            Value::Array(values) => values.iter().for_each(|value| walk(place, value)),
            _ => {}
        }
    }
    let schema = schema();
    walk("", &schema);
    assert_eq!(schema["$id"], "urn:hbmon:schema:config:1");
    assert_eq!(schema["version"], env!("CARGO_PKG_VERSION"));
}
