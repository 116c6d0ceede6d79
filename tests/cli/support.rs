//! Runs the real binary, and small scripted servers on loopback for it to watch.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// No test waits longer than this for anything.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// Every format of `-o`.
pub(crate) const FORMATS: [&str; 11] = [
    "human", "plain", "json", "ndjson", "junit", "tap", "github", "md", "nagios", "checkmk", "prom",
];

/// The binary without variables of this machine's environment that could change its behaviour.
pub(crate) fn hbmon(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hbmon"));
    command
        .args(arguments)
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the binary to its end with this standard input.
pub(crate) fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = hbmon(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A run that rejects its arguments does not read its input.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

pub(crate) fn code(output: &Output) -> i32 {
    output
        .status
        .code()
        .unwrap_or_else(|| panic!("{:?}", output.status))
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

/// A config with these monitors, each as YAML in braces, with intervals short enough for a test.
pub(crate) fn config(monitors: &[&str]) -> String {
    let mut text =
        "defaults: {interval: 1s, min_interval: 100ms, timeout: 1s}\nmonitors:\n".to_owned();
    for monitor in monitors {
        text.push_str(&format!("  - {monitor}\n"));
    }
    text
}

/// A monitor of this server, for `config`.
pub(crate) fn http(name: &str, server: &Server) -> String {
    format!("{{name: {name}, http: \"{}\"}}", server.url("/alive"))
}

/// A running process whose lines of JSON are read as they arrive.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    pub(crate) fn start(arguments: &[&str], input: &str) -> Running {
        let mut child = hbmon(arguments).stderr(Stdio::null()).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let lines = lines_of(child.stdout.take().unwrap());
        Running { child, lines }
    }

    /// Returns the next line.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(TIMEOUT).expect("a line in time")
    }

    /// Returns the next event that `wanted` accepts and skips those before it.
    pub(crate) fn event(&self, mut wanted: impl FnMut(&Value) -> bool) -> Value {
        loop {
            let event: Value = serde_json::from_str(&self.line()).unwrap();
            if wanted(&event) {
                return event;
            }
        }
    }

    /// Returns the next transition of this monitor to this status.
    pub(crate) fn transition(&self, monitor: &str, status: &str) -> Value {
        self.event(|event| {
            event["type"] == "transition" && event["monitor"] == monitor && event["to"] == status
        })
    }

    /// Sends a signal by name (`TERM`).
    pub(crate) fn signal(&self, name: &str) {
        kill(self.child.id(), name);
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for the end. Returns the remaining lines and the exit status.
    pub(crate) fn end(mut self) -> (Vec<String>, ExitStatus) {
        let lines = self.lines.iter().collect();
        (lines, self.child.wait().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal by name (`TERM`).
pub(crate) fn kill(process: u32, signal: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &process.to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

fn lines_of(stdout: ChildStdout) -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

/// A server that handles every connection with one function until it is dropped.
pub(crate) struct Server {
    pub address: SocketAddr,
    open: Arc<AtomicBool>,
    /// Number of connections so far.
    pub connections: Arc<Mutex<usize>>,
}

impl Server {
    pub(crate) fn start(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (open, connections) = (Arc::new(AtomicBool::new(true)), Arc::new(Mutex::new(0)));
        let (is_open, counted, handle) = (
            Arc::clone(&open),
            Arc::clone(&connections),
            Arc::new(handle),
        );
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if !is_open.load(Ordering::SeqCst) {
                    break;
                }
                *counted.lock().unwrap() += 1;
                let handle = Arc::clone(&handle);
                thread::spawn(move || handle(stream));
            }
        });
        Server {
            address,
            open,
            connections,
        }
    }

    /// Answers every request with this status line and body.
    pub(crate) fn http(status: &'static str, body: &'static str) -> Server {
        Server::start(move |mut stream| {
            read_head(&mut stream);
            answer(&mut stream, status, body);
        })
    }

    /// Accepts connections and never answers.
    pub(crate) fn silent() -> Server {
        Server::start(|mut stream| {
            let _ = stream.read(&mut [0; 1 << 16]);
            let _ = stream.read(&mut [0; 1 << 16]);
        })
    }

    /// A stream of server-sent events, one `every` interval while `beating` is true.
    pub(crate) fn sse(every: Duration, beating: Arc<AtomicBool>) -> Server {
        Server::start(move |mut stream| {
            read_head(&mut stream);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            loop {
                let event: &[u8] = if beating.load(Ordering::SeqCst) {
                    b"data: {}\n\n"
                } else {
                    b": still here\n\n"
                };
                if stream.write_all(event).is_err() {
                    return;
                }
                thread::sleep(every);
            }
        })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.open.store(false, Ordering::SeqCst);
        // Wakes `accept`, which then sees that the server ends.
        let _ = TcpStream::connect(self.address);
    }
}

/// Reads a request head.
pub(crate) fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

pub(crate) fn answer(stream: &mut TcpStream, status: &str, body: &str) {
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}
