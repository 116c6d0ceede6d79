//! A storm: 10,000 monitors go down at one moment. Without a channel, with one, and with a second
//! one whose receiver never answers. Prints when the first message came, how many came, the memory,
//! and how late polls were meanwhile.
//! `cargo bench --bench alerts`. Linux only: it reads `/proc`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods
)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use serde_json::Value;

const MONITORS: usize = 10_000;
/// Monitors that are polled meanwhile, each once in [`POLL`].
const POLLED: usize = 100;
const POLL: Duration = Duration::from_secs(1);
/// When the monitors miss a heartbeat, after their first and only one.
const INTERVAL: Duration = Duration::from_secs(20);
/// Time in which nothing but the polls happens.
const CALM: Duration = Duration::from_secs(5);
const DIGEST: Duration = Duration::from_secs(3);
/// The digest, and what is committed before and after it.
const AFTERMATH: Duration = DIGEST.saturating_add(Duration::from_secs(5));

fn main() {
    println!("storm: {MONITORS} monitors down at once, {POLLED} polls a second meanwhile");
    println!(
        "{:<32} first message  messages      memory  polls late: p50, p99, most",
        ""
    );
    for (name, channels) in [
        ("without alerts", &[][..]),
        ("with alerts", &["hook"]),
        ("with a second that never answers", &["hook", "hangs"]),
    ] {
        let storm = storm(channels);
        let (first, messages) = match storm.told {
            Some((first, messages)) => (format!("{} ms", first.as_millis()), messages.to_string()),
            None => Default::default(),
        };
        let late = |part: f64| {
            let place = (storm.late.len() - 1) as f64 * part;
            format!("{:.1} ms", storm.late[place as usize] * 1e3)
        };
        println!(
            "{name:<32} {first:>13} {messages:>9} {:>+7.1} MiB  {}, {}, {}; {} of {} polls",
            mib(storm.grown),
            late(0.5),
            late(0.99),
            late(1.0),
            storm.late.len(),
            storm.due,
        );
    }
}

struct Outcome {
    /// When the first message came after the first monitor was down, and how many came.
    told: Option<(Duration, usize)>,
    /// Growth of the peak of the resident memory by the storm, in bytes.
    grown: usize,
    /// How late polls were, from the moment at which the first monitor is down until the digest is
    /// sent, in seconds. Sorted.
    late: Vec<f64>,
    /// How many polls there should have been in that time.
    due: usize,
}

/// Plays the storm. `hook` names a receiver that accepts, `hangs` one that never answers.
fn storm(channels: &[&str]) -> Outcome {
    let target = Target::start();
    let receiver = Receiver::start();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    let hook = receiver.address;
    let hangs = silent.local_addr().unwrap();
    fs::write(&path, config(hook, hangs, channels, target.address)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hbmon"));
    command.arg("serve").arg(&path);
    if channels.is_empty() {
        command.arg("--no-alerts");
    }
    command
        .env("XDG_STATE_HOME", folder.path())
        .stderr(Stdio::piped());
    let mut agent = Process(command.spawn().unwrap());
    let address = agent.listens();
    while target.asked.lock().unwrap().len() < POLLED {
        thread::sleep(Duration::from_millis(200));
    }
    let calm = Instant::now();
    thread::sleep(CALM);
    let down = Instant::now() + INTERVAL;
    beat_once(address);
    thread::sleep(INTERVAL / 2);
    agent.forget_peak();
    let before = agent.peak();
    // Nothing is asked before the memory is measured: the status of the fleet is 20 MB of JSON, and
    // the memory that this takes would hide that of the alerts.
    thread::sleep(down.saturating_duration_since(Instant::now()) + AFTERMATH);
    let grown = agent.peak() - before;
    assert_eq!(errors(address), MONITORS);
    if channels.contains(&"hangs") {
        // A delivery of it waits for its answer.
        silent.set_nonblocking(true).unwrap();
        silent.accept().unwrap();
    }
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
        grown,
        late: target.late(calm, down),
        due: POLLED * down.elapsed().as_secs() as usize,
    }
}

fn config(hook: SocketAddr, hangs: SocketAddr, channels: &[&str], target: SocketAddr) -> String {
    let mut config = format!(
        "listen: 127.0.0.1:0\nalerts:\n  channels:\n    \
         - {{name: hook, webhook: \"http://{hook}/\"}}\n    \
         - {{name: hangs, webhook: \"http://{hangs}/\"}}\n  routes:\n"
    );
    // The channels of a run without alerts are not told.
    let routed = if channels.is_empty() {
        &["hook"]
    } else {
        channels
    };
    for channel in routed {
        writeln!(config, "    - {{match: \"*\", from: error, to: {channel}}}").unwrap();
    }
    let (digest, interval) = (DIGEST.as_secs(), INTERVAL.as_secs());
    writeln!(
        config,
        "  digest: {digest}s\ndefaults: {{min_interval: 1s}}\nmonitors:"
    )
    .unwrap();
    for number in 0..MONITORS {
        writeln!(
            config,
            "  - {{name: job-{number:05}, interval: {interval}s, grace: 0s, push: {{}}, \
             thresholds: {{missed: {{warning: 1, error: 1}}}}}}"
        )
        .unwrap();
    }
    for number in 0..POLLED {
        let (seconds, url) = (POLL.as_secs(), format!("http://{target}/{number}"));
        writeln!(
            config,
            "  - {{name: polled-{number}, interval: {seconds}s, http: \"{url}\"}}"
        )
        .unwrap();
    }
    config
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

/// A web server that is always well, and keeps when each path was asked for.
struct Target {
    address: SocketAddr,
    asked: Arc<Mutex<HashMap<String, Vec<Instant>>>>,
}

impl Target {
    fn start() -> Target {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<HashMap<_, Vec<_>>>>::default();
        let kept = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || {
                    serve(stream, |path, _| {
                        let now = Instant::now();
                        let mut kept = kept.lock().unwrap();
                        kept.entry(path.to_owned()).or_default().push(now);
                    });
                });
            }
        });
        Target { address, asked }
    }

    /// Returns how late the polls since `down` were, in seconds. A monitor is polled at a fixed
    /// beat: the most punctual poll of the calm says where it lies. A poll that is later than 0.9 s
    /// takes the place of the next one, so that there are fewer.
    fn late(&self, calm: Instant, down: Instant) -> Vec<f64> {
        let asked = self.asked.lock().unwrap();
        let interval = POLL.as_secs_f64();
        // The time since the last beat, or up to `early` before the next one, below zero.
        let offset = |at: f64, early: f64| (at + early).rem_euclid(interval) - early;
        let mut late = Vec::new();
        for times in asked.values() {
            let mut calm = times.iter().filter(|at| (calm..calm + CALM).contains(at));
            let first = *calm.next().unwrap();
            let since = |at: &Instant| at.duration_since(first).as_secs_f64();
            let beats = calm.map(|at| offset(since(at), interval / 2.0));
            let beat = beats.fold(0.0, f64::min);
            let polls = times.iter().filter(|at| **at >= down);
            late.extend(polls.map(|at| offset(since(at) - beat, 0.1).max(0.0)));
        }
        late.sort_by(f64::total_cmp);
        late
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
                    serve(stream, |_, body| {
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

/// Answers the requests of a connection with 200. `read` gets path and body.
fn serve(mut stream: TcpStream, read: impl Fn(&str, &[u8])) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let (mut length, mut path) = (0, String::new());
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if path.is_empty() {
                path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        read(&path, &body);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    }
}
