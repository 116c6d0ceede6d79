//! What is known of one agent: its rows as of its last status and the events since then.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::change;
use super::link::{AgentLink, LinkState};
use super::row::{self, RowContext, UNKNOWN_INTERVAL, joined};
use super::times::AgentTimes;
use super::wire::{WireEvent, WireStatus};
use crate::model::{
    Cause, ChangeKind, Failure, Kind, Meta, Moment, Overload, Policy, Reason, Rhythm, Row, Status,
    TargetId, Text,
};
use crate::words;

/// Maximum number of monitors that are read of one agent.
const MAX_MONITORS: usize = 100_000;

/// Decides which monitors are shown.
pub(super) type MonitorFilter = Box<dyn Fn(&Meta) -> bool + Send>;

/// What an agent says about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AgentTrouble {
    pub overload: Option<Overload>,
    pub reload_refused: bool,
}

pub(super) struct AgentState {
    pub link: AgentLink,
    pub trouble: AgentTrouble,
    pub rows: Vec<Arc<Row>>,
    /// The agent's names of the monitors, in the order of `rows`.
    names: Vec<String>,
    /// Indexes of the rows by the agent's names.
    places: HashMap<String, usize>,
    /// Precedes the names on the screen.
    prefix: Option<Text>,
    times: AgentTimes,
    /// When the agent wrote its last status. Events up to then are in the rows.
    written_at: Option<Timestamp>,
}

impl AgentState {
    pub(super) fn new(name: Text, is_alone: bool) -> AgentState {
        AgentState {
            prefix: (!is_alone).then(|| name.clone()),
            link: AgentLink {
                name,
                state: LinkState::Connecting,
                may_act: false,
                started: None,
                refusal: None,
            },
            trouble: AgentTrouble::default(),
            rows: Vec::new(),
            names: Vec::new(),
            places: HashMap::new(),
            times: AgentTimes::default(),
            written_at: None,
        }
    }

    /// Returns the agent's name of a monitor, and its row.
    pub(super) fn find(&self, id: TargetId) -> Option<(&str, &Arc<Row>)> {
        let place = self.rows.iter().position(|row| row.id == id)?;
        Some((self.names.get(place)?, self.rows.get(place)?))
    }

    pub(super) const fn times(&self) -> AgentTimes {
        self.times
    }

    /// Returns a row of unknown status for an agent that has never answered: what it watches is not
    /// known, so it must not count as healthy or as nothing.
    pub(super) fn placeholder(&self, id: TargetId) -> Option<Arc<Row>> {
        if self.written_at.is_some() {
            return None;
        }
        let meta = Meta::new(self.link.name.clone(), Kind::Http);
        let policy = Policy::with_interval(Rhythm::Poll, UNKNOWN_INTERVAL);
        Some(Arc::new(Row::new(id, Arc::new(meta), Arc::new(policy))))
    }

    /// Takes over a whole status. `read_at`: when it was read; `new_id`: numbers new monitors.
    pub(super) fn take_status(
        &mut self,
        status: &WireStatus,
        (anchor, read_at): (Timestamp, Timestamp),
        keep: &MonitorFilter,
        mut new_id: impl FnMut() -> TargetId,
    ) {
        let Some(written_at) = status.written_at() else {
            return;
        };
        let times = self.times.adjusted(anchor, read_at, written_at);
        // Outcomes of other clocks cannot be joined.
        let is_same_clock = times == self.times;
        self.times = times;
        self.written_at = Some(written_at);
        self.link.state = LinkState::Connected;
        self.link.started = status.started.map(|at| times.moment(at));
        self.trouble = AgentTrouble {
            overload: status.own.strain.as_deref().and_then(change::overload),
            reload_refused: status.own.reload_refused,
        };
        let old = std::mem::take(&mut self.rows);
        let old_places = std::mem::take(&mut self.places);
        self.names.clear();
        for monitor in status.monitors.iter().take(MAX_MONITORS) {
            let known = old_places
                .get(&monitor.name)
                .and_then(|place| old.get(*place));
            if self.places.contains_key(&monitor.name) {
                continue;
            }
            let context = RowContext {
                id: known.map_or_else(&mut new_id, |row| row.id),
                times,
                written_at,
            };
            let Some(mut new) = row::row(monitor, &context) else {
                continue;
            };
            if !keep(&new.meta) {
                continue;
            }
            if let Some(agent) = &self.prefix {
                let name = Text::clean(&format!("{agent}/{}", new.meta.name));
                Arc::make_mut(&mut new.meta).name = name;
            }
            if let Some(known) = known.filter(|_| is_same_clock) {
                new.recent = joined(&known.recent, &new.recent);
                share(&mut new, known);
            }
            let row = match known {
                Some(known) if **known == new => Arc::clone(known),
                _ => Arc::new(new),
            };
            self.places.insert(monitor.name.clone(), self.rows.len());
            self.names.push(monitor.name.clone());
            self.rows.push(row);
        }
    }

    /// Takes in an event. Returns the change that it is and when it happened; `None` for an event
    /// that this version does not know, or about a monitor that is not shown.
    pub(super) fn take_event(&mut self, told: &WireEvent) -> Option<(Moment, ChangeKind)> {
        let theirs = told.at?;
        let at = self.times.moment(theirs);
        // What the last status has counted is history.
        let is_new = self.written_at.is_none_or(|written_at| theirs > written_at);
        if let Some(own) = change::own_change(told, self.times) {
            match own {
                ChangeKind::ReloadRefused { .. } if is_new => self.trouble.reload_refused = true,
                ChangeKind::Reloaded { .. } if is_new => self.trouble.reload_refused = false,
                ChangeKind::Overloaded(overload) if is_new => self.trouble.overload = overload,
                _ => {}
            }
            return Some((at, own));
        }
        let place = *self.places.get(told.monitor.as_deref()?)?;
        let event = change::event(told, self.times)?;
        let row = self.rows.get_mut(place)?;
        if is_new {
            change::apply(Arc::make_mut(row), &event, at);
        }
        let kind = ChangeKind::Target {
            id: row.id,
            meta: Arc::clone(&row.meta),
            event,
        };
        Some((at, kind))
    }

    /// Records that the agent cannot be reached. Its rows become stale.
    pub(super) fn lose(&mut self, now: Moment, why: &str) {
        let why = why.to_owned();
        match &mut self.link.state {
            LinkState::Lost { why: before, .. } => *before = why,
            state => {
                *state = LinkState::Lost { since: now, why };
                for row in &mut self.rows {
                    *row = Arc::new(stale(row));
                }
                self.trouble = AgentTrouble::default();
            }
        }
    }
}

/// Lets a row share what did not change.
fn share(new: &mut Row, known: &Row) {
    if new.meta == known.meta {
        new.meta = Arc::clone(&known.meta);
    }
    if new.policy == known.policy {
        new.policy = Arc::clone(&known.policy);
    }
}

/// Returns the row of a monitor whose agent cannot be reached: its last state, which is no verdict
/// any more. A healthy monitor is unknown then.
fn stale(row: &Row) -> Row {
    let mut row = row.clone();
    if row.status == Status::Paused {
        return row;
    }
    let (reason, said) = match &row.cause {
        Some(cause) => (cause.reason(), words::cause(cause)),
        None => (
            Reason::Unreachable,
            format!("was {} when its agent was last heard", row.status.as_str()),
        ),
    };
    if row.status == Status::Healthy {
        row.status = Status::Unknown;
    }
    row.cause = Some(Cause::Failure(Failure::Relayed {
        reason,
        message: Text::clean(&format!("stale: {said}")),
    }));
    row.settled = false;
    row.due_at = None;
    row.retry_at = None;
    row.attempt_since = None;
    row.forget_uptime();
    row
}
