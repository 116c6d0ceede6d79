//! Speed of the model with 10,000 targets: observing facts, judging misses, taking snapshots.

mod support;

use std::sync::Arc;
use std::time::Duration;

use divan::Bencher;
use divan::counter::ItemsCount;
use hbmon::model::{
    Beat, Connection, Fleet, Kind, Moment, Observation, Phase, Policy, Rhythm, SelfStats, Signal,
    Snapshot, TargetId,
};
use jiff::Timestamp;

use support::meta;

const TARGETS: u32 = 10_000;
/// Number of notes after which the engine judges.
const BATCH: u32 = 1000;
const INTERVAL: Duration = Duration::from_secs(10);

fn main() {
    divan::main();
}

/// Subscriptions whose heartbeats are evenly spread over the interval.
struct Bench {
    fleet: Fleet,
    now: Moment,
}

impl Bench {
    fn new() -> Bench {
        let mut fleet = Fleet::new();
        let policy = Arc::new(Policy::with_interval(Rhythm::Subscription, INTERVAL));
        for id in 0..TARGETS {
            let meta = meta(&format!("target-{id}"), Kind::Sse);
            fleet.add(
                Moment::START,
                TargetId(id),
                meta,
                Arc::clone(&policy),
                false,
            );
        }
        let mut bench = Bench {
            fleet,
            now: Moment::START,
        };
        bench.round(|_| Signal::Open, false);
        bench.round(|_| beat(), false);
        bench.snapshot();
        bench
    }

    /// Sends one signal of each target within an interval.
    fn round(&mut self, signal: impl Fn(u32) -> Signal, wired: bool) {
        for id in 0..TARGETS {
            self.now = self.now.plus(INTERVAL / TARGETS);
            let wire = wired.then(|| Box::new(wire()));
            self.fleet.observe(Observation {
                target: TargetId(id),
                at: self.now,
                signal: signal(id),
                connection: wire,
            });
            if id % BATCH == 0 {
                self.fleet.advance(self.now);
            }
        }
    }

    fn snapshot(&mut self) -> Arc<Snapshot> {
        self.fleet
            .snapshot(self.now, Timestamp::UNIX_EPOCH, SelfStats::default())
    }
}

fn beat() -> Signal {
    Signal::Beat(Beat {
        latency: Some(Duration::from_millis(3)),
        delta: None,
        sent: None,
        excerpt: None,
    })
}

fn wire() -> Connection {
    let phases = [(Phase::Connect, Duration::from_millis(1))]
        .into_iter()
        .collect();
    Connection {
        phases,
        ..Connection::default()
    }
}

#[divan::bench]
fn beats(bencher: Bencher) {
    let mut bench = Bench::new();
    bencher
        .counter(ItemsCount::new(TARGETS))
        .bench_local(|| bench.round(|_| beat(), false));
}

#[divan::bench]
fn beats_with_news_of_the_connection(bencher: Bencher) {
    let mut bench = Bench::new();
    bencher
        .counter(ItemsCount::new(TARGETS))
        .bench_local(|| bench.round(|_| beat(), true));
}

/// No target sends: every deadline passes in each interval.
#[divan::bench]
fn misses(bencher: Bencher) {
    let mut bench = Bench::new();
    bencher.counter(ItemsCount::new(TARGETS)).bench_local(|| {
        bench.now = bench.now.plus(INTERVAL);
        bench.fleet.advance(bench.now);
    });
}

#[divan::bench]
fn snapshot_after_one_change(bencher: Bencher) {
    let mut bench = Bench::new();
    let mut last = bench.snapshot();
    bencher.bench_local(|| {
        bench.now = bench.now.plus(Duration::from_millis(1));
        bench.fleet.observe(Observation {
            target: TargetId(7),
            at: bench.now,
            signal: beat(),
            connection: None,
        });
        last = bench.snapshot();
    });
}

#[divan::bench]
fn snapshot_after_everything_changed(bencher: Bencher) {
    let mut bench = Bench::new();
    let mut last = bench.snapshot();
    bencher.bench_local(|| {
        bench.round(|_| beat(), false);
        last = bench.snapshot();
    });
}
