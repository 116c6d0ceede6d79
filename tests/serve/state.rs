//! Tests that a restart keeps the state and causes no alert.

use std::fs;

use crate::support::*;

const MONITORS: [&str; 3] = [
    "{name: well, interval: 1h, push: {}}",
    "{name: broken, interval: 1h, push: {}}",
    "{name: silent, interval: 1h, push: {}}",
];

#[test]
fn what_was_known_is_known_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let start = |folder| {
        let state = state.clone();
        Agent::again(folder, &config("", &MONITORS), move |command| {
            command.arg("--state").arg(state)
        })
    };
    let agent = start(folder);
    agent.post("/v1/heartbeats/well", "");
    agent.post("/v1/heartbeats/broken/1", "disk full");
    let (well, broken) = (
        agent.becomes("well", "healthy"),
        agent.becomes("broken", "error"),
    );

    let (status, folder) = agent.stop();
    assert_eq!(status.code(), Some(0));
    let agent = start(folder);
    let status = agent.get("/v1/status").json();
    for (before, after) in [well, broken]
        .iter()
        .zip(status["monitors"].as_array().unwrap())
    {
        for key in ["status", "since", "last_beat", "reason", "message"] {
            assert_eq!(before[key], after[key], "{key}");
        }
    }
    assert_eq!(status["monitors"][2]["status"], "unknown");
    agent.post("/v1/heartbeats/broken", "");
    agent.becomes("broken", "healthy");

    let (_, folder) = agent.stop();
    fs::write(&state, "{").unwrap();
    let agent = start(folder);
    assert_eq!(
        agent.monitor("well")["status"],
        "unknown",
        "a state that cannot be read is a fresh start"
    );
}
