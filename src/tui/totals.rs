//! Totals of the fleet, updated only by the rows that changed.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use crate::model::{MaintenanceTime, Moment, Row, Silence, Snapshot, Text};
use crate::prefs::TabSet;

use super::availability::Availability;
use super::state::tabs::TabCounts;
use super::text::columns;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetTotals {
    pub beats: u64,
    pub missed: u64,
    pub failures: u64,
    /// Statuses of the monitors on each tab.
    pub tabs: TabCounts,
    /// Width of the widest name, in columns.
    pub widest_name: u16,
    availability: Availability,
    /// Sum and number of the monitors' average latencies.
    latency: (Duration, u32),
    /// Number of monitors for each 95th percentile of latency.
    p95s: BTreeMap<Duration, u32>,
    /// The silences of the monitors that have one, by name. It may be over.
    silences: HashMap<Text, Arc<Silence>>,
    /// The maintenances of the monitors that are in one, by name. It may be over.
    maintenances: HashMap<Text, Arc<MaintenanceTime>>,
}

/// What a new snapshot changed, as far as the order of the rows is concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeScope {
    /// Only facts such as heartbeats.
    #[default]
    Facts,
    /// The status of a row changed.
    Statuses,
    /// Rows were added, removed, moved or renamed.
    Rows,
}

impl FleetTotals {
    pub fn of(snapshot: &Snapshot, set: TabSet) -> FleetTotals {
        let mut totals = FleetTotals {
            tabs: TabCounts::new(set),
            ..FleetTotals::default()
        };
        for row in &snapshot.rows {
            totals.widest_name = totals.widest_name.max(columns(row.meta.name.as_str()));
            totals.add(row);
        }
        totals
    }

    /// Updates the totals from `old` to `new`.
    pub fn follow(&mut self, old: &Snapshot, new: &Snapshot) -> ChangeScope {
        let mut scope = ChangeScope::Facts;
        let same_places = old.rows.len() == new.rows.len()
            && old
                .rows
                .iter()
                .zip(&new.rows)
                .filter(|(old, new)| !Arc::ptr_eq(old, new))
                .all(|(old, new)| {
                    self.subtract(old);
                    self.add(new);
                    if old.status != new.status {
                        scope = ChangeScope::Statuses;
                    }
                    old.id == new.id && old.meta == new.meta
                });
        if same_places {
            return scope;
        }
        *self = FleetTotals::of(new, self.tabs.set());
        ChangeScope::Rows
    }

    /// Returns the mean of the monitors' average latencies.
    pub fn latency(&self) -> Option<Duration> {
        self.latency.0.checked_div(self.latency.1)
    }

    /// Returns the 95th percentile of the monitors' 95th percentiles (nearest-rank method).
    pub fn p95(&self) -> Option<Duration> {
        let above = self.latency.1 - (self.latency.1 * 19).div_ceil(20);
        let mut seen = 0;
        self.p95s
            .iter()
            .rev()
            .find(|(_, number)| {
                seen += **number;
                seen > above
            })
            .map(|(p95, _)| *p95)
    }

    /// Returns the share of time that the monitors were up, 0 to 1; `None` while nothing is known.
    pub fn uptime(&self, now: Moment) -> Option<f64> {
        self.availability.share(now)
    }

    /// Returns whether a monitor is silenced at `now`.
    pub fn is_silenced(&self, name: &Text, now: Moment) -> bool {
        let silence = self.silences.get(name);
        silence.is_some_and(|silence| silence.is_active(now))
    }

    /// Returns whether channels are not told of a monitor at `now`, whatever happens to it: it is
    /// silenced or in maintenance.
    pub(super) fn is_quiet(&self, name: &Text, now: Moment) -> bool {
        let maintenance = self.maintenances.get(name);
        let is_maintained = maintenance.is_some_and(|one| one.from <= now && now < one.until);
        is_maintained || self.is_silenced(name, now)
    }

    fn add(&mut self, row: &Row) {
        if let Some(maintenance) = &row.maintenance {
            let maintenance = Arc::clone(maintenance);
            self.maintenances.insert(row.meta.name.clone(), maintenance);
        }
        if let Some(silence) = &row.silence {
            let silence = Arc::clone(silence);
            self.silences.insert(row.meta.name.clone(), silence);
        }
        self.beats = self.beats.saturating_add(row.beats);
        self.missed = self.missed.saturating_add(row.missed);
        self.failures = self.failures.saturating_add(row.failures);
        self.availability.add(row);
        self.tabs.add(row);
        if let Some(latency) = row.latency {
            self.latency = (
                self.latency.0.saturating_add(latency.avg),
                self.latency.1 + 1,
            );
            *self.p95s.entry(latency.p95).or_default() += 1;
        }
    }

    fn subtract(&mut self, row: &Row) {
        if row.silence.is_some() {
            self.silences.remove(&row.meta.name);
        }
        if row.maintenance.is_some() {
            self.maintenances.remove(&row.meta.name);
        }
        self.beats = self.beats.saturating_sub(row.beats);
        self.missed = self.missed.saturating_sub(row.missed);
        self.failures = self.failures.saturating_sub(row.failures);
        self.availability.subtract(row);
        self.tabs.subtract(row);
        if let Some(latency) = row.latency {
            self.latency = (
                self.latency.0.saturating_sub(latency.avg),
                self.latency.1.saturating_sub(1),
            );
            if let Entry::Occupied(mut number) = self.p95s.entry(latency.p95) {
                *number.get_mut() -= 1;
                if *number.get() == 0 {
                    number.remove();
                }
            }
        }
    }
}
