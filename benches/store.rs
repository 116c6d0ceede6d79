//! Cost of the history: bytes on the disk, time of a short run, time of a report over 90 days.
//! `cargo bench --bench store [write|day|check|report]`. Linux only: it reads `/proc`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    unreachable_pub
)]

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use hbmon::history::change::StatusChange;
use hbmon::history::known::KnownMonitor;
use hbmon::history::numbers::{Numbers, NumbersPoint, Step};
use hbmon::history::period::Period;
use hbmon::history::sketch::Sketch;
use hbmon::model::{Kind, Status, Text};
use hbmon::store::{Batch, ChangeQuery, Keep, MonitorState, Reader, Store};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};

/// 2026-11-02T00:00:00Z.
const BEGIN: i64 = 1_793_577_600;
const DAY: i64 = 86_400;

pub fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    if wants("write") {
        write(10_000);
    }
    if wants("day") {
        day(1000);
    }
    if wants("check") {
        check();
    }
    if wants("report") {
        report(1000);
    }
}

fn row(what: &str, value: String, bound: &str) {
    println!("{what:<60} {value:>14}  {bound}");
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + seconds).unwrap()
}

fn name(monitor: u32) -> Text {
    Text::clean(&format!("monitor-{monitor:05}"))
}

/// 30 heartbeats with latencies around 40 ms, as a healthy monitor has in 5 minutes.
fn numbers() -> Numbers {
    let mut latency = Sketch::default();
    for _ in 0..30 {
        // A log-normal distribution would do; the sum of four is near enough.
        let normal: f64 = (0..4).map(|_| fastrand::f64() - 0.5).sum();
        latency.record(Duration::from_secs_f64(0.04 * (normal * 0.4).exp()));
    }
    Numbers {
        beats: 30,
        healthy: Duration::from_secs(300),
        latency,
        ..Numbers::default()
    }
}

fn known(monitor: u32) -> KnownMonitor {
    KnownMonitor {
        name: name(monitor),
        kind: Kind::Http,
        group: Some(Text::clean("group")),
        tags: Vec::new(),
        slo: None,
        first_known: at(-3 * 365 * DAY),
        removed: None,
    }
}

fn monitors(count: u32) -> Batch {
    Batch {
        monitors: (0..count).map(|number| known(number).into()).collect(),
        ..Batch::default()
    }
}

fn watched(since: i64, seconds: i64) -> Batch {
    Batch {
        watched: vec![Period::new(at(since), at(since + seconds))],
        ..Batch::default()
    }
}

/// What an agent with a large fleet writes in five minutes, when all is well.
async fn five_minutes(store: &Store, begin: i64, fleet: u32) {
    for second in (begin..begin + 300).step_by(5) {
        store.write(watched(second, 5)).await;
        store.flush().await;
    }
    let numbers = (0..fleet).map(|monitor| {
        let numbers = numbers();
        (
            name(monitor),
            NumbersPoint {
                at: at(begin),
                numbers,
            },
        )
    });
    let numbers = numbers.collect();
    store
        .write(Batch {
            numbers,
            ..Batch::default()
        })
        .await;
    store.flush().await;
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap().block_on(future)
}

/// Bytes that this process has given the system to write.
fn written() -> u64 {
    let io = fs::read_to_string("/proc/self/io").unwrap();
    let line = io.lines().find_map(|line| line.strip_prefix("wchar: "));
    line.unwrap().parse().unwrap()
}

/// CPU time of this process, in seconds.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn mib(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// Size of the file and its journal.
fn size(path: &Path) -> u64 {
    let journal = path.with_extension("db-wal");
    fs::metadata(path).unwrap().len() + fs::metadata(journal).map_or(0, |found| found.len())
}

/// Hours of a large fleet that is well.
fn write(fleet: u32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    run(async {
        let (store, _) = Store::open(&path, Keep::default()).unwrap();
        store.write(monitors(fleet)).await;
        store.flush().await;
        // Until the clock is believed and upkeep goes on.
        for begin in (0..7200).step_by(300) {
            five_minutes(&store, begin, fleet).await;
        }
        let before = (size(&path), written(), cpu(), Instant::now());
        for begin in (7200..4 * 3600).step_by(300) {
            five_minutes(&store, begin, fleet).await;
        }
        let growth = (size(&path) - before.0) / 2;
        row(
            "an hour of 10,000 well monitors: file and journal",
            mib(growth),
            "< 20 MiB",
        );
        let written = (written() - before.1) / 2;
        row(
            "  given to the system to write (journal, then file)",
            mib(written),
            "",
        );
        let spent = format!("{:.2} s", (cpu() - before.2) / 2.0);
        row("  CPU of this process, with making the numbers", spent, "");
        row(
            "  wall",
            format!("{:.2} s", before.3.elapsed().as_secs_f64() / 2.0),
            "",
        );
        assert_eq!(store.health().fault, None);
        store.close().await;
    });
}

/// The file after a day, when minutes of two days are kept.
fn day(fleet: u32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    run(async {
        let (store, _) = Store::open(&path, Keep::default()).unwrap();
        store.write(monitors(fleet)).await;
        for begin in (0..DAY).step_by(300) {
            let numbers = (0..fleet).map(|monitor| {
                let numbers = numbers();
                (
                    name(monitor),
                    NumbersPoint {
                        at: at(begin),
                        numbers,
                    },
                )
            });
            let numbers = numbers.collect();
            store
                .write(Batch {
                    numbers,
                    ..watched(begin, 300)
                })
                .await;
        }
        store.flush().await;
        let reader = Reader::open(&path).unwrap();
        while rows(&reader, "hours") < 23 * u64::from(fleet) {
            store.flush().await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        store.close().await;
        let each = size(&path) as f64 / f64::from(fleet) / 1024.0;
        row(
            "a day: file for each monitor",
            format!("{each:.1} KiB"),
            "< 30 KiB",
        );
        for (table, rows) in reader.info().unwrap().rows {
            if rows > 0 {
                row(&format!("  rows of {table}"), rows.to_string(), "");
            }
        }
    });
}

fn rows(reader: &Reader, table: &str) -> u64 {
    let rows = reader.info().unwrap().rows;
    rows.into_iter().find(|(name, _)| *name == table).unwrap().1
}

/// What `check --state` does with the store of one monitor.
fn check() {
    for (what, has_change) in [
        ("a run without news: open, commit and close, median", false),
        ("a run with a change, for which it waits for the disk", true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let mut times: Vec<_> = (0..201)
            .map(|number| short_run(&path, number, has_change || number == 0))
            .collect();
        let first = times[0];
        times.sort_unstable();
        let millis = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1000.0);
        row(what, millis(times[100]), "< 6 ms");
        row("  fastest", millis(times[0]), "");
        row("  slowest", millis(times[200]), "");
        row("  the first, which creates the file", millis(first), "");
    }
}

/// Returns how long the store takes of a run that begins at this minute.
fn short_run(path: &Path, minute: i64, has_change: bool) -> Duration {
    let begin = Instant::now();
    run(async {
        let (store, _) = Store::open(path, Keep::default()).unwrap();
        let mut batch = watched(minute * 60, 1);
        let json = format!("{{\"beats\": {minute}}}");
        let is_minor = !has_change;
        batch.states = vec![(name(0), MonitorState { json, is_minor })];
        if has_change {
            batch.monitors = vec![known(0).into()];
            let ended = StatusChange {
                until: Some(at(minute * 60 + 1)),
                ..change(0, minute * 60)
            };
            batch.changes = vec![ended.into()];
        }
        store.write(batch).await;
        store.flush().await;
        store.close().await;
    });
    begin.elapsed()
}

fn change(monitor: u32, from: i64) -> StatusChange {
    StatusChange {
        monitor: name(monitor),
        kind: Kind::Http,
        group: None,
        from: at(from),
        until: None,
        status: Status::Healthy,
        reason: None,
        message: None,
        maintenance: false,
    }
}

/// Three years of a fleet, and questions about the last 90 days.
fn report(fleet: u32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    run(async {
        let (store, _) = Store::open(&path, Keep::default()).unwrap();
        store.write(monitors(fleet)).await;
        store.close().await;
    });
    fill(&path, fleet);
    row("three years of 1,000 monitors: file", mib(size(&path)), "");
    let period = |days: i64| {
        let now = at(0) + SignedDuration::from_mins(1000);
        Period::new(now - SignedDuration::from_hours(24 * days), now)
    };
    let timed = |what: &str, ask: &dyn Fn(&Reader)| {
        let times = (0..5).map(|_| {
            let begin = Instant::now();
            ask(&Reader::open(&path).unwrap());
            begin.elapsed()
        });
        let best = times.min().unwrap().as_secs_f64() * 1000.0;
        row(what, format!("{best:.1} ms"), "");
    };
    for days in [1, 7, 30, 90, 3 * 365] {
        timed(&format!("  sums of {days} days"), &|reader| {
            assert_eq!(reader.sums(period(days)).unwrap().len(), fleet as usize);
        });
        timed(&format!("  changes of {days} days"), &|reader| {
            let query = ChangeQuery {
                monitor: None,
                period: period(days),
                after: None,
                newest_first: false,
            };
            let mut count = 0;
            let each = &mut |_, _| {
                count += 1;
                ControlFlow::Continue(())
            };
            reader.changes(&query, each).unwrap();
            assert!(count > 0);
        });
    }
    timed("  a monitor by the hour, 35 days", &|reader| {
        let points = reader.numbers(&name(5), period(35), Step::Hour).unwrap();
        assert_eq!(points.len(), 35 * 24);
    });
    timed("  a monitor by the day, 3 years", &|reader| {
        let points = reader.numbers(&name(5), period(3000), Step::Day).unwrap();
        assert!(points.len() > 1000);
    });
    timed("  watched times of 3 years", &|reader| {
        assert!(!reader.watched(period(3000)).unwrap().is_empty());
    });
    let times = (0..5).map(|_| {
        let begin = Instant::now();
        let (_store, left) = Store::open(&path, Keep::default()).unwrap();
        assert_eq!(left.open_changes.len(), fleet as usize);
        begin.elapsed()
    });
    let best = times.min().unwrap().as_secs_f64() * 1000.0;
    row("  to open it for writing", format!("{best:.1} ms"), "");
}

/// Writes rows as if an agent had run for three years.
fn fill(path: &Path, fleet: u32) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("BEGIN").unwrap();
    let now = BEGIN + 60_000;
    let today = BEGIN;
    let hour = now - now % 3600;
    let tiers = [
        ("days", DAY, today - 3 * 365 * DAY, today),
        ("hours", 3600, today - 35 * DAY, hour),
        ("minutes", 300, hour - 2 * DAY, now),
    ];
    let latency: Vec<Vec<u8>> = (0..50)
        .map(|_| {
            let mut sum = Numbers::default();
            (0..10).for_each(|_| sum.merge(&numbers()));
            sum.latency.encode()
        })
        .collect();
    for (table, step, since, until) in tiers {
        let sql = format!("INSERT INTO {table} VALUES (?1, ?2, ?3, 0, 0, ?4, 0, 0, ?5)");
        let mut insert = connection.prepare(&sql).unwrap();
        let mut begin = since;
        while begin < until {
            for monitor in 1..=fleet {
                let latency = &latency[fastrand::usize(..latency.len())];
                insert
                    .execute(params![begin, monitor, step / 10, step * 1000, latency])
                    .unwrap();
            }
            begin += step;
        }
    }
    let mut insert = connection
        .prepare("INSERT INTO changes(monitor, \"from\", until, status) VALUES (?1, ?2, ?3, ?4)")
        .unwrap();
    // A change of each monitor in five days.
    let mut begin = (now - 3 * 365 * DAY) * 1000;
    let step = 5 * DAY * 1000;
    while begin < now * 1000 {
        for monitor in 1..=i64::from(fleet) {
            let from = begin + monitor;
            let until = (from + step < now * 1000).then_some(from + step);
            let status = if (begin / step) % 2 == 0 {
                "healthy"
            } else {
                "error"
            };
            insert
                .execute(params![monitor, from, until, status])
                .unwrap();
        }
        begin += step;
    }
    drop(insert);
    connection
        .execute(
            "INSERT INTO watched(\"from\", until) VALUES (?1, ?2)",
            [(now - 3 * 365 * DAY) * 1000, now * 1000],
        )
        .unwrap();
    let marks = [
        ("rolled_hours", hour),
        ("rolled_days", today),
        ("pruned_minutes", hour - 2 * DAY),
        ("pruned_hours", today - 35 * DAY),
        ("pruned_days", today - 3 * 365 * DAY),
    ];
    for (name, at) in marks {
        connection
            .execute("INSERT INTO marks VALUES (?1, ?2)", params![name, at])
            .unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}
