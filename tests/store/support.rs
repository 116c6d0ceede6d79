//! Stores in temporary folders, and values to write.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hbmon::history::change::StatusChange;
use hbmon::history::incident::Incident;
use hbmon::history::known::KnownMonitor;
use hbmon::history::numbers::{Numbers, NumbersPoint};
use hbmon::history::period::Period;
use hbmon::history::sketch::Sketch;
use hbmon::model::{IncidentId, Kind, Reason, Status, Text};
use hbmon::store::{Batch, ChangeQuery, IncidentQuery, Keep, Left, Reader, Store};
use jiff::Timestamp;
use tempfile::TempDir;

/// 2026-11-02T00:00:00Z, a Monday.
pub(crate) const BEGIN: i64 = 1_793_577_600;

/// A folder with the path of a store in it.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

pub(crate) fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state").join("history.db");
    Place { folder, path }
}

pub(crate) fn open(path: &Path) -> (Store, Left) {
    Store::open(path, Keep::default()).unwrap()
}

/// Writes batches with a store that is opened and closed for them.
pub(crate) fn write(path: &Path, batches: impl IntoIterator<Item = Batch>) {
    run(async {
        let (store, _) = open(path);
        for batch in batches {
            store.write(batch).await;
        }
        store.flush().await;
        assert_eq!(store.health().fault, None);
        store.close().await;
    });
}

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Seconds after the begin.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + seconds).unwrap()
}

pub(crate) fn text(text: &str) -> Text {
    Text::clean(text)
}

pub(crate) fn period(since: i64, until: i64) -> Period {
    Period::new(at(since), at(until))
}

pub(crate) fn always() -> Period {
    Period::new(Timestamp::UNIX_EPOCH, Timestamp::MAX)
}

pub(crate) fn known(name: &str) -> KnownMonitor {
    KnownMonitor {
        name: text(name),
        kind: Kind::Http,
        group: None,
        tags: Vec::new(),
        slo: None,
        first_known: at(0),
        removed: None,
    }
}

pub(crate) fn change(name: &str, from: i64, status: Status) -> StatusChange {
    StatusChange {
        monitor: text(name),
        kind: Kind::Http,
        group: None,
        from: at(from),
        until: None,
        status,
        reason: (status == Status::Error).then_some(Reason::Refused),
        message: (status == Status::Error).then(|| text("connection refused")),
        maintenance: false,
    }
}

pub(crate) fn incident(id: u64, name: &str, opened: i64) -> Incident {
    Incident {
        id: IncidentId(id),
        monitor: text(name),
        kind: Kind::Http,
        group: None,
        opened: at(opened),
        closed: None,
        worst: Status::Error,
        reason: Some(Reason::Refused),
        message: Some(text("connection refused")),
        first_reason: Some(Reason::Timeout),
        last_reason: Some(Reason::Refused),
        end: None,
        acknowledged: None,
        maintenance: false,
        notes: Vec::new(),
        told: Vec::new(),
    }
}

/// Numbers of a healthy monitor that begin some seconds after the begin.
pub(crate) fn numbers(name: &str, seconds: i64, beats: u64) -> (Text, NumbersPoint) {
    let mut latency = Sketch::default();
    for beat in 0..beats {
        latency.record(Duration::from_millis(20 + beat));
    }
    let numbers = Numbers {
        beats,
        latency,
        healthy: Duration::from_secs(beats),
        ..Numbers::default()
    };
    (
        text(name),
        NumbersPoint {
            at: at(seconds),
            numbers,
        },
    )
}

pub(crate) fn changes(reader: &Reader, query: &ChangeQuery) -> Vec<(u64, StatusChange)> {
    let mut found = Vec::new();
    reader
        .changes(query, &mut |id, change| {
            found.push((id, change));
            ControlFlow::Continue(())
        })
        .unwrap();
    found
}

pub(crate) fn all_changes(reader: &Reader) -> Vec<StatusChange> {
    let query = ChangeQuery {
        monitor: None,
        period: always(),
        after: None,
        newest_first: false,
    };
    changes(reader, &query)
        .into_iter()
        .map(|row| row.1)
        .collect()
}

pub(crate) fn incidents(reader: &Reader, query: &IncidentQuery) -> Vec<Incident> {
    let mut found = Vec::new();
    reader
        .incidents(query, &mut |incident| {
            found.push(incident);
            ControlFlow::Continue(())
        })
        .unwrap();
    found
}

pub(crate) fn all_incidents(reader: &Reader) -> Vec<Incident> {
    incidents(
        reader,
        &IncidentQuery {
            monitor: None,
            period: always(),
            open_only: false,
            after: None,
            newest_first: false,
        },
    )
}

/// Returns the beats of each monitor in a period.
pub(crate) fn beats(reader: &Reader, period: Period) -> HashMap<String, u64> {
    let sums = reader.sums(period).unwrap();
    sums.into_iter()
        .map(|(name, sum)| (name.as_str().to_owned(), sum.beats))
        .collect()
}
