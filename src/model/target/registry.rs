//! The instances of one monitor: when each last sent anything, which are online, and when they are
//! removed.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::cadence::Cadence;
use super::finding::Finding;
use super::instance::{Instance, InstanceChange, InstanceCounts};
use super::memory::InstanceMemory;
use super::policy::{InstancePolicy, Policy, PresenceLimits};
use super::sender_clock::SenderClock;
use super::status::{Cause, Status};
use super::streak::Streak;
use crate::model::outcome::failure::Failure;
use crate::model::text::Text;
use crate::model::time::deadlines::Deadlines;
use crate::model::time::moment::Moment;

/// Maximum number of instances of one monitor, so that one sender cannot fill the memory. They take
/// about 25 MiB.
pub const MAX_INSTANCES: usize = 100_000;

/// The instances of one monitor. Each operation costs O(log n).
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Registry {
    records: HashMap<Text, InstanceRecord>,
    /// The clocks of instances that send timestamps.
    sender_clocks: HashMap<Text, SenderClock>,
    /// The instance whose timestamp was read last.
    read: Option<Text>,
    /// When each instance goes offline or is removed, at the earliest.
    deadlines: Deadlines<Text>,
    online: u32,
    available: u32,
    /// Instances that failed and have had no good heartbeat since; the worst and newest is last.
    troubled: BTreeSet<(Status, Moment, Text)>,
    /// When the deadlines of all instances were last restarted.
    restarted: Moment,
    /// When an instance last went offline.
    last_offline_at: Moment,
    /// Total time that hbmon stalled, which does not count as silence.
    stalled: Duration,
}

#[derive(Clone, Debug)]
struct InstanceRecord {
    /// When it last sent anything.
    last_contact: Moment,
    last_beat: Option<Moment>,
    online: bool,
    available: bool,
    trouble: Option<Box<InstanceTrouble>>,
    /// The registry's `stalled` at the last contact of the instance.
    stalled: Duration,
}

#[derive(Clone, Debug)]
struct InstanceTrouble {
    status: Status,
    at: Moment,
    streak: Streak,
    failure: Failure,
}

impl Registry {
    /// Continues from the memory of an earlier run. Nothing was heard in between, so all deadlines
    /// start again at `now`.
    pub(crate) fn restored(
        now: Moment,
        memories: &[InstanceMemory],
        cadence: Cadence<'_>,
        instances: InstancePolicy,
    ) -> Registry {
        let mut registry = Registry {
            restarted: now,
            ..Registry::default()
        };
        for memory in memories {
            let last_beat = memory.last_beat.map(|last| last.min(now));
            let Some(mut record) = registry.take_record(&memory.id, last_beat.unwrap_or(now))
            else {
                break;
            };
            record.last_beat = last_beat;
            let online = memory.online && last_beat.is_some();
            registry.set_presence(&mut record, online, online && memory.available);
            let due = registry.due(&record, cadence, instances);
            registry.deadlines.set(memory.id.clone(), due);
            registry.records.insert(memory.id.clone(), record);
        }
        registry
    }

    pub(crate) fn counts(&self) -> InstanceCounts {
        let total = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        InstanceCounts {
            total,
            online: self.online,
            available: self.available,
        }
    }

    pub(crate) fn has(&self, id: &Text) -> bool {
        self.records.contains_key(id)
    }

    /// Returns whether the instance is known, or there is room for it.
    pub(crate) fn admits(&self, id: &Text) -> bool {
        self.records.len() < MAX_INSTANCES || self.has(id)
    }

    /// Records a good heartbeat. Returns whether the instance came online with it.
    pub(crate) fn record_beat(
        &mut self,
        id: &Text,
        at: Moment,
        available: bool,
        cadence: Cadence<'_>,
        instances: InstancePolicy,
    ) -> bool {
        let Some(mut record) = self.take_record(id, at) else {
            return false;
        };
        let came_online = !record.online;
        self.set_presence(&mut record, true, available);
        self.clear_trouble(id, &mut record);
        record.last_beat = record.last_beat.max(Some(at));
        self.deadlines
            .set(id.clone(), self.due(&record, cadence, instances));
        self.records.insert(id.clone(), record);
        came_online
    }

    /// Records a failure of one instance. Its severity follows from the number of consecutive
    /// failures.
    pub(crate) fn record_failure(
        &mut self,
        id: &Text,
        at: Moment,
        failure: &Failure,
        policy: &Policy,
        cadence: Cadence<'_>,
        instances: InstancePolicy,
    ) {
        let Some(mut record) = self.take_record(id, at) else {
            return;
        };
        let online = record.online;
        self.set_presence(&mut record, online, false);
        let before = self.clear_trouble(id, &mut record);
        let mut streak = before
            .as_ref()
            .map_or(Streak::default(), |trouble| trouble.streak);
        streak.record_failure(at, failure.is_final(), policy);
        let status = streak.status(policy).unwrap_or(Status::Healthy);
        // A worse earlier failure of the instance stands until a good heartbeat.
        let trouble = match before {
            Some(before) if before.status > status => InstanceTrouble { streak, ..*before },
            _ => InstanceTrouble {
                status,
                at,
                streak,
                failure: failure.clone(),
            },
        };
        if trouble.status > Status::Healthy {
            self.troubled
                .insert((trouble.status, trouble.at, id.clone()));
        }
        record.trouble = Some(Box::new(trouble));
        self.deadlines
            .set(id.clone(), self.due(&record, cadence, instances));
        self.records.insert(id.clone(), record);
    }

    /// Records that the clock of an instance is wrong, which stands until its next heartbeat.
    pub(crate) fn record_clock_finding(&mut self, id: &Text, finding: Finding) {
        let Finding {
            status,
            at,
            cause: Cause::Failure(failure),
        } = finding
        else {
            return;
        };
        let Some(mut record) = self.records.remove(id) else {
            return;
        };
        self.clear_trouble(id, &mut record);
        self.troubled.insert((status, at, id.clone()));
        record.trouble = Some(Box::new(InstanceTrouble {
            status,
            at,
            streak: Streak::default(),
            failure: failure.of(Some(id)),
        }));
        self.records.insert(id.clone(), record);
    }

    /// Returns the clock of an instance, to read a timestamp.
    pub(crate) fn sender_clock(&mut self, id: &Text) -> &mut SenderClock {
        if self.read.as_ref() != Some(id) {
            self.read = Some(id.clone());
        }
        self.sender_clocks.entry(id.clone()).or_default()
    }

    pub(crate) fn last_sender_clock(&self) -> Option<&SenderClock> {
        self.sender_clocks.get(self.read.as_ref()?)
    }

    /// Drops all clock differences, after the wall clock was set.
    pub(crate) fn clear_sender_clocks(&mut self) {
        self.sender_clocks.values_mut().for_each(SenderClock::clear);
    }

    /// Removes an instance. Returns whether it existed.
    pub(crate) fn remove(&mut self, id: &Text, at: Moment) -> bool {
        let Some(mut record) = self.records.remove(id) else {
            return false;
        };
        if record.online {
            self.last_offline_at = at;
        }
        self.set_presence(&mut record, false, false);
        self.clear_trouble(id, &mut record);
        self.sender_clocks.remove(id);
        self.deadlines.remove(id);
        true
    }

    /// Returns when an instance next goes offline or is removed, at the earliest.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.deadlines.next()
    }

    /// Expires the next instance that goes offline or is removed by `until` (inclusive). Returns
    /// when and which.
    pub(crate) fn expire(
        &mut self,
        until: Moment,
        cadence: Cadence<'_>,
        instances: InstancePolicy,
    ) -> Option<(Moment, Text, InstanceChange)> {
        while let Some((planned, id)) = self.deadlines.pop(until) {
            let Some(mut record) = self.records.remove(&id) else {
                continue;
            };
            let due = self.due(&record, cadence, instances);
            if due > planned {
                self.deadlines.set(id.clone(), due);
                self.records.insert(id, record);
                continue;
            }
            if record.online {
                self.set_presence(&mut record, false, false);
                self.last_offline_at = due;
                self.deadlines
                    .set(id.clone(), self.due(&record, cadence, instances).max(due));
                self.records.insert(id.clone(), record);
                return Some((due, id, InstanceChange::Offline));
            }
            self.clear_trouble(&id, &mut record);
            self.sender_clocks.remove(&id);
            return Some((due, id, InstanceChange::Evicted));
        }
        None
    }

    /// Moves all deadlines by the time that hbmon stalled.
    pub(crate) fn postpone(&mut self, by: Duration) {
        self.stalled = self.stalled.saturating_add(by);
    }

    /// Restarts all deadlines after a sleep of the machine or a change of the policy, so that no
    /// instance goes offline or is removed because of it.
    pub(crate) fn restart(&mut self, now: Moment, cadence: Cadence<'_>, instances: InstancePolicy) {
        self.restarted = now;
        for (id, record) in &self.records {
            self.deadlines
                .set(id.clone(), self.due(record, cadence, instances));
        }
    }

    /// Returns the worst failure that stands, the newest among equals, and the number of
    /// consecutive failures.
    pub(crate) fn worst(&self) -> Option<(Finding, u32)> {
        let (.., id) = self.troubled.last()?;
        let trouble = self.records.get(id)?.trouble.as_deref()?;
        let cause = Cause::Failure(trouble.failure.clone());
        let at = if trouble.streak.count() > 0 {
            trouble.streak.since(trouble.status)
        } else {
            trouble.at
        };
        let finding = Finding {
            status: trouble.status,
            at,
            cause,
        };
        Some((finding, trouble.streak.count()))
    }

    pub(crate) const fn last_offline_at(&self) -> Moment {
        self.last_offline_at
    }

    /// Returns all instances, in no particular order.
    pub(crate) fn list(&self, now: Moment, presence: PresenceLimits) -> Vec<Instance> {
        let shown = |(id, record): (&Text, &InstanceRecord)| Instance {
            id: id.clone(),
            online: record.online,
            available: record.available,
            last_beat: record.last_beat,
            presence: record.last_beat.map(|last| presence.label(now.since(last))),
        };
        self.records.iter().map(shown).collect()
    }

    /// Returns the names of the online instances, in no particular order.
    pub(crate) fn online(&self) -> impl Iterator<Item = &Text> {
        self.records
            .iter()
            .filter(|(_, record)| record.online)
            .map(|(id, _)| id)
    }

    /// Removes an instance for a change. Returns a new one if there is room, else `None`.
    fn take_record(&mut self, id: &Text, at: Moment) -> Option<InstanceRecord> {
        match self.records.remove(id) {
            Some(record) => {
                let last_contact = record.last_contact.max(at);
                Some(InstanceRecord {
                    last_contact,
                    stalled: self.stalled,
                    ..record
                })
            }
            None if self.records.len() < MAX_INSTANCES => Some(InstanceRecord {
                last_contact: at,
                last_beat: None,
                online: false,
                available: false,
                trouble: None,
                stalled: self.stalled,
            }),
            None => None,
        }
    }

    fn set_presence(&mut self, record: &mut InstanceRecord, online: bool, available: bool) {
        self.online = self.online + u32::from(online) - u32::from(record.online);
        self.available = self.available + u32::from(available) - u32::from(record.available);
        record.online = online;
        record.available = available;
    }

    /// Returns when an instance goes offline, or if it is offline already, when it is removed.
    fn due(
        &self,
        record: &InstanceRecord,
        cadence: Cadence<'_>,
        instances: InstancePolicy,
    ) -> Moment {
        let stalled = self.stalled.saturating_sub(record.stalled);
        let begin = |last_contact: Moment| last_contact.plus(stalled).max(self.restarted);
        match record.last_beat {
            Some(last) if record.online => cadence.missed_at(begin(last)),
            _ => begin(record.last_contact).plus(instances.forget_after),
        }
    }

    fn clear_trouble(
        &mut self,
        id: &Text,
        record: &mut InstanceRecord,
    ) -> Option<Box<InstanceTrouble>> {
        let trouble = record.trouble.take()?;
        self.troubled
            .remove(&(trouble.status, trouble.at, id.clone()));
        Some(trouble)
    }
}
