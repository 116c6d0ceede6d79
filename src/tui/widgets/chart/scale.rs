//! The scale of a chart: round labels that no two ticks share, and spikes that do not flatten the
//! rest.

use std::time::Duration;

use crate::words;

/// Minimum number of measurements for telling spikes from the usual latency.
const MIN_FOR_SPIKES: usize = 8;
/// Maximum number of labels on the left.
const MAX_LABELS: u16 = 8;

/// Returns the latency that one row of bars stands for, so that the labels are round and all bars
/// except spikes fit. The limit fits too if that at most doubles the scale. Returns `None` if there
/// are no latencies.
pub(super) fn step(
    mut latencies: Vec<Duration>,
    rows: u16,
    limit: Option<Duration>,
) -> Option<Duration> {
    latencies.sort_unstable();
    let greatest = *latencies.last()?;
    let usual = latencies
        .get((latencies.len() - 1) * 9 / 10)
        .copied()
        .unwrap_or(greatest)
        .max(Duration::from_micros(1));
    let spiky = latencies.len() >= MIN_FOR_SPIKES && greatest > usual.saturating_mul(3);
    let top = if spiky {
        usual.saturating_mul(3) / 2
    } else {
        greatest.max(usual)
    };
    let limit = limit.filter(|limit| *limit <= top.saturating_mul(2));
    let top = limit.map_or(top, |limit| limit.max(top));
    let rows = rows.max(1);
    let label_distance = label_distance(rows.max(1));
    Some(
        nice(top.saturating_mul(label_distance.into()) / u32::from(rows))
            / u32::from(label_distance),
    )
}

/// Returns the distance between two labels, in rows.
pub(super) const fn label_distance(rows: u16) -> u16 {
    rows.div_ceil(MAX_LABELS)
}

/// Returns the smallest round number, not below `least`, that a label shows exactly: 1, 1.5, 2, 3,
/// 4, 5, 6 or 8 times a power of ten.
fn nice(least: Duration) -> Duration {
    let micros = u64::try_from(least.as_nanos().div_ceil(1_000))
        .unwrap_or(u64::MAX)
        .max(1);
    let unit = precision(micros);
    let power = 10_u64.pow(micros.ilog10());
    let candidates =
        [10, 15, 20, 30, 40, 50, 60, 80, 100].map(|tenths| power.saturating_mul(tenths) / 10);
    let round = candidates
        .into_iter()
        .find(|round| *round >= micros && round.is_multiple_of(unit));
    Duration::from_micros(round.unwrap_or(micros.next_multiple_of(unit)))
}

/// Returns the precision of a label, in microseconds.
const fn precision(micros: u64) -> u64 {
    match micros {
        0..1_000 => 100,
        1_000..1_000_000 => 1_000,
        1_000_000..10_000_000 => 100_000,
        _ => 1_000_000,
    }
}

/// Returns the label of a latency, or `None` if it would be rounded: two ticks could then have one
/// label.
pub(super) fn exact(latency: Duration) -> Option<String> {
    // A step that is a part of a round number is off by a fraction of a nanosecond.
    let micros = u64::try_from((latency.as_nanos() + 500) / 1_000).unwrap_or(u64::MAX);
    let is_exact = micros.is_multiple_of(precision(micros));
    is_exact.then(|| words::latency(Duration::from_micros(micros)))
}

/// Returns the number of rows that a bar of this latency reaches into.
pub(super) fn rows_up_to(latency: Duration, step: Duration) -> Option<u16> {
    let rows = latency.as_nanos().div_ceil(step.as_nanos().max(1));
    u16::try_from(rows).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        let steps = [0, 1, 9, 11, 17, 45, 70_000, 90_000, 1_900_000]
            .map(|us| nice(Duration::from_micros(us)).as_micros());
        assert_eq!(
            steps,
            [100, 100, 100, 100, 100, 100, 80_000, 100_000, 2_000_000]
        );
    }

    /// From a tenth of a millisecond to a minute, on charts of any height.
    #[test]
    fn no_two_ticks_have_one_label() {
        for micros in [
            40, 130, 300, 950, 1_400, 9_700, 990_000, 9_900_000, 59_000_000,
        ] {
            for rows in 2..40 {
                let step = step(vec![Duration::from_micros(micros)], rows, None).unwrap();
                let labels = (1..=rows).filter(|n| n.is_multiple_of(label_distance(rows)));
                let labels = labels.filter_map(|n| exact(step * n.into()));
                let labels: Vec<String> = labels.collect();
                let mut distinct = labels.clone();
                distinct.dedup();
                assert_eq!(labels, distinct, "{micros} us, {rows} rows");
                assert!(!labels.is_empty(), "{micros} us, {rows} rows");
            }
        }
    }
}
