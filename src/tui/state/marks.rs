//! What the user said about single monitors: muted, acknowledged. Local to this screen, and gone
//! with it.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::{Moment, Snapshot, TargetId};
use crate::tui::order::is_problem;

/// How long a monitor is muted.
pub const MUTE_DURATION: Duration = Duration::from_secs(3600);

#[derive(Clone, Debug, Default)]
pub struct Marks {
    muted: HashMap<TargetId, Moment>,
    acknowledged: Vec<TargetId>,
}

impl Marks {
    /// Until when its events are hidden and it does not pulse.
    pub fn muted(&self, id: TargetId, now: Moment) -> Option<Moment> {
        self.muted.get(&id).copied().filter(|until| *until > now)
    }

    /// Somebody knows of its problem.
    pub fn acknowledged(&self, id: TargetId) -> bool {
        self.acknowledged.contains(&id)
    }

    /// Mutes, or takes it back; gives whether it is muted now.
    pub fn mute(&mut self, id: TargetId, now: Moment) -> bool {
        let mute = self.muted(id, now).is_none();
        if mute {
            self.muted.insert(id, now.plus(MUTE_DURATION));
        } else {
            self.muted.remove(&id);
        }
        mute
    }

    /// Acknowledges, or takes it back; gives whether it is acknowledged now.
    pub fn acknowledge(&mut self, id: TargetId) -> bool {
        let known = self.acknowledged(id);
        if known {
            self.acknowledged.retain(|other| *other != id);
        } else {
            self.acknowledged.push(id);
        }
        !known
    }

    /// A problem that ended needs no acknowledgement, and neither does a monitor that is gone.
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
