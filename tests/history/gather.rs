//! What a gatherer returns is what it was fed, whenever it is asked.

use std::collections::BTreeMap;
use std::time::Duration;

use hbmon::history::gather::Gatherer;
use hbmon::history::numbers::{Numbers, NumbersPoint, Step};
use hbmon::model::{Status, Text};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::{at, latencies, millis, seconds, sketch, text};

const DAY: i64 = 86_400;

/// Sums by monitor and interval.
type Sums = BTreeMap<(Text, Timestamp), Numbers>;

fn add(sums: &mut Sums, points: Vec<(Text, NumbersPoint)>) {
    for (name, point) in points {
        assert!(!point.numbers.is_empty());
        assert_eq!(Step::Minutes.start_of(point.at), point.at);
        (sums.entry((name, point.at)).or_default()).merge(&point.numbers);
    }
}

fn healthy(since: Timestamp) -> Gatherer {
    let mut gatherer = Gatherer::default();
    gatherer.watched(since);
    gatherer.status(&text("api"), since, Status::Healthy);
    gatherer
}

/// Beginning, seconds healthy and seconds in error of each interval.
fn shown(points: &[(Text, NumbersPoint)]) -> Vec<(i64, u64, u64)> {
    let show = |point: &NumbersPoint| {
        let numbers = &point.numbers;
        (
            point.at.as_second(),
            numbers.healthy.as_secs(),
            numbers.error.as_secs(),
        )
    };
    points.iter().map(|(_, point)| show(point)).collect()
}

#[test]
fn time_is_split_at_the_ends_of_intervals() {
    let mut gatherer = healthy(at(100));
    let api = text("api");
    gatherer.status(&api, at(900), Status::Error);
    gatherer.status(&api, at(1_000), Status::Paused);
    gatherer.status(&api, at(1_100), Status::Healthy);
    // The interval that began at 900 is over at 1,200, not before.
    let finished = gatherer.take_finished(at(1_199));
    assert_eq!(
        shown(&finished),
        [(0, 200, 0), (300, 300, 0), (600, 300, 0)]
    );
    assert_eq!(shown(&gatherer.take_finished(at(1_200))), [(900, 100, 100)]);
    assert_eq!(gatherer.take_finished(at(1_200)), []);
}

#[test]
fn events_count_in_the_interval_in_which_they_happen() {
    let mut gatherer = Gatherer::default();
    let api = text("api");
    gatherer.beat(&api, at(299), Some(millis(20)));
    gatherer.beat(&api, at(300), None);
    gatherer.failed(&api, at(599));
    gatherer.missed(&api, at(600));
    let point = |second, numbers| {
        (
            api.clone(),
            NumbersPoint {
                at: at(second),
                numbers,
            },
        )
    };
    let first = Numbers {
        beats: 1,
        latency: sketch(&[millis(20)]),
        ..Numbers::default()
    };
    let second = Numbers {
        beats: 1,
        failed: 1,
        ..Numbers::default()
    };
    let third = Numbers {
        missed: 1,
        ..Numbers::default()
    };
    assert_eq!(gatherer.take_running(at(610)), [point(600, third)]);
    assert_eq!(
        gatherer.take_finished(at(610)),
        [point(0, first), point(300, second)]
    );
}

#[test]
fn a_running_interval_is_taken_in_parts() {
    let mut gatherer = healthy(at(0));
    assert_eq!(shown(&gatherer.take_running(at(100))), [(0, 100, 0)]);
    assert_eq!(shown(&gatherer.take_running(at(100))), []);
    assert_eq!(shown(&gatherer.take_running(at(250))), [(0, 150, 0)]);
    assert_eq!(shown(&gatherer.take_running(at(320))), [(300, 20, 0)]);
    assert_eq!(shown(&gatherer.take_finished(at(330))), [(0, 50, 0)]);
}

#[test]
fn time_without_watching_does_not_count() {
    let mut gatherer = healthy(at(0));
    gatherer.unwatched(at(50));
    gatherer.unwatched(at(60));
    gatherer.beat(&text("api"), at(70), None);
    gatherer.watched(at(250));
    gatherer.watched(at(260));
    let finished = gatherer.take_finished(at(300));
    assert_eq!(shown(&finished), [(0, 100, 0)]);
    assert_eq!(finished[0].1.numbers.beats, 1);
}

#[test]
fn a_removed_monitor_leaves_what_was_counted() {
    let mut gatherer = healthy(at(0));
    gatherer.remove(&text("api"), at(40));
    gatherer.remove(&text("other"), at(45));
    assert_eq!(shown(&gatherer.take_finished(at(50))), [(0, 40, 0)]);
    assert_eq!(gatherer.take_finished(at(1_000)), []);
}

#[test]
fn a_clock_that_goes_back_a_little_stands_still() {
    let mut gatherer = healthy(at(1_000));
    let api = text("api");
    gatherer.status(&api, at(1_100), Status::Error);
    gatherer.status(&api, at(500), Status::Healthy);
    gatherer.beat(&api, at(700), None);
    let mut sums = Sums::new();
    add(&mut sums, gatherer.take_running(at(1_150)));
    add(&mut sums, gatherer.take_finished(at(1_150)));
    assert_eq!(sums[&(api, at(900))].healthy, seconds(150));
    assert_eq!(sums.len(), 1);
}

#[test]
fn a_clock_that_is_set_counts_in_no_status() {
    for there in [-2 * DAY, 2 * DAY, 4_000 * DAY] {
        let start = 10_000 * DAY;
        let mut gatherer = healthy(at(start));
        // The last call before the step is at 100.
        gatherer.beat(&text("api"), at(start + 100), None);
        gatherer.beat(&text("other"), at(start + there), None);
        let mut points = gatherer.take_finished(at(start + there + 300));
        points.retain(|(name, _)| *name == text("api"));
        assert_eq!(shown(&points), [(start, 100, 0), (start + there, 300, 0)]);
    }
}

#[derive(Clone, Debug)]
enum Call {
    Beat(usize, Option<Duration>),
    Failed(usize),
    Missed(usize),
    Status(usize, Status),
    Watched,
    Unwatched,
    Remove(usize),
    Finished,
    Running,
}

const NAMES: usize = 3;

fn calls() -> impl Strategy<Value = Call> {
    let name = || 0..NAMES;
    prop_oneof![
        4 => (name(), option::of(latencies())).prop_map(|(name, took)| Call::Beat(name, took)),
        1 => name().prop_map(Call::Failed),
        1 => name().prop_map(Call::Missed),
        4 => (name(), select(&Status::ALL[..])).prop_map(|(name, new)| Call::Status(name, new)),
        2 => Just(Call::Watched),
        1 => Just(Call::Unwatched),
        1 => name().prop_map(Call::Remove),
        2 => Just(Call::Finished),
        2 => Just(Call::Running),
    ]
}

/// Counts second by second.
#[derive(Default)]
struct Slow {
    now: i64,
    watches: bool,
    statuses: BTreeMap<Text, Status>,
    sums: Sums,
}

impl Slow {
    fn numbers(&mut self, name: &Text) -> &mut Numbers {
        let start = Step::Minutes.start_of(at(self.now));
        self.sums.entry((name.clone(), start)).or_default()
    }

    fn go_to(&mut self, second: i64) {
        let counted = seconds(u64::from(self.watches));
        while self.now < second {
            for (name, status) in self.statuses.clone() {
                let numbers = self.numbers(&name);
                let time = match status {
                    Status::Healthy => &mut numbers.healthy,
                    Status::Warning => &mut numbers.warning,
                    Status::Error => &mut numbers.error,
                    Status::Unknown | Status::Paused => continue,
                };
                *time += counted;
            }
            self.now += 1;
        }
    }
}

proptest! {
    #[test]
    fn all_takes_add_up_to_what_was_fed(
        calls in vec((prop_oneof![4 => 0..400_i64, 1 => -400..0_i64], calls()), 0..40),
    ) {
        let names = ["a", "b", "c"].map(text);
        let mut gatherer = Gatherer::default();
        let mut slow = Slow::default();
        let mut sums = Sums::new();
        gatherer.unwatched(at(0));
        for (step, call) in calls {
            let time = at(slow.now + step);
            slow.go_to(slow.now + step);
            match call {
                Call::Beat(name, latency) => {
                    gatherer.beat(&names[name], time, latency);
                    let numbers = slow.numbers(&names[name]);
                    numbers.beats += 1;
                    latency.into_iter().for_each(|latency| numbers.latency.record(latency));
                }
                Call::Failed(name) => {
                    gatherer.failed(&names[name], time);
                    slow.numbers(&names[name]).failed += 1;
                }
                Call::Missed(name) => {
                    gatherer.missed(&names[name], time);
                    slow.numbers(&names[name]).missed += 1;
                }
                Call::Status(name, status) => {
                    gatherer.status(&names[name], time, status);
                    slow.statuses.insert(names[name].clone(), status);
                }
                Call::Watched => {
                    gatherer.watched(time);
                    slow.watches = true;
                }
                Call::Unwatched => {
                    gatherer.unwatched(time);
                    slow.watches = false;
                }
                Call::Remove(name) => {
                    gatherer.remove(&names[name], time);
                    slow.statuses.remove(&names[name]);
                }
                Call::Finished => {
                    let finished = gatherer.take_finished(time);
                    prop_assert!(finished.iter().all(|(_, point)| point.at <= at(slow.now)));
                    add(&mut sums, finished);
                }
                Call::Running => {
                    let running = gatherer.take_running(time);
                    let start = Step::Minutes.start_of(at(slow.now));
                    prop_assert!(running.iter().all(|(_, point)| point.at == start));
                    add(&mut sums, running);
                }
            }
        }
        add(&mut sums, gatherer.take_running(at(slow.now)));
        add(&mut sums, gatherer.take_finished(at(slow.now)));
        slow.sums.retain(|_, numbers| !numbers.is_empty());
        prop_assert_eq!(sums, slow.sums);
    }
}
