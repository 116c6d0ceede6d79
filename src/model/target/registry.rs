//! The instances of one monitor: who was heard when, who is online and available, and who is
//! forgotten.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::finding::Finding;
use super::instance::{Instance, InstanceChange, InstanceCounts};
use super::policy::{InstancePolicy, Policy, PresenceLimits};
use super::promise::Promise;
use super::sender::Sender;
use super::status::{Cause, Status};
use super::streak::Streak;
use crate::model::outcome::failure::Failure;
use crate::model::text::Text;
use crate::model::time::deadlines::Deadlines;
use crate::model::time::moment::Moment;

/// So many instances of one monitor are kept; more would let one sender fill the memory. About 25
/// MiB.
pub const MOST_INSTANCES: usize = 100_000;

/// A heartbeat, a failure, a removal and a deadline each cost O(log n).
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Registry {
    members: HashMap<Text, Member>,
    /// The clocks of those that write timestamps.
    senders: HashMap<Text, Sender>,
    /// Whose timestamp was read last.
    read: Option<Text>,
    /// When each has to be looked at again, or before.
    deadlines: Deadlines<Text>,
    online: u32,
    available: u32,
    /// Who failed and has not had a good heartbeat since, worst and newest last.
    troubled: BTreeSet<(Status, Moment, Text)>,
    /// When the clock of all of them was last restarted.
    restarted: Moment,
    /// When one last went offline.
    fell: Moment,
    /// For how long hbmon stood still in all, which counts as no silence.
    stood_still: Duration,
}

#[derive(Clone, Debug)]
struct Member {
    /// The last of anything that it said.
    heard: Moment,
    last_beat: Option<Moment>,
    online: bool,
    available: bool,
    trouble: Option<Box<Trouble>>,
    /// The registry's time of this name when it was last heard.
    stood_still: Duration,
}

#[derive(Clone, Debug)]
struct Trouble {
    status: Status,
    at: Moment,
    streak: Streak,
    failure: Failure,
}

impl Registry {
    pub fn counts(&self) -> InstanceCounts {
        let total = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        InstanceCounts {
            total,
            online: self.online,
            available: self.available,
        }
    }

    pub fn knows(&self, id: &Text) -> bool {
        self.members.contains_key(id)
    }

    /// Whether it is known, or there is room for it.
    pub fn admits(&self, id: &Text) -> bool {
        self.members.len() < MOST_INSTANCES || self.knows(id)
    }

    /// A good heartbeat; whether the instance came online with it.
    pub fn beat(
        &mut self,
        id: &Text,
        at: Moment,
        available: bool,
        promise: Promise<'_>,
        instances: InstancePolicy,
    ) -> bool {
        let Some(mut member) = self.member(id, at) else {
            return false;
        };
        let came_online = !member.online;
        self.set(&mut member, true, available);
        self.forgive(id, &mut member);
        member.last_beat = member.last_beat.max(Some(at));
        self.deadlines
            .ask(id.clone(), self.due(&member, promise, instances));
        self.members.insert(id.clone(), member);
        came_online
    }

    /// A failure of one instance, which says whose it is; how severe it is follows from how many it
    /// makes in a row.
    pub fn fail(
        &mut self,
        id: &Text,
        at: Moment,
        failure: &Failure,
        policy: &Policy,
        promise: Promise<'_>,
        instances: InstancePolicy,
    ) {
        let Some(mut member) = self.member(id, at) else {
            return;
        };
        let online = member.online;
        self.set(&mut member, online, false);
        let before = self.forgive(id, &mut member);
        let mut streak = before
            .as_ref()
            .map_or(Streak::default(), |trouble| trouble.streak);
        streak.fail(at, failure.is_final(), policy);
        let status = streak.status(policy).unwrap_or(Status::Healthy);
        // What an instance reported of itself stands until a good heartbeat, whatever else fails
        // meanwhile.
        let trouble = match before {
            Some(before) if before.status > status => Trouble { streak, ..*before },
            _ => Trouble {
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
        member.trouble = Some(Box::new(trouble));
        self.deadlines
            .ask(id.clone(), self.due(&member, promise, instances));
        self.members.insert(id.clone(), member);
    }

    /// A good heartbeat of an instance whose clock is wrong: that stands until the next one.
    pub fn doubt(&mut self, id: &Text, finding: Finding) {
        let Finding {
            status,
            at,
            cause: Cause::Failure(failure),
        } = finding
        else {
            return;
        };
        let Some(mut member) = self.members.remove(id) else {
            return;
        };
        self.forgive(id, &mut member);
        self.troubled.insert((status, at, id.clone()));
        member.trouble = Some(Box::new(Trouble {
            status,
            at,
            streak: Streak::default(),
            failure: failure.of(Some(id)),
        }));
        self.members.insert(id.clone(), member);
    }

    /// The clock of an instance, whose timestamp is read now.
    pub fn sender(&mut self, id: &Text) -> &mut Sender {
        if self.read.as_ref() != Some(id) {
            self.read = Some(id.clone());
        }
        self.senders.entry(id.clone()).or_default()
    }

    pub fn last_sender(&self) -> Option<&Sender> {
        self.senders.get(self.read.as_ref()?)
    }

    /// The wall clock moved: no difference to it says anything any more.
    pub fn void_senders(&mut self) {
        self.senders.values_mut().for_each(Sender::void);
    }

    /// Takes one out; whether it was there.
    pub fn remove(&mut self, id: &Text, at: Moment) -> bool {
        let Some(mut member) = self.members.remove(id) else {
            return false;
        };
        if member.online {
            self.fell = at;
        }
        self.set(&mut member, false, false);
        self.forgive(id, &mut member);
        self.senders.remove(id);
        self.deadlines.forget(id);
        true
    }

    /// When `lapse` has something to do next, at the earliest.
    pub fn deadline(&self) -> Option<Moment> {
        self.deadlines.first()
    }

    /// The next that goes offline or is forgotten by `until` (inclusive), and when.
    pub fn lapse(
        &mut self,
        until: Moment,
        promise: Promise<'_>,
        instances: InstancePolicy,
    ) -> Option<(Moment, Text, InstanceChange)> {
        while let Some((planned, id)) = self.deadlines.pop(until) {
            let Some(mut member) = self.members.remove(&id) else {
                continue;
            };
            let due = self.due(&member, promise, instances);
            if due > planned {
                self.deadlines.ask(id.clone(), due);
                self.members.insert(id, member);
                continue;
            }
            if member.online {
                self.set(&mut member, false, false);
                self.fell = due;
                self.deadlines
                    .ask(id.clone(), self.due(&member, promise, instances).max(due));
                self.members.insert(id.clone(), member);
                return Some((due, id, InstanceChange::Offline));
            }
            self.forgive(&id, &mut member);
            self.senders.remove(&id);
            return Some((due, id, InstanceChange::Evicted));
        }
        None
    }

    /// hbmon stood still for this long: all deadlines move by it.
    pub fn postpone(&mut self, by: Duration) {
        self.stood_still = self.stood_still.saturating_add(by);
    }

    /// After a sleep of the machine, or under a changed policy: who is online has the promised time
    /// again, and nobody is forgotten for the gap.
    pub fn restart(&mut self, now: Moment, promise: Promise<'_>, instances: InstancePolicy) {
        self.restarted = now;
        for (id, member) in &self.members {
            self.deadlines
                .ask(id.clone(), self.due(member, promise, instances));
        }
    }

    /// The worst failure that stands, the newest among equals, and how many it is in a row.
    pub fn worst(&self) -> Option<(Finding, u32)> {
        let (.., id) = self.troubled.last()?;
        let trouble = self.members.get(id)?.trouble.as_deref()?;
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

    pub const fn fell(&self) -> Moment {
        self.fell
    }

    /// All of them, in no particular order.
    pub fn list(&self, now: Moment, presence: PresenceLimits) -> Vec<Instance> {
        let shown = |(id, member): (&Text, &Member)| Instance {
            id: id.clone(),
            online: member.online,
            available: member.available,
            last_beat: member.last_beat,
            presence: member.last_beat.map(|last| presence.label(now.since(last))),
        };
        self.members.iter().map(shown).collect()
    }

    /// The names of those online, in no particular order.
    pub fn online(&self) -> impl Iterator<Item = &Text> {
        self.members
            .iter()
            .filter(|(_, member)| member.online)
            .map(|(id, _)| id)
    }

    /// Taken out to be changed; a new one if there is room.
    fn member(&mut self, id: &Text, at: Moment) -> Option<Member> {
        match self.members.remove(id) {
            Some(member) => {
                let heard = member.heard.max(at);
                Some(Member {
                    heard,
                    stood_still: self.stood_still,
                    ..member
                })
            }
            None if self.members.len() < MOST_INSTANCES => Some(Member {
                heard: at,
                last_beat: None,
                online: false,
                available: false,
                trouble: None,
                stood_still: self.stood_still,
            }),
            None => None,
        }
    }

    fn set(&mut self, member: &mut Member, online: bool, available: bool) {
        self.online = self.online + u32::from(online) - u32::from(member.online);
        self.available = self.available + u32::from(available) - u32::from(member.available);
        (member.online, member.available) = (online, available);
    }

    /// When one goes offline, if it is online, else when it is forgotten.
    fn due(&self, member: &Member, promise: Promise<'_>, instances: InstancePolicy) -> Moment {
        let stood_still = self.stood_still.saturating_sub(member.stood_still);
        let begin = |heard: Moment| heard.plus(stood_still).max(self.restarted);
        match member.last_beat {
            Some(last) if member.online => promise.limit(begin(last)),
            _ => begin(member.heard).plus(instances.forget),
        }
    }

    fn forgive(&mut self, id: &Text, member: &mut Member) -> Option<Box<Trouble>> {
        let trouble = member.trouble.take()?;
        self.troubled
            .remove(&(trouble.status, trouble.at, id.clone()));
        Some(trouble)
    }
}
