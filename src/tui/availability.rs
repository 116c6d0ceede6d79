//! The share of time that the fleet was up, kept up by difference and read at any moment without looking at a row.

use crate::model::{Moment, Row};

/// Sums in nanoseconds. A monitor that is up since `t` counts `-t` and one riser: at `now` that makes `now - t`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Availability {
    up: i128,
    down: i128,
    risers: i128,
    fallers: i128,
}

impl Availability {
    pub fn add(&mut self, row: &Row) {
        self.count(row, 1);
    }

    pub fn subtract(&mut self, row: &Row) {
        self.count(row, -1);
    }

    /// 0 to 1; `None` while nothing is known.
    pub fn share(&self, now: Moment) -> Option<f64> {
        let now = nanos(now);
        let (up, down) = (self.up + self.risers * now, self.down + self.fallers * now);
        match up + down {
            0 => (self.risers + self.fallers > 0).then(|| if self.fallers == 0 { 1.0 } else { 0.0 }),
            all => Some(up.max(0) as f64 / all.max(1) as f64),
        }
    }

    fn count(&mut self, row: &Row, sign: i128) {
        let Some(tally) = row.tally() else { return };
        self.up += sign * tally.up.as_nanos() as i128;
        self.down += sign * tally.down.as_nanos() as i128;
        let (sum, number) =
            if tally.is_up { (&mut self.up, &mut self.risers) } else { (&mut self.down, &mut self.fallers) };
        *sum -= sign * nanos(tally.until);
        *number += sign;
    }
}

const fn nanos(at: Moment) -> i128 {
    let nanos = at.since_start().as_nanos();
    // Nothing runs for centuries; capped, the product with a number of monitors stays in range.
    if nanos > u64::MAX as u128 { u64::MAX as i128 } else { nanos as i128 }
}
