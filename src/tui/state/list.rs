//! The lines of the table (monitors and heads of groups), the cursor and the scroll position.

use crate::model::{Moment, Snapshot, Status, TargetId, Text};

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableLine {
    /// The head of a group: index in `List::groups`.
    Group(usize),
    /// A monitor: index in the rows of the snapshot.
    Monitor(usize),
}

/// A group of monitors, shown as a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `None`: the monitors without a group.
    pub name: Option<Text>,
    /// Number of its monitors that match the filter.
    pub size: usize,
    /// The worst member, as an index in the rows of the snapshot.
    pub worst: usize,
    pub status: Status,
    pub folded: bool,
}

/// The monitor or group that the cursor stays on when the order changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CursorTarget {
    Monitor(TargetId),
    Group(Option<Text>),
}

#[derive(Clone, Debug, Default)]
pub struct List {
    pub lines: Vec<TableLine>,
    pub groups: Vec<Group>,
    /// What the cursor stays on. `None` until the user moves it: then the cursor is on the first
    /// line.
    pub cursor_target: Option<CursorTarget>,
    pub cursor: usize,
    pub scroll: usize,
    /// When the user last moved the cursor.
    pub moved: Option<Moment>,
}

impl List {
    pub fn line(&self, place: usize) -> Option<TableLine> {
        self.lines.get(place).copied()
    }

    /// Returns the number of monitors in the table, including those in folded groups.
    pub fn monitors(&self) -> usize {
        if self.groups.is_empty() {
            self.lines.len()
        } else {
            self.groups.iter().map(|group| group.size).sum()
        }
    }

    pub fn group(&self, line: TableLine) -> Option<&Group> {
        match line {
            TableLine::Group(place) => self.groups.get(place),
            TableLine::Monitor(_) => None,
        }
    }

    /// Replaces the lines. The cursor stays on its target, or on the same line if the target is
    /// gone.
    pub fn replace(
        &mut self,
        lines: Vec<TableLine>,
        groups: Vec<Group>,
        snapshot: &Snapshot,
        page: usize,
    ) {
        self.lines = lines;
        self.groups = groups;
        let place = self.cursor_target.as_ref().and_then(|subject| {
            (0..self.lines.len())
                .find(|place| self.cursor_target_at(*place, snapshot).as_ref() == Some(subject))
        });
        let last = self.lines.len().saturating_sub(1);
        self.cursor = place.unwrap_or(if self.cursor_target.is_some() {
            self.cursor.min(last)
        } else {
            0
        });
        self.follow_cursor(page);
    }

    pub fn move_to(&mut self, place: usize, now: Moment, snapshot: &Snapshot, page: usize) {
        self.cursor = place.min(self.lines.len().saturating_sub(1));
        self.pin_cursor(snapshot);
        self.moved = Some(now);
        self.follow_cursor(page);
    }

    /// Pins the cursor to the monitor or group under it, so that it follows when the order changes.
    pub fn pin_cursor(&mut self, snapshot: &Snapshot) {
        self.cursor_target = self.cursor_target_at(self.cursor, snapshot);
    }

    /// Scrolls by the least number of lines that brings the cursor into view, and never past the
    /// end.
    pub fn follow_cursor(&mut self, page: usize) {
        let last = self.lines.len().saturating_sub(page);
        let lowest = (self.cursor + 1).saturating_sub(page);
        self.scroll = self.scroll.clamp(lowest, self.cursor).min(last.max(lowest));
    }

    fn cursor_target_at(&self, place: usize, snapshot: &Snapshot) -> Option<CursorTarget> {
        match self.line(place)? {
            TableLine::Group(group) => {
                Some(CursorTarget::Group(self.groups.get(group)?.name.clone()))
            }
            TableLine::Monitor(row) => Some(CursorTarget::Monitor(snapshot.rows.get(row)?.id)),
        }
    }
}
