//! The monitors as of the last snapshot, by name.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{Row, Rows, Snapshot, Status, Text};

/// The rows of the last snapshot.
#[derive(Debug, Default)]
pub(super) struct FleetView {
    rows: Rows,
    places: HashMap<Text, usize>,
}

impl FleetView {
    /// Takes the rows of a snapshot. `is_reordered`: the config may have changed.
    pub(super) fn update(&mut self, snapshot: &Snapshot, is_reordered: bool) {
        if is_reordered || self.rows.len() != snapshot.rows.len() {
            let names = snapshot.rows.iter().map(|row| row.meta.name.clone());
            self.places = names.enumerate().map(|(at, name)| (name, at)).collect();
        }
        self.rows = snapshot.rows.clone();
    }

    pub(super) fn get(&self, name: &Text) -> Option<&Arc<Row>> {
        let row = self.rows.get(*self.places.get(name)?)?;
        (row.meta.name == *name).then_some(row)
    }

    pub(super) fn status(&self, name: &Text) -> Option<Status> {
        Some(self.get(name)?.status)
    }

    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }
}
