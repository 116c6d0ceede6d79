//! Marks that the user sets on monitors: muted, acknowledged. They belong to this screen and end
//! with it.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::{Moment, Snapshot, TargetId};
use crate::tui::order::is_problem;

/// How long a monitor stays muted.
pub const MUTE_DURATION: Duration = Duration::from_secs(3600);

#[derive(Clone, Debug, Default)]
pub struct Marks {
    muted: HashMap<TargetId, Moment>,
    acknowledged: Vec<TargetId>,
}

impl Marks {
    /// Returns the moment until which a monitor is muted: its events are hidden and its row does
    /// not pulse.
    pub fn muted(&self, id: TargetId, now: Moment) -> Option<Moment> {
        self.muted.get(&id).copied().filter(|until| *until > now)
    }

    /// Returns whether the problem of a monitor is acknowledged.
    pub fn acknowledged(&self, id: TargetId) -> bool {
        self.acknowledged.contains(&id)
    }

    /// Mutes or unmutes a monitor. Returns whether it is muted now.
    pub fn mute(&mut self, id: TargetId, now: Moment) -> bool {
        let mute = self.muted(id, now).is_none();
        if mute {
            self.muted.insert(id, now.plus(MUTE_DURATION));
        } else {
            self.muted.remove(&id);
        }
        mute
    }

    /// Acknowledges a problem or takes the acknowledgement back. Returns whether it is acknowledged
    /// now.
    pub fn acknowledge(&mut self, id: TargetId) -> bool {
        let known = self.acknowledged(id);
        if known {
            self.acknowledged.retain(|other| *other != id);
        } else {
            self.acknowledged.push(id);
        }
        !known
    }

    /// Removes the acknowledgements of problems that ended and of monitors that are gone.
    pub fn follow(&mut self, snapshot: &Snapshot) {
        if !self.acknowledged.is_empty() {
            let problems = snapshot.rows.iter().filter(|row| is_problem(row.status));
            let still: Vec<TargetId> = problems
                .map(|row| row.id)
                .filter(|id| self.acknowledged(*id))
                .collect();
            self.acknowledged = still;
        }
    }
}
