//! What people tell the fleet: pauses, acknowledgements, notes and silences.

use std::sync::Arc;

use super::Fleet;
use super::change::ChangeKind;
use crate::model::outcome::signal::TargetId;
use crate::model::target::incident::{Acknowledgement, IncidentId, OpenIncident};
use crate::model::target::silence::{Silence, SilenceChange, SilenceId};
use crate::model::text::Text;
use crate::model::time::moment::Moment;

impl Fleet {
    /// Pauses or resumes a target. A resumed target starts fresh. A target with `enabled: false` is
    /// not resumed.
    pub fn pause(&mut self, now: Moment, id: TargetId, pause: bool) {
        self.with_target(id, |target, log| {
            if pause {
                target.pause(now, log)
            } else {
                target.resume(now, log)
            }
        });
    }

    /// Lets incidents be events, and numbers them from `first` on.
    pub fn announce_incidents(&mut self, first: IncidentId) {
        self.log.announce_incidents(first);
    }

    /// Acknowledges the open incident of a target; `None` takes that back. Returns the incident, or
    /// `None` if none is open.
    pub fn acknowledge(
        &mut self,
        now: Moment,
        id: TargetId,
        acknowledged: Option<Acknowledgement>,
    ) -> Option<Arc<OpenIncident>> {
        let mut incident = None;
        self.with_target(id, |target, log| {
            incident = target.acknowledge(now, acknowledged, log);
        });
        incident
    }

    /// Announces a note about the open incident of a target, which the store keeps.
    pub fn note(&mut self, now: Moment, id: TargetId, by: Text, text: Text) {
        self.with_target(id, |target, log| target.note(now, by, text, log));
        self.dirty = true;
    }

    /// Adds a silence with a new number. Returns it.
    pub fn silence(&mut self, now: Moment, silence: Silence) -> Arc<Silence> {
        let id = self.silences.next_id();
        let silence = Arc::new(Silence { id, ..silence });
        self.add_silence(now, &silence);
        silence
    }

    /// Adds a silence that has its number already: from the store.
    pub fn add_silence(&mut self, now: Moment, silence: &Arc<Silence>) {
        self.silences.add(Arc::clone(silence), now);
        self.show_silences();
        let silence = Arc::clone(silence);
        let change = SilenceChange::Added;
        self.record(now, ChangeKind::Silence { silence, change });
    }

    /// Ends a silence before its time. Returns it, or `None` if there is no such silence.
    pub fn end_silence(&mut self, now: Moment, id: SilenceId) -> Option<Arc<Silence>> {
        let ended = self.silences.remove(id)?;
        self.show_silences();
        let silence = Arc::new(Silence {
            until: now,
            ..Silence::clone(&ended)
        });
        let change = SilenceChange::Ended;
        let event = ChangeKind::Silence {
            silence: Arc::clone(&silence),
            change,
        };
        self.record(now, event);
        Some(silence)
    }

    /// Takes over the silences of an earlier run, without announcing them. `last`: the number of its
    /// last silence.
    pub fn resume_silences(&mut self, now: Moment, last: u64, silences: &[Arc<Silence>]) {
        self.silences.resume(last);
        for silence in silences {
            self.silences.add(Arc::clone(silence), now);
        }
        self.show_silences();
    }

    /// Returns the silences that are in force, oldest first.
    pub fn silences(&self, now: Moment) -> Vec<Arc<Silence>> {
        self.silences.active(now).cloned().collect()
    }

    /// Writes the silence of each target into its row. Costs O(n).
    fn show_silences(&mut self) {
        for target in &mut self.targets {
            target.set_silence(self.silences.of(target.meta()));
        }
        self.everything_changed();
    }
}
