//! The share of time that a target was up.

use std::time::Duration;

use super::status::Status;
use crate::model::time::moment::Moment;

/// Sums of uptime and downtime, to which a reader can add the time since `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Time up, until `until`.
    pub up: Duration,
    pub down: Duration,
    pub until: Moment,
    /// Whether the target is up since `until`.
    pub is_up: bool,
}

/// Everything that is known about uptime, for another process that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UptimeRecord {
    pub tally: Tally,
    /// Since when the status has been known without interruption.
    pub known: Moment,
    /// Downtime of the last day: the beginning of each piece of five minutes, and how much of it
    /// was down.
    pub outages: Vec<(Moment, Duration)>,
}

/// Downtime is also stored in slots of this many seconds, for the share of a window.
const SLOT: u64 = 300;
/// Number of slots of the longest window: one day.
const SLOTS: u64 = 86_400 / SLOT;

/// Uptime: time in healthy or warning is up, time in error is down, and unknown counts as neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::model) struct Uptime {
    up: Duration,
    down: Duration,
    /// The moment until which both are summed, and whether the time since then is up.
    counted: Option<(Moment, bool)>,
    /// Since when the status has been known without interruption.
    known: Moment,
    /// Slots with downtime and their amounts, oldest first. Empty for a target without downtime.
    outages: Vec<(u64, Duration)>,
}

impl Uptime {
    /// Records that the target has this status from `at`.
    pub(crate) fn set_status(&mut self, at: Moment, status: Status) {
        if let Some((since, was_up)) = self.counted {
            let span = if was_up { &mut self.up } else { &mut self.down };
            *span = span.saturating_add(at.since(since));
            if !was_up {
                self.remember(since, at);
            }
        } else {
            self.known = at;
        }
        self.counted = match status {
            Status::Healthy | Status::Warning => Some((at, true)),
            Status::Error => Some((at, false)),
            Status::Unknown | Status::Paused => None,
        };
    }

    /// Returns the sums, or `None` while the status is not known.
    pub(crate) const fn tally(&self) -> Option<Tally> {
        match self.counted {
            Some((until, is_up)) => Some(Tally {
                up: self.up,
                down: self.down,
                until,
                is_up,
            }),
            None => None,
        }
    }

    /// Returns everything that is known, or `None` while the status is not known.
    pub(crate) fn record(&self) -> Option<UptimeRecord> {
        let begin = |slot: u64| Moment::after_start(Duration::from_secs(slot.saturating_mul(SLOT)));
        Some(UptimeRecord {
            tally: self.tally()?,
            known: self.known,
            outages: self
                .outages
                .iter()
                .map(|(slot, down)| (begin(*slot), *down))
                .collect(),
        })
    }

    /// Returns the uptime that a record describes. The slots of two processes begin at different
    /// times, so an outage can move by half a slot. Keeps at most a day.
    pub(crate) fn from_record(record: &UptimeRecord) -> Uptime {
        let skip = record.outages.len().saturating_sub(SLOTS as usize + 1);
        let middle = Duration::from_secs(SLOT / 2);
        Uptime {
            up: record.tally.up,
            down: record.tally.down,
            counted: Some((record.tally.until, record.tally.is_up)),
            known: record.known,
            outages: record
                .outages
                .iter()
                .skip(skip)
                .map(|(at, down)| (slot(at.plus(middle)), *down))
                .collect(),
        }
    }

    /// Returns the share of known time that the target was up, 0 to 1, or `None` while its status
    /// is not known.
    pub(crate) fn share(&self, now: Moment) -> Option<f64> {
        let (since, is_up) = self.counted?;
        let mut up = self.up;
        let mut down = self.down;
        let span = if is_up { &mut up } else { &mut down };
        *span = span.saturating_add(now.since(since));
        Some(ratio(up, down).unwrap_or_else(|| f64::from(u8::from(is_up))))
    }

    /// Returns the share within a window that ends now and begins with a slot.
    pub(crate) fn share_within(&self, window: Duration, now: Moment) -> Option<f64> {
        let (since, is_up) = self.counted?;
        let first = slot(now).saturating_sub(window.as_secs().div_ceil(SLOT).min(SLOTS));
        let begin = Moment::after_start(Duration::from_secs(first * SLOT)).max(self.known);
        let earlier = self
            .outages
            .iter()
            .filter(|(number, _)| *number >= slot(begin))
            .map(|(_, down)| *down);
        let lasting = if is_up {
            Duration::ZERO
        } else {
            now.since(since.max(begin))
        };
        let known = now.since(begin);
        let down = earlier.sum::<Duration>().saturating_add(lasting).min(known);
        Some(ratio(known - down, down).unwrap_or_else(|| f64::from(u8::from(is_up))))
    }

    /// Distributes a period of downtime over its slots.
    fn remember(&mut self, from: Moment, to: Moment) {
        let oldest = slot(to).saturating_sub(SLOTS);
        self.outages.retain(|(number, _)| *number >= oldest);
        for number in slot(from).max(oldest)..=slot(to) {
            let begin = Moment::after_start(Duration::from_secs(number * SLOT));
            let end = begin.plus(Duration::from_secs(SLOT));
            let down = to.min(end).since(from.max(begin));
            match self.outages.last_mut() {
                Some((last, sum)) if *last == number => *sum = sum.saturating_add(down),
                _ => self.outages.push((number, down)),
            }
        }
    }
}

fn slot(at: Moment) -> u64 {
    at.since_start().as_secs() / SLOT
}

fn ratio(up: Duration, down: Duration) -> Option<f64> {
    let known = up.as_secs_f64() + down.as_secs_f64();
    (known > 0.0).then(|| up.as_secs_f64() / known)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_window_sees_only_what_is_in_it() {
        let mut uptime = Uptime::default();
        assert_eq!(uptime.share_within(HOUR, at(10)), None);
        uptime.set_status(at(0), Status::Healthy);
        uptime.set_status(at(7_200), Status::Error);
        uptime.set_status(at(9_000), Status::Healthy);
        // Half an hour down: of three hours, of the last hour, and before the window.
        assert_eq!(
            uptime.share_within(24 * HOUR, at(10_800)),
            Some(1.0 - 1_800.0 / 10_800.0)
        );
        assert_eq!(uptime.share_within(HOUR, at(10_800)), Some(0.5));
        assert_eq!(uptime.share_within(HOUR, at(14_400)), Some(1.0));
        uptime.set_status(at(14_400), Status::Error);
        assert_eq!(uptime.share_within(HOUR, at(18_000)), Some(0.0));
    }

    #[test]
    fn what_is_not_known_is_in_no_window() {
        let mut uptime = Uptime::default();
        uptime.set_status(at(0), Status::Error);
        uptime.set_status(at(600), Status::Paused);
        uptime.set_status(at(1_200), Status::Healthy);
        assert_eq!(uptime.share_within(HOUR, at(1_800)), Some(1.0));
        assert_eq!(uptime.share(at(1_800)), Some(0.5));
    }

    #[test]
    fn a_record_restores_every_share() {
        let mut uptime = Uptime::default();
        assert_eq!(uptime.record(), None);
        uptime.set_status(at(60), Status::Healthy);
        uptime.set_status(at(7_200), Status::Error);
        uptime.set_status(at(9_000), Status::Warning);
        let copy = Uptime::from_record(&uptime.record().unwrap());
        let now = at(10_800);
        assert_eq!(copy.share(now), uptime.share(now));
        assert_eq!(copy.share_within(HOUR, now), uptime.share_within(HOUR, now));
        assert_eq!(copy.record(), uptime.record());
    }

    #[test]
    fn a_long_outage_keeps_no_more_than_a_day() {
        let mut uptime = Uptime::default();
        uptime.set_status(at(0), Status::Error);
        uptime.set_status(at(86_400 * 365), Status::Healthy);
        assert!(uptime.outages.len() <= SLOTS as usize + 1);
        assert_eq!(uptime.share_within(24 * HOUR, at(86_400 * 365)), Some(0.0));
    }
}
