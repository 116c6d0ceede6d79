//! The lines of the table as the widgets read them.

use std::sync::Arc;

use crate::model::Row;

use super::state::list::{Group, TableLine};
use super::ui::Ui;

impl Ui {
    /// Returns the number of lines of the table.
    pub fn line_count(&self) -> usize {
        self.list.lines.len()
    }

    pub const fn scroll(&self) -> usize {
        self.list.scroll
    }

    pub const fn cursor(&self) -> usize {
        self.list.cursor
    }

    /// Returns the monitor on a line of the table; `None` on the head of a group.
    pub fn row_at(&self, place: usize) -> Option<&Arc<Row>> {
        match self.list.line(place)? {
            TableLine::Monitor(row) => self.snapshot().rows.get(row),
            TableLine::Group(_) => None,
        }
    }

    /// Returns the group whose head is on a line of the table.
    pub fn group_at(&self, place: usize) -> Option<&Group> {
        self.list.group(self.list.line(place)?)
    }

    /// Returns the monitor in view: the one under the cursor, or the worst one of the group under
    /// it.
    pub fn row(&self) -> Option<&Arc<Row>> {
        match self.list.line(self.list.cursor)? {
            TableLine::Monitor(row) => self.snapshot().rows.get(row),
            TableLine::Group(group) => self.snapshot().rows.get(self.list.groups.get(group)?.worst),
        }
    }
}
