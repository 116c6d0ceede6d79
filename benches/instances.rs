//! One monitor with very many instances: the cost of a heartbeat, of a wave of silence, of memory.
//! `cargo bench --bench instances`

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use divan::{AllocProfiler, Bencher};
use hbmon::model::{
    Beat, Fleet, InstancePolicy, Kind, Meta, Moment, Observation, Policy, Push, PushSignal, Rhythm,
    Signal, TargetId, Text,
};

/// Counts what is allocated; slows everything down alike.
#[global_allocator]
static MEMORY: AllocProfiler = AllocProfiler::system();

const ONE: TargetId = TargetId(0);
const SIZES: [usize; 3] = [100, 10_000, 100_000];

fn main() {
    divan::main();
}

fn empty() -> Fleet {
    let name = Text::clean("workers");
    let meta = Meta {
        address: name.clone(),
        name,
        kind: Kind::Push,
        group: None,
        tags: Vec::new(),
        description: None,
        line: None,
    };
    let instances = Some(InstancePolicy {
        forget_after: Duration::from_secs(3_600),
        min_online: 1,
    });
    let policy = Policy {
        instances,
        ..Policy::with_interval(Rhythm::Subscription, Duration::from_secs(30))
    };
    let mut fleet = Fleet::new();
    fleet.add(Moment::START, ONE, Arc::new(meta), Arc::new(policy), false);
    fleet
}

fn ids(count: usize) -> Vec<Text> {
    // As long as a UUID, which is what workers are mostly called.
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

/// Its `max alloc` is the memory of so many instances, ids apart, and of the ring of changes.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn come_online(bencher: Bencher, count: usize) {
    let ids = ids(count);
    bencher.bench_local(|| black_box(full(&ids)));
}

/// The same instance among so many.
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

/// All of them stop at once.
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
