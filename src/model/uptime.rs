//! The share of time that a target was up.

use std::time::Duration;

use super::moment::Moment;
use super::snapshot::Status;

/// What is counted of a target that is up or down: a sum over many can go on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Up to `until`.
    pub up: Duration,
    pub down: Duration,
    pub until: Moment,
    /// Whether it is up since then.
    pub is_up: bool,
}

/// Time spent healthy or warning (up) and in error (down); unknown counts as neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Uptime {
    up: Duration,
    down: Duration,
    /// Up to where the two are counted, and whether the time since then counts as up.
    counted: Option<(Moment, bool)>,
}

impl Uptime {
    /// From `at` on the target has this status.
    pub fn turn(&mut self, at: Moment, status: Status) {
        if let Some((since, was_up)) = self.counted {
            let span = if was_up { &mut self.up } else { &mut self.down };
            *span = span.saturating_add(at.since(since));
        }
        self.counted = match status {
            Status::Healthy | Status::Warning => Some((at, true)),
            Status::Error => Some((at, false)),
            Status::Unknown | Status::Paused => None,
        };
    }

    /// `None` while nothing is known.
    pub const fn tally(&self) -> Option<Tally> {
        match self.counted {
            Some((until, is_up)) => Some(Tally { up: self.up, down: self.down, until, is_up }),
            None => None,
        }
    }

    /// 0 to 1; `None` while nothing is known.
    pub fn share(mut self, now: Moment) -> Option<f64> {
        let (_, is_up) = self.counted?;
        self.turn(now, if is_up { Status::Healthy } else { Status::Error });
        let known = self.up.as_secs_f64() + self.down.as_secs_f64();
        Some(if known == 0.0 { f64::from(u8::from(is_up)) } else { self.up.as_secs_f64() / known })
    }
}
