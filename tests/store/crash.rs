//! A process that is killed while it writes loses nothing that it was told to be committed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use hbmon::model::{IncidentEnd, Status};
use hbmon::store::{Batch, Keep, Reader, Store};

use crate::support::*;

/// The path of the store that the child writes.
const CHILD: &str = "HBMON_CRASH_CHILD";

/// Seconds from one batch to the next: so that hours and days pass.
const PACE: i64 = 300;

fn keep() -> Keep {
    Keep {
        minutes: Duration::from_secs(2 * 3600),
        hours: Duration::from_secs(86_400),
        ..Keep::default()
    }
}

fn name(number: i64) -> String {
    format!("m{}", number % 3)
}

/// The batch with a number: its monitor changes, and its incident opens or closes.
fn batch(number: i64) -> Batch {
    let at = number * PACE;
    let is_bad = (number / 3) % 2 == 0;
    let name = name(number);
    let status = if is_bad {
        Status::Error
    } else {
        Status::Healthy
    };
    let opened = if is_bad { number } else { number - 3 };
    let mut incident = incident(u64::try_from(opened).unwrap() + 1, &name, opened * PACE);
    if !is_bad {
        incident.closed = Some(self::at(at));
        incident.end = Some(IncidentEnd::Recovered);
    }
    Batch {
        changes: vec![change(&name, at, status).into()],
        incidents: vec![incident],
        numbers: (0..3)
            .map(|monitor| numbers(&format!("m{monitor}"), at, 1))
            .collect(),
        watched: vec![period(at, at + PACE)],
        ..Batch::default()
    }
}

/// Runs in a process of its own, until it is killed.
#[test]
fn child() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    run(async {
        let (store, left) = Store::open(Path::new(&path), keep()).unwrap();
        let last = left
            .last_time
            .map_or(-PACE, |last| last.as_second() - BEGIN);
        // All batches but the last end where the next one begins.
        let mut number = (last + PACE - 1) / PACE;
        let monitors = (0..3)
            .map(|monitor| known(&format!("m{monitor}")).into())
            .collect();
        store
            .write(Batch {
                monitors,
                ..Batch::default()
            })
            .await;
        let mut out = std::io::stdout().lock();
        loop {
            store.write(batch(number)).await;
            store.flush().await;
            assert_eq!(store.health().fault, None);
            writeln!(out, "committed {number}").unwrap();
            out.flush().unwrap();
            number += 1;
        }
    });
}

/// Lets a child write, and kills it at a random moment. Returns the last batch that it was told to
/// be committed.
fn round(path: &Path) -> i64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let number = |line: String| -> Option<i64> {
        let (_, number) = line.split_once("committed ")?;
        number.parse().ok()
    };
    let until = fastrand::usize(1..60);
    let mut seen = 0;
    let mut last = -1;
    while let Some(Ok(line)) = lines.next() {
        if let Some(number) = number(line) {
            seen += 1;
            last = number;
        }
        if seen == until {
            for _ in 0..fastrand::u32(0..400_000) {
                std::hint::spin_loop();
            }
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(seen >= until, "the child ended by itself");
    last
}

#[test]
fn a_kill_at_any_moment_loses_nothing() {
    let rounds = std::env::var("HBMON_CRASH_ROUNDS");
    let rounds: u32 = rounds.map_or(50, |rounds| rounds.parse().unwrap());
    let place = place();
    let mut all = 0;
    for _ in 0..rounds {
        let last = round(&place.path);
        assert!(last >= all, "{last} {all}");
        let (store, left) = Store::open(&place.path, keep()).unwrap();
        let reader = Reader::open(&place.path).unwrap();
        assert_eq!(reader.check().unwrap(), Vec::<String>::new());
        assert!(!store.was_renewed());
        let changes = all_changes(&reader);
        let count = i64::try_from(changes.len()).unwrap();
        // One more than it was told, if it was killed in between.
        assert!((last + 1..=last + 2).contains(&count), "{count} {last}");
        for (number, change) in (0..).zip(&changes) {
            assert_eq!(change.from, at(number * PACE));
            assert_eq!(change.monitor.as_str(), name(number));
            let until = (number + 3 < count).then(|| at((number + 3) * PACE));
            assert_eq!(change.until, until);
        }
        let incidents = all_incidents(&reader);
        let wanted = (0..count).filter(|number| (number / 3) % 2 == 0);
        let wanted: Vec<u64> = wanted.map(|number| number.unsigned_abs() + 1).collect();
        let ids: Vec<u64> = incidents.iter().map(|incident| incident.id.0).collect();
        assert_eq!(ids, wanted);
        let sums = beats(&reader, always());
        assert_eq!(sums.values().sum::<u64>(), 3 * count.unsigned_abs());
        assert_eq!(left.open_changes.len(), changes.len().min(3));
        all = last;
    }
    println!("{rounds} kills, {all} batches");
}
