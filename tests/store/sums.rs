//! Sums of numbers: exact where fine rows are kept, and always additive.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use hbmon::history::numbers::{Numbers, NumbersPoint, Step};
use hbmon::history::sketch::Sketch;
use hbmon::model::Text;
use hbmon::store::{Batch, Editor, Keep, Reader, Store};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::*;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const DAYS: i64 = 6;

#[derive(Clone, Debug)]
enum Op {
    /// Numbers of a monitor, some seconds after the begin.
    Write(u8, i64, u8),
    /// Pruned as of a time: hours that minutes are kept, days that hours are kept.
    Prune(i64, u8, u8),
    /// The session ends, and another begins.
    Restart,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => (0..3_u8, 0..DAYS * DAY, 1..9_u8).prop_map(|(m, at, n)| Op::Write(m, at, n)),
        1 => (0..DAYS * DAY, 1..60_u8, 1..5_u8).prop_map(|(now, h, d)| Op::Prune(now, h, d)),
        1 => Just(Op::Restart),
    ]
}

/// What was written: numbers by monitor and five minutes.
type Model = BTreeMap<(u8, i64), Numbers>;

fn name(monitor: u8) -> Text {
    text(&format!("m{monitor}"))
}

fn some(beats: u8) -> Numbers {
    let mut latency = Sketch::default();
    for beat in 0..beats {
        latency.record(Duration::from_millis(u64::from(beat) * 30 + 1));
    }
    Numbers {
        beats: u64::from(beats),
        failed: u64::from(beats / 2),
        missed: u64::from(beats / 3),
        healthy: Duration::from_millis(u64::from(beats) * 1001),
        warning: Duration::from_millis(u64::from(beats) * 7),
        error: Duration::from_millis(u64::from(beats % 2)),
        latency,
    }
}

fn model_sum(model: &Model, monitor: u8, since: i64, until: i64) -> Numbers {
    let mut sum = Numbers::default();
    for ((owner, at), numbers) in model {
        if *owner == monitor && (since..until).contains(at) {
            sum.merge(numbers);
        }
    }
    sum
}

fn sum(reader: &Reader, monitor: u8, since: i64, until: i64) -> Numbers {
    let mut sums = reader.sums(period(since, until)).unwrap();
    sums.remove(&name(monitor)).unwrap_or_default()
}

fn check(reader: &Reader, model: &Model, bounds: &[i64], kept_minutes: i64) {
    for monitor in 0..3 {
        let all = model_sum(model, monitor, 0, DAYS * DAY);
        assert_eq!(sum(reader, monitor, -DAY, 2 * DAYS * DAY), all);
        // Additive, wherever a period is cut.
        for parts in bounds.windows(3) {
            let &[a, b, c] = parts else { unreachable!() };
            let mut both = sum(reader, monitor, a, b);
            both.merge(&sum(reader, monitor, b, c));
            assert_eq!(both, sum(reader, monitor, a, c), "{a} {b} {c}");
        }
        // Exact for whole days, and where all minutes are kept.
        for parts in bounds.windows(2) {
            let &[a, b] = parts else { unreachable!() };
            let [a_day, b_day] = [a, b].map(|at| at - at.rem_euclid(DAY));
            let wanted = model_sum(model, monitor, a_day, b_day);
            assert_eq!(
                sum(reader, monitor, a_day, b_day),
                wanted,
                "{a_day} {b_day}"
            );
            if a >= kept_minutes {
                let wanted = model_sum(model, monitor, a, b);
                assert_eq!(sum(reader, monitor, a, b), wanted, "{a} {b}");
            }
        }
        let mut days = Numbers::default();
        for point in reader.numbers(&name(monitor), always(), Step::Day).unwrap() {
            assert_eq!(point.at.as_second().rem_euclid(DAY), 0);
            days.merge(&point.numbers);
        }
        assert_eq!(days, all);
    }
    // The points of all monitors are those of each.
    for step in Step::ALL {
        let mut each: BTreeMap<Text, Vec<NumbersPoint>> = BTreeMap::new();
        reader
            .all_numbers(always(), step, &mut |name, point| {
                each.entry(name.clone()).or_default().push(point);
                ControlFlow::Continue(())
            })
            .unwrap();
        for monitor in (0..3).map(name) {
            let points = reader.numbers(&monitor, always(), step).unwrap();
            assert_eq!(
                each.remove(&monitor).unwrap_or_default(),
                points,
                "{step:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sums_are_additive_and_exact_where_rows_are_kept(
        ops in vec(op(), 1..40),
        bounds in vec(0..DAYS * DAY, 6),
    ) {
        let place = place();
        let mut bounds = bounds;
        bounds.sort_unstable();
        let mut model = Model::new();
        let mut kept_minutes = 0;
        run(async {
            let (mut store, _) = open(&place.path);
            let monitors = (0..3).map(|monitor| known(name(monitor).as_str()).into()).collect();
            store.write(Batch { monitors, ..Batch::default() }).await;
            for op in &ops {
                match *op {
                    Op::Write(monitor, at, beats) => {
                        let numbers = some(beats);
                        let five = at - at.rem_euclid(300);
                        model.entry((monitor, five)).or_default().merge(&numbers);
                        let point = NumbersPoint { at: self::at(at), numbers };
                        let numbers = vec![(name(monitor), point)];
                        store.write(Batch { numbers, ..Batch::default() }).await;
                    }
                    Op::Prune(now, minutes, hours) => {
                        store.flush().await;
                        let keep = Keep {
                            minutes: Duration::from_secs(u64::from(minutes) * 3600),
                            hours: Duration::from_secs(u64::from(hours) * 86_400),
                            ..Keep::default()
                        };
                        kept_minutes = kept_minutes.max(now - i64::from(minutes) * HOUR);
                        Editor::open(&place.path).unwrap().prune(&keep, at(now)).unwrap();
                    }
                    Op::Restart => {
                        store.close().await;
                        store = Store::open(&place.path, Keep::default()).unwrap().0;
                    }
                }
            }
            store.flush().await;
            assert_eq!(store.health().fault, None);
            let reader = Reader::open(&place.path).unwrap();
            check(&reader, &model, &bounds, kept_minutes);
            assert!(reader.check().unwrap().is_empty());
        });
    }
}
