//! Monitors become known; a status or a maintenance begins, which ends the one before.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Book, Entry};
use crate::cli::recorder::convert;
use crate::history::change::StatusChange;
use crate::history::known::KnownMonitor;
use crate::model::{Cause, Meta, Moment, Status, Text};

impl Book {
    /// Adds a monitor that is new, or was removed before. `since`: when it is first known. Returns
    /// whether nothing was known of it.
    pub(super) fn know(&mut self, meta: &Meta, since: Timestamp) -> bool {
        if self.monitors.contains_key(&meta.name) {
            return false;
        }
        let removed = self.removed.remove(&meta.name);
        let first_known = removed.unwrap_or(since);
        let known = Arc::new(KnownMonitor::new(meta, first_known));
        self.urgent.monitors.push(Arc::clone(&known));
        let entry = Entry {
            known,
            open: None,
            is_watched: true,
            is_in_maintenance: false,
        };
        self.monitors.insert(meta.name.clone(), entry);
        removed.is_none()
    }

    pub(super) fn status(&self, name: &Text) -> Option<Status> {
        Some(self.monitors.get(name)?.open.as_ref()?.status)
    }

    /// Begins a status, which ends the one before.
    pub(super) fn set_status(
        &mut self,
        meta: &Meta,
        at: Timestamp,
        status: Status,
        cause: Option<&Cause>,
    ) {
        let Some(entry) = self.monitors.get_mut(&meta.name) else {
            return;
        };
        let from = (entry.open.as_ref()).map_or(at, |before| at.max(before.from));
        let change = Arc::new(StatusChange {
            monitor: meta.name.clone(),
            kind: meta.kind,
            group: meta.group.clone(),
            from,
            until: None,
            status,
            reason: cause.map(Cause::reason),
            message: cause.map(convert::message),
            maintenance: entry.is_in_maintenance,
        });
        entry.open = Some(Arc::clone(&change));
        self.urgent.changes.push(change);
        self.numbers.status(&meta.name, from, status);
        self.changed.insert(meta.name.clone());
    }

    /// Maintenance begins or is over. The status that lasts becomes a separate change, since time in
    /// maintenance is counted separately.
    pub(super) fn maintenance(&mut self, at: Moment, meta: &Meta, is_on: bool) {
        self.know(meta, self.baseline);
        self.set_maintenance(meta, self.dates.of(at), is_on);
    }

    pub(super) fn set_maintenance(&mut self, meta: &Meta, at: Timestamp, is_on: bool) {
        let Some(entry) = self.monitors.get_mut(&meta.name) else {
            return;
        };
        entry.is_in_maintenance = is_on;
        let Some(open) = &mut entry.open else {
            return;
        };
        if open.maintenance != is_on {
            let change = Arc::make_mut(open);
            change.maintenance = is_on;
            change.from = at.max(change.from);
            self.urgent.changes.push(Arc::clone(open));
        }
    }
}
