//! Tests with clients that send too much, too little or invalid data. `src/serve/tests.rs` tests
//! slow clients in simulated time.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::support::*;

const JOB: &str = "{name: job, interval: 1h, push: {}}";

#[test]
fn too_much_is_refused() {
    let agent = Agent::start("", &[JOB]);
    let large = "x".repeat(64 * 1024);
    assert_eq!(agent.post("/v1/heartbeats/job", &large), 202);
    assert_eq!(agent.post("/v1/heartbeats/job", &format!("{large}x")), 413);
    // The head declares a body that is not sent.
    let head = "POST /v1/heartbeats/job HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n";
    assert_eq!(agent.send(head.as_bytes()).status, 413);
    // A chunked body has no declared length.
    let head = "POST /v1/heartbeats/job HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    let pieces = format!("8000\r\n{}\r\n", "x".repeat(0x8000)).repeat(4);
    assert_eq!(
        agent
            .send(format!("{head}{pieces}0\r\n\r\n").as_bytes())
            .status,
        413
    );
    let header = format!("X-Large: {}", "x".repeat(20_000));
    assert_eq!(agent.ask("GET /v1/status", &[&header], "").status, 431);
    let many: Vec<String> = (0..200).map(|n| format!("X-{n}: 1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(agent.ask("GET /v1/status", &many, "").status, 431);
    let long = format!("GET /v1/monitors/{}", "x".repeat(20_000));
    assert!(matches!(agent.ask(&long, &[], "").status, 414 | 431));
    // No rejected request counts as a heartbeat.
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
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{nonsense:?}: {answer}"
        );
    }
    let smuggled = "POST /v1/heartbeats/job HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_ne!(
        agent
            .send(
                format!("{smuggled}GET /-/ready HTTP/1.1\r\nConnection: close\r\n\r\n").as_bytes()
            )
            .status,
        500
    );
    let mut half = agent.connect();
    half.write_all(b"POST /v1/heartbeats/job HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"a\":")
        .unwrap();
    drop(half);
    assert_eq!(agent.get("/-/healthy").status, 200);
}

#[test]
fn one_connection_too_many_is_told_so_and_the_rest_go_on() {
    // hbmon reserves 32 files for itself. Clients may use half of the others.
    let script = "ulimit -n 64; exec \"$0\" \"$@\"";
    let agent = Agent::with(&config("", &[JOB]), |command| {
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        let binary = command.get_program().to_owned();
        *command = std::process::Command::new("sh");
        command.args(["-c", script]).arg(binary).args(arguments);
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
    });
    let mut subscribers: Vec<Stream> = (0..16)
        .map(|_| agent.stream("/v1/heartbeats/stream"))
        .collect();
    for subscriber in &mut subscribers {
        assert!(subscriber.next().is_some());
    }
    let refusal = agent.get("/-/healthy");
    assert!(
        refusal.status == 503 && refusal.head.contains("retry-after"),
        "{refusal:?}"
    );
    assert!(subscribers[0].next().is_some(), "who is in stays in");
    drop(subscribers);
    until(|| (agent.get("/-/healthy").status == 200).then_some(()));
}

/// Opens connections that send these bytes and then nothing.
fn half_sent(agent: &Agent, count: usize, bytes: &[u8]) -> Vec<TcpStream> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard).unwrap();
    let open = |_| {
        let mut stream = agent.connect();
        stream.set_nonblocking(true).unwrap();
        // The socket may accept only a part.
        let _ = stream.write(bytes);
        stream
    };
    (0..count).map(open).collect()
}

/// Returns the value of the line of `/metrics` that starts with `name`.
fn metric(agent: &Agent, name: &str) -> f64 {
    let page = agent.get("/metrics").body;
    let line = page
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap_or_else(|| panic!("{name}: {page}"));
    line.trim().parse().unwrap()
}

#[test]
fn half_sent_heads_take_little_memory_and_shut_nobody_out() {
    let agent = Agent::start("", &[JOB]);
    let mut subscriber = agent.stream("/v1/events");
    assert!(subscriber.next().is_some());
    let before = agent.memory();
    let head = format!(
        "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX: {}",
        "x".repeat(7_900)
    );
    let held = half_sent(&agent, 900, head.as_bytes());
    assert_eq!(agent.get("/-/healthy").status, 200);
    assert_eq!(agent.post("/v1/heartbeats/job", ""), 202);
    assert!(metric(&agent, "hbmon_clients ") <= 300.0);
    assert!(metric(&agent, "hbmon_clients_refused_total{reason=\"idle\"}") >= 500.0);
    let grown = agent.memory().saturating_sub(before);
    assert!(grown < 16 << 20, "{grown} bytes");
    drop(held);
    subscriber.until(|name, _| name == "beat");
    // A larger head is rejected at once.
    let mut large = half_sent(&agent, 1, format!("{head}{}", "x".repeat(400)).as_bytes()).remove(0);
    large.set_nonblocking(false).unwrap();
    let mut answer = String::new();
    let _ = large.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[test]
fn half_sent_tls_hellos_shut_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path());
    let head = "token: s3cret\ntls: {cert_file: own.pem, key_file: own.key}";
    let agent = Agent::again(folder, &config(head, &[JOB]), |command| command);
    // The record declares more bytes than are sent.
    let hello = [&[0x16, 3, 1, 0x3f, 0xff, 1, 0, 0x3f, 0xfb][..], &[0; 6_000]].concat();
    let held = half_sent(&agent, 600, &hello);
    let fixed = config(head, &[JOB]).replace("127.0.0.1:0", &agent.address.to_string());
    std::fs::write(agent.folder.path().join("fixed.yaml"), fixed).unwrap();
    let output = run(&[
        "health",
        agent.folder.path().join("fixed.yaml").to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(agent.memory() < 128 << 20, "{} bytes", agent.memory());
    drop(held);
}

fn certificate(folder: &Path) {
    let issued =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])
            .unwrap();
    std::fs::write(folder.join("own.pem"), issued.cert.pem()).unwrap();
    std::fs::write(folder.join("own.key"), issued.signing_key.serialize_pem()).unwrap();
}

#[test]
fn readers_that_take_nothing_hold_one_answer_together() {
    let agent = Agent::start("", &["{name: job, interval: 1h, push: {id: $.id}}"]);
    let mut stream = agent.connect();
    let wide = "x".repeat(100);
    for batch in 0..20 {
        let mut requests = String::new();
        for number in 0..250 {
            let body = format!("{{\"id\": \"{batch}-{number}-{wide}\"}}");
            requests.push_str(&format!(
                "POST /v1/heartbeats/job HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ));
        }
        stream.write_all(requests.as_bytes()).unwrap();
        let mut answers = Vec::new();
        while String::from_utf8_lossy(&answers)
            .matches("HTTP/1.1 202")
            .count()
            < 250
        {
            let mut piece = [0; 1 << 16];
            let read = stream.read(&mut piece).unwrap();
            assert!(read > 0, "{}", String::from_utf8_lossy(&answers));
            answers.extend_from_slice(&piece[..read]);
        }
    }
    let list = agent.get("/v1/monitors/job/instances").body.len();
    assert!(list > 900_000, "{list}");
    let before = agent.memory();
    let request = b"GET /v1/monitors/job/instances HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let held = half_sent(&agent, 60, request);
    assert_eq!(agent.get("/-/healthy").status, 200);
    // The last request is answered last.
    assert_eq!(agent.get("/v1/monitors/job/instances").status, 200);
    let grown = agent.memory().saturating_sub(before);
    assert!(
        grown < 48 << 20,
        "{grown} bytes for {} readers of {list} bytes",
        held.len()
    );
}
