//! What is known of all agents, as one snapshot. Pure: time is an argument.

use std::sync::Arc;

use jiff::Timestamp;

use super::agent::{AgentState, MonitorFilter};
use super::link::AgentLink;
use super::times::AgentTimes;
use super::wire::{WireEvent, WireStatus};
use crate::model::{
    Change, ChangeRing, Counts, Kind, Moment, Row, Rows, SelfStats, Snapshot, Status, TargetId,
    Text,
};

/// Maximum number of changes that a snapshot has.
const MAX_CHANGES: usize = 4096;

/// The state of all agents.
pub(super) struct RemoteFleet {
    agents: Vec<AgentState>,
    keep: MonitorFilter,
    next_id: u32,
    next_seq: u64,
    changes: ChangeRing,
}

impl RemoteFleet {
    /// `keep` decides which monitors are shown.
    pub(super) fn new(names: Vec<Text>, keep: MonitorFilter) -> RemoteFleet {
        let is_alone = names.len() == 1;
        RemoteFleet {
            agents: names
                .into_iter()
                .map(|name| AgentState::new(name, is_alone))
                .collect(),
            keep,
            next_id: 0,
            next_seq: 0,
            changes: ChangeRing::default(),
        }
    }

    /// Takes over the status of an agent. `times`: the wall time of `Moment::START`, and the one at
    /// which the status was read.
    pub(super) fn take_status(
        &mut self,
        agent: usize,
        status: &WireStatus,
        times: (Timestamp, Timestamp),
    ) {
        let next_id = &mut self.next_id;
        let new_id = || {
            let id = TargetId(*next_id);
            *next_id = next_id.wrapping_add(1);
            id
        };
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.take_status(status, times, &self.keep, new_id);
        }
    }

    /// Takes in events that the last status of an agent has counted. The newest ones of each agent
    /// fit beside those of the others.
    pub(super) fn take_past(&mut self, agent: usize, past: &[WireEvent]) {
        let share = MAX_CHANGES / self.agents.len().max(1);
        let first = past.len().saturating_sub(share);
        for told in past.iter().skip(first) {
            self.take_event(agent, told);
        }
    }

    pub(super) fn take_event(&mut self, agent: usize, told: &WireEvent) {
        let Some(agent) = self.agents.get_mut(agent) else {
            return;
        };
        if let Some((at, kind)) = agent.take_event(told) {
            self.changes.push(Change {
                seq: self.next_seq,
                at,
                kind,
            });
            self.changes.truncate(MAX_CHANGES);
            self.next_seq += 1;
        }
    }

    pub(super) fn lose(&mut self, agent: usize, now: Moment, why: &str) {
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.lose(now, why);
        }
    }

    pub(super) fn link_mut(&mut self, agent: usize) -> Option<&mut AgentLink> {
        self.agents.get_mut(agent).map(|agent| &mut agent.link)
    }

    pub(super) fn links(&self) -> Vec<AgentLink> {
        self.agents.iter().map(|agent| agent.link.clone()).collect()
    }

    /// Returns the agent of a monitor, the agent's name of it, and its row.
    pub(super) fn find(&self, id: TargetId) -> Option<(usize, &str, &Arc<Row>)> {
        let mut agents = self.agents.iter().enumerate();
        agents.find_map(|(place, agent)| {
            let (name, row) = agent.find(id)?;
            Some((place, name, row))
        })
    }

    /// Returns how the wall times of an agent map to moments.
    pub(super) fn times(&self, agent: usize) -> AgentTimes {
        self.agents
            .get(agent)
            .map_or_else(AgentTimes::default, AgentState::times)
    }

    /// Returns all monitors that hbmon can ask for a heartbeat.
    pub(super) fn askable(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (place, agent) in self.agents.iter().enumerate() {
            let rows = agent.rows.iter().filter(|row| {
                row.meta.kind != Kind::Push && row.status != Status::Paused && agent.link.may_act
            });
            let names = rows.filter_map(|row| agent.find(row.id));
            found.extend(names.map(|(name, _)| (place, name.to_owned())));
        }
        found
    }

    pub(super) fn snapshot(&self, now: Moment, anchor: Timestamp) -> Arc<Snapshot> {
        let unanswered = (0..).zip(&self.agents).filter_map(|(place, agent)| {
            let id = TargetId(u32::MAX - place);
            agent.placeholder(id)
        });
        let known = self.agents.iter().flat_map(|agent| &agent.rows).cloned();
        let rows: Rows = known.chain(unanswered).collect();
        let mut counts = Counts::default();
        rows.iter().for_each(|row| *counts.slot(row.status) += 1);
        let settled = rows.iter().filter(|row| row.settled).count();
        let trouble = || self.agents.iter().map(|agent| agent.trouble);
        let mut self_stats = SelfStats::default();
        self_stats.overload = trouble().find_map(|trouble| trouble.overload);
        self_stats.reload_refused = trouble().any(|trouble| trouble.reload_refused);
        Arc::new(Snapshot {
            at: now,
            anchor,
            rows,
            counts,
            settled,
            self_stats,
            changes: self.changes.clone(),
        })
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
