//! Up to which time numbers are summed up into coarser ones, and pruned; and from which rows a sum
//! is put together.

use rusqlite::{Connection, params};

use crate::history::numbers::Step;

/// Times in seconds since the epoch. Before `rolled_hours` each hour is the sum of its minutes,
/// before `rolled_days` each day that of its hours. Before a `pruned` time there are no such rows.
///
/// `pruned_minutes` is at the beginning of an hour and at most `rolled_hours`; `pruned_hours` is at
/// the beginning of a day and at most `rolled_days` and `pruned_minutes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) rolled_hours: i64,
    pub(super) rolled_days: i64,
    pub(super) pruned_minutes: i64,
    pub(super) pruned_hours: i64,
    pub(super) pruned_days: i64,
}

/// Rows of one table that begin from `since` until before `until`, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TableSegment {
    pub(super) step: Step,
    pub(super) since: i64,
    pub(super) until: i64,
}

pub(super) const fn seconds(step: Step) -> i64 {
    step.length().as_secs().cast_signed()
}

pub(super) const fn floor(at: i64, step: Step) -> i64 {
    at.saturating_sub(at.rem_euclid(seconds(step)))
}

pub(super) const fn ceil(at: i64, step: Step) -> i64 {
    floor(at.saturating_add(seconds(step) - 1), step)
}

impl Marks {
    const NAMES: [&'static str; 5] = [
        "rolled_hours",
        "rolled_days",
        "pruned_minutes",
        "pruned_hours",
        "pruned_days",
    ];

    fn fields(&mut self) -> [&mut i64; 5] {
        [
            &mut self.rolled_hours,
            &mut self.rolled_days,
            &mut self.pruned_minutes,
            &mut self.pruned_hours,
            &mut self.pruned_days,
        ]
    }

    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Marks> {
        let mut marks = Marks::default();
        let mut statement = connection.prepare_cached("SELECT name, at FROM marks")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name = row.get_ref(0)?.as_str()?;
            let fields = Marks::NAMES.iter().zip(marks.fields());
            if let Some((_, field)) = fields.into_iter().find(|(known, _)| **known == name) {
                *field = row.get(1)?;
            }
        }
        Ok(marks)
    }

    /// Writes the marks that differ from `before`.
    pub(super) fn write(
        mut self,
        connection: &Connection,
        mut before: Marks,
    ) -> rusqlite::Result<()> {
        let pairs = self.fields().into_iter().zip(before.fields());
        for (name, (now, before)) in Marks::NAMES.iter().zip(pairs) {
            if now != before {
                connection
                    .prepare_cached("INSERT OR REPLACE INTO marks(name, at) VALUES (?1, ?2)")?
                    .execute(params![name, *now])?;
            }
        }
        Ok(())
    }

    /// Returns the rows whose sum is that of the finest kept rows that begin in a span: coarse rows
    /// where they lie whole in the span, finer ones at its edges.
    pub(super) fn sum(&self, since: i64, until: i64) -> Vec<TableSegment> {
        let mut found = Segments(Vec::new());
        found.push(Step::Day, since, until.min(self.pruned_hours));
        let since = since.max(self.pruned_hours);
        let first = ceil(since, Step::Day);
        let last = floor(until.min(self.rolled_days), Step::Day);
        if first < last {
            self.sum_hours(&mut found, since, first);
            found.push(Step::Day, first, last);
            self.sum_hours(&mut found, last, until);
        } else {
            self.sum_hours(&mut found, since, until);
        }
        found.0
    }

    fn sum_hours(&self, found: &mut Segments, since: i64, until: i64) {
        found.push(Step::Hour, since, until.min(self.pruned_minutes));
        let since = since.max(self.pruned_minutes);
        let first = ceil(since, Step::Hour);
        let last = floor(until.min(self.rolled_hours), Step::Hour);
        if first < last {
            found.push(Step::Minutes, since, first);
            found.push(Step::Hour, first, last);
            found.push(Step::Minutes, last, until);
        } else {
            found.push(Step::Minutes, since, until);
        }
    }

    /// Returns the rows that give one point for each step that begins in a span, by time: rows of
    /// the step, and behind them the finer ones of the time that is not summed up yet.
    pub(super) fn points(&self, step: Step, since: i64, until: i64) -> Vec<TableSegment> {
        let since = ceil(since, step);
        let until = ceil(until, step);
        let mut found = Segments(Vec::new());
        match step {
            Step::Minutes => found.push(step, since.max(self.pruned_minutes), until),
            Step::Hour => {
                let since = since.max(self.pruned_hours);
                found.push(step, since, until.min(self.rolled_hours));
                found.push(Step::Minutes, since.max(self.rolled_hours), until);
            }
            Step::Day => {
                let since = since.max(self.pruned_days);
                found.push(step, since, until.min(self.rolled_days));
                let since = since.max(self.rolled_days);
                found.push(Step::Hour, since, until.min(self.rolled_hours));
                found.push(Step::Minutes, since.max(self.rolled_hours), until);
            }
        }
        found.0
    }
}

struct Segments(Vec<TableSegment>);

impl Segments {
    fn push(&mut self, step: Step, since: i64, until: i64) {
        if since < until {
            self.0.push(TableSegment { step, since, until });
        }
    }
}
