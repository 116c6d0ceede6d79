//! One monitor with many instances: cost of a heartbeat, of all going silent, and memory.
//! `cargo bench --bench instances`

mod support;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use divan::{AllocProfiler, Bencher};
use hbmon::model::{
    Beat, Fleet, InstancePolicy, Kind, Moment, Observation, Policy, Push, PushSignal, Rhythm,
    Signal, TargetId, Text,
};

use support::meta;

/// Counts allocations, which slows every benchmark by about the same factor.
#[global_allocator]
static MEMORY: AllocProfiler = AllocProfiler::system();

const ONE: TargetId = TargetId(0);
const SIZES: [usize; 3] = [100, 10_000, 100_000];

fn main() {
    divan::main();
}

fn empty() -> Fleet {
    let meta = meta("workers", Kind::Push);
    let instances = Some(InstancePolicy {
        forget_after: Duration::from_secs(3_600),
        min_online: 1,
    });
    let policy = Policy {
        instances,
        ..Policy::with_interval(Rhythm::Subscription, Duration::from_secs(30))
    };
    let mut fleet = Fleet::new();
    fleet.add(Moment::START, ONE, meta, Arc::new(policy), false);
    fleet
}

fn ids(count: usize) -> Vec<Text> {
    // As long as a UUID, the usual name of a worker.
    (0..count)
        .map(|number| Text::clean(&format!("{number:036}")))
        .collect()
}

fn beat(fleet: &mut Fleet, id: &Text, at: Moment) {
    let said = PushSignal::Beat {
        beat: Beat::default(),
        available: true,
    };
    let push = Push {
        signal: said,
        run: None,
        instance: Some(id.clone()),
        evidence: None,
    };
    fleet.observe(Observation {
        target: ONE,
        at,
        signal: Signal::Pushed(Box::new(push)),
        connection: None,
    });
}

fn full(ids: &[Text]) -> Fleet {
    let mut fleet = empty();
    ids.iter()
        .for_each(|id| beat(&mut fleet, id, Moment::START));
    fleet
}

/// `max alloc` is the memory of `count` instances without their ids, and of the ring of changes.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn come_online(bencher: Bencher, count: usize) {
    let ids = ids(count);
    bencher.bench_local(|| black_box(full(&ids)));
}

/// A heartbeat of one instance among `count`.
#[divan::bench(args = SIZES)]
fn one_heartbeat(bencher: Bencher, count: usize) {
    let ids = ids(count);
    let mut fleet = full(&ids);
    let mut turn = (0..count).cycle();
    let mut now = Moment::START;
    bencher.bench_local(|| {
        now = now.plus(Duration::from_nanos(1));
        if let Some(id) = turn.next().and_then(|place| ids.get(place)) {
            beat(&mut fleet, id, now);
        }
        fleet.advance(now);
    });
}

/// All instances stop at once.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn go_silent(bencher: Bencher, count: usize) {
    let ids = ids(count);
    bencher
        .with_inputs(|| full(&ids))
        .bench_local_values(|mut fleet| {
            fleet.advance(Moment::after_start(Duration::from_secs(33)));
            fleet
        });
}
