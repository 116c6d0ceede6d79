//! Runs the agent and sends HTTP requests over plain sockets.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Time limit of each wait in a test.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Returns the command of the binary, without environment variables that could change its behavior.
pub(crate) fn hbmon(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hbmon"));
    command
        .args(arguments)
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    hbmon(arguments).output().unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A running agent with its config in a temporary folder.
pub(crate) struct Agent {
    pub address: SocketAddr,
    pub folder: TempDir,
    child: Child,
    log: Receiver<String>,
}

impl Agent {
    /// Starts an agent on a free port. Each monitor is YAML in braces. `head` precedes the monitors
    /// in the config.
    pub(crate) fn start(head: &str, monitors: &[&str]) -> Agent {
        Agent::with(&config(head, monitors), |command| command)
    }

    pub(crate) fn with(config: &str, change: impl FnOnce(&mut Command) -> &mut Command) -> Agent {
        let folder = tempfile::tempdir().unwrap();
        Agent::again(folder, config, change)
    }

    /// Starts an agent in the folder of an earlier agent.
    pub(crate) fn again(
        folder: TempDir,
        config: &str,
        change: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Agent {
        let path = folder.path().join("hbmon.yaml");
        fs::write(&path, config).unwrap();
        let mut command = hbmon(&["serve", path.to_str().unwrap()]);
        command.env("XDG_STATE_HOME", folder.path().join("state"));
        let mut agent = Agent::of(folder, change(&mut command));
        agent.listens();
        agent
    }

    /// Starts a command, whose address is not known yet.
    pub(crate) fn of(folder: TempDir, command: &mut Command) -> Agent {
        let mut child = command.spawn().unwrap();
        let log = lines(child.stderr.take().unwrap());
        Agent {
            address: ([127, 0, 0, 1], 0).into(),
            folder,
            child,
            log,
        }
    }

    /// Waits until the agent listens.
    pub(crate) fn listens(&mut self) {
        let line = self.logs("listening on http");
        self.address = line
            .rsplit('/')
            .next()
            .unwrap()
            .trim_end_matches(['"', '}'])
            .parse()
            .unwrap();
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn path(&self) -> String {
        self.folder.path().join("hbmon.yaml").display().to_string()
    }

    /// Returns the path of its history.
    pub(crate) fn store(&self) -> PathBuf {
        store_in(&self.folder)
    }

    /// Replaces the config by a rename, as editors do.
    pub(crate) fn reconfigure(&self, config: &str) {
        let new = self.folder.path().join("new");
        fs::write(&new, config).unwrap();
        fs::rename(new, self.path()).unwrap();
    }

    /// Waits for the next log line that contains `wanted`.
    pub(crate) fn logs(&self, wanted: &str) -> String {
        loop {
            let line = self
                .log
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("no line with {wanted:?}"));
            if line.contains(wanted) {
                return line;
            }
        }
    }

    /// Returns the resident memory of the agent in bytes, or 0 if the system has no `/proc`.
    pub(crate) fn memory(&self) -> usize {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok())
            .map_or(0, |kib| kib * 1024)
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Stops the agent with SIGTERM and keeps its folder.
    pub(crate) fn stop(self) -> (ExitStatus, TempDir) {
        self.signal("TERM");
        self.wait()
    }

    /// Waits until the agent ends and keeps its folder.
    pub(crate) fn wait(mut self) -> (ExitStatus, TempDir) {
        let status = self.child.wait().unwrap();
        (
            status,
            std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap()),
        )
    }

    /// Sends a request and returns the response. `request` is the method and the path.
    pub(crate) fn ask(&self, request: &str, headers: &[&str], body: &str) -> Answer {
        ask(self.address, request, headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), &[], "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> u16 {
        self.ask(&format!("POST {path}"), &[], body).status
    }

    /// Sends bytes unchanged and reads until the connection ends.
    pub(crate) fn send(&self, bytes: &[u8]) -> Answer {
        send(self.address, bytes)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    /// Subscribes to a stream.
    pub(crate) fn stream(&self, path: &str) -> Stream {
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        Stream {
            lines: BufReader::new(stream),
        }
    }

    pub(crate) fn monitor(&self, name: &str) -> Value {
        self.get(&format!("/v1/monitors/{name}")).json()
    }

    /// Waits until a monitor has this status.
    pub(crate) fn becomes(&self, name: &str, status: &str) -> Value {
        until(|| Some(self.monitor(name)).filter(|monitor| monitor["status"] == status))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the path of the only history that agents in this folder keep.
pub(crate) fn store_in(folder: &TempDir) -> PathBuf {
    let files = fs::read_dir(folder.path().join("state/hbmon")).unwrap();
    let stores: Vec<PathBuf> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "db"))
        .collect();
    let [store] = stores.as_slice() else {
        panic!("{stores:?}")
    };
    store.clone()
}

/// Sends a request to an interface. `request` is the method and the path.
pub(crate) fn ask(address: SocketAddr, request: &str, headers: &[&str], body: &str) -> Answer {
    let mut head = format!(
        "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    headers
        .iter()
        .for_each(|header| head.push_str(&format!("{header}\r\n")));
    send(address, format!("{head}\r\n{body}").as_bytes())
}

fn send(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = connect(address);
    // The agent may reject the request before it has read all bytes.
    let _ = stream.write_all(bytes);
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    Answer::parse(&String::from_utf8_lossy(&text))
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Returns a config that listens on a free port.
pub(crate) fn config(head: &str, monitors: &[&str]) -> String {
    let listed: String = monitors
        .iter()
        .map(|monitor| format!("  - {monitor}\n"))
        .collect();
    format!("listen: 127.0.0.1:0\n{head}\ndefaults: {{min_interval: 100ms}}\nmonitors:\n{listed}")
}

/// Repeats a request until it returns a value.
pub(crate) fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "nothing came");
        thread::sleep(Duration::from_millis(50));
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    fn parse(text: &str) -> Answer {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        Answer {
            status,
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the response without the `date` header, which changes with time.
    pub(crate) fn timeless(mut self) -> Answer {
        self.head = self
            .head
            .lines()
            .filter(|line| !line.starts_with("date:"))
            .collect::<Vec<_>>()
            .join("\n");
        self
    }
}

/// A stream of server-sent events.
pub(crate) struct Stream {
    lines: BufReader<TcpStream>,
}

impl Stream {
    /// Returns the name and data of the next event, or `None` at the end.
    pub(crate) fn next(&mut self) -> Option<(String, Value)> {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // Chunk sizes are on separate lines.
            if let Some(event) = line.strip_prefix("event: ") {
                event.trim_end().clone_into(&mut name);
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Some((name, serde_json::from_str(data).unwrap()));
            }
        }
    }

    /// Returns the data of the next event that `wanted` accepts.
    pub(crate) fn until(&mut self, mut wanted: impl FnMut(&str, &Value) -> bool) -> Value {
        loop {
            let (name, data) = self.next().expect("the stream goes on");
            if wanted(&name, &data) {
                return data;
            }
        }
    }
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    lines
}
