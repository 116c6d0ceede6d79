//! Guesses the interval of a monitor from the heartbeats that were heard.

use std::time::Duration;

/// Usual intervals in milliseconds.
const USUAL: [u64; 14] = [
    100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000,
    300_000,
];

/// Returns the interval that fits the times between heartbeats, or `None` for fewer than two. The
/// longest time counts, since later heartbeats count as missed.
pub(super) fn guess(gaps: &[Duration]) -> Option<Duration> {
    if gaps.len() < 2 {
        return None;
    }
    let longest = u64::try_from(gaps.iter().max()?.as_millis()).ok()?.max(1);
    let near = USUAL
        .into_iter()
        .find(|usual| longest.abs_diff(*usual) <= usual / 10);
    let step = if longest < 1_000 { 100 } else { 1_000 };
    Some(Duration::from_millis(
        near.unwrap_or_else(|| longest.next_multiple_of(step)),
    ))
}

/// Returns whether the times vary too much for heartbeats.
pub(super) fn is_irregular(gaps: &[Duration]) -> bool {
    match (gaps.iter().min(), gaps.iter().max()) {
        (Some(shortest), Some(longest)) => *longest > *shortest * 3,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_become_a_promise() {
        let millis = |gaps: &[u64]| {
            gaps.iter()
                .copied()
                .map(Duration::from_millis)
                .collect::<Vec<_>>()
        };
        for (gaps, expected) in [
            (&[5_003, 4_990][..], 5_000),
            (&[997, 1_042, 1_001], 1_000),
            (&[7_200, 7_100], 8_000),
            (&[730, 690], 800),
            (&[0, 0], 100),
        ] {
            assert_eq!(
                guess(&millis(gaps)),
                Some(Duration::from_millis(expected)),
                "{gaps:?}"
            );
        }
        assert_eq!(guess(&millis(&[5_000])), None);
        assert!(is_irregular(&millis(&[10, 5_000])));
        assert!(!is_irregular(&millis(&[4_900, 5_100])));
    }
}
