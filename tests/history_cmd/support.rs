//! Stores in temporary folders, and the real binary that reads them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use hbmon::history::change::StatusChange;
use hbmon::history::incident::Incident;
use hbmon::history::known::KnownMonitor;
use hbmon::history::numbers::{Numbers, NumbersPoint};
use hbmon::history::period::Period;
use hbmon::model::{IncidentEnd, IncidentId, Kind, Reason, Slo, Status, Text};
use hbmon::store::{Batch, Keep, Store};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

/// 2026-11-02T00:00:00Z, a Monday.
const BEGIN: i64 = 1_793_577_600;
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A folder with a store in it, and a config whose usual store is another one.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Place {
    pub(crate) fn with(batches: impl IntoIterator<Item = Batch>) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        write(&path, batches);
        std::fs::write(
            folder.path().join("hbmon.yaml"),
            "monitors: [{name: config-only, http: 'http://127.0.0.1:9/'}]\n",
        )
        .unwrap();
        Place { folder, path }
    }

    pub(crate) fn week() -> Place {
        Place::with([week()])
    }

    /// Runs a command with `--state` on this store.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let state = format!("--state={}", self.path.display());
        self.command(arguments).arg(state).output().unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = hbmon(arguments);
        command
            .current_dir(self.folder.path())
            .env("XDG_STATE_HOME", self.folder.path())
            .env("USER", "ana");
        command
    }

    /// Returns what a command that must succeed prints.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        stdout(&output)
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(arguments)).unwrap()
    }
}

/// The binary without variables of this machine's environment that could change its behaviour.
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

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Writes batches with a store that is opened and closed for them.
pub(crate) fn write(path: &Path, batches: impl IntoIterator<Item = Batch>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (store, _) = Store::open(path, Keep::default()).unwrap();
        for batch in batches {
            store.write(batch).await;
        }
        store.flush().await;
        assert_eq!(store.health().fault, None);
        store.close().await;
    });
}

/// Seconds after the begin.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + seconds).unwrap()
}

pub(crate) fn known(name: &str, kind: Kind) -> KnownMonitor {
    KnownMonitor {
        name: Text::clean(name),
        kind,
        group: None,
        tags: Vec::new(),
        slo: None,
        first_known: at(0),
        removed: None,
    }
}

pub(crate) fn change(name: &str, from: i64, status: Status) -> StatusChange {
    StatusChange {
        monitor: Text::clean(name),
        kind: Kind::Http,
        group: None,
        from: at(from),
        until: None,
        status,
        reason: (status == Status::Error).then_some(Reason::Refused),
        message: (status == Status::Error).then(|| Text::clean("connection refused")),
        maintenance: false,
    }
}

pub(crate) fn incident(id: u64, name: &str, opened: i64, closed: Option<i64>) -> Incident {
    Incident {
        id: IncidentId(id),
        monitor: Text::clean(name),
        kind: Kind::Http,
        group: None,
        opened: at(opened),
        closed: closed.map(at),
        worst: Status::Error,
        reason: Some(Reason::Refused),
        message: Some(Text::clean("connection refused")),
        first_reason: Some(Reason::Refused),
        last_reason: Some(Reason::Refused),
        end: closed.map(|_| IncidentEnd::Recovered),
        acknowledged: None,
        maintenance: false,
        notes: Vec::new(),
        told: Vec::new(),
    }
}

pub(crate) fn numbers(name: &str, from: i64, millis: u64) -> (Text, NumbersPoint) {
    let mut numbers = Numbers {
        beats: 30,
        healthy: Duration::from_secs(300),
        ..Numbers::default()
    };
    (0..30).for_each(|more| numbers.latency.record(Duration::from_millis(millis + more)));
    let at = at(from);
    (Text::clean(name), NumbersPoint { at, numbers })
}

/// A week of `api-eu`, which was down for an hour on Wednesday and is down since Sunday 12:00, of
/// `Büro 1`, which was down for a minute, and of `old`, which left the config on Tuesday. On
/// Thursday hbmon did not watch for two hours.
fn week() -> Batch {
    let slo = Slo {
        millionths: 999_000,
        window: Duration::from_secs(30 * 86_400),
    };
    Batch {
        monitors: vec![
            KnownMonitor {
                group: Some(Text::clean("web")),
                tags: vec![Text::clean("prod")],
                slo: Some(slo),
                ..known("api-eu", Kind::Http)
            }
            .into(),
            KnownMonitor {
                tags: vec![Text::clean("prod"), Text::clean("office")],
                ..known("Büro 1", Kind::Push)
            }
            .into(),
            KnownMonitor {
                removed: Some(at(DAY + HOUR)),
                ..known("old", Kind::Sse)
            }
            .into(),
        ],
        changes: vec![
            change("api-eu", 0, Status::Healthy).into(),
            change("Büro 1", 0, Status::Healthy).into(),
            StatusChange {
                until: Some(at(DAY + HOUR)),
                ..change("old", 0, Status::Healthy)
            }
            .into(),
            change("api-eu", 2 * DAY, Status::Error).into(),
            change("api-eu", 2 * DAY + HOUR, Status::Healthy).into(),
            change("Büro 1", 2 * DAY + 7, Status::Error).into(),
            change("Büro 1", 2 * DAY + 67, Status::Healthy).into(),
            change("api-eu", 6 * DAY + 12 * HOUR, Status::Error).into(),
        ],
        incidents: vec![
            incident(1, "api-eu", 2 * DAY, Some(2 * DAY + HOUR)),
            incident(2, "Büro 1", 2 * DAY + 7, Some(2 * DAY + 67)),
            incident(3, "api-eu", 6 * DAY + 12 * HOUR, None),
        ],
        numbers: (0..7)
            .map(|day| numbers("api-eu", day * DAY + HOUR, 20))
            .chain([numbers("Büro 1", HOUR, 5), numbers("Büro 1", HOUR + 300, 5)])
            .collect(),
        watched: vec![
            Period::new(at(0), at(3 * DAY + 10 * HOUR)),
            Period::new(at(3 * DAY + 12 * HOUR), at(7 * DAY)),
        ],
        ..Batch::default()
    }
}

/// The week as arguments.
pub(crate) const WEEK: [&str; 2] = ["--since=2026-11-02", "--until=2026-11-09"];

/// Returns a command with the week behind it.
pub(crate) fn in_week<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &WEEK[..]].concat()
}

/// Runs a command, reads one line of its output, and closes that. Returns the line and the exit
/// code.
pub(crate) fn first_line(mut command: Command) -> (String, i32) {
    use std::io::{BufRead, BufReader};
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(64, child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let output = child.wait_with_output().unwrap();
    std::io::stderr().write_all(&output.stderr).unwrap();
    (line, code(&output))
}
