//! Notices that a monitor flaps, and what is told meanwhile.

use std::collections::VecDeque;

use super::limits::{FLAPS, FLAPS_WITHIN, STEADY_AFTER};
use crate::model::{Moment, Status, Text};

/// The last incidents of one monitor.
#[derive(Debug, Default)]
pub(super) struct FlapState {
    /// When its last incidents opened, oldest first; at most `FLAPS`.
    openings: VecDeque<Moment>,
    episode: Option<FlapEpisode>,
}

/// A time in which a monitor flaps.
#[derive(Debug)]
struct FlapEpisode {
    /// Its last change of status.
    changed: Moment,
    /// The worst status that each channel was told in the episode.
    told: Vec<(Text, Status)>,
}

/// What may be told on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlapGate {
    /// The monitor does not flap.
    Open,
    /// The channel is told that it flaps.
    First,
    /// It is worse than what the channel was told.
    Worse,
    /// Until it is steady.
    Closed,
}

impl FlapState {
    /// Continues an episode of an earlier run.
    pub(super) fn resume(&mut self, now: Moment) {
        self.episode.get_or_insert(FlapEpisode {
            changed: now,
            told: Vec::new(),
        });
    }

    /// Records an incident.
    pub(super) fn opened(&mut self, at: Moment) {
        self.openings.push_back(at);
        if self.openings.len() > FLAPS {
            self.openings.pop_front();
        }
        let first = self.openings.front().copied().unwrap_or(at);
        if self.openings.len() == FLAPS && at.since(first) <= FLAPS_WITHIN {
            self.resume(at);
        }
    }

    /// Records a change of status.
    pub(super) fn changed(&mut self, at: Moment) {
        if let Some(episode) = &mut self.episode {
            episode.changed = episode.changed.max(at);
        }
    }

    pub(super) const fn flaps(&self) -> bool {
        self.episode.is_some()
    }

    /// Ends the episode if the monitor is steady at `now`. Returns whether it ended.
    pub(super) fn calm(&mut self, now: Moment) -> bool {
        let ends = self.deadline().is_some_and(|at| at <= now) && self.episode.is_some();
        if ends {
            self.end();
        }
        ends
    }

    /// Ends the episode at once: the monitor is not watched any more.
    pub(super) fn end(&mut self) {
        *self = FlapState::default();
    }

    /// Returns when the episode ends, or when the incidents are too old to matter.
    pub(super) fn deadline(&self) -> Option<Moment> {
        match &self.episode {
            Some(episode) => Some(episode.changed.plus(STEADY_AFTER)),
            None => Some(self.openings.back()?.plus(FLAPS_WITHIN)),
        }
    }

    pub(super) fn gate(&self, channel: &Text, level: Status) -> FlapGate {
        let Some(episode) = &self.episode else {
            return FlapGate::Open;
        };
        let told = episode.told.iter().find(|(known, _)| known == channel);
        match told {
            None => FlapGate::First,
            Some((_, worst)) if level > *worst => FlapGate::Worse,
            Some(_) => FlapGate::Closed,
        }
    }

    /// Sets the worst status that a channel was told; `None`: nothing. Returns what it was before.
    pub(super) fn set_told(&mut self, channel: &Text, level: Option<Status>) -> Option<Status> {
        let told = &mut self.episode.as_mut()?.told;
        let place = told.iter().position(|(known, _)| known == channel);
        let before = place.map(|place| told.swap_remove(place).1);
        told.extend(level.map(|level| (channel.clone(), level)));
        before
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn minute(minute: u64) -> Moment {
        Moment::after_start(Duration::from_secs(60 * minute))
    }

    #[test]
    fn three_within_half_an_hour_flap_until_a_quarter_without_change() {
        let mut state = FlapState::default();
        for at in [0, 16, 31] {
            state.opened(minute(at));
            assert!(!state.flaps(), "{at}");
        }
        state.opened(minute(46));
        assert!(state.flaps());
        state.changed(minute(50));
        assert_eq!(state.deadline(), Some(minute(65)));
        assert!(!state.calm(minute(64)));
        assert!(state.calm(minute(65)) && !state.flaps());
        state.opened(minute(66));
        assert!(!state.flaps());
    }

    #[test]
    fn a_channel_is_told_once_and_when_it_gets_worse() {
        let page = Text::clean("page");
        let mut state = FlapState::default();
        assert_eq!(state.gate(&page, Status::Error), FlapGate::Open);
        state.resume(minute(0));
        assert_eq!(state.gate(&page, Status::Warning), FlapGate::First);
        assert_eq!(state.set_told(&page, Some(Status::Warning)), None);
        assert_eq!(state.gate(&page, Status::Warning), FlapGate::Closed);
        assert_eq!(state.gate(&page, Status::Error), FlapGate::Worse);
        let before = state.set_told(&page, Some(Status::Error));
        assert_eq!(before, Some(Status::Warning));
        assert_eq!(state.gate(&page, Status::Error), FlapGate::Closed);
    }
}
