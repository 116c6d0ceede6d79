//! The history of the monitor in view: longer and more detailed than the recent outcomes in its
//! row.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::{
    Change, ChangeKind, Event, Outcome, OutcomeKind, Row, Snapshot, Status, TargetId,
};

/// Maximum number of outcomes in the history.
const MAX_ENTRIES: usize = 2000;

/// An outcome with its change, if the ring of changes still had it. The change has the payload
/// excerpt, the failure or the count.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    pub outcome: Outcome,
    /// The status after the outcome.
    pub status: Option<Status>,
    pub change: Option<Arc<Change>>,
}

#[derive(Clone, Debug, Default)]
pub struct History {
    of: Option<TargetId>,
    /// Number of the next change to read.
    next: u64,
    entries: VecDeque<HistoryEntry>,
    /// Changes that are no outcomes: of the status, of connections, of instances.
    others: VecDeque<Arc<Change>>,
}

impl History {
    /// Takes in the new outcomes of a monitor. If the monitor is not the same as before, reads the
    /// whole ring and then the outcomes in its row.
    pub fn follow(&mut self, snapshot: &Snapshot, row: Option<&Row>) {
        let id = row.map(|row| row.id);
        if self.of != id {
            *self = History {
                of: id,
                ..History::default()
            };
            let Some(row) = row else { return };
            self.take(snapshot, row.id);
            let known = self.entries.front().map(|entry| entry.outcome.at);
            let older = row
                .recent
                .iter()
                .rev()
                .filter(|outcome| known.is_none_or(|known| outcome.at < known));
            for outcome in older {
                self.entries.push_front(HistoryEntry {
                    outcome,
                    status: None,
                    change: None,
                });
            }
        } else if let Some(id) = id {
            self.take(snapshot, id);
        }
    }

    /// Iterates over the history, newest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &HistoryEntry> + DoubleEndedIterator {
        self.entries.iter().rev()
    }

    /// Iterates over the changes of the monitor that are no outcomes, oldest first.
    pub fn other_changes(&self) -> impl Iterator<Item = &Change> {
        self.others.iter().map(Arc::as_ref)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn take(&mut self, snapshot: &Snapshot, of: TargetId) {
        let (_lost, changes) = snapshot.changes_since(self.next);
        for change in changes {
            self.next = change.seq + 1;
            let ChangeKind::Target { id, event, .. } = &change.kind else {
                continue;
            };
            if *id != of {
                continue;
            }
            if let Event::Transition { to, .. } = event
                && let Some(last) = self.entries.back_mut()
            {
                // The change of status follows the outcome that caused it.
                last.status = Some(*to);
            }
            match entry(change, event, self.entries.back()) {
                Some(entry) => self.entries.push_back(entry),
                None => self.others.push_back(Arc::clone(change)),
            }
        }
        self.others
            .drain(..self.others.len().saturating_sub(MAX_ENTRIES));
        self.entries
            .drain(..self.entries.len().saturating_sub(MAX_ENTRIES));
    }
}

fn entry(
    change: &Arc<Change>,
    event: &Event,
    before: Option<&HistoryEntry>,
) -> Option<HistoryEntry> {
    let before = before.and_then(|entry| entry.status);
    let (what, latency, status) = match event {
        Event::Beat {
            latency, status, ..
        } => (OutcomeKind::Beat, *latency, Some(*status)),
        Event::Failure {
            failure, latency, ..
        } => (OutcomeKind::Failed(failure.reason()), *latency, before),
        Event::Miss { .. } => (OutcomeKind::Missed, None, before),
        Event::Open | Event::Close | Event::Transition { .. } => return None,
        Event::Start
        | Event::Log { .. }
        | Event::Instance { .. }
        | Event::Incident(_)
        | Event::Maintenance(_) => {
            return None;
        }
    };
    Some(HistoryEntry {
        outcome: Outcome {
            at: change.at,
            what,
            latency,
        },
        status,
        change: Some(Arc::clone(change)),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::model::{
        Beat, Fleet, Kind, Meta, Moment, Observation, Policy, Rhythm, SelfStats, Signal, Text,
    };

    const ONE: TargetId = TargetId(1);

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    /// A fleet of two targets with an interval of ten seconds.
    struct TwoTargets(Fleet);

    impl TwoTargets {
        fn new() -> TwoTargets {
            let mut fleet = Fleet::new();
            for id in [ONE, TargetId(2)] {
                let name = Text::clean("one");
                let address = Text::default();
                let meta = Meta {
                    address,
                    ..Meta::new(name, Kind::Sse)
                };
                let policy = Policy::with_interval(Rhythm::Subscription, Duration::from_secs(10));
                fleet.add(at(0), id, meta.into(), policy.into(), false);
            }
            TwoTargets(fleet)
        }

        fn beat(&mut self, second: u64) -> Arc<Snapshot> {
            for target in [ONE, TargetId(2)] {
                let excerpt = Some(Text::clean(&format!("beat of {second}")));
                let signal = Signal::Beat(Beat {
                    excerpt,
                    ..Beat::default()
                });
                self.0.observe(Observation {
                    target,
                    at: at(second),
                    signal,
                    connection: None,
                });
            }
            self.0
                .snapshot(at(second), Timestamp::UNIX_EPOCH, SelfStats::default())
        }
    }

    fn outcomes(history: &History) -> Vec<(u64, OutcomeKind, Option<Status>)> {
        history
            .iter()
            .map(|entry| {
                (
                    entry.outcome.at.since_start().as_secs(),
                    entry.outcome.what,
                    entry.status,
                )
            })
            .collect()
    }

    #[test]
    fn it_follows_one_monitor_with_what_was_said_and_what_became_of_it() {
        let mut fleet = TwoTargets::new();
        let mut history = History::default();
        let snapshot = fleet.beat(0);
        history.follow(&snapshot, Some(&snapshot.rows[0]));
        let snapshot = fleet.beat(15);
        history.follow(&snapshot, Some(&snapshot.rows[0]));
        let beat = OutcomeKind::Beat;
        let missed = OutcomeKind::Missed;
        let expected = [
            (15, beat, Some(Status::Healthy)),
            (11, missed, Some(Status::Warning)),
            (0, beat, Some(Status::Healthy)),
        ];
        assert_eq!(outcomes(&history), expected);
        let ChangeKind::Target {
            event: Event::Beat { excerpt, .. },
            ..
        } = &history.iter().next().unwrap().change.as_ref().unwrap().kind
        else {
            panic!("no beat");
        };
        assert_eq!(excerpt.as_ref().unwrap().as_str(), "beat of 15");
        // Another monitor is read from the start of the ring. Without a monitor the history is
        // empty.
        history.follow(&snapshot, Some(&snapshot.rows[1]));
        assert_eq!(outcomes(&history), expected);
        history.follow(&snapshot, None);
        assert!(history.is_empty());
    }

    #[test]
    fn what_the_ring_forgot_is_taken_from_the_row() {
        let mut fleet = TwoTargets::new();
        fleet.beat(0);
        let mut snapshot = Arc::unwrap_or_clone(fleet.beat(5));
        snapshot.changes.truncate(2);
        let mut history = History::default();
        history.follow(&snapshot, Some(&snapshot.rows[0]));
        let with_words: Vec<bool> = history.iter().map(|entry| entry.change.is_some()).collect();
        assert_eq!(with_words, [true, false]);
    }
}
