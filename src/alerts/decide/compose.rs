//! Writes deliveries: which notifications they name, in which order, and what is known of each.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::fleet_view::FleetView;
use crate::alerts::delivery::{Delivery, MAX_NAMED, MonitorFacts, Notice};
use crate::history::notification::{Notification, NotificationId, Subject, What};
use crate::model::{Outcome, OutcomeKind, Row, Snapshot, Text};
use crate::words;

/// Number of outcomes that a message shows.
const OUTCOMES: usize = 5;

/// Returns the key of a delivery: of the opening with which one of its rows was sent before, else
/// of its first row that was not sent.
pub(super) fn key_of<'a>(
    rows: impl Iterator<Item = &'a Notification> + Clone,
) -> Option<NotificationId> {
    let openings = rows.clone().filter(|row| row.what.is_opening());
    let known = openings.filter_map(|row| row.sent_with).next();
    let first = rows.filter(|row| row.sent_with.is_none()).map(|row| row.id);
    known.or_else(|| first.min())
}

/// Writes deliveries as of a snapshot.
pub(super) struct Composer<'a> {
    pub(super) fleet: &'a FleetView,
    pub(super) snapshot: &'a Snapshot,
    pub(super) at: Timestamp,
}

impl Composer<'_> {
    /// Returns the delivery of rows that are told now; `None` without rows. `limit`: maximum number
    /// of notices. `keeps_all`: each row is told, even if a newer one says the same.
    pub(super) fn delivery(
        &self,
        channel: &Text,
        rows: &[Arc<Notification>],
        limit: Option<usize>,
        keeps_all: bool,
        dropped: usize,
    ) -> Option<Delivery> {
        let mut named: Vec<&Notification> = if keeps_all {
            rows.iter().map(AsRef::as_ref).collect()
        } else {
            newest_of_each(rows)
        };
        named.sort_by_key(|row| {
            let subject = &row.subject;
            let is_over = row.what == What::Recovered;
            let group = self.fleet.get(&subject.monitor);
            let group = group.and_then(|row| row.meta.group.clone());
            (is_over, Reverse(subject.status), group, row.id)
        });
        let limit = limit.unwrap_or(MAX_NAMED);
        let more = named.len().saturating_sub(limit) + dropped;
        let notices: Vec<_> = named
            .iter()
            .take(limit)
            .map(|row| self.notice(row))
            .collect();
        let due = rows.iter().map(|row| row.created).min();
        self.filled(channel, notices, more, due)
    }

    /// Returns the delivery that repeats what the receiver knows; `None` without rows.
    pub(super) fn repetition(
        &self,
        channel: &Text,
        rows: &[Arc<Notification>],
    ) -> Option<Delivery> {
        let notices = rows.iter().map(|row| self.notice(row)).collect();
        self.filled(channel, notices, 0, None)
    }

    /// `due`: `None` of a repetition.
    fn filled(
        &self,
        channel: &Text,
        notices: Vec<Notice>,
        more: usize,
        due: Option<Timestamp>,
    ) -> Option<Delivery> {
        let is_filled = !notices.is_empty();
        is_filled.then(|| Delivery {
            channel: channel.clone(),
            notices,
            more,
            at: self.at,
            due: due.unwrap_or(self.at),
            is_refresh: due.is_none(),
        })
    }

    fn notice(&self, row: &Notification) -> Notice {
        let is_incident = row.subject.incident.is_some();
        let monitor = self.fleet.get(&row.subject.monitor);
        Notice {
            what: row.what,
            subject: Subject::clone(&row.subject),
            key: row.sent_with.unwrap_or(row.id),
            // An opening that was not accepted in time is a recovery that was created before the end.
            was_told: row
                .subject
                .closed
                .is_none_or(|closed| closed <= row.created),
            monitor: monitor
                .filter(|_| is_incident)
                .map(|row| facts(row, self.snapshot)),
        }
    }
}

/// Drops recoveries of a monitor before its newest, and those of a monitor that flaps.
fn newest_of_each(rows: &[Arc<Notification>]) -> Vec<&Notification> {
    let mut newest: HashMap<&Text, NotificationId> = HashMap::new();
    let mut flapping = HashSet::new();
    for row in rows.iter().filter(|row| row.subject.incident.is_some()) {
        match row.what {
            What::Recovered => {
                newest.insert(&row.subject.monitor, row.id);
            }
            What::Flapping => {
                flapping.insert(&row.subject.monitor);
            }
            _ => {}
        }
    }
    let is_told = |row: &&Notification| {
        let name = &row.subject.monitor;
        let is_recovery = row.what == What::Recovered && row.subject.incident.is_some();
        !is_recovery || (newest.get(name) == Some(&row.id) && !flapping.contains(name))
    };
    rows.iter().map(AsRef::as_ref).filter(is_told).collect()
}

fn facts(row: &Row, snapshot: &Snapshot) -> MonitorFacts {
    let newest = row.recent.iter().rev().take(OUTCOMES);
    let outcomes = newest.map(|one| (snapshot.wall(one.at), outcome(row, one)));
    MonitorFacts {
        last_beat: row.last_beat.map(|at| snapshot.wall(at)),
        outcomes: outcomes.collect(),
        ..MonitorFacts::of(&row.meta)
    }
}

/// Returns the sentence of an outcome. Of failures, only the last is known in full.
fn outcome(row: &Row, outcome: Outcome) -> Text {
    let last = row.last_failure.as_deref();
    let last = last.filter(|(at, _)| *at == outcome.at);
    let sentence = match (outcome.what, last) {
        (OutcomeKind::Failed(_), Some((_, failure))) => words::failure(failure),
        (OutcomeKind::Failed(reason), None) => format!("failed ({})", reason.as_str()),
        (OutcomeKind::Missed, _) => "missed heartbeat".to_owned(),
        (OutcomeKind::Beat, _) => match outcome.latency {
            Some(latency) => format!("heartbeat in {}", words::latency(latency)),
            None => "heartbeat".to_owned(),
        },
    };
    Text::clean(&sentence)
}
