//! What must hold for every timeline.

use std::sync::Arc;
use std::time::Duration;

use hbmon::model::{
    Beat, Counts, Facts, Failure, Fleet, Gap, InstancePolicy, Levels, Moment, Observation, Policy,
    Push, PushSignal, Rhythm, Row, Rows, Signal, TargetId, Text, judge, next_change,
};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::support::{at, beat, certified, dated, failed, fleet_of_one, meta, note, row, snapshot};

/// A fact about one of a few targets, so long after the one before.
#[derive(Clone, Debug)]
struct Fact {
    target: u32,
    pause: Duration,
    signal: Signal,
    certificate: Option<SignedDuration>,
}

const TARGETS: u32 = 4;

pub(crate) fn durations(most: u64) -> impl Strategy<Value = Duration> {
    prop_oneof![
        (0..=most).prop_map(Duration::from_millis),
        (0..=most / 1_000).prop_map(Duration::from_secs)
    ]
}

fn signals() -> impl Strategy<Value = Signal> {
    let delta = (-3_000_i64..3_000).prop_map(SignedDuration::from_millis);
    prop_oneof![
        4 => (option::of(durations(3_000)), option::of(delta)).prop_map(|(latency, delta)| beat(latency, delta)),
        2 => (option::of(durations(3_000)), dates()).prop_map(|(latency, beat)| Signal::Beat(Beat { latency, ..beat })),
        2 => (option::of(durations(3_000)), any::<bool>()).prop_map(|(latency, ended)| failed(latency, ended)),
        1 => durations(3_000).prop_map(|rtt| Signal::Pong { rtt }),
        1 => Just(Signal::Open),
        1 => Just(Signal::Closed),
        1 => Just(Signal::Attempt { delay: Duration::ZERO, skipped: 0 }),
        1 => (0_u64..500).prop_map(|second| Signal::Wait { until: at(second), asked: None }),
        3 => pushes().prop_map(|push| Signal::Pushed(Box::new(push))),
    ]
}

/// A heartbeat with one of a few timestamps, which mostly stand still.
fn dates() -> impl Strategy<Value = Beat> {
    (0_u64..400, 0_i64..4)
        .prop_map(|(second, sent)| dated(at(second), SignedDuration::from_secs(100 * sent)))
}

/// By one of a few instances, which count only under a policy that has some.
pub(crate) fn pushes() -> impl Strategy<Value = Push> {
    let said = prop_oneof![
        2 => any::<bool>().prop_map(|available| PushSignal::Beat { beat: Beat::default(), available }),
        2 => (any::<bool>(), dates()).prop_map(|(available, beat)| PushSignal::Beat { beat, available }),
        1 => Just(PushSignal::Start),
        1 => Just(PushSignal::Failed(Failure::Reported { code: Some(1), why: None })),
        1 => Just(PushSignal::Failed(Failure::Payload { why: Text::clean("no timestamp in it") })),
        1 => Just(PushSignal::Log(Text::clean("hello"))),
    ];
    let name = |prefix: &'static str| {
        (0..4_u8).prop_map(move |number| Text::clean(&format!("{prefix}{number}")))
    };
    let instance = option::weighted(0.9, name("i"));
    (said, option::of(name("r")), instance).prop_map(|(said, run, instance)| Push {
        signal: said,
        run,
        instance,
        evidence: None,
    })
}

fn is_beat(signal: &Signal) -> bool {
    match signal {
        Signal::Beat(_) => true,
        Signal::Pushed(push) => matches!(push.signal, PushSignal::Beat { .. }),
        _ => false,
    }
}

pub(crate) fn crowds() -> impl Strategy<Value = InstancePolicy> {
    (durations(60_000), 0..4_u32).prop_map(|(forget, min_online)| InstancePolicy {
        forget_after: forget,
        min_online,
    })
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let left = option::weighted(0.2, (-50_i64..300).prop_map(SignedDuration::from_secs));
    let fact = (0..TARGETS, durations(15_000), signals(), left).prop_map(
        |(target, pause, signal, left)| {
            // A pushed heartbeat has no certificate.
            let certificate = left.filter(|_| !matches!(signal, Signal::Pushed(_)));
            Fact {
                target,
                pause,
                signal,
                certificate,
            }
        },
    );
    vec(fact, 0..40)
}

fn levels<T: Ord + std::fmt::Debug + Clone>(
    limit: impl Strategy<Value = T>,
) -> impl Strategy<Value = Levels<T>> {
    (vec(limit, 2), any::<(bool, bool)>()).prop_map(|(mut limits, (warning, error))| {
        limits.sort();
        let error_limit = limits.pop().filter(|_| error);
        Levels {
            warning: limits.pop().filter(|_| warning),
            error: error_limit,
        }
    })
}

pub(crate) fn policies() -> impl Strategy<Value = Policy> {
    (
        (any::<bool>(), any::<bool>(), 1_u32..4),
        (100_u64..10_000, 0_u64..2_000),
        (levels(1_u32..5), levels(1_u32..5)),
        (levels(durations(2_000)), levels(durations(200_000))),
        (levels(durations(2_000)), option::of(durations(200_000))),
    )
        .prop_map(
            |(how, (interval, grace), (failures, missed), (latency, left), (skew, max_age))| {
                let (polls, timestamped, recover) = how;
                let rhythm = if polls {
                    Rhythm::Poll
                } else {
                    Rhythm::Subscription
                };
                Policy {
                    grace: Duration::from_millis(grace),
                    failures,
                    missed,
                    latency,
                    certificate: Levels {
                        warning: left.error,
                        error: left.warning,
                    },
                    recover,
                    timestamped,
                    skew,
                    max_age,
                    ..Policy::with_interval(rhythm, Duration::from_millis(interval))
                }
            },
        )
}

/// Without a fleet: one target's facts, every deadline looked at.
struct Naive {
    facts: Facts,
}

impl Naive {
    fn new(policy: &Policy) -> Naive {
        let row = Row::new(TargetId(0), meta("t"), Arc::new(policy.clone()));
        Naive {
            facts: Facts::new(Moment::START, Timestamp::UNIX_EPOCH, row),
        }
    }

    fn observe(&mut self, fact: &Fact, now: Moment, policy: &Policy) {
        let just_before =
            Moment::after_start(now.since_start().saturating_sub(Duration::from_nanos(1)));
        self.advance(
            if is_beat(&fact.signal) {
                just_before
            } else {
                now
            },
            policy,
        );
        if let Some(left) = fact.certificate {
            self.facts.update_connection(now, *certified(left), false);
        }
        let signal = self.facts.apply_timestamp(now, fact.signal.clone(), policy);
        self.facts.observe(now, &signal, policy);
    }

    fn advance(&mut self, now: Moment, policy: &Policy) {
        while self.facts.count_miss(policy, now).is_some() {}
    }
}

/// Lets it all happen to one target and returns the moment of the end.
fn live(story: &[Fact], policy: &Policy) -> (Naive, Moment) {
    let mut target = Naive::new(policy);
    let mut now = Moment::START;
    for fact in story {
        now = now.plus(fact.pause);
        target.observe(fact, now, policy);
    }
    (target, now)
}

fn fleet_of_many(policy: &Policy) -> Fleet {
    let mut fleet = Fleet::new();
    let policy = Arc::new(policy.clone());
    (0..TARGETS).for_each(|id| {
        fleet.add(
            Moment::START,
            TargetId(id),
            meta("t"),
            Arc::clone(&policy),
            false,
        )
    });
    fleet
}

fn as_note(fact: &Fact, now: Moment) -> Observation {
    let wire = fact.certificate.map(certified);
    Observation {
        target: TargetId(fact.target),
        connection: wire,
        ..note(now, fact.signal.clone())
    }
}

proptest! {
    #[test]
    fn the_verdict_is_constant_until_the_next_change(
        story in facts(), policy in policies(), part in 0.0..1.0,
    ) {
        let (target, mut now) = live(&story, &policy);
        for _ in 0..10 {
            let verdict = judge(&target.facts, &policy, now);
            let next = next_change(&target.facts, &policy, now);
            let span = next.map_or(Duration::from_secs(10_000), |next| next.since(now));
            let within = now.plus(span.mul_f64(part).min(span.saturating_sub(Duration::from_nanos(1))));
            prop_assert_eq!(&verdict, &judge(&target.facts, &policy, within));
            let Some(next) = next else { break };
            prop_assert!(next > now);
            let just_before = Moment::after_start(next.since_start() - Duration::from_nanos(1));
            prop_assert_eq!(&verdict, &judge(&target.facts, &policy, just_before));
            now = next;
        }
    }

    #[test]
    fn silence_never_heals(story in facts(), policy in policies(), waits in vec(durations(50_000), 5)) {
        let (mut target, mut now) = live(&story, &policy);
        let mut status = judge(&target.facts, &policy, now).status;
        for wait in waits {
            now = now.plus(wait);
            let later = judge(&target.facts, &policy, now).status;
            prop_assert!(later >= status);
            target.advance(now, &policy);
            prop_assert_eq!(later, judge(&target.facts, &policy, now).status);
            status = later;
        }
    }

    #[test]
    fn two_steps_are_one(
        story in facts(), policy in policies(), crowd in option::of(crowds()),
        first in durations(90_000), then in durations(2_000_000),
    ) {
        let policy = Policy { instances: crowd, ..policy };
        let mut once = fleet_of_one(policy.clone());
        let mut twice = fleet_of_one(policy);
        let mut now = Moment::START;
        for fact in &story {
            now = now.plus(fact.pause);
            for fleet in [&mut once, &mut twice] {
                fleet.observe(Observation { target: crate::support::ONE, ..as_note(fact, now) });
            }
        }
        twice.advance(now.plus(first));
        let end = now.plus(first).plus(then);
        twice.advance(end);
        once.advance(end);
        prop_assert_eq!(row(&mut once, end), row(&mut twice, end));
    }

    #[test]
    fn the_fleet_judges_as_somebody_who_looks_at_everybody(
        story in facts(), policy in policies(), advances in vec(any::<bool>(), 40),
    ) {
        let mut fleet = fleet_of_many(&policy);
        let mut naive: Vec<Naive> = (0..TARGETS).map(|_| Naive::new(&policy)).collect();
        let mut now = Moment::START;
        for (fact, advance) in story.iter().zip(advances) {
            now = now.plus(fact.pause);
            if advance {
                fleet.advance(now);
                naive.iter_mut().for_each(|target| target.advance(now, &policy));
            }
            // The naive one knows nothing of reused connections.
            fleet.observe(as_note(fact, now));
            naive[fact.target as usize].observe(fact, now, &policy);
        }
        fleet.advance(now);
        let seen = snapshot(&mut fleet, now);
        for (target, row) in naive.iter_mut().zip(&seen.rows) {
            target.advance(now, &policy);
            let verdict = judge(&target.facts, &policy, now);
            prop_assert_eq!((row.status, &row.cause), (verdict.status, &verdict.cause));
            let next = next_change(&target.facts, &policy, now);
            prop_assert!(next.is_none_or(|next| fleet.deadline().is_some_and(|at| at <= next)));
        }
        check_counts(&seen.counts, seen.settled, &seen.rows)?;
    }

    #[test]
    fn counts_survive_reloads(story in facts(), mut policies in vec(policies(), 3), crowd in crowds()) {
        policies.iter_mut().for_each(|policy| policy.instances = Some(crowd));
        let mut fleet = fleet_of_many(&policies[0]);
        let mut now = Moment::START;
        for (step, fact) in story.iter().enumerate() {
            now = now.plus(fact.pause);
            fleet.observe(as_note(fact, now));
            let id = TargetId(fact.target);
            match step % 7 {
                2 => {
                    let others: Vec<_> = snapshot(&mut fleet, now).rows.iter().map(|row| row.id).collect();
                    fleet.retain(now, &others.into_iter().filter(|other| *other != id).collect::<Vec<_>>());
                }
                3 => fleet.add(now, id, meta("again"), Arc::new(policies[1].clone()), step % 2 == 0),
                4 => fleet.update(now, id, meta("changed"), Arc::new(policies[2].clone())),
                5 => fleet.freeze(id),
                6 => fleet.apply_gap(now, &gap(Duration::from_secs(1))),
                _ => drop(fleet.advance(now)),
            }
            let seen = snapshot(&mut fleet, now);
            check_counts(&seen.counts, seen.settled, &seen.rows)?;
        }
    }

    #[test]
    fn nothing_panics_at_the_ends(
        story in vec((any::<(u64, u32)>(), signals(), any::<(i64, i32)>()), 0..20),
        (interval, grace) in any::<(u64, u64)>(), polls in any::<bool>(),
    ) {
        let rhythm = if polls { Rhythm::Poll } else { Rhythm::Subscription };
        let policy = Policy {
            grace: Duration::from_nanos(grace),
            latency: Levels::new(Duration::ZERO, Duration::MAX),
            certificate: Levels::new(Duration::MAX, Duration::ZERO),
            recover: u32::MAX,
            timestamped: true,
            instances: Some(InstancePolicy { forget_after: Duration::from_nanos(grace), min_online: 2 }),
            ..Policy::with_interval(rhythm, Duration::from_nanos(interval))
        };
        let mut fleet = fleet_of_one(policy);
        // Even times that run backwards must not do harm.
        for ((seconds, nanos), signal, (left, rest)) in story {
            let now = Moment::after_start(Duration::new(seconds, nanos % 1_000_000_000));
            let wire = Some(certified(SignedDuration::new(left, rest % 1_000_000_000)));
            fleet.observe(Observation { connection: wire, ..note(now, signal) });
            fleet.advance(now);
            fleet.apply_gap(now, &gap(Duration::MAX));
        }
        fleet.advance(Moment::FAR);
        let row = row(&mut fleet, Moment::FAR);
        prop_assert!(row.uptime(Moment::FAR).is_none_or(|share| (0.0..=1.0).contains(&share)));
    }
}

fn gap(length: Duration) -> Gap {
    Gap {
        stalled: length,
        slept: length,
        clock_set: SignedDuration::MAX,
    }
}

fn check_counts(counts: &Counts, settled: usize, rows: &Rows) -> Result<(), TestCaseError> {
    let mut recount = Counts::default();
    rows.iter().for_each(|row| *recount.slot(row.status) += 1);
    prop_assert_eq!(*counts, recount);
    prop_assert_eq!(settled, rows.iter().filter(|row| row.settled).count());
    Ok(())
}
