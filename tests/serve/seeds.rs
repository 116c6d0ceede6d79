//! Tests of hbmon as a replacement for other systems, with their paths and payloads.

use serde_json::{Value, json};

use crate::support::*;

fn worker(id: &str, status: &str) -> String {
    json!({"worker": {"id": id, "model_id": "llama", "device": "gpu:0", "port": 9000, "status": status},
           "timestamp": "2025-10-24T19:00:00Z"})
    .to_string()
}

fn hive(id: &str) -> String {
    json!({"hive": {"id": id, "hostname": "127.0.0.1", "operational_status": "ready"}, "timestamp": "2025-10-24T19:00:00Z"})
        .to_string()
}

/// Seed 002: workers and hives send heartbeats to the queen. The stream of the queen lists them.
/// One worker stops and disappears from the list.
#[test]
fn the_queen_shows_workers_and_hives_and_who_is_gone() {
    let agent = Agent::start(
        "",
        &[
            r#"{name: workers, interval: 1s, push: {path: /v1/worker-heartbeat, id: $.worker.id, available: "@.worker.status == 'ready'"}}"#,
            r#"{name: hives, interval: 1h, push: {path: /v1/hive-heartbeat, id: $.hive.id}}"#,
        ],
    );
    let mut events = agent.stream("/v1/events");
    // No instance is in error or healthy yet.
    let beat = agent.stream("/v1/heartbeats/stream").next().unwrap().1;
    assert_eq!(
        (&beat["monitors_online"], &beat["monitors_available"]),
        (&2.into(), &0.into())
    );
    assert_eq!(beat["instance_ids"], json!([]));
    for (path, body) in [
        ("/v1/worker-heartbeat", worker("worker-1", "ready")),
        ("/v1/worker-heartbeat", worker("worker-2", "busy")),
        ("/v1/worker-heartbeat", worker("worker-3", "ready")),
        ("/v1/hive-heartbeat", hive("localhost")),
    ] {
        assert_eq!(agent.post(path, &body), 202);
    }
    let came = events.until(|name, event| name == "instance" && event["instance"] == "localhost");
    assert_eq!(
        (&came["monitor"], &came["change"]),
        (&"hives".into(), &"online".into())
    );
    let beat = agent
        .stream("/v1/heartbeats/stream")
        .until(|_, beat| beat["instances_online"] == 4);
    assert_eq!(
        (&beat["monitors_online"], &beat["monitor_ids"]),
        (&2.into(), &json!(["workers", "hives"]))
    );
    assert_eq!(beat["instances_available"], 3);
    assert_eq!(
        beat["instance_ids"],
        json!([
            "hives/localhost",
            "workers/worker-1",
            "workers/worker-2",
            "workers/worker-3"
        ])
    );
    assert!(beat["timestamp"].as_str().unwrap().ends_with('Z'));

    // Worker 2 stops. The others continue until it is missed.
    let is_gone = |event: &Value| event["instance"] == "worker-2" && event["change"] == "offline";
    until(|| {
        for id in ["worker-1", "worker-3"] {
            agent.post("/v1/worker-heartbeat", &worker(id, "ready"));
        }
        let list = agent.get("/v1/monitors/workers/instances").json();
        (list[1]["online"] == false).then_some(())
    });
    let gone = events.until(|name, event| name == "instance" && is_gone(event));
    assert_eq!(gone["monitor"], "workers");
    let beat = agent.stream("/v1/heartbeats/stream").next().unwrap().1;
    assert!(
        !beat["instance_ids"].to_string().contains("worker-2"),
        "{beat}"
    );
}

/// Seed 003: people send heartbeats with a token and a timestamp. The last heartbeat determines
/// presence.
#[test]
fn therapists_are_present_while_they_beat() {
    let agent = Agent::start(
        "",
        &[r"{name: therapists, interval: 60s, push: {path: /v1/therapists/heartbeat, token: jwt}}"],
    );
    let beat = |token: &str| {
        let headers = [
            format!("Authorization: Bearer {token}"),
            "Content-Type: application/json".to_owned(),
        ];
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        agent
            .ask(
                "POST /v1/therapists/heartbeat",
                &headers,
                r#"{"timestamp": "2024-01-01T12:00:00.000Z"}"#,
            )
            .status
    };
    assert_eq!(
        (
            beat("other"),
            agent.monitor("therapists")["presence"].take()
        ),
        (401, Value::Null)
    );
    assert_eq!(beat("jwt"), 202);
    assert_eq!(agent.becomes("therapists", "healthy")["presence"], "online");
}

/// Seed 004: a client that closes the tab is removed at once, and the others stay.
/// `src/serve/tests.rs` tests a client that vanishes without closing, in simulated time.
#[test]
fn a_reader_that_leaves_is_gone() {
    let agent = Agent::start("", &["{name: lobby, interval: 1h, push: {}}"]);
    let readers = || {
        let metrics = agent.get("/metrics").body;
        let line = metrics
            .lines()
            .find(|line| line.starts_with("hbmon_stream_subscribers{stream=\"events\"}"))
            .unwrap();
        line.rsplit(' ').next().unwrap().to_owned()
    };
    let (mut phil, mut brian) = (agent.stream("/v1/events"), agent.stream("/v1/events"));
    assert!(phil.next().is_some() && brian.next().is_some());
    assert_eq!(
        until(|| Some(readers()).filter(|readers| readers == "2")),
        "2"
    );
    drop(brian);
    until(|| Some(readers()).filter(|readers| readers == "1"));
    agent.post("/v1/heartbeats/lobby", "");
    phil.until(|name, event| name == "beat" && event["monitor"] == "lobby");
}
