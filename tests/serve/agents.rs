//! Tests of an hbmon that monitors another hbmon.

use std::process::Stdio;

use crate::support::*;

fn watching(agent: &Agent) -> String {
    format!(
        "monitors:\n  - {{name: queen, interval: 5s, sse: {{url: 'http://{}/v1/heartbeats/stream', event: heartbeat, \
         expect: {{json: '@.monitors_available >= 1'}}, timestamp: $.timestamp}}}}\n",
        agent.address
    )
}

#[test]
fn another_hbmon_hears_its_heartbeats_and_its_end() {
    let agent = Agent::start("", &["{name: job, interval: 1h, push: {}}"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("watch.yaml");
    std::fs::write(&path, watching(&agent)).unwrap();
    let path = path.to_str().unwrap();
    // No monitor is healthy yet, so the expectation is not met.
    let report = run(&["check", "-o", "json", "--deadline", "30s", path]);
    assert_eq!(report.status.code(), Some(1), "{}", stderr(&report));

    agent.post("/v1/heartbeats/job", "");
    agent.becomes("job", "healthy");
    let report = run(&["check", "-o", "json", "--deadline", "30s", path]);
    assert_eq!(report.status.code(), Some(0), "{}", stderr(&report));
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let queen = &report["monitors"][0];
    assert_eq!(
        (&queen["status"], &queen["beats"]),
        (&"healthy".into(), &1.into())
    );
    assert!(
        queen["latency_ms"].is_number() && queen["clock_skew_ms"].is_number(),
        "{queen}"
    );

    // A second agent monitors the first one and detects its end.
    let second = Agent::with(
        &watching(&agent).replace("monitors:", "listen: 127.0.0.1:0\nmonitors:"),
        |command| command.stdout(Stdio::null()),
    );
    second.becomes("queen", "healthy");
    agent.stop();
    assert_eq!(second.becomes("queen", "error")["reason"], "refused");
}
