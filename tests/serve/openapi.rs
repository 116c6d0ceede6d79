//! Tests of the documents about the interface: `/v1`, `/v1/openapi.json`, and what they promise.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::*;

const JOB: &str = "{name: job, group: nightly, interval: 1h, push: {id: $.id}}";
const SITE: &str = "{name: site, tags: [web], interval: 1h, http: {url: 'http://127.0.0.1:9/'}}";

/// Returns every operation of a document: method, path and object.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            let operations = item.as_object().unwrap().iter();
            operations.map(|(method, about)| (method.to_uppercase(), path.clone(), about))
        })
        .collect()
}

/// Fails unless a value has the schema that the document has for it.
pub(crate) fn check_value(document: &Value, schema: &Value, value: &Value) {
    let mut whole = document.clone();
    whole["allOf"] = json!([schema]);
    let validator = jsonschema::draft202012::new(&whole).unwrap();
    let mistakes: Vec<String> = validator
        .iter_errors(value)
        .map(|mistake| format!("{}: {mistake}", mistake.instance_path()))
        .collect();
    assert!(mistakes.is_empty(), "{mistakes:#?} {value:#}");
}

/// Every operation that the document names is there, and its answer has the schema that the
/// document gives. A test of `src/serve/routes.rs` shows the reverse: each route is named.
#[test]
fn the_document_tells_the_truth() {
    let agent = Agent::start("", &[JOB, SITE]);
    assert_eq!(agent.post("/v1/heartbeats/job", r#"{"id": "w1"}"#), 202);
    until(|| agent.monitor("site")["evidence"].is_object().then_some(()));
    agent.becomes("job", "healthy");
    let document = agent.get("/v1/openapi.json").json();
    let mut seen = 0;
    for (method, path, about) in operations(&document) {
        let media = &about["responses"]["200"]["content"];
        if media["text/event-stream"].is_object() {
            let stream = agent.stream(&path).next();
            assert!(stream.is_some(), "{path}");
            continue;
        }
        // hbmon cannot request pushed heartbeats.
        let asks = ["/check", "/reconnect"]
            .iter()
            .any(|end| path.ends_with(end));
        let concrete = path
            .replace("{name}", if asks { "site" } else { "job" })
            .replace("{id}", "w1")
            .replace("{step}", "start")
            .replace("{incident}", "i-0001")
            .replace("{silence}", "s-0001");
        let body = match (method.as_str(), path.as_str()) {
            ("POST", "/v1/silences") => r#"{"match": "*", "for": "2h", "reason": "move"}"#,
            ("POST", "/v1/incidents/{incident}/ack") => r#"{"by": "ana"}"#,
            ("POST", "/v1/incidents/{incident}/notes") => r#"{"text": "on it"}"#,
            ("POST", _) => r#"{"id": "w1"}"#,
            _ => "",
        };
        let answer = agent.ask(&format!("{method} {concrete}"), &[], body);
        let promised = &about["responses"][answer.status.to_string()];
        assert!(promised.is_object(), "{method} {path}: {answer:?}");
        assert!(answer.status < 400, "{method} {path}: {answer:?}");
        if let Some(schema) = media["application/json"].get("schema") {
            check_value(&document, schema, &answer.json());
            seen += 1;
        }
    }
    assert!(seen >= 7, "{seen}");
    let refusal = &document["components"]["responses"]["Refusal"]["content"]["application/json"];
    let missing = agent.get("/v1/monitors/nobody");
    check_value(&document, &refusal["schema"], &missing.json());
}

#[test]
fn the_document_is_openapi() {
    let agent = Agent::start("", &[JOB]);
    let document = agent.get("/v1/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let mut ids = BTreeSet::new();
    for (method, path, about) in operations(&document) {
        assert!(
            ids.insert(about["operationId"].as_str().unwrap().to_owned()),
            "{method} {path}"
        );
        assert!(about["summary"].is_string(), "{method} {path}");
        let named: BTreeSet<String> = path
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap().to_owned())
            .collect();
        let parameters = about["parameters"].as_array().unwrap();
        let in_path: BTreeSet<String> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .inspect(|parameter| assert_eq!(parameter["required"], true))
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(named, in_path, "{method} {path}");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(jsonschema::draft202012::meta::is_valid(schema), "{name}");
    }
    // The list of `/v1` is the same.
    let index = agent.get("/v1").json();
    assert_eq!(index["schema"], "hbmon.routes/1");
    let listed: BTreeSet<(String, String)> = index["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|route| {
            let text = |key: &str| route[key].as_str().unwrap().to_owned();
            (text("method"), text("path"))
        })
        .collect();
    let documented = operations(&document)
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect();
    assert_eq!(listed, documented);
}

#[test]
fn monitors_are_listed_and_selected() {
    let agent = Agent::start("", &[JOB, SITE]);
    let names = |query: &str| -> Vec<String> {
        let list = agent.get(&format!("/v1/monitors{query}")).json();
        assert_eq!(list["schema"], "hbmon.monitors/1");
        let monitors = list["monitors"].as_array().unwrap();
        monitors
            .iter()
            .map(|monitor| monitor["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(""), ["job", "site"]);
    assert_eq!(names("?filter="), ["job", "site"]);
    assert_eq!(names("?filter=tag:web"), ["site"]);
    assert_eq!(names("?filter=!kind:http"), ["job"]);
    assert_eq!(names("?filter=group%3Anight*"), ["job"]);
    assert_eq!(names("?filter=nobody"), Vec::<String>::new());
    let refusal = agent.get("/v1/monitors?filter=ab+colour:red");
    assert_eq!(refusal.status, 400);
    let why = refusal.json()["error"].as_str().unwrap().to_owned();
    assert!(why.contains("after byte 3: expected `name:`"), "{why}");
    let long = "x".repeat(1001);
    assert_eq!(
        agent.get(&format!("/v1/monitors?filter={long}")).status,
        400
    );
    let refusal = agent.get("/v1/monitors?fliter=job");
    assert_eq!(refusal.status, 400);
    assert_eq!(refusal.json()["error"], "the query takes only `filter`");

    // The list has the objects of the status, and sees every accepted heartbeat.
    assert_eq!(agent.post("/v1/heartbeats/job", r#"{"id": "w1"}"#), 202);
    let job = agent.get("/v1/monitors?filter=job").json()["monitors"][0].take();
    assert_eq!(job["beats"], 1);
    assert_eq!(job["instances"]["total"], 1);
}
