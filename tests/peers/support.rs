//! Installs and starts servers of others, and runs hbmon against them.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Whether servers are installed and started: only with `HBMON_PEERS=1 cargo test --test peers`.
pub(crate) fn wanted() -> bool {
    let wanted = std::env::var_os("HBMON_PEERS").is_some();
    if !wanted {
        println!("left out: HBMON_PEERS is not set");
    }
    wanted
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers")
}

/// The folder where a server is installed; it is not committed.
fn installed(name: &str) -> PathBuf {
    let root = std::env::var_os("HBMON_PEERS_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers"),
        PathBuf::from,
    );
    let folder = root.join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(command: &mut Command) {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Starts a server in JavaScript: `tests/peers/NAME/{package.json,server.js}`.
pub(crate) fn node(name: &str, arguments: &[&str]) -> Server {
    let folder = installed(name);
    let source = here().join(name);
    once(&folder, &source.join("package.json"), || {
        fs::copy(source.join("package.json"), folder.join("package.json")).unwrap();
        run(Command::new("npm")
            .args(["install", "--no-package-lock", "--no-audit", "--no-fund"])
            .current_dir(&folder));
    });
    let mut server = Command::new("node");
    Server::start(
        server
            .env("NODE_PATH", folder.join("node_modules"))
            .arg(source.join("server.js"))
            .args(arguments),
    )
}

/// Starts a server in Python: `tests/peers/NAME/{requirements.txt,server.py}`.
pub(crate) fn python(name: &str, arguments: &[&str]) -> Server {
    let program = interpreter(name);
    let script = here().join(name).join("server.py");
    Server::start(Command::new(program).arg(script).args(arguments))
}

/// Returns a Python with the packages of `tests/peers/NAME/requirements.txt`.
pub(crate) fn interpreter(name: &str) -> PathBuf {
    let folder = installed(name);
    let list = here().join(name).join("requirements.txt");
    once(&folder, &list, || {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(folder.join("venv")));
        run(Command::new(folder.join("venv/bin/pip"))
            .args(["install", "--quiet", "--requirement"])
            .arg(&list));
    });
    folder.join("venv/bin/python")
}

/// Installs the packages of a list, unless the same list was installed before. Tests run in one
/// process; a lock lets one install at a time.
fn once(folder: &Path, list: &Path, install: impl FnOnce()) {
    static LOCK: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _guard = LOCK
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let name = list.file_name().unwrap().to_string_lossy();
    let (stamp, wanted) = (
        folder.join(format!("installed-{name}")),
        fs::read(list).unwrap(),
    );
    if fs::read(&stamp).is_ok_and(|have| have == wanted) {
        return;
    }
    install();
    fs::write(stamp, wanted).unwrap();
}

/// A running server. It ends when this value is dropped.
pub(crate) struct Server {
    child: Child,
    pub port: u16,
}

impl Server {
    /// Starts a server that prints `{"port": N}` once it listens.
    fn start(command: &mut Command) -> Server {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("{command:?} said {line:?} and ended: {:?}", child.wait()));
        Server {
            child,
            port: u16::try_from(said["port"].as_u64().unwrap()).unwrap(),
        }
    }

    /// Starts a server that prints nothing; it is ready once its port accepts connections.
    pub(crate) fn on_port(command: &mut Command, port: u16) -> Server {
        let child = command
            .stdin(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        // The server ends with this value even if it never listens.
        let server = Server { child, port };
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("{command:?} does not listen");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a port that is free now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Runs `hbmon check` on a config. Returns the exit code and the report.
pub(crate) fn check(config: &str) -> (i32, Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hbmon"))
        .args(["check", "-o", "json", "--deadline", "30s", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(config.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{config}\n{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), report)
}

/// Checks one monitor, given as the YAML of its keys (`websocket: {…}`). Returns its part of the
/// report.
pub(crate) fn check_one(keys: &str) -> Value {
    let config = format!(
        "monitors:\n  - name: peer\n    interval: 1s\n    min_interval: 1s\n    \
         timeout: 3s\n    {keys}\n"
    );
    let (exit, mut report) = check(&config);
    let monitor = report["monitors"][0].take();
    assert_eq!(exit, i32::from(monitor["status"] == "error"), "{report}");
    monitor
}

pub(crate) fn assert_healthy(keys: &str) -> Value {
    let monitor = check_one(keys);
    assert_eq!(monitor["status"], "healthy", "{keys}: {monitor:#}");
    monitor
}

/// Asserts that the monitor ends in `error` with this reason, and a message with this text.
pub(crate) fn assert_error(keys: &str, reason: &str, message: &str) -> Value {
    let monitor = check_one(keys);
    assert_eq!(
        (&monitor["status"], &monitor["reason"]),
        (&"error".into(), &reason.into()),
        "{keys}: {monitor:#}"
    );
    assert!(
        monitor["message"].as_str().unwrap().contains(message),
        "{keys}: {monitor:#}"
    );
    monitor
}
