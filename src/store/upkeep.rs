//! When numbers are summed up and old rows deleted: slice by slice, while no batch waits.

use rusqlite::Connection;

use super::batch::{Batch, Keep};
use super::marks::{floor, seconds};
use super::rollup::{self, Rolling};
use super::steady_time::SteadyTime;
use super::{prune, rows};
use crate::history::numbers::Step;

/// The work on older rows of a store.
#[derive(Debug)]
pub(super) struct Upkeep {
    time: SteadyTime,
    task: Task,
    /// When it begins again, in seconds since the epoch.
    next: i64,
    rolling: Option<Rolling>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    None,
    Repair,
    Roll,
    Prune,
}

impl Upkeep {
    /// `last` is the latest time in the store, in seconds since the epoch.
    pub(super) fn new(last: i64) -> Upkeep {
        Upkeep {
            time: SteadyTime::new(last),
            task: Task::None,
            next: 0,
            rolling: None,
        }
    }

    /// Takes the time and the numbers of a batch that was committed.
    pub(super) fn committed(&mut self, batch: &Batch) {
        if let Some(rolling) = &mut self.rolling {
            for (_, point) in &batch.numbers {
                rolling.numbers_came(point.at.as_second());
            }
        }
        let before = self.time.now();
        for period in &batch.watched {
            self.time.observe(rows::ms(period.until) / 1000);
        }
        let now = self.time.now();
        if now < before {
            // The clock was set back. What has begun is for a time that has not come.
            self.stop();
        }
        if self.task == Task::None && now > 0 && now >= self.next {
            self.task = Task::Repair;
        }
    }

    pub(super) fn is_due(&self) -> bool {
        self.task != Task::None
    }

    /// Gives up until the next hour.
    pub(super) fn stop(&mut self) {
        self.task = Task::None;
        self.rolling = None;
        let hour = floor(self.time.now(), Step::Hour);
        self.next = hour + seconds(Step::Hour) + rollup::DELAY;
    }

    /// Does one slice, in the transaction of the connection.
    pub(super) fn slice(&mut self, connection: &Connection, keep: &Keep) -> rusqlite::Result<()> {
        let now = self.time.now();
        match self.task {
            Task::None => {}
            Task::Repair => {
                if self.time.is_proven() {
                    rollup::repair(connection, now)?;
                }
                self.task = Task::Roll;
            }
            Task::Roll => {
                if !rollup::slice(connection, &mut self.rolling, now)? {
                    self.task = Task::Prune;
                }
            }
            Task::Prune => {
                if prune::slice(connection, keep, now)? == 0 {
                    self.stop();
                }
            }
        }
        Ok(())
    }
}
