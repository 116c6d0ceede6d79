//! Tests of `hbmon beat` with `hbmon serve` as the receiver.

use crate::support::*;

#[test]
fn heartbeats_arrive_with_the_monitors_own_token_or_the_agents() {
    let agent = Agent::start(
        "token: c0nfig",
        &["{name: worker, interval: 1h, push: {token: 0wn}}"],
    );
    let url = format!("http://{}/v1/heartbeats/worker", agent.address);
    for (token, code) in [("wrong", 1), ("0wn", 0), ("c0nfig", 0)] {
        let output = run(&["beat", &url, "--token", token]);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{token} {}",
            stderr(&output)
        );
        assert!(!stderr(&output).contains(token));
    }
}

#[test]
fn a_wrapped_job_is_seen_with_its_end_and_its_time() {
    let agent = Agent::start("", &["{name: backup, interval: 1h, push: {}}"]);
    let url = format!("http://{}/v1/heartbeats/backup", agent.address);
    let output = run(&["beat", &url, "--", "sh", "-c", "echo disk full; exit 3"]);
    assert_eq!(
        (output.status.code(), stderr(&output).as_str()),
        (Some(3), "")
    );
    let failed = agent.becomes("backup", "error");
    assert_eq!(failed["reason"], "reported");
    assert!(
        failed["message"].as_str().unwrap().contains("disk full"),
        "{failed:#}"
    );
    let output = run(&["beat", &url, "--", "true"]);
    assert_eq!(
        (output.status.code(), stderr(&output).as_str()),
        (Some(0), "")
    );
    let well = agent.becomes("backup", "healthy");
    assert_eq!(
        (&well["attempts"], &well["beats"], &well["failures"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert!(
        well["latency_ms"].is_number(),
        "from its start to its end: {well:#}"
    );
}
