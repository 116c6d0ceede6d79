//! The log of the monitor in view: its changes of status, its failures and misses, its connections,
//! and what it reported.

use std::collections::BTreeMap;

use crate::model::{Change, ChangeKind, Event, Moment, OutcomeKind, Status, TargetId};
use crate::words;

use super::state::history::HistoryEntry;
use super::ui::Ui;

/// What a line begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogMark {
    Status(Status),
    Failed,
    Missed,
    Other,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    pub at: Moment,
    pub mark: LogMark,
    pub text: String,
}

impl Ui {
    /// Returns the log of the monitor in view, newest first: the lines that contain the search text.
    pub fn monitor_log(&self) -> Vec<LogEntry> {
        let Some(row) = self.row() else {
            return Vec::new();
        };
        let search = self
            .detail
            .as_ref()
            .map(|detail| detail.search.to_lowercase());
        let search = search.unwrap_or_default();
        let outcomes = self.history().iter().filter_map(outcome);
        let changes = self.changes_of(row.id);
        let mut entries: Vec<LogEntry> = outcomes
            .chain(changes.into_values().rev().filter_map(entry))
            .filter(|entry| entry.text.to_lowercase().contains(&search))
            .collect();
        // Stable: a change of status stays after, and so above, the failure that caused it.
        entries.sort_by_key(|entry| (std::cmp::Reverse(entry.at), is_outcome(entry.mark)));
        entries
    }

    /// Returns the changes of a monitor that are no outcomes, by their numbers. The list of events
    /// remembers changes of status longer than the ring does.
    fn changes_of(&self, id: TargetId) -> BTreeMap<u64, &Change> {
        let older = self.journal().iter().filter(|change| match &change.kind {
            ChangeKind::Target { id: of, .. } => *of == id,
            _ => false,
        });
        let recent = self.history().other_changes();
        older
            .chain(recent)
            .map(|change| (change.seq, change))
            .collect()
    }
}

const fn is_outcome(mark: LogMark) -> bool {
    matches!(mark, LogMark::Failed | LogMark::Missed)
}

/// Returns the line about a failure or a miss.
fn outcome(entry: &HistoryEntry) -> Option<LogEntry> {
    let (mark, brief) = match entry.outcome.what {
        OutcomeKind::Beat => return None,
        OutcomeKind::Missed => (LogMark::Missed, "heartbeat missed".to_owned()),
        OutcomeKind::Failed(reason) => {
            let reason = reason.as_str().replace('_', " ");
            (LogMark::Failed, format!("failed: {reason}"))
        }
    };
    let told = entry.change.as_ref().and_then(|change| match &change.kind {
        ChangeKind::Target { event, .. } => Some(sentence(event)),
        _ => None,
    });
    Some(LogEntry {
        at: entry.outcome.at,
        mark,
        text: told.unwrap_or(brief),
    })
}

fn entry(change: &Change) -> Option<LogEntry> {
    let ChangeKind::Target { event, .. } = &change.kind else {
        return None;
    };
    let (mark, text) = match event {
        Event::Transition { to, .. } => {
            let why = words::event(event);
            let text = format!("{:<7}  {why}", to.as_str());
            (LogMark::Status(*to), text.trim_end().to_owned())
        }
        _ => (LogMark::Other, sentence(event)),
    };
    Some(LogEntry {
        at: change.at,
        mark,
        text,
    })
}

/// Returns the sentence about an event, with the evidence of a failure.
fn sentence(event: &Event) -> String {
    let said = words::event(event);
    let seen = match event {
        Event::Failure { evidence, .. } => evidence.as_deref(),
        _ => None,
    };
    match seen.and_then(|evidence| words::failure_evidence(evidence, &said)) {
        Some(shown) => format!("{said}, {shown}"),
        None => said,
    }
}
