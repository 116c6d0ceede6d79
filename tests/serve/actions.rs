//! Routes that act on a monitor, and who may use them.

use crate::support::*;

const SITE: &str = "{name: site, interval: 1h, http: 'http://127.0.0.1:9/'}";
const JOB: &str = "{name: job, interval: 1h, push: {}}";
const OFF: &str = "{name: off, enabled: false, http: 'http://127.0.0.1:9/'}";

#[test]
fn a_monitor_is_checked_paused_and_resumed() {
    let agent = Agent::start("", &[SITE, JOB, OFF]);
    let first = until(|| {
        let attempts = agent.monitor("site")["attempts"].as_u64()?;
        Some(attempts).filter(|attempts| *attempts > 0)
    });
    assert_eq!(agent.post("/v1/monitors/site/check", ""), 202);
    until(|| (agent.monitor("site")["attempts"].as_u64()? > first).then_some(()));
    assert_eq!(agent.post("/v1/monitors/site/pause", ""), 202);
    agent.becomes("site", "paused");
    for (request, status) in [
        ("POST /v1/monitors/site/check", 409),
        ("POST /v1/monitors/site/reconnect", 409),
        ("POST /v1/monitors/job/check", 409),
        ("POST /v1/monitors/job/reconnect", 409),
        ("POST /v1/monitors/off/resume", 409),
        ("POST /v1/monitors/nobody/check", 404),
        ("GET /v1/monitors/site/check", 405),
        ("POST /v1/monitors/site/explode", 404),
    ] {
        let answer = agent.ask(request, &[], "");
        assert_eq!(answer.status, status, "{request}: {answer:?}");
    }
    assert_eq!(agent.post("/v1/monitors/site/resume", ""), 202);
    until(|| (agent.monitor("site")["status"] != "paused").then_some(()));
}

#[test]
fn only_this_machine_or_a_token_may_act() {
    let open = Agent::start("hosts: [agent.example]", &[SITE]);
    let act = |agent: &Agent| agent.get("/v1/status/access").json()["act"].clone();
    assert_eq!(act(&open), true);
    // A proxy on this machine answers for other machines.
    let request = |path: &str| {
        format!("{path} HTTP/1.1\r\nHost: agent.example\r\nConnection: close\r\n\r\n").into_bytes()
    };
    let access = open.send(&request("GET /v1/status/access"));
    assert_eq!((access.status, &access.json()["act"]), (200, &false.into()));
    assert_eq!(
        open.send(&request("POST /v1/monitors/site/check")).status,
        403
    );
    let page = ["Origin: https://evil.example"];
    assert_eq!(
        open.ask("POST /v1/monitors/site/check", &page, "").status,
        403
    );

    let closed = Agent::start("token: s3cr3t", &[SITE]);
    let path = "POST /v1/monitors/site/check";
    assert_eq!(closed.ask(path, &[], "").status, 401);
    let token = ["Authorization: Bearer s3cr3t"];
    assert_eq!(closed.ask(path, &token, "").status, 202);
    let access = closed.ask("GET /v1/status/access", &token, "").json();
    assert_eq!(access["act"], true);
}

#[test]
fn the_status_says_what_a_screen_needs() {
    let agent = Agent::start("", &[SITE]);
    until(|| {
        let status = agent.get("/v1/status").json();
        let live = &status["monitors"][0]["live"];
        (live["last_failure"]["reason"] == "refused" && live["due"].is_string()).then_some(())
    });
    let status = agent.get("/v1/status").json();
    assert_eq!(status["self"]["reload_refused"], false);
    let policy = &status["monitors"][0]["live"]["policy"];
    assert_eq!(policy["interval_ms"], 3_600_000.0);
    assert_eq!(policy["rhythm"], "poll");
    assert!(policy.get("recover").is_none(), "defaults are left out");
    assert!(agent.monitor("site").get("live").is_none());
}
