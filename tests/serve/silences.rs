//! Silences: who adds and ends them, and where they show.

use serde_json::Value;

use crate::support::*;

const SITE: &str = "{name: site, tags: [eu], interval: 1h, http: 'http://127.0.0.1:9/'}";
const JOB: &str = "{name: job, interval: 1h, push: {}}";

fn silences(agent: &Agent) -> Vec<Value> {
    let list = agent.get("/v1/silences").json();
    assert_eq!(list["schema"], "hbmon.silences/1");
    list["silences"].as_array().unwrap().clone()
}

#[test]
fn a_silence_is_added_told_and_ended() {
    let agent = Agent::start("", &[SITE, JOB]);
    assert_eq!(silences(&agent), Vec::<Value>::new());
    let mut events = agent.stream("/v1/events");
    events.until(|name, _| name == "start");
    let body = r#"{"match": "tag:eu", "for": "2h", "by": "ana", "reason": "deploy"}"#;
    let answer = agent.ask("POST /v1/silences", &[], body);
    assert_eq!(answer.status, 200, "{answer:?}");
    let added = answer.json();
    assert_eq!(added["id"], "s-0001");
    assert_eq!(added["match"], "tag:eu");
    assert_eq!(added["by"], "ana");
    assert_eq!(added["reason"], "deploy");
    assert_eq!(added["active"], true);
    // A read after an accepted write sees it.
    assert_eq!(silences(&agent), std::slice::from_ref(&added));
    assert_eq!(agent.monitor("site")["silence"], added);
    assert_eq!(agent.monitor("job")["silence"], Value::Null);
    let metrics = agent.get("/metrics").body;
    assert!(metrics.contains("\nhbmon_monitors_silenced 1\n"));
    let told = events.until(|name, _| name == "silence");
    assert_eq!(told["change"], "added");
    assert_eq!(told["silence"], added);

    let end = "DELETE /v1/silences/s-0001";
    assert_eq!(agent.ask(end, &[], "").status, 204);
    assert_eq!(silences(&agent), Vec::<Value>::new());
    assert_eq!(agent.monitor("site")["silence"], Value::Null);
    let told = events.until(|name, _| name == "silence");
    assert_eq!(told["change"], "ended");
    assert_eq!(told["silence"]["active"], false);
    assert_eq!(agent.ask(end, &[], "").status, 404);
    assert_eq!(agent.ask("DELETE /v1/silences/x", &[], "").status, 404);

    // Without a name, the address of the client stands for it.
    let body = r#"{"match": "*", "for": "30d", "reason": "move"}"#;
    let added = agent.ask("POST /v1/silences", &[], body).json();
    assert_eq!(added["id"], "s-0002");
    assert_eq!(added["by"], "127.0.0.1");
}

#[test]
fn a_bad_silence_is_refused_with_a_sentence() {
    let agent = Agent::start("", &[SITE]);
    for (body, status, wanted) in [
        ("", 400, "missing field `match`"),
        ("{", 400, "the body is not the JSON that is expected"),
        (
            r#"["*", "2h", null, "move"]"#,
            400,
            "the body is not the JSON that is expected: it is no object",
        ),
        (r#"{"match": "*"}"#, 400, "missing field `for`"),
        (r#"{"match": "*", "for": 7}"#, 400, "expected a string"),
        (
            r#"{"match": "*", "for": "2h", "until": "x"}"#,
            400,
            "unknown field `until`, expected one of `match`, `for`, `by`, `reason`",
        ),
        (
            r#"{"match": "*", "for": "2h"}"#,
            400,
            "missing field `reason`",
        ),
        (
            r#"{"match": "*", "for": "2h", "reason": " \n "}"#,
            400,
            "`reason` is empty: say why",
        ),
        (
            r#"{"match": " ", "for": "2h", "reason": "x"}"#,
            422,
            "`match` is empty",
        ),
        (
            r#"{"match": "ab colour:red", "for": "2h", "reason": "x"}"#,
            422,
            "`match`, after byte 3: expected `name:`",
        ),
        (
            r#"{"match": "*", "for": "31d", "reason": "x"}"#,
            422,
            "at most 30 days",
        ),
        (
            r#"{"match": "*", "for": "2", "reason": "x"}"#,
            422,
            "`for` has no unit",
        ),
    ] {
        let answer = agent.ask("POST /v1/silences", &[], body);
        assert_eq!(answer.status, status, "{body}: {answer:?}");
        let why = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(why.contains(wanted), "{body}: {why}");
    }
    assert_eq!(silences(&agent), Vec::<Value>::new());
}
