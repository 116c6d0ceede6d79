//! Batches that could not be committed, until they can.

use std::collections::HashMap;
use std::hash::Hash;

use super::batch::Batch;

/// Rows that wait at most. Then the oldest changes are dropped.
const MAX_ROWS: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Waiting {
    batches: Vec<Batch>,
    rows: usize,
}

impl Waiting {
    /// Adds a batch. Returns the number of rows that had to be dropped.
    pub(super) fn push(&mut self, batch: Batch) -> usize {
        self.rows += batch.rows();
        self.batches.push(batch);
        if self.rows <= MAX_ROWS {
            return 0;
        }
        let mut whole = merged(std::mem::take(&mut self.batches));
        // Half of it: the next batches then fit.
        let dropped = match whole.rows() {
            few if few <= MAX_ROWS / 2 => 0,
            many => shorten(&mut whole, many - MAX_ROWS / 2),
        };
        self.rows = whole.rows();
        self.batches = vec![whole];
        dropped
    }

    /// Removes all numbers, which may be lost. Returns how many.
    pub(super) fn drop_numbers(&mut self) -> usize {
        let mut dropped = 0;
        for batch in &mut self.batches {
            dropped += batch.numbers.len();
            batch.numbers = Vec::new();
        }
        self.rows -= dropped;
        dropped
    }

    pub(super) fn batches(&self) -> &[Batch] {
        &self.batches
    }

    pub(super) fn take(&mut self) -> Vec<Batch> {
        self.rows = 0;
        std::mem::take(&mut self.batches)
    }
}

/// Makes one batch of many, with the last row of each monitor, incident and silence.
fn merged(batches: Vec<Batch>) -> Batch {
    let mut whole = Batch::default();
    for batch in batches {
        whole.append(batch);
    }
    whole.watched.dedup_by(|later, before| {
        let is_adjacent = later.since == before.until;
        if is_adjacent {
            before.until = later.until;
        }
        is_adjacent
    });
    whole.monitors = last_of_each(whole.monitors, |known| known.name.clone());
    whole.incidents = last_of_each(whole.incidents, |incident| incident.id);
    whole.silences = last_of_each(whole.silences, |silence| silence.id);
    whole.notifications = last_of_each(whole.notifications, |one| one.id);
    whole.states = last_of_each(whole.states, |(name, _)| name.clone());
    whole
}

fn last_of_each<T, K: Hash + Eq>(all: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut last: HashMap<K, usize> = HashMap::new();
    for (place, value) in all.iter().enumerate() {
        last.insert(key(value), place);
    }
    let all = all.into_iter().enumerate();
    all.filter(|(place, value)| last.get(&key(value)) == Some(place))
        .map(|(_, value)| value)
        .collect()
}

/// Drops this number of rows, the least important first. Returns the number that it dropped.
fn shorten(batch: &mut Batch, rows: usize) -> usize {
    let mut left = rows;
    drop_oldest(&mut batch.numbers, &mut left);
    drop_oldest(&mut batch.changes, &mut left);
    drop_oldest(&mut batch.notes, &mut left);
    drop_oldest(&mut batch.incidents, &mut left);
    drop_oldest(&mut batch.watched, &mut left);
    drop_oldest(&mut batch.notifications, &mut left);
    rows - left
}

fn drop_oldest<T>(all: &mut Vec<T>, left: &mut usize) {
    let some = all.len().min(*left);
    all.drain(..some);
    *left -= some;
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::history::change::StatusChange;
    use crate::history::period::Period;
    use crate::model::{Kind, Status, Text};
    use crate::store::MonitorState;

    fn batch(second: i64) -> Batch {
        let at = |second| Timestamp::from_second(second).unwrap();
        Batch {
            changes: vec![
                StatusChange {
                    monitor: Text::clean("a"),
                    kind: Kind::Http,
                    group: None,
                    from: at(second),
                    until: None,
                    status: Status::Healthy,
                    reason: None,
                    message: None,
                    maintenance: false,
                }
                .into(),
            ],
            states: vec![(
                Text::clean("a"),
                MonitorState {
                    json: second.to_string(),
                    is_minor: false,
                },
            )],
            watched: vec![Period::new(at(second), at(second + 1))],
            ..Batch::default()
        }
    }

    #[test]
    fn what_waits_is_bounded_and_the_latest_stays() {
        let mut waiting = Waiting::default();
        let mut dropped = 0;
        for second in 0..200_000 {
            dropped += waiting.push(batch(second));
            assert!(waiting.rows <= MAX_ROWS);
        }
        let whole = merged(waiting.take());
        assert_eq!(dropped + whole.changes.len(), 200_000);
        assert!(whole.changes.len() >= MAX_ROWS / 3);
        assert_eq!(
            whole.changes.last().unwrap().from,
            Timestamp::from_second(199_999).unwrap()
        );
        assert_eq!(whole.states.len(), 1);
        assert_eq!(whole.states[0].1.json, "199999");
        assert_eq!(whole.watched.len(), 1);
    }
}
