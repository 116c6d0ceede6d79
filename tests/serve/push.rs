//! Tests of senders that cannot post, and of the query that uptime-kuma's senders use.

use crate::support::*;

const JOB: &str = "{name: job, interval: 1h, push: {}}";
const KUMA: &str =
    "{name: kuma, interval: 1h, push: {path: /api/push/ab12cd, methods: [POST, GET]}}";

#[test]
fn get_is_a_heartbeat_where_the_config_says_so() {
    let agent = Agent::start("", &[JOB, KUMA]);
    let refusal = agent.get("/v1/heartbeats/job");
    assert_eq!(refusal.status, 405);
    assert!(refusal.head.contains("allow: post\r\n"), "{refusal:?}");
    let why = refusal.json()["error"].as_str().unwrap().to_owned();
    assert_eq!(
        why,
        "this monitor accepts POST; for senders that cannot, add `methods: [POST, GET]` to its \
         `push`"
    );
    assert_eq!(agent.monitor("job")["beats"], 0);

    assert_eq!(
        agent
            .get("/api/push/ab12cd?status=up&msg=OK&ping=41.7")
            .status,
        202
    );
    let beat = agent.monitor("kuma");
    assert_eq!(
        (&beat["beats"], &beat["latency_ms"]),
        (&1.into(), &41.7.into())
    );
    assert_eq!(agent.post("/api/push/ab12cd", ""), 202);
    assert_eq!(agent.monitor("kuma")["beats"], 2);

    // HEAD asks without changing anything, and a page of another site may not beat by GET either.
    let head = agent.ask("HEAD /api/push/ab12cd", &[], "");
    assert_eq!(head.status, 405);
    assert!(head.head.contains("allow: post, get\r\n"), "{head:?}");
    let foreign = agent.ask("GET /api/push/ab12cd", &["Sec-Fetch-Site: cross-site"], "");
    assert_eq!(foreign.status, 403);
    assert_eq!(agent.monitor("kuma")["beats"], 2);
}

#[test]
fn status_down_is_a_failure_with_its_message() {
    let agent = Agent::start("", &[JOB, KUMA]);
    let down = "/api/push/ab12cd?status=down&msg=disk%20full&ping=";
    assert_eq!(agent.get(down).status, 202);
    let kuma = agent.becomes("kuma", "error");
    assert_eq!(kuma["reason"], "reported");
    assert!(
        kuma["message"].as_str().unwrap().contains("disk full"),
        "{kuma}"
    );
    assert_eq!(agent.get("/api/push/ab12cd?status=up").status, 202);
    agent.becomes("kuma", "healthy");

    // The query means the same with POST; a body says more than `msg`.
    assert_eq!(
        agent.post("/v1/heartbeats/job?status=down&msg=short", "the body"),
        202
    );
    let job = agent.becomes("job", "error");
    assert!(
        job["message"].as_str().unwrap().contains("the body"),
        "{job}"
    );
    assert_eq!(agent.post("/v1/heartbeats/job?status=broken", ""), 400);
    assert_eq!(agent.monitor("job")["beats"], 0);
}
