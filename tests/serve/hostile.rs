//! Clients that send too much, too little or nonsense. Those that are slow are met in simulated time (`src/serve/tests.rs`).

use std::io::{Read, Write};

use crate::support::*;

const JOB: &str = "{name: job, interval: 1h, push: {}}";

#[test]
fn too_much_is_refused() {
    let agent = Agent::start("", &[JOB]);
    let large = "x".repeat(64 * 1024);
    assert_eq!(agent.post("/v1/heartbeats/job", &large), 202);
    assert_eq!(agent.post("/v1/heartbeats/job", &format!("{large}x")), 413);
    // Announced, and not sent at all.
    let head =
        "POST /v1/heartbeats/job HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n";
    assert_eq!(agent.send(head.as_bytes()).status, 413);
    // In pieces, without a length.
    let head = "POST /v1/heartbeats/job HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    let pieces = format!("8000\r\n{}\r\n", "x".repeat(0x8000)).repeat(4);
    assert_eq!(agent.send(format!("{head}{pieces}0\r\n\r\n").as_bytes()).status, 413);
    let header = format!("X-Large: {}", "x".repeat(20_000));
    assert_eq!(agent.ask("GET /v1/status", &[&header], "").status, 431);
    let many: Vec<String> = (0..200).map(|n| format!("X-{n}: 1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(agent.ask("GET /v1/status", &many, "").status, 431);
    let long = format!("GET /v1/monitors/{}", "x".repeat(20_000));
    assert!(matches!(agent.ask(&long, &[], "").status, 414 | 431));
    // None of it was a heartbeat.
    assert_eq!(agent.becomes("job", "healthy")["beats"], 1);
}

#[test]
fn nonsense_is_refused_and_half_a_request_is_no_heartbeat() {
    let agent = Agent::start("", &[JOB]);
    for nonsense in [
        "\r\n\r\n\r\n",
        "HELO there\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
        "GET\r\n\r\n",
    ] {
        let mut stream = agent.connect();
        stream.write_all(nonsense.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{nonsense:?}: {answer}");
    }
    let smuggled = "POST /v1/heartbeats/job HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_ne!(
        agent.send(format!("{smuggled}GET /-/ready HTTP/1.1\r\nConnection: close\r\n\r\n").as_bytes()).status,
        500
    );
    let mut half = agent.connect();
    half.write_all(b"POST /v1/heartbeats/job HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"a\":").unwrap();
    drop(half);
    assert_eq!(agent.get("/-/healthy").status, 200);
}

#[test]
fn one_connection_too_many_is_told_so_and_the_rest_go_on() {
    // 32 files are hbmon's own, half of the others are for clients.
    let script = "ulimit -n 64; exec \"$0\" \"$@\"";
    let agent = Agent::with(&config("", &[JOB]), |command| {
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        let binary = command.get_program().to_owned();
        *command = std::process::Command::new("sh");
        command.args(["-c", script]).arg(binary).args(arguments);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped())
    });
    let mut subscribers: Vec<Stream> = (0..16).map(|_| agent.stream("/v1/heartbeats/stream")).collect();
    for subscriber in &mut subscribers {
        assert!(subscriber.next().is_some());
    }
    let refusal = agent.get("/-/healthy");
    assert!(refusal.status == 503 && refusal.head.contains("retry-after"), "{refusal:?}");
    assert!(subscribers[0].next().is_some(), "who is in stays in");
    drop(subscribers);
    until(|| (agent.get("/-/healthy").status == 200).then_some(()));
}
