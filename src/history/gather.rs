//! Adds up the numbers of running monitors by intervals of five minutes.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::history::numbers::{Numbers, NumbersPoint, Step};
use crate::history::period::from_millis;
use crate::model::{Status, Text};

/// The length of an interval, in milliseconds.
const INTERVAL: i64 = Step::Minutes.length().as_millis() as i64;
/// A change of time by more than this is a clock that was set, or a computer that was off. In
/// milliseconds: a day.
const CLOCK_STEP: i64 = 86_400_000;

/// Numbers of many monitors.
///
/// A call counts for one monitor and costs the same for any number of monitors, except those that
/// say so. Time never goes back: a call with an earlier time than the one before counts at that.
/// Only if the difference, in either direction, is more than a day, the clock is taken to have
/// been set: the new time counts, and the time in between counts in no status.
#[derive(Clone, Debug, Default)]
pub struct Gatherer {
    /// The latest time of a call, in milliseconds since the epoch; `None` before the first.
    now: Option<i64>,
    watches: bool,
    monitors: BTreeMap<Text, Gathering>,
    /// Intervals that are over, and what was counted for monitors that were removed.
    finished: Vec<(Text, NumbersPoint)>,
}

impl Gatherer {
    /// Counts a heartbeat, with its latency if it has one.
    pub fn beat(&mut self, name: &Text, at: Timestamp, latency: Option<Duration>) {
        let numbers = &mut self.monitor(name, at).running;
        numbers.beats += 1;
        if let Some(latency) = latency {
            numbers.latency.record(latency);
        }
    }

    /// Counts a failed attempt or heartbeat.
    pub fn failed(&mut self, name: &Text, at: Timestamp) {
        self.monitor(name, at).running.failed += 1;
    }

    /// Counts a missed heartbeat.
    pub fn missed(&mut self, name: &Text, at: Timestamp) {
        self.monitor(name, at).running.missed += 1;
    }

    /// Begins a status, in which time counts from then on. A monitor begins as `unknown`. Time in
    /// `unknown` and `paused` is not counted.
    pub fn status(&mut self, name: &Text, at: Timestamp, status: Status) {
        self.monitor(name, at).status = status;
    }

    /// Begins the watching. Without it, time counts in no status. Visits all monitors, unless hbmon
    /// already watches.
    pub fn watched(&mut self, at: Timestamp) {
        self.watch(at, true);
    }

    /// Ends the watching. Visits all monitors, unless hbmon does not watch.
    pub fn unwatched(&mut self, at: Timestamp) {
        self.watch(at, false);
    }

    /// Forgets a monitor. The next [`Gatherer::take_finished`] returns what was counted for it.
    pub fn remove(&mut self, name: &Text, at: Timestamp) {
        let at = self.arrive(at);
        if let Some(mut monitor) = self.monitors.remove(name) {
            monitor.advance(name, at, self.watches, &mut self.finished);
            monitor.finish(name, &mut self.finished);
        }
    }

    /// Returns what was counted in each interval that is over, and was not taken before. Visits all
    /// monitors.
    pub fn take_finished(&mut self, now: Timestamp) -> Vec<(Text, NumbersPoint)> {
        let now = self.arrive(now);
        self.advance_all(now);
        std::mem::take(&mut self.finished)
    }

    /// Returns what was counted in each interval that still runs, and was not taken before. A later
    /// take returns only what comes after it: all that is returned for one interval adds up.
    /// Visits all monitors.
    pub fn take_running(&mut self, now: Timestamp) -> Vec<(Text, NumbersPoint)> {
        let now = self.arrive(now);
        self.advance_all(now);
        let mut running = Vec::new();
        for (name, monitor) in &mut self.monitors {
            monitor.finish(name, &mut running);
        }
        running
    }

    /// Returns the monitor, as of a time. Adds it if it is new.
    fn monitor(&mut self, name: &Text, at: Timestamp) -> &mut Gathering {
        let at = self.arrive(at);
        let monitor = (self.monitors.entry(name.clone())).or_insert_with(|| Gathering::new(at));
        monitor.advance(name, at, self.watches, &mut self.finished);
        monitor
    }

    fn watch(&mut self, at: Timestamp, watches: bool) {
        let at = self.arrive(at);
        if watches != self.watches {
            self.advance_all(at);
            self.watches = watches;
        }
    }

    /// Returns the time of a call in milliseconds, which is at least that of the call before,
    /// unless the clock was set.
    fn arrive(&mut self, at: Timestamp) -> i64 {
        let at = at.as_millisecond();
        let before = self.now.unwrap_or(at);
        if before.abs_diff(at) > CLOCK_STEP.unsigned_abs() {
            self.set_clock(before, at);
            return at;
        }
        let now = at.max(before);
        self.now = Some(now);
        now
    }

    fn set_clock(&mut self, before: i64, at: i64) {
        self.advance_all(before);
        for (name, monitor) in &mut self.monitors {
            monitor.finish(name, &mut self.finished);
            monitor.counted = at;
        }
        self.now = Some(at);
    }

    fn advance_all(&mut self, to: i64) {
        for (name, monitor) in &mut self.monitors {
            monitor.advance(name, to, self.watches, &mut self.finished);
        }
    }
}

/// What is counted for one monitor in the interval that runs, since the last take.
#[derive(Clone, Debug)]
struct Gathering {
    status: Status,
    /// Up to when time was counted, in milliseconds since the epoch. Tells which interval runs.
    counted: i64,
    running: Numbers,
}

impl Gathering {
    fn new(at: i64) -> Gathering {
        Gathering {
            status: Status::Unknown,
            counted: at,
            running: Numbers::default(),
        }
    }

    /// Counts the time until `to`, and finishes the intervals that are over then.
    fn advance(
        &mut self,
        name: &Text,
        to: i64,
        watches: bool,
        finished: &mut Vec<(Text, NumbersPoint)>,
    ) {
        let counts = watches && self.time().is_some();
        loop {
            let end = self.start() + INTERVAL;
            if counts {
                self.count(end.min(to));
            }
            if to < end {
                self.counted = to;
                return;
            }
            self.finish(name, finished);
            // The intervals after this one are empty if no time counts.
            self.counted = if counts { end } else { to };
        }
    }

    /// Adds the time until `until` to that of the status.
    fn count(&mut self, until: i64) {
        let passed = Duration::from_millis(until.saturating_sub(self.counted).unsigned_abs());
        if let Some(time) = self.time() {
            *time += passed;
        }
    }

    /// The time in the status; `None` if time in it is not counted.
    fn time(&mut self) -> Option<&mut Duration> {
        match self.status {
            Status::Healthy => Some(&mut self.running.healthy),
            Status::Warning => Some(&mut self.running.warning),
            Status::Error => Some(&mut self.running.error),
            Status::Unknown | Status::Paused => None,
        }
    }

    /// The beginning of the interval that runs.
    fn start(&self) -> i64 {
        self.counted - self.counted.rem_euclid(INTERVAL)
    }

    /// Moves what was counted into a list, unless it is nothing.
    fn finish(&mut self, name: &Text, list: &mut Vec<(Text, NumbersPoint)>) {
        if !self.running.is_empty() {
            let point = NumbersPoint {
                at: from_millis(self.start()),
                numbers: std::mem::take(&mut self.running),
            };
            list.push((name.clone(), point));
        }
    }
}
