//! The commands of the history over three years of 1,000 monitors, with an outage each week.
//! `cargo bench --bench history [MONITORS]`. With HBMON_STORE=PATH the store stays there.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hbmon::clock::Clock;
use hbmon::history::change::StatusChange;
use hbmon::history::incident::Incident;
use hbmon::history::known::KnownMonitor;
use hbmon::history::numbers::{Numbers, NumbersPoint};
use hbmon::history::period::Period;
use hbmon::model::{IncidentEnd, IncidentId, Kind, Reason, Slo, Status, Text};
use hbmon::store::{Batch, Keep, Store};
use jiff::Timestamp;

const DAY: Duration = Duration::from_secs(86_400);
const DAYS: u32 = 3 * 365;
/// Days with numbers.
const NUMBERED: u32 = 400;

fn main() {
    let monitors = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(1_000);
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var_os("HBMON_STORE")
        .map_or_else(|| folder.path().join("history.db"), PathBuf::from);
    let began = Instant::now();
    fill(&path, monitors);
    let bytes = std::fs::metadata(&path).unwrap().len();
    let time = began.elapsed();
    println!(
        "{monitors} monitors, {} MiB, written in {time:.1?}",
        bytes >> 20
    );
    for command in [
        "history",
        "history monitor-7 --since 365d",
        "incidents --open",
        "report --last 90d -o json",
        "report --last 90d --by tag --compare -o json",
        "report --last 90d -o html",
        "export changes",
        "export numbers",
        "state",
    ] {
        let began = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_hbmon"))
            .args(command.split(' '))
            .arg("--state")
            .arg(&path)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{command}");
        println!("{:>10.1?}  {command}", began.elapsed());
    }
}

/// Writes a store, in batches of one monitor.
fn fill(path: &Path, monitors: u32) {
    let now = Clock::start().anchor();
    let begin = now - DAYS * DAY;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (store, _) = Store::open(path, Keep::default()).unwrap();
        let watched = Batch {
            watched: vec![Period::new(begin, now)],
            ..Batch::default()
        };
        store.write(watched).await;
        for number in 0..monitors {
            store.write(monitor(number, begin)).await;
        }
        store.flush().await;
        store.close().await;
    });
}

fn monitor(number: u32, begin: Timestamp) -> Batch {
    let name = Text::clean(&format!("monitor-{number}"));
    let change = |from, status, message: Option<&str>| StatusChange {
        monitor: name.clone(),
        kind: Kind::Http,
        group: None,
        from,
        until: None,
        status,
        reason: message.map(|_| Reason::Status),
        message: message.map(Text::clean),
        maintenance: false,
    };
    let mut changes = vec![change(begin, Status::Healthy, None)];
    let mut incidents = Vec::new();
    for week in 0..DAYS / 7 {
        let opened = begin + week * 7 * DAY + Duration::from_secs(u64::from(number) * 137);
        let closed = opened + Duration::from_secs(60 + u64::from(week) * 11);
        let worst = if (week + number).is_multiple_of(3) {
            Status::Warning
        } else {
            Status::Error
        };
        let message = "503 Service Unavailable";
        changes.push(change(opened, worst, Some(message)));
        changes.push(change(closed, Status::Healthy, None));
        incidents.push(Incident {
            id: IncidentId(u64::from(number * 1_000 + week + 1)),
            monitor: name.clone(),
            kind: Kind::Http,
            group: None,
            opened,
            closed: Some(closed),
            worst,
            reason: Some(Reason::Status),
            message: Some(Text::clean(message)),
            first_reason: Some(Reason::Status),
            last_reason: Some(Reason::Status),
            end: Some(IncidentEnd::Recovered),
            acknowledged: None,
            maintenance: false,
            notes: Vec::new(),
            told: Vec::new(),
        });
    }
    Batch {
        monitors: vec![
            KnownMonitor {
                name: name.clone(),
                kind: Kind::Http,
                group: Some(Text::clean(&format!("group-{}", number % 20))),
                tags: vec![Text::clean(["prod", "test"][number as usize % 2])],
                slo: Some(Slo {
                    millionths: 999_000,
                    window: 30 * DAY,
                }),
                first_known: begin,
                removed: None,
            }
            .into(),
        ],
        numbers: (DAYS - NUMBERED..DAYS)
            .map(|day| (name.clone(), numbers(begin + day * DAY, number, day)))
            .collect(),
        changes: changes.into_iter().map(Into::into).collect(),
        incidents,
        ..Batch::default()
    }
}

fn numbers(at: Timestamp, number: u32, day: u32) -> NumbersPoint {
    let mut numbers = Numbers {
        beats: 60,
        failed: 1,
        healthy: Duration::from_secs(290),
        error: Duration::from_secs(10),
        ..Numbers::default()
    };
    for beat in 0..60_u64 {
        let millis = 20 + u64::from((number * 7 + day * 13) % 30) + beat * beat / 30;
        numbers.latency.record(Duration::from_millis(millis));
    }
    NumbersPoint { at, numbers }
}
