//! A storm: 10,000 monitors go down at one moment, with and without a channel that is told.
//! Prints when the first message came, how many came, the memory and the scheduling lag.
//! `cargo bench --bench alerts`. Linux only: it reads `/proc`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods
)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde_json::Value;

const MONITORS: usize = 10_000;
/// Polls whose lateness is measured meanwhile.
const POLLED: usize = 100;
/// When the monitors miss a heartbeat, after their first and only one.
const INTERVAL: Duration = Duration::from_secs(20);
const DIGEST: Duration = Duration::from_secs(3);

fn main() {
    let without = storm(false);
    let with = storm(true);
    let (first, messages) = with.told.unwrap();
    println!(
        "storm: {MONITORS} monitors down at once\n  first message after {} ms, {messages} messages\n  \
         memory: +{:.1} MiB with alerts, +{:.1} MiB without (peaks)\n  \
         scheduling lag, p99: {} with alerts, {} without",
        first.as_millis(),
        mib(with.grown),
        mib(without.grown),
        with.lag,
        without.lag,
    );
}

struct Outcome {
    /// When the first message came after the first monitor was down, and how many came.
    told: Option<(Duration, usize)>,
    /// Growth of the peak of the resident memory by the storm, in bytes.
    grown: usize,
    /// The bound of the histogram that 99 % of the polls met, in seconds.
    lag: String,
}

fn storm(is_told: bool) -> Outcome {
    let target = Target::start();
    let receiver = Receiver::start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    let mut config = format!(
        "listen: 127.0.0.1:0\nalerts:\n  channels: [{{name: hook, webhook: \"http://{}/\"}}]\n  \
         routes: [{{match: \"*\", from: error, to: hook}}]\n  digest: {}s\ndefaults: {{min_interval: 1s}}\nmonitors:\n",
        receiver.address,
        DIGEST.as_secs(),
    );
    for number in 0..MONITORS {
        let seconds = INTERVAL.as_secs();
        writeln!(
            config,
            "  - {{name: job-{number:05}, interval: {seconds}s, grace: 0s, push: {{}}, \
             thresholds: {{missed: {{warning: 1, error: 1}}}}}}"
        )
        .unwrap();
    }
    for number in 0..POLLED {
        let address = target.address;
        writeln!(
            config,
            "  - {{name: polled-{number}, interval: 1s, http: \"http://{address}/\"}}"
        )
        .unwrap();
    }
    fs::write(&path, config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hbmon"));
    command.arg("serve").arg(&path);
    if !is_told {
        command.arg("--no-alerts");
    }
    command
        .env("XDG_STATE_HOME", folder.path())
        .stderr(Stdio::piped());
    let mut agent = Process(command.spawn().unwrap());
    let address = agent.listens();
    beat_once(address);
    thread::sleep(INTERVAL / 2);
    agent.forget_peak();
    let before = agent.peak();
    while errors(address) < MONITORS {
        thread::sleep(Duration::from_millis(200));
    }
    // The digest, and what is committed after it.
    thread::sleep(DIGEST + Duration::from_secs(4));
    let received = receiver.received.lock().unwrap();
    Outcome {
        told: received.first().map(|(at, body)| {
            let down = body["alerts"][0]["startsAt"].as_str().unwrap();
            let down: Timestamp = down.parse().unwrap();
            let told: u64 = received.iter().map(|(_, body)| notifications(body)).sum();
            assert_eq!(told, MONITORS as u64);
            let after = Duration::try_from(down.duration_until(*at)).unwrap_or_default();
            (after, received.len())
        }),
        grown: agent.peak() - before,
        lag: lag(&ask(address, "/metrics")),
    }
}

fn mib(bytes: usize) -> f64 {
    bytes as f64 / (1 << 20) as f64
}

fn notifications(body: &Value) -> u64 {
    let named = body["alerts"].as_array().unwrap().len() as u64;
    named + body["truncatedAlerts"].as_u64().unwrap()
}

fn errors(address: SocketAddr) -> usize {
    let status: Value = serde_json::from_str(&ask(address, "/v1/status")).unwrap();
    status["counts"]["error"].as_u64().unwrap() as usize
}

/// Returns the bound of the lag that 99 % of the polls met.
fn lag(metrics: &str) -> String {
    let buckets: Vec<(String, f64)> = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("hbmon_scheduling_lag_seconds_bucket{le=\""))
        .filter_map(|line| line.split_once("\"} "))
        .map(|(bound, count)| (bound.to_owned(), count.parse().unwrap()))
        .collect();
    let all = buckets.last().unwrap().1;
    let found = buckets.iter().find(|(_, count)| *count >= all * 0.99);
    format!("{} s", found.unwrap().0)
}

/// Sends one heartbeat to each monitor, as fast as it can.
fn beat_once(address: SocketAddr) {
    const CONNECTIONS: usize = 4;
    const AHEAD: usize = 50;
    let beat = move |first: usize| {
        let mut stream = TcpStream::connect(address).unwrap();
        let mut answers = BufReader::new(stream.try_clone().unwrap());
        let numbers: Vec<usize> = (first..MONITORS).step_by(CONNECTIONS).collect();
        for numbers in numbers.chunks(AHEAD) {
            let mut requests = String::new();
            for number in numbers {
                write!(
                    requests,
                    "POST /v1/heartbeats/job-{number:05} HTTP/1.1\r\nHost: localhost\r\n\
                     Content-Length: 0\r\n\r\n"
                )
                .unwrap();
            }
            stream.write_all(requests.as_bytes()).unwrap();
            for _ in numbers {
                let mut line = String::new();
                answers.read_line(&mut line).unwrap();
                assert!(line.contains("202"), "{line}");
                while line != "\r\n" {
                    line.clear();
                    answers.read_line(&mut line).unwrap();
                }
            }
        }
    };
    thread::scope(|scope| {
        for first in 0..CONNECTIONS {
            scope.spawn(move || beat(first));
        }
    });
}

fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

struct Process(Child);

impl Process {
    /// Waits until it listens; reads its log on.
    fn listens(&mut self) -> SocketAddr {
        let mut log = BufReader::new(self.0.stderr.take().unwrap()).lines();
        let line = log
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.contains("listening on http"));
        thread::spawn(move || log.for_each(drop));
        line.unwrap().rsplit('/').next().unwrap().parse().unwrap()
    }

    fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.0.id()), "5").unwrap();
    }

    /// Returns the peak of the resident memory in bytes.
    fn peak(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.unwrap().trim().trim_end_matches(" kB").trim();
        kib.parse::<usize>().unwrap() * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A web server that is always well.
struct Target {
    address: SocketAddr,
}

impl Target {
    fn start() -> Target {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || serve(stream, |_| ()));
            }
        });
        Target { address }
    }
}

/// A receiver that keeps what it gets.
struct Receiver {
    address: SocketAddr,
    received: Arc<Mutex<Vec<(Timestamp, Value)>>>,
}

impl Receiver {
    fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::<Mutex<Vec<_>>>::default();
        let kept = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || {
                    serve(stream, |body| {
                        let now = Timestamp::try_from(SystemTime::now()).unwrap();
                        let body = serde_json::from_slice(body).unwrap();
                        kept.lock().unwrap().push((now, body));
                    });
                });
            }
        });
        Receiver { address, received }
    }
}

/// Answers the requests of a connection with 200.
fn serve(mut stream: TcpStream, read: impl Fn(&[u8])) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        read(&body);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    }
}
