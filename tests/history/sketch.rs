//! Sketches against the latencies that they stand for.

use std::time::Duration;

use hbmon::history::sketch::Sketch;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{latencies, millis, sketch, with_shuffled};

/// Half a bucket at scale 4: 2^(1/32) - 1 is 0.0219.
const TOLERANCE: f64 = 0.022;

/// Every duration, with all bits.
fn any_duration() -> impl Strategy<Value = Duration> {
    (0..64_u32, any::<u64>(), 0..1_000_000_000_u32)
        .prop_map(|(shift, seconds, nanos)| Duration::new(seconds >> shift, nanos))
}

/// Of any scale, with up to as many buckets as there may be.
fn sketches() -> impl Strategy<Value = Sketch> {
    let latency = prop_oneof![8 => latencies(), 1 => any_duration()];
    (vec(latency, 0..500), 0..8_usize).prop_map(|(latencies, times)| {
        let mut sketch = sketch(&latencies);
        for _ in 4..times {
            sketch.coarsen();
        }
        sketch
    })
}

fn nearest_rank(sorted: &[Duration], percent: f64) -> Duration {
    let rank = (percent * sorted.len() as f64 / 100.0).ceil() as usize;
    sorted[rank.max(1) - 1]
}

fn is_near(found: Duration, exact: Duration, tolerance: f64) -> bool {
    (found.as_secs_f64() / exact.as_secs_f64() - 1.0).abs() <= tolerance
}

#[test]
fn buckets_are_those_of_opentelemetry() {
    // A power of two is the upper end of its bucket: 1024 µs is 2^(160/16).
    for (nanos, index) in [
        (0, -1),
        (1_000, -1),
        (1_001, 0),
        (2_000, 15),
        (2_001, 16),
        (1_024_000, 159),
        (1_024_001, 160),
        (1_000_000_000, 318),
    ] {
        let sketch = sketch(&[Duration::from_nanos(nanos)]);
        assert_eq!(sketch.scale(), 4);
        assert_eq!(
            sketch.buckets().collect::<Vec<_>>(),
            [(index, 1)],
            "{nanos} ns"
        );
    }
}

#[test]
fn percentiles_by_hand() {
    let sketch = sketch(&(1..=100).map(millis).collect::<Vec<_>>());
    assert_eq!(sketch.count(), 100);
    for (percent, exact) in [
        (0.0, 1),
        (1.0, 1),
        (50.0, 50),
        (95.0, 95),
        (99.1, 100),
        (100.0, 100),
    ] {
        let found = sketch.percentile(percent).unwrap();
        assert!(
            is_near(found, millis(exact), TOLERANCE),
            "p{percent}: {found:?}"
        );
    }
    // 2^(318.5/16) µs.
    let second = crate::support::sketch(&[millis(1_000)]);
    assert_eq!(
        second.percentile(50.0),
        Some(Duration::from_nanos(982_603_601))
    );
    assert_eq!(Sketch::default().percentile(50.0), None);
}

#[test]
fn extremes_are_counted() {
    let mut sketch = sketch(&[Duration::ZERO, Duration::MAX]);
    assert_eq!(sketch.count(), 2);
    assert!(is_near(
        sketch.percentile(0.0).unwrap(),
        Duration::from_micros(1),
        TOLERANCE
    ));
    for odd in [f64::NAN, f64::NEG_INFINITY, f64::INFINITY, -3.0, 1e300] {
        assert!(sketch.percentile(odd).is_some());
    }
    // Doubling a sketch 64 times is more than it can count.
    for _ in 0..64 {
        sketch.merge(&sketch.clone());
    }
    assert_eq!(sketch.count(), 2 * ((1 << 48) - 1));
    assert_eq!(Sketch::decode(&sketch.encode()), Some(sketch));
}

#[test]
fn a_wide_sketch_becomes_coarser() {
    // 30 doublings with 16 buckets each.
    let latencies: Vec<_> = (0..30 * 16)
        .map(|index| Duration::from_secs_f64((f64::from(index) / 16.0).exp2() / 1e6))
        .collect();
    let sketch = sketch(&latencies);
    assert_eq!(sketch.scale(), 3);
    assert!(sketch.buckets().count() <= 320);
    assert_eq!(sketch.count(), 480);
    let found = sketch.percentile(90.0).unwrap();
    assert!(is_near(found, nearest_rank(&latencies, 90.0), 0.044));
}

#[test]
fn a_bucket_takes_two_bytes() {
    let latencies: Vec<_> = (0..1_000)
        .map(|step| millis(50) + step * millis(1))
        .collect();
    let sketch = sketch(&latencies);
    let buckets = sketch.buckets().count();
    assert!(buckets > 60, "{buckets}");
    assert!(sketch.encode().len() <= 2 * buckets + 2);
    assert_eq!(Sketch::default().encode(), [0x14]);
    assert_eq!(
        crate::support::sketch(&[millis(1_000)]).encode(),
        [0x14, 0xbf, 0x02, 0x01]
    );
}

#[test]
fn bytes_that_no_sketch_has() {
    for bytes in [
        &[][..],
        // Another version, and a scale that there is not.
        &[0x24],
        &[0x15],
        // No count, a count of zero, a number without an end.
        &[0x14, 0x01],
        &[0x14, 0x01, 0x00],
        &[0x14, 0x01, 0x80],
        // A number of more than 63 bits, and an index out of range.
        &[
            0x14, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x01,
        ],
        &[0x14, 0x81, 0x08, 0x01],
        &[0x10, 0x41, 0x01],
    ] {
        assert_eq!(Sketch::decode(bytes), None, "{bytes:x?}");
    }
    let mut long = vec![0x14];
    long.extend([0, 1].repeat(321));
    assert_eq!(Sketch::decode(&long), None);
    assert_eq!(Sketch::decode(&long[..641]).unwrap().count(), 320);
}

proptest! {
    #[test]
    fn percentiles_are_near_the_exact_ones(
        mut latencies in vec(latencies(), 1..300),
        percent in 0.0..=100.0_f64,
    ) {
        let sketch = sketch(&latencies);
        prop_assert_eq!(sketch.scale(), 4);
        latencies.sort();
        let exact = nearest_rank(&latencies, percent);
        let found = sketch.percentile(percent).unwrap();
        prop_assert!(is_near(found, exact, TOLERANCE), "{:?} for {:?}", found, exact);
    }

    #[test]
    fn the_order_of_merging_does_not_matter(
        (parts, shuffled) in with_shuffled(vec(sketches(), 1..5)),
    ) {
        let merge = |parts: &[Sketch]| {
            let mut whole = Sketch::default();
            parts.iter().for_each(|part| whole.merge(part));
            whole
        };
        let whole = merge(&parts);
        prop_assert_eq!(&whole, &merge(&shuffled));
        let (left, right) = parts.split_at(parts.len() / 2);
        prop_assert_eq!(&whole, &merge(&[merge(right), merge(left)]));
        prop_assert_eq!(whole.count(), parts.iter().map(Sketch::count).sum::<u64>());
        prop_assert!(whole.buckets().count() <= 320);
    }

    #[test]
    fn merging_is_as_good_as_recording(
        parts in vec(vec(prop_oneof![latencies(), any_duration()], 0..400), 0..4),
    ) {
        let mut merged = Sketch::default();
        parts.iter().for_each(|part| merged.merge(&sketch(part)));
        prop_assert_eq!(merged, sketch(&parts.concat()));
    }

    #[test]
    fn buckets_are_in_order(sketch in sketches()) {
        let buckets: Vec<_> = sketch.buckets().collect();
        prop_assert!(buckets.is_sorted_by(|one, next| one.0 < next.0));
        prop_assert!(buckets.iter().all(|bucket| bucket.1 > 0));
    }

    #[test]
    fn the_parts_of_a_sketch_are_the_whole(sketch in sketches()) {
        let buckets: Vec<_> = sketch.buckets().collect();
        let whole = Sketch::from_buckets(sketch.scale(), &buckets);
        prop_assert_eq!(whole.as_ref(), Some(&sketch));
        prop_assert_eq!(Sketch::from_buckets(5, &buckets), None);
        let doubled = [&buckets[..], &buckets[..]].concat();
        prop_assert_eq!(Sketch::from_buckets(4, &doubled).is_some(), doubled.is_empty());
    }

    #[test]
    fn encoding_loses_nothing(sketch in sketches()) {
        prop_assert_eq!(Sketch::decode(&sketch.encode()), Some(sketch));
    }

    #[test]
    fn decoding_never_panics(bytes in vec(any::<u8>(), 0..80), scale in 0..5_u8) {
        for head in [None, Some(0x10 | scale)] {
            let bytes: Vec<u8> = head.into_iter().chain(bytes.iter().copied()).collect();
            if let Some(sketch) = Sketch::decode(&bytes) {
                prop_assert_eq!(Sketch::decode(&sketch.encode()), Some(sketch.clone()));
                let mut merged = sketch.clone();
                merged.merge(&sketch);
                let _ = merged.percentile(99.0);
            }
        }
    }
}
