//! `hbmon history` at a terminal: through a pager, in the width of the terminal.

use std::path::Path;
use std::time::Duration;

use hbmon::history::change::StatusChange;
use hbmon::history::known::KnownMonitor;
use hbmon::history::period::Period;
use hbmon::model::{Kind, Meta, Reason, Status, Text};
use hbmon::store::{Batch, Keep, Store};
use jiff::Timestamp;

use crate::support::{End, Term, hbmon};

/// Writes a store with a change.
fn fill(path: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let from: Timestamp = "2026-11-02T03:12:00Z".parse().unwrap();
    let batch = Batch {
        monitors: vec![
            KnownMonitor::new(&Meta::new(Text::clean("api-eu"), Kind::Http), from).into(),
        ],
        changes: vec![
            StatusChange {
                monitor: Text::clean("api-eu"),
                kind: Kind::Http,
                group: None,
                from,
                until: Some(from + Duration::from_secs(842)),
                status: Status::Error,
                reason: Some(Reason::Status),
                message: Some(Text::clean("503 Service Unavailable, try later or never")),
                maintenance: false,
            }
            .into(),
        ],
        watched: vec![Period::new(from, from + Duration::from_secs(3_600))],
        ..Batch::default()
    };
    runtime.block_on(async {
        let (store, _) = Store::open(path, Keep::default()).unwrap();
        store.write(batch).await;
        store.flush().await;
        store.close().await;
    });
}

fn shown(path: &Path, environment: &[(&str, &str)], columns: u16) -> End {
    let mut command = hbmon(&[
        "history",
        "--since=2026-11-02",
        "--until=2026-11-02T03:20",
        "--state",
    ]);
    command.arg(path);
    // Without `less`.
    let programs = path.parent().unwrap().join("bin");
    command.env("PATH", programs);
    for (name, value) in environment {
        command.env(name, value);
    }
    Term::start(command, columns, 20).end()
}

#[test]
fn a_history_is_paged_and_fits_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    fill(&path);
    let programs = folder.path().join("bin");
    std::fs::create_dir(&programs).unwrap();
    for program in ["sed", "cat"] {
        std::os::unix::fs::symlink(format!("/bin/{program}"), programs.join(program)).unwrap();
    }
    let line = "2026-11-02 03:12:00 ✗ api-eu  error     14m02s  503 Service Unavailable, try later or never";
    let paged = shown(&path, &[("PAGER", "sed s/^/paged:/")], 120);
    let row = paged.screen.lines().next().unwrap();
    assert_eq!(row, format!("paged:{line}"), "{}", paged.screen);
    assert_eq!(paged.status.exit_code(), 0);
    // No pager, one that fails, one that does not exist: the text itself.
    for pager in ["", "false", "no-such-pager 2>/dev/null", "cat"] {
        let end = shown(&path, &[("PAGER", pager)], 120);
        assert!(end.screen.contains(line), "{pager}: {}", end.screen);
        assert_eq!(end.screen.matches("api-eu").count(), 1, "{pager}");
        assert_eq!(end.status.exit_code(), 0, "{pager}");
    }
    let narrow = shown(&path, &[("PAGER", "cat")], 60).screen;
    assert!(
        narrow.starts_with(
            "2026-11-02 03:12:00 ✗ api-eu  error     14m02s\n    503 Service Unavailable"
        ),
        "{narrow}"
    );
}
