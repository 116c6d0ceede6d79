//! Cost of the HTTP interface: CPU time and memory of the process, on which other load of the
//! machine has little effect. `cargo bench --bench serve`. Linux only: it reads `/proc`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::post;
use bytes::Bytes;
use http::StatusCode;

const REQUESTS: usize = 100_000;
const PAYLOAD: &str =
    r#"{"worker_id": "worker-1", "status": "ready", "timestamp": "2025-10-24T19:00:00Z"}"#;

fn main() {
    if std::env::args().any(|argument| argument == "reference") {
        return reference();
    }
    intake();
    instances();
    subscribers();
    metrics();
}

/// The same route with an empty handler.
fn reference() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let router: Router = Router::new().route(
            "/v1/heartbeats/job",
            post(|_: Bytes| async { StatusCode::ACCEPTED }),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        eprintln!("listening on http://{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let service = hyper_util::service::TowerToHyperService::new(router.clone());
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(hyper_util::rt::TokioTimer::new())
                .serve_connection(hyper_util::rt::TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
}

fn intake() {
    println!(
        "intake: requests per second of CPU time, {REQUESTS} POSTs of {} bytes on 8 connections",
        PAYLOAD.len()
    );
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        theirs.push(rate(&Process::start(
            Command::new(std::env::current_exe().unwrap()).arg("reference"),
        )));
        ours.push(rate(&agent("{name: job, interval: 1h, push: {}}\n")));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "  bare axum route {theirs:.0}/s, hbmon {ours:.0}/s, ratio {:.2} (medians of 5)",
        ours / theirs
    );
}

/// Requests per second of CPU time.
fn rate(process: &Process) -> f64 {
    let request = format!(
        "POST /v1/heartbeats/job HTTP/1.1\r\nHost: localhost\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{PAYLOAD}",
        PAYLOAD.len()
    );
    let before = process.cpu();
    let address = process.address;
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let request = request.clone();
            thread::spawn(move || talk(address, REQUESTS / 8, |_| request.clone()))
        })
        .collect();
    clients
        .into_iter()
        .for_each(|client| client.join().unwrap());
    REQUESTS as f64 / (process.cpu() - before).as_secs_f64()
}

/// Sends `count` requests on one connection, with up to `AHEAD` unanswered.
fn talk(address: SocketAddr, count: usize, request: impl Fn(usize) -> String) {
    const AHEAD: usize = 16;
    let mut stream = TcpStream::connect(address).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut sent = 0;
    while sent < count {
        let some = AHEAD.min(count - sent);
        let requests: String = (sent..sent + some).map(&request).collect();
        stream.write_all(requests.as_bytes()).unwrap();
        for _ in 0..some {
            let mut line = String::new();
            answers.read_line(&mut line).unwrap();
            assert!(line.contains("202"), "{line}");
            while line != "\r\n" {
                line.clear();
                answers.read_line(&mut line).unwrap();
            }
        }
        sent += some;
    }
}

fn instances() {
    let agent = agent("{name: fleet, interval: 1h, push: {id: $.id}}\n");
    let before = agent.memory();
    talk(agent.address, 100_000, |number| {
        beat("fleet", &format!(r#"{{"id": "instance-{number:06}"}}"#))
    });
    thread::sleep(Duration::from_secs(1));
    let grown = agent.memory() - before;
    println!(
        "instances: 100,000 take {:.1} MiB, {:.0} bytes each",
        mib(grown),
        grown as f64 / 100_000.0
    );
}

fn subscribers() {
    const READERS: usize = 1000;
    const SECONDS: u32 = 10;
    let agent = agent("{name: job, interval: 1h, push: {}}\n");
    let before = agent.memory();
    let readers: Vec<TcpStream> = (0..READERS)
        .map(|_| {
            let mut stream = TcpStream::connect(agent.address).unwrap();
            stream
                .write_all(b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .unwrap();
            stream
        })
        .collect();
    thread::sleep(Duration::from_secs(2));
    let (memory, cpu) = (agent.memory() - before, agent.cpu());
    let address = agent.address;
    let sender = thread::spawn(move || {
        for _ in 0..SECONDS * 100 {
            let start = Instant::now();
            talk(address, 1, |_| beat("job", PAYLOAD));
            thread::sleep(Duration::from_millis(10).saturating_sub(start.elapsed()));
        }
    });
    sender.join().unwrap();
    thread::sleep(Duration::from_secs(1));
    let spent = agent.cpu() - cpu;
    let heard: usize = readers
        .into_iter()
        .map(|mut stream| {
            stream
                .set_read_timeout(Some(Duration::from_millis(1)))
                .unwrap();
            let (mut bytes, mut text) = (vec![0; 1 << 20], Vec::new());
            while let Ok(read @ 1..) = stream.read(&mut bytes) {
                text.extend_from_slice(&bytes[..read]);
            }
            String::from_utf8_lossy(&text)
                .matches("event: beat")
                .count()
        })
        .sum();
    println!(
        "subscribers: {READERS} take {:.1} MiB; 100 events/s to each cost {:.1} % of a core, \
         with the 100 requests/s; {heard} of {} events came",
        mib(memory),
        100.0 * spent.as_secs_f64() / f64::from(SECONDS),
        READERS * (SECONDS as usize) * 100
    );
}

fn metrics() {
    const MONITORS: usize = 10_000;
    let monitors: String = (0..MONITORS)
        .map(|n| format!("{{name: m{n}, interval: 1h, push: {{}}}}\n"))
        .collect();
    let agent = agent(&monitors);
    talk(agent.address, MONITORS * 2, |number| {
        let step = if number % 2 == 0 { "/start" } else { "" };
        format!(
            "POST /v1/heartbeats/m{}{step} HTTP/1.1\r\nHost: localhost\r\n\
             Content-Length: 0\r\n\r\n",
            number / 2
        )
    });
    let mut size = 0;
    let mut times: Vec<Duration> = (0..100)
        .map(|_| {
            // A new heartbeat each time: an unchanged page would come from the cache.
            talk(agent.address, 1, |_| beat("m0", PAYLOAD));
            thread::sleep(Duration::from_millis(150));
            let start = Instant::now();
            let mut stream = TcpStream::connect(agent.address).unwrap();
            stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").unwrap();
            let mut page = Vec::new();
            stream.read_to_end(&mut page).unwrap();
            size = page.len();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "/metrics with {MONITORS} monitors, {:.1} MiB: p50 {:.0?}, p99 {:.0?}; process {:.1} MiB",
        mib(size as u64),
        times[50],
        times[98],
        mib(agent.memory())
    );
}

fn beat(monitor: &str, body: &str) -> String {
    format!(
        "POST /v1/heartbeats/{monitor} HTTP/1.1\r\nHost: localhost\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Starts `hbmon serve` with these monitors, one on each line.
fn agent(monitors: &str) -> Process {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    let listed: String = monitors
        .lines()
        .map(|monitor| format!("  - {monitor}\n"))
        .collect();
    fs::write(&path, format!("listen: 127.0.0.1:0\nmonitors:\n{listed}")).unwrap();
    // Without the log, which is not measured.
    let mut command = Command::new(env!("CARGO_BIN_EXE_hbmon"));
    let process = Process::start(
        command
            .args(["serve", "--no-state"])
            .arg(path)
            .args(["--log-file", "/dev/null"]),
    );
    Process {
        _config: Some(folder),
        ..process
    }
}

/// A server that ends when this value is dropped.
struct Process {
    child: Running,
    address: SocketAddr,
    _config: Option<tempfile::TempDir>,
}

struct Running(Child);

impl Process {
    fn start(command: &mut Command) -> Process {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let line = said.find(|line| line.starts_with("listening")).unwrap();
        let address = line.rsplit('/').next().unwrap().parse().unwrap();
        Process {
            child: Running(child),
            address,
            _config: None,
        }
    }

    /// User and system time so far (proc(5), `stat`, fields 14 and 15, in units of 10 ms).
    fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.0.id())).unwrap();
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        Duration::from_millis(
            fields[11..13]
                .iter()
                .map(|ticks| ticks.parse::<u64>().unwrap() * 10)
                .sum(),
        )
    }

    /// Resident memory in bytes.
    fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.0.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
            * 1024
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
