//! What a run that takes long still waits for, as lines on stderr: at 10 s, at 30 s, then every minute.

use std::time::Duration;

use super::output::complain;
use crate::clock::Clock;
use crate::model::{Moment, Row, Snapshot, Status};
use crate::words;

const MINUTE: Duration = Duration::from_secs(60);

pub struct Progress {
    /// When the next line is due, counted from the start of the run.
    next: Duration,
    /// How many outcomes of each are waited for; none: until it is settled.
    count: Option<u32>,
}

impl Progress {
    /// None for a quiet run.
    pub fn new(quiet: bool, count: Option<u32>) -> Option<Progress> {
        (!quiet).then_some(Progress { next: Duration::from_secs(10), count })
    }

    /// Says how far the run has come.
    pub fn tell(&mut self, snapshot: &Snapshot, now: Moment) {
        let rows = || snapshot.rows.iter().map(AsRef::as_ref).filter(|row: &&Row| row.status != Status::Paused);
        let open: Vec<&Row> = rows().filter(|row| self.waits_for(row)).collect();
        complain(&words::progress(&open, rows().count(), now));
        self.next = after(self.next);
    }

    fn waits_for(&self, row: &Row) -> bool {
        match self.count {
            Some(count) => row.outcomes() < u64::from(count),
            None => !row.settled,
        }
    }
}

/// Waits until a line is due; for ever if none is wanted.
pub async fn due(progress: Option<&Progress>, clock: &Clock) {
    match progress {
        Some(progress) => tokio::time::sleep_until(clock.instant(clock.started().plus(progress.next))).await,
        None => std::future::pending().await,
    }
}

fn after(line: Duration) -> Duration {
    match line.as_secs() {
        0..30 => MINUTE / 2,
        30..60 => MINUTE,
        _ => line + MINUTE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_rarer() {
        let lines = std::iter::successors(Some(Duration::from_secs(10)), |line| Some(after(*line)));
        assert_eq!(lines.take(5).map(|line| line.as_secs()).collect::<Vec<_>>(), [10, 30, 60, 120, 180]);
    }
}
