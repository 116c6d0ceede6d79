//! Which states of monitors are written when: those that changed, and the others in slices, so that
//! a large fleet does not write everything every minute.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use siphasher::sip::SipHasher13;

use super::saved::{SavedMonitor, Told};
use crate::engine::Engine;
use crate::lock::LockExt;
use crate::model::{Row, Snapshot, Text};
use crate::store::MonitorState;

/// Number of states that each minute writes even if nothing but the last heartbeat changed.
const SLICE: usize = 200;

/// What `--only-changes` reported about each monitor. The run and the recorder share it.
pub(in crate::cli) type SharedTold = Arc<Mutex<HashMap<Text, Told>>>;

/// The states as they were last written.
pub(super) struct States {
    told: SharedTold,
    /// Hashes of the states without what changes all the time.
    written: HashMap<Text, u64>,
    /// The first row of the next slice.
    next: usize,
}

impl States {
    pub(super) fn new(told: SharedTold) -> States {
        States {
            told,
            written: HashMap::new(),
            next: 0,
        }
    }

    /// Returns the states of these monitors.
    pub(super) async fn of(
        &mut self,
        names: &HashSet<Text>,
        snapshot: &Snapshot,
        engine: &Engine,
    ) -> Vec<(Text, MonitorState)> {
        let wanted = |row: &Row| names.contains(&row.meta.name);
        let rows = snapshot.rows.iter().filter(|row| wanted(row));
        let rows: Vec<&Row> = rows.map(AsRef::as_ref).collect();
        self.write(&rows, snapshot, engine).await
    }

    /// Returns the states that are due once a minute.
    pub(super) async fn due(
        &mut self,
        snapshot: &Snapshot,
        engine: &Engine,
    ) -> Vec<(Text, MonitorState)> {
        let count = snapshot.rows.len();
        let from = if self.next < count { self.next } else { 0 };
        self.next = from + SLICE;
        let slice = from..self.next;
        let told = Arc::clone(&self.told);
        let rows: Vec<&Row> = {
            let told = told.lock().ignore_poison();
            let is_due = |(place, row): &(usize, &Row)| {
                let name = &row.meta.name;
                let saved = SavedMonitor::new(row, snapshot, told_of(&told, name), &[]);
                slice.contains(place) || self.written.get(name) != Some(&lasting(&saved))
            };
            let rows = snapshot.rows.iter().map(AsRef::as_ref).enumerate();
            rows.filter(is_due).map(|(_, row)| row).collect()
        };
        self.write(&rows, snapshot, engine).await
    }

    /// Returns all states.
    pub(super) async fn all(
        &mut self,
        snapshot: &Snapshot,
        engine: &Engine,
    ) -> Vec<(Text, MonitorState)> {
        let rows: Vec<&Row> = snapshot.rows.iter().map(AsRef::as_ref).collect();
        self.write(&rows, snapshot, engine).await
    }

    async fn write(
        &mut self,
        rows: &[&Row],
        snapshot: &Snapshot,
        engine: &Engine,
    ) -> Vec<(Text, MonitorState)> {
        let mut states = Vec::with_capacity(rows.len());
        for row in rows {
            let instances = match row.instances {
                Some(counts) if counts.total > 0 => engine.instances(row.id).await,
                _ => Ok(None),
            };
            let instances = instances.ok().flatten().unwrap_or_default();
            let name = &row.meta.name;
            let told = told_of(&self.told.lock().ignore_poison(), name);
            let saved = SavedMonitor::new(row, snapshot, told, &instances);
            let Ok(json) = serde_json::to_string(&saved) else {
                continue;
            };
            self.written.insert(name.clone(), lasting(&saved));
            states.push((name.clone(), MonitorState(json)));
        }
        states
    }
}

fn told_of(told: &HashMap<Text, Told>, name: &Text) -> Told {
    told.get(name).copied().unwrap_or_default()
}

/// Returns a hash of what does not change with every heartbeat.
fn lasting(saved: &SavedMonitor) -> u64 {
    let mut hasher = SipHasher13::new();
    saved.lasting().hash(&mut hasher);
    hasher.finish()
}
