//! Availability of the fleet: updated by the rows that changed, readable at any time without
//! visiting the rows.

use crate::model::{Moment, Row};

/// Sums in nanoseconds. A monitor that has been up since `t` adds `-t` to the sum and 1 to the
/// count of running clocks, so at `now` it contributes `now - t`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Availability {
    up: i128,
    down: i128,
    running_up: i128,
    running_down: i128,
}

impl Availability {
    pub(super) fn add(&mut self, row: &Row) {
        self.count(row, 1);
    }

    pub(super) fn subtract(&mut self, row: &Row) {
        self.count(row, -1);
    }

    /// Returns the share of time up, 0 to 1; `None` while nothing is known.
    pub(super) fn share(&self, now: Moment) -> Option<f64> {
        let now = nanos(now);
        let up = self.up + self.running_up * now;
        let down = self.down + self.running_down * now;
        match up + down {
            0 => (self.running_up + self.running_down > 0).then_some(if self.running_down == 0 {
                1.0
            } else {
                0.0
            }),
            all => Some(up.max(0) as f64 / all.max(1) as f64),
        }
    }

    fn count(&mut self, row: &Row, sign: i128) {
        let Some(tally) = row.tally() else { return };
        self.up += sign * tally.up.as_nanos() as i128;
        self.down += sign * tally.down.as_nanos() as i128;
        let (sum, number) = if tally.is_up {
            (&mut self.up, &mut self.running_up)
        } else {
            (&mut self.down, &mut self.running_down)
        };
        *sum -= sign * nanos(tally.until);
        *number += sign;
    }
}

const fn nanos(at: Moment) -> i128 {
    let nanos = at.since_start().as_nanos();
    // The cap (584 years) keeps the product with the number of monitors in range.
    if nanos > u64::MAX as u128 {
        u64::MAX as i128
    } else {
        nanos as i128
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::model::{
        Beat, Failure, Fleet, Kind, Meta, Observation, Policy, Rhythm, SelfStats, Signal, Snapshot,
        Stage, TargetId, Text,
    };

    const fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    /// Two polls: the first is up from the start, the second fails twice at 10 s and recovers at 20
    /// s.
    fn snapshots_of_a_recovery() -> Vec<Arc<Snapshot>> {
        let mut fleet = Fleet::new();
        let policy = Policy::with_interval(Rhythm::Poll, Duration::from_secs(10));
        let policy = Arc::new(Policy {
            confirm: Duration::ZERO,
            ..policy
        });
        for id in 0..2 {
            let name = Text::clean("a");
            let address = Text::default();
            let meta = Meta {
                address,
                ..Meta::new(name, Kind::Http)
            };
            fleet.add(
                Moment::START,
                TargetId(id),
                Arc::new(meta),
                Arc::clone(&policy),
                false,
            );
        }
        let failed = || Signal::Failed {
            failure: Failure::Reset { stage: Stage::Body },
            evidence: None,
            latency: None,
            ended: true,
        };
        let beat = || Signal::Beat(Beat::default());
        let snapshots_of_a_recovery = [
            (0, 0, beat()),
            (1, 0, beat()),
            (1, 10, failed()),
            (1, 10, failed()),
            (1, 20, beat()),
        ];
        snapshots_of_a_recovery
            .into_iter()
            .map(|(id, seconds, signal)| {
                fleet.observe(Observation {
                    target: TargetId(id),
                    at: at(seconds),
                    signal,
                    connection: None,
                });
                fleet.snapshot(at(seconds), Timestamp::UNIX_EPOCH, SelfStats::default())
            })
            .collect()
    }

    #[test]
    fn sums_by_difference_are_those_of_the_rows() {
        let snapshots = snapshots_of_a_recovery();
        let mut kept = Availability::default();
        snapshots[0].rows.iter().for_each(|row| kept.add(row));
        for pair in snapshots.windows(2) {
            let old = &pair[0];
            let new = &pair[1];
            for (old, new) in old.rows.iter().zip(&new.rows) {
                kept.subtract(old);
                kept.add(new);
            }
            let mut anew = Availability::default();
            new.rows.iter().for_each(|row| anew.add(row));
            assert_eq!(kept, anew);
        }
        // 30 s up, and 20 s up beside 10 s down.
        assert_eq!(kept.share(at(30)), Some(50.0 / 60.0));
        assert_eq!(Availability::default().share(at(30)), None);
    }
}
