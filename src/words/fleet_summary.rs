//! The state of the fleet in a few words.

use super::units::count;
use crate::model::{Counts, Kind, Snapshot, Status};

/// Returns what is watched: `watching 14 monitors from hbmon.yaml: 6 http, 8 push (2 paused)`.
pub fn watching(snapshot: &Snapshot, config: &str) -> String {
    let of = |kind: Kind| {
        let alike = snapshot.rows.iter().filter(|row| row.meta.kind == kind);
        (alike.count(), kind)
    };
    let kinds: Vec<String> = Kind::ALL
        .into_iter()
        .map(of)
        .filter(|(number, _)| *number > 0)
        .map(|(number, kind)| format!("{number} {}", kind.as_str()))
        .collect();
    let monitors = count(snapshot.rows.len() as u64, "monitor", "monitors");
    let paused = match snapshot.counts.paused {
        0 => String::new(),
        paused => format!(" ({paused} paused)"),
    };
    if kinds.is_empty() {
        format!("watching no monitors from {config}")
    } else {
        format!(
            "watching {monitors} from {config}: {}{paused}",
            kinds.join(", ")
        )
    }
}

/// Returns the state of the fleet in a few words: `2 of 14 down, 2 warning`, `all 14 healthy`, `3
/// of 14 not heard from yet`.
pub fn fleet_summary(counts: &Counts) -> String {
    let total = counts.total();
    let watched = total - counts.paused;
    let of_all = |number: usize, what: &str| format!("{number} of {total} {what}");
    match counts.worst() {
        _ if total == 0 => "no monitors".to_owned(),
        Status::Error if counts.warning > 0 => {
            format!(
                "{}, {} warning",
                of_all(counts.error, "down"),
                counts.warning
            )
        }
        Status::Error => of_all(counts.error, "down"),
        Status::Warning => of_all(counts.warning, "in warning"),
        Status::Unknown => of_all(counts.unknown, "not heard from yet"),
        Status::Healthy if total == 1 => "healthy".to_owned(),
        Status::Healthy if counts.paused > 0 => {
            format!("all {watched} healthy, {} paused", counts.paused)
        }
        Status::Healthy => format!("all {watched} healthy"),
        Status::Paused => format!("all {total} paused"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_named_first() {
        let none = Counts::default();
        assert_eq!(fleet_summary(&none), "no monitors");
        assert_eq!(
            fleet_summary(&Counts {
                healthy: 10,
                warning: 2,
                error: 2,
                ..none
            }),
            "2 of 14 down, 2 warning"
        );
        assert_eq!(
            fleet_summary(&Counts {
                healthy: 10,
                error: 1,
                ..none
            }),
            "1 of 11 down"
        );
        assert_eq!(
            fleet_summary(&Counts {
                healthy: 10,
                warning: 1,
                ..none
            }),
            "1 of 11 in warning"
        );
        assert_eq!(
            fleet_summary(&Counts {
                healthy: 10,
                unknown: 4,
                ..none
            }),
            "4 of 14 not heard from yet"
        );
        assert_eq!(fleet_summary(&Counts { healthy: 1, ..none }), "healthy");
        assert_eq!(
            fleet_summary(&Counts {
                healthy: 10,
                paused: 1,
                ..none
            }),
            "all 10 healthy, 1 paused"
        );
        assert_eq!(fleet_summary(&Counts { paused: 2, ..none }), "all 2 paused");
    }
}
