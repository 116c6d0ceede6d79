//! What channels are told of each monitor, as the host last said it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::history::alert_board::{AlertBoard, ChannelOnBoard, HeldOpening};
use crate::history::notification::{HeldBecause, Notification};
use crate::model::Text;
use crate::words;

/// A board, with its notifications by monitor.
#[derive(Clone, Debug, Default)]
pub(super) struct ShownAlerts {
    board: Arc<AlertBoard>,
    /// Indexes of the notifications of each monitor.
    places: HashMap<Text, Vec<usize>>,
}

impl ShownAlerts {
    pub(super) fn new(board: Arc<AlertBoard>) -> ShownAlerts {
        let mut places: HashMap<Text, Vec<usize>> = HashMap::new();
        for (place, one) in board.notifications.iter().enumerate() {
            let monitor = one.subject.monitor.clone();
            places.entry(monitor).or_default().push(place);
        }
        ShownAlerts { board, places }
    }

    /// Returns whether it was made of this very board.
    pub(super) fn is_of(&self, board: &Arc<AlertBoard>) -> bool {
        Arc::ptr_eq(&self.board, board)
    }

    /// Returns why the opening of a monitor's incident is held.
    pub(super) fn held(&self, monitor: &Text) -> Option<&HeldOpening> {
        self.board.held.get(monitor)
    }

    /// Returns whether no channel is told of a monitor's incident now because of its dependencies,
    /// because it flaps, or because somebody does not want to hear of it. An escalation only waits.
    pub(super) fn is_quiet(&self, monitor: &Text) -> bool {
        self.held(monitor).is_some_and(|held| match held.why {
            HeldBecause::Silence
            | HeldBecause::Maintenance
            | HeldBecause::Dependency
            | HeldBecause::Flapping => true,
            HeldBecause::After | HeldBecause::Digest | HeldBecause::Retry => false,
        })
    }

    pub(super) fn has_channels(&self) -> bool {
        !self.board.channels.is_empty()
    }

    /// Iterates over the notifications about a monitor, by their numbers.
    pub(super) fn of(&self, monitor: &Text) -> impl Iterator<Item = &Notification> {
        let places = self.places.get(monitor).into_iter().flatten();
        let rows = places.filter_map(|place| self.board.notifications.get(*place));
        rows.map(AsRef::as_ref)
    }

    /// Returns the number of notifications that are to be sent.
    pub(super) fn pending(&self) -> usize {
        let pending = self.board.channels.iter().map(|channel| channel.pending);
        pending.fold(0, usize::saturating_add)
    }

    /// Returns the sentence about channels that are broken: `channel page broken: 404 Not Found`.
    pub(super) fn broken(&self) -> Option<String> {
        let broken: Vec<(&ChannelOnBoard, &Text)> = (self.board.channels.iter())
            .filter_map(|channel| Some((channel, channel.broken.as_ref()?)))
            .collect();
        match broken.as_slice() {
            [] => None,
            [(channel, why)] => Some(format!("channel {} broken: {why}", channel.name)),
            several => {
                let each: Vec<String> = several
                    .iter()
                    .map(|(channel, why)| format!("{}: {why}", channel.name))
                    .collect();
                let count = words::count(several.len() as u64, "channel", "channels");
                Some(format!("{count} broken: {}", each.join(", ")))
            }
        }
    }
}
