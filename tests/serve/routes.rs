//! Tests of the response of each route.

use crate::support::*;

const JOB: &str =
    "{name: job, group: nightly, labels: {team: 'ops \"n\"'}, interval: 1h, push: {}}";
/// A monitor whose target refuses connections, and which stays in warning.
const SITE: &str = "{name: site, interval: 1h, thresholds: {failures: {error: 1000}}, http: 'http://127.0.0.1:9/'}";
const WORKERS: &str = "{name: workers, interval: 1h, push: {path: /v1/worker-heartbeat, id: $.id, available: '@.ok == true'}}";

#[test]
fn every_route_has_its_methods_and_statuses() {
    let agent = Agent::start("", &[JOB, WORKERS]);
    for (request, body, status, allow) in [
        ("POST /v1/heartbeats/job", "", 202, ""),
        ("POST /v1/heartbeats/job/start?rid=7", "", 202, ""),
        ("POST /v1/heartbeats/job/log", "only a word", 202, ""),
        ("POST /v1/heartbeats/job/0?rid=7", "", 202, ""),
        ("POST /v1/heartbeats/job/7", "exit 7", 202, ""),
        ("POST /v1/heartbeats/job/256", "", 404, ""),
        ("POST /v1/heartbeats/job/other", "", 404, ""),
        ("GET /v1/heartbeats/job", "", 405, "post"),
        ("PUT /v1/heartbeats/job", "", 405, "post"),
        ("POST /v1/heartbeats/nobody", "", 404, ""),
        (
            "POST /v1/worker-heartbeat",
            r#"{"id": "w1", "ok": true}"#,
            202,
            "",
        ),
        (
            "POST /v1/heartbeats/workers",
            r#"{"id": "w2", "ok": false}"#,
            202,
            "",
        ),
        ("POST /v1/worker-heartbeat", r#"{"ok": true}"#, 400, ""),
        ("POST /v1/worker-heartbeat", "not JSON", 400, ""),
        ("GET /v1/status", "", 200, ""),
        ("HEAD /v1/status", "", 200, ""),
        ("POST /v1/status", "", 405, "get,head"),
        ("GET /v1", "", 200, ""),
        ("GET /v1/openapi.json", "", 200, ""),
        ("GET /v1/monitors", "", 200, ""),
        ("HEAD /v1/monitors?filter=job", "", 200, ""),
        ("GET /v1/monitors?filter=colour:red", "", 400, ""),
        ("GET /v1/monitors?filter=a&filter=b", "", 400, ""),
        ("GET /v1/monitors/job", "", 200, ""),
        ("GET /v1/monitors/nobody", "", 404, ""),
        ("GET /v1/monitors/workers/instances", "", 200, ""),
        ("GET /v1/monitors/job/instances", "", 200, ""),
        ("GET /v1/monitors/nobody/instances", "", 404, ""),
        ("DELETE /v1/monitors/workers/instances/w2", "", 204, ""),
        ("DELETE /v1/monitors/workers/instances/w2", "", 404, ""),
        ("GET /v1/monitors/workers/instances/w1", "", 405, "delete"),
        ("DELETE /v1/monitors/workers", "", 405, "get,head"),
        ("GET /metrics", "", 200, ""),
        ("GET /-/healthy", "", 200, ""),
        ("GET /-/ready", "", 200, ""),
        ("GET /", "", 200, ""),
        ("HEAD /", "", 200, ""),
        ("POST /", "", 405, "get,head"),
        ("GET /v1/heartbeats/job/../../status", "", 404, ""),
    ] {
        let answer = agent.ask(request, &[], body);
        assert_eq!(answer.status, status, "{request}: {answer:?}");
        assert!(
            allow.is_empty() || answer.head.contains(&format!("allow: {allow}")),
            "{request}: {answer:?}"
        );
        if status >= 400 && status != 405 {
            assert!(answer.json()["error"].is_string(), "{request}: {answer:?}");
        }
    }
}

#[test]
fn the_status_is_the_object_of_the_contract() {
    let agent = Agent::start(
        "",
        &[
            JOB,
            WORKERS,
            "{name: off, enabled: false, http: 'http://127.0.0.1:9/'}",
        ],
    );
    agent.post("/v1/heartbeats/job/3", "disk \u{1b}[31mfull");
    for id in ["w1", "w2"] {
        agent.post(
            "/v1/worker-heartbeat",
            &format!(r#"{{"id": "{id}", "ok": {}}}"#, id == "w1"),
        );
    }
    agent.becomes("job", "error");
    agent.becomes("workers", "healthy");
    let status = agent.get("/v1/status").json();
    assert_eq!(status["schema"], "hbmon.status/1");
    assert_eq!(
        (&status["status"], &status["exit"], &status["score"]),
        (&"error".into(), &1.into(), &50.0.into())
    );
    assert_eq!(
        (
            &status["counts"]["paused"],
            &status["monitors"][2]["status"]
        ),
        (&1.into(), &"paused".into())
    );
    assert_eq!(
        status["monitors"][1]["instances"],
        serde_json::json!({"total": 2, "online": 2, "available": 1})
    );

    let job = agent.monitor("job");
    assert_eq!(
        (&job["schema"], &job["reason"]),
        (&"hbmon.monitor/1".into(), &"reported".into())
    );
    let message = job["message"].as_str().unwrap();
    assert!(
        message.contains("disk [31mfull") && !message.contains('\u{1b}'),
        "{message}"
    );
    assert_eq!(status["monitors"][0]["message"], job["message"]);

    let instances = agent.get("/v1/monitors/workers/instances").json();
    assert_eq!(
        (&instances[0]["id"], &instances[0]["available"]),
        (&"w1".into(), &true.into())
    );
    assert_eq!(
        (&instances[1]["id"], &instances[1]["available"]),
        (&"w2".into(), &false.into())
    );
    assert_eq!(
        (&instances[1]["online"], &instances[1]["presence"]),
        (&true.into(), &"online".into())
    );
}

#[test]
fn metrics_name_everything_and_no_instance() {
    let agent = Agent::start("", &[JOB, WORKERS, SITE]);
    agent.post("/v1/heartbeats/job/start?rid=1", "");
    agent.post("/v1/heartbeats/job?rid=1", "");
    agent.post("/v1/heartbeats/job/fail", "");
    agent.post(
        "/v1/worker-heartbeat",
        r#"{"id": "worker-with-a-name", "ok": true}"#,
    );
    agent.becomes("job", "error");
    agent.becomes("workers", "healthy");
    agent.becomes("site", "warning");
    let answer = agent.get("/metrics");
    assert!(
        answer
            .head
            .contains("content-type: text/plain; version=0.0.4; charset=utf-8"),
        "{}",
        answer.head
    );
    let job = r#"monitor="job",kind="push",group="nightly""#;
    for line in [
        format!("hbmon_up{{{job}}} 0.0"),
        format!("hbmon_status{{{job},status=\"error\"}} 1"),
        format!("hbmon_status{{{job},status=\"healthy\"}} 0"),
        format!(r#"hbmon_monitor_info{{{job},team="ops \"n\""}} 1"#),
        r#"hbmon_monitor_info{monitor="site",kind="http",group=""} 1"#.to_owned(),
        format!("hbmon_heartbeats_total{{{job}}} 1"),
        format!("hbmon_failures_total{{{job},reason=\"reported\"}} 1"),
        format!("hbmon_missed_heartbeats_total{{{job}}} 0"),
        format!("hbmon_latency_seconds_count{{{job}}} 1"),
        format!("hbmon_latency_seconds_bucket{{{job},le=\"10\"}} 1"),
        format!("hbmon_latency_seconds_bucket{{{job},le=\"+Inf\"}} 1"),
        r#"hbmon_instances{monitor="workers",kind="push",group="",state="available"} 1"#.to_owned(),
        r#"hbmon_strained{by="late"} 0"#.to_owned(),
        format!(
            "hbmon_build_info{{version=\"{}\"}} 1",
            env!("CARGO_PKG_VERSION")
        ),
    ] {
        assert!(
            answer.body.lines().any(|found| found == line),
            "{line}\n{}",
            answer.body
        );
    }
    assert!(
        answer.body.contains(&format!(
            "hbmon_last_heartbeat_timestamp_seconds{{{job}}} 1"
        )),
        "{}",
        answer.body
    );
    assert!(
        answer
            .body
            .contains("hbmon_scheduling_lag_seconds_bucket{le=\"+Inf\"} "),
        "{}",
        answer.body
    );
    for own in ["hbmon_event_loop_lag_seconds ", "hbmon_connections_open "] {
        assert!(
            answer.body.contains(&format!("\n{own}")),
            "{own}\n{}",
            answer.body
        );
    }
    let refused = r#"hbmon_failures_total{monitor="site",kind="http",group="",reason="refused"} "#;
    assert!(answer.body.contains(refused), "{}", answer.body);
    assert!(
        !answer.body.contains("worker-with-a-name"),
        "{}",
        answer.body
    );
}

#[test]
fn a_read_after_an_accepted_write_sees_it() {
    let agent = Agent::start("", &["{name: job, interval: 1h, push: {id: $.id}}"]);
    for beats in 1..=800_u64 {
        assert_eq!(
            agent.post("/v1/heartbeats/job", &format!("{{\"id\": \"{beats}\"}}")),
            202
        );
        match beats % 5 {
            0 => assert_eq!(agent.monitor("job")["beats"], beats),
            1 => {
                let metrics = agent.get("/metrics").body;
                let line = metrics
                    .lines()
                    .find(|line| line.starts_with("hbmon_heartbeats_total{"));
                assert!(line.unwrap().ends_with(&format!(" {beats}")), "{line:?}");
            }
            2 => {
                let list = agent.get("/v1/monitors/job/instances").json();
                assert_eq!(list.as_array().unwrap().len() as u64, beats);
            }
            3 => assert_eq!(
                agent.stream("/v1/heartbeats/stream").next().unwrap().1["instances_online"],
                beats
            ),
            _ => assert_eq!(
                agent.get("/v1/status").json()["monitors"][0]["beats"],
                beats
            ),
        }
    }
}
