//! Sums over the fleet, kept up by difference: rows that did not change are not touched.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{Row, Snapshot};

use super::state::tabs::Kinds;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub beats: u64,
    pub missed: u64,
    pub failures: u64,
    /// How the monitors of each kind are.
    pub kinds: Kinds,
    /// Sum and number of the average latencies.
    latency: (Duration, u32),
}

/// What a new snapshot means for the order of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// Beats and the like.
    #[default]
    Facts,
    /// A row has another status.
    Statuses,
    /// Rows came, went, moved or were renamed.
    Rows,
}

impl Totals {
    pub fn of(snapshot: &Snapshot) -> Totals {
        let mut totals = Totals::default();
        for row in &snapshot.rows {
            totals.add(row);
        }
        totals
    }

    /// Goes from the sums of `old` to those of `new`.
    pub fn follow(&mut self, old: &Snapshot, new: &Snapshot) -> News {
        let mut news = News::Facts;
        let same_places = old.rows.len() == new.rows.len()
            && old.rows.iter().zip(&new.rows).filter(|(old, new)| !Arc::ptr_eq(old, new)).all(|(old, new)| {
                self.subtract(old);
                self.add(new);
                if old.status != new.status {
                    news = News::Statuses;
                }
                old.id == new.id && old.meta == new.meta
            });
        if same_places {
            return news;
        }
        *self = Totals::of(new);
        News::Rows
    }

    /// The mean of the monitors' averages.
    pub fn latency(&self) -> Option<Duration> {
        self.latency.0.checked_div(self.latency.1)
    }

    fn add(&mut self, row: &Row) {
        self.beats = self.beats.saturating_add(row.beats);
        self.missed = self.missed.saturating_add(row.missed);
        self.failures = self.failures.saturating_add(row.failures);
        if let Some(counts) = self.kinds.slot(row.meta.kind) {
            *counts.slot(row.status) += 1;
        }
        if let Some(latency) = row.latency {
            self.latency = (self.latency.0.saturating_add(latency.avg), self.latency.1 + 1);
        }
    }

    fn subtract(&mut self, row: &Row) {
        self.beats = self.beats.saturating_sub(row.beats);
        self.missed = self.missed.saturating_sub(row.missed);
        self.failures = self.failures.saturating_sub(row.failures);
        if let Some(counts) = self.kinds.slot(row.meta.kind) {
            let slot = counts.slot(row.status);
            *slot = slot.saturating_sub(1);
        }
        if let Some(latency) = row.latency {
            self.latency = (self.latency.0.saturating_sub(latency.avg), self.latency.1.saturating_sub(1));
        }
    }
}
