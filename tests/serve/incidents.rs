//! Incidents: who takes care of them.

use serde_json::Value;

use crate::support::*;

const SITE: &str = "{name: site, interval: 1h, http: 'http://127.0.0.1:9/'}";
const JOB: &str = "{name: job, interval: 1h, push: {}}";

/// Starts an agent of which one job has failed.
fn agent_with_a_failed_job(head: &str, headers: &[&str]) -> Agent {
    let agent = Agent::start(head, &[JOB]);
    let fail = "POST /v1/heartbeats/job/fail";
    assert_eq!(agent.ask(fail, headers, "").status, 202);
    agent
}

fn ack(agent: &Agent, id: &str, body: &str) -> Answer {
    agent.ask(&format!("POST /v1/incidents/{id}/ack"), &[], body)
}

fn error(answer: &Answer) -> String {
    answer.json()["error"].as_str().unwrap().to_owned()
}

#[test]
fn an_open_incident_is_acknowledged_and_that_is_taken_back() {
    let agent = agent_with_a_failed_job("", &[]);
    agent.becomes("job", "error");
    let mut events = agent.stream("/v1/events");
    events.until(|name, _| name == "start");
    let answer = ack(
        &agent,
        "i-0001",
        r#"{"by": "ana", "for": "4h", "reason": "on it"}"#,
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    let incident = answer.json();
    assert_eq!(incident["id"], "i-0001");
    assert_eq!(incident["monitor"], "job");
    assert_eq!(incident["closed"], Value::Null);
    assert_eq!(incident["acknowledged"]["by"], "ana");
    assert!(incident["acknowledged"]["until"].is_string());
    let told = events.until(|name, _| name == "incident");
    assert_eq!(told["change"], "acknowledged");
    assert_eq!(told["incident"]["acknowledged"]["by"], "ana");
    let told = events.until(|name, _| name == "incident");
    assert_eq!(
        (&told["change"], &told["text"]),
        (&"note".into(), &"on it".into())
    );

    // A read after an accepted write sees it, and says the same.
    let job = agent.monitor("job");
    assert_eq!(job["incident"]["acknowledged"], incident["acknowledged"]);
    assert_eq!(job["incident"]["opened"], incident["opened"]);
    assert_eq!(job["silence"], Value::Null);

    let answer = agent.ask("DELETE /v1/incidents/i-0001/ack", &[], "");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["acknowledged"], Value::Null);
    // A body is not needed.
    let again = ack(&agent, "1", "").json();
    assert_eq!(again["acknowledged"]["by"], "127.0.0.1");
    assert_eq!(again["acknowledged"]["until"], Value::Null);
    let metrics = agent.get("/metrics").body;
    assert!(metrics.contains("\nhbmon_incidents_open 1\n"));
}

#[test]
fn a_bad_acknowledgement_is_refused_with_a_sentence() {
    let agent = agent_with_a_failed_job("", &[]);
    agent.becomes("job", "error");
    for (id, body, status, wanted) in [
        ("i-0002", "", 404, "no incident has this id"),
        ("x", "", 404, "no incident has this id"),
        ("i-0001", r#"{"for": "31d"}"#, 422, "at most 30 days"),
        ("i-0001", r#"{"who": "ana"}"#, 400, "unknown field `who`"),
        (
            "i-0001",
            "[1]",
            400,
            "the body is not the JSON that is expected",
        ),
    ] {
        let answer = ack(&agent, id, body);
        assert_eq!(answer.status, status, "{id} {body}: {answer:?}");
        let why = error(&answer);
        assert!(why.contains(wanted), "{id} {body}: {why}");
    }
}

/// Sends a request with a token.
fn with(agent: &Agent, token: &str, request: &str) -> Answer {
    agent.ask(request, &[&format!("Authorization: Bearer {token}")], "")
}

#[test]
fn a_token_that_may_only_read_reads_everything_and_changes_nothing() {
    let head = "token: act-t0ken\nread_token: read-t0ken";
    let agent = Agent::start(head, &[SITE, JOB]);
    for path in [
        "/v1/status",
        "/metrics",
        "/",
        "/v1/silences",
        "/v1/monitors/job",
    ] {
        let answer = with(&agent, "read-t0ken", &format!("GET {path}"));
        assert_eq!(answer.status, 200, "{path}");
    }
    let access = with(&agent, "read-t0ken", "GET /v1/status/access").json();
    assert_eq!(access["act"], false);
    let access = with(&agent, "act-t0ken", "GET /v1/status/access").json();
    assert_eq!(access["act"], true);
    for request in [
        "POST /v1/monitors/site/check",
        "POST /v1/monitors/site/pause",
        "DELETE /v1/monitors/job/instances/x",
        "POST /v1/silences",
        "DELETE /v1/silences/s-0001",
        "POST /v1/incidents/i-0001/ack",
        "DELETE /v1/incidents/i-0001/ack",
        "POST /v1/heartbeats/job",
        "POST /nowhere",
    ] {
        let answer = with(&agent, "read-t0ken", request);
        assert_eq!(answer.status, 403, "{request}");
        assert!(
            error(&answer).contains("`token` of the config may act"),
            "{answer:?}"
        );
    }
    assert_eq!(
        with(&agent, "act-t0ken", "POST /v1/heartbeats/job").status,
        202
    );
    assert_eq!(with(&agent, "wrong", "GET /v1/status").status, 401);
}

/// A client on another machine, or a page of another site, changes nothing.
#[test]
fn a_stranger_changes_nothing() {
    let agent = Agent::start("hosts: [agent.example]", &[SITE]);
    for request in [
        "POST /v1/silences",
        "DELETE /v1/silences/s-0001",
        "POST /v1/incidents/i-0001/ack",
        "DELETE /v1/incidents/i-0001/ack",
        "POST /v1/incidents/i-0001/notes",
    ] {
        let page = ["Origin: https://evil.example"];
        assert_eq!(agent.ask(request, &page, "").status, 403, "{request}");
        let proxied =
            format!("{request} HTTP/1.1\r\nHost: agent.example\r\nConnection: close\r\n\r\n");
        let answer = agent.send(proxied.as_bytes());
        assert_eq!(answer.status, 403, "{request}");
        assert!(error(&answer).contains("only this machine"), "{answer:?}");
    }
}

/// Without a history the engine knows the open incidents, and no others.
#[test]
fn an_agent_without_a_history_lists_what_is_open() {
    let monitors = config("", &[JOB, "{name: other, interval: 1h, push: {}}"]);
    let agent = Agent::with(&monitors, |command| command.arg("--no-state"));
    agent.post("/v1/heartbeats/other/fail", "");
    agent.post("/v1/heartbeats/job/fail", "no space left");
    let list = |query: &str| {
        let list = agent.get(&format!("/v1/incidents{query}")).json();
        assert_eq!(list["schema"], "hbmon.incidents/1");
        let ids = list["incidents"].as_array().unwrap().iter();
        let ids: Vec<String> = ids
            .map(|incident| incident["monitor"].as_str().unwrap().to_owned())
            .collect();
        (ids, list["next"].clone())
    };
    assert_eq!(list("").0, ["other", "job"]);
    assert_eq!(list("?open=true&monitor=job").0, ["job"]);
    let (first, next) = list("?limit=1");
    assert_eq!((first, &next), (vec!["other".to_owned()], &"i-0001".into()));
    assert_eq!(
        list("?limit=1&after=i-0001"),
        (vec!["job".to_owned()], Value::Null)
    );
    let one = agent.get("/v1/incidents/i-0002").json();
    assert_eq!(one["schema"], "hbmon.incident/1");
    assert_eq!(
        (&one["reason"], &one["changes"]),
        (&"reported".into(), &Value::Array(Vec::new()))
    );
    for path in [
        "/v1/incidents/i-0003",
        "/v1/monitors/job/history",
        "/v1/monitors/job/numbers",
        "/v1/report",
    ] {
        let answer = agent.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            error(&answer).contains("this agent keeps no history"),
            "{path}: {answer:?}"
        );
    }
    let gone = ack(&agent, "i-0003", "");
    assert_eq!(gone.status, 404);
    assert!(error(&gone).contains("this agent keeps no history"));
    let note = agent.ask("POST /v1/incidents/i-0001/notes", &[], r#"{"text": "x"}"#);
    assert_eq!(note.status, 404);
    assert!(error(&note).contains("this agent keeps no history"));
}

/// With a history, an answer has everything that was accepted before the question.
#[test]
fn what_was_accepted_is_in_the_next_answer() {
    let agent = Agent::start("", &[JOB]);
    for round in 1..=5 {
        let id = format!("i-{round:04}");
        let path = format!("/v1/incidents/{id}");
        let note = format!("POST {path}/notes");
        assert_eq!(agent.post("/v1/heartbeats/job/fail", "no space left"), 202);
        let open = agent.get("/v1/incidents?open=true").json();
        assert_eq!(open["incidents"][0]["id"], id.as_str());
        let acked = ack(&agent, &id, r#"{"by": "ana", "reason": "on it"}"#).json();
        assert_eq!(acked["notes"][0]["text"], "on it");
        let noted = agent.ask(&note, &[], r#"{"by": "ben", "text": "a full disk"}"#);
        assert_eq!(noted.json()["notes"][1]["by"], "ben", "{noted:?}");

        assert_eq!(agent.post("/v1/heartbeats/job", ""), 202);
        let one = agent.get(&path).json();
        assert_eq!(one["end"], "recovered");
        assert_eq!(one["acknowledged"]["by"], "ana");
        assert_eq!(one["changes"][0]["status"], "error");
        let refusal = ack(&agent, &id, "");
        assert_eq!(
            (refusal.status, error(&refusal).as_str()),
            (409, "the incident is closed")
        );
        let noted = agent.ask(&note, &[], r#"{"text": "cleaned up"}"#).json();
        assert_eq!(noted["notes"][2]["text"], "cleaned up");
        let open = agent.get("/v1/incidents?open=true").json();
        assert_eq!(open["incidents"], Value::Array(Vec::new()));
        let changes = agent.get("/v1/monitors/job/history").json();
        let last = changes["changes"].as_array().unwrap().last().unwrap();
        assert_eq!(last["status"], "healthy");
    }
}
