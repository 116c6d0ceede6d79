//! What each channel has done in this process: its counts, and its lines of the log.

use std::collections::HashMap;

use super::flights::Landed;
use crate::alerts::decide::{ChannelState, DroppedChannel, RowChange};
use crate::alerts::delivery::DeliveryResult;
use crate::channels::plan::AlertPlan;
use crate::history::alert_board::ChannelOnBoard;
use crate::history::notification::{Notification, NotificationState};
use crate::model::{Histogram, Text};
use crate::words;

/// The channels of the config by name, and those that have left it.
#[derive(Debug, Default)]
pub(super) struct ChannelStats(HashMap<Text, ChannelStat>);

#[derive(Debug, Default)]
struct ChannelStat {
    kind: &'static str,
    place: Text,
    broken: Option<Text>,
    /// The last delivery was not accepted.
    is_failing: bool,
    /// What people should know of the last delivery that was accepted.
    noted: Option<Text>,
    told: u64,
    failed: u64,
    seconds: Histogram,
}

impl ChannelStats {
    pub(super) fn follow(&mut self, plan: &AlertPlan) {
        for channel in &plan.channels {
            let stat = self.0.entry(channel.name.clone()).or_default();
            stat.kind = channel.channel.kind();
            stat.place = channel.place.clone();
        }
    }

    /// Counts and logs the end of a delivery.
    pub(super) fn landed(&mut self, landed: &Landed) {
        let channel = &landed.sent.channel;
        let what = &landed.sent.what;
        let stat = self.0.entry(channel.clone()).or_default();
        stat.seconds.record(landed.took);
        let kind = stat.kind;
        let name = channel.as_str();
        match &landed.result {
            DeliveryResult::Accepted { answer, note } => {
                stat.told += landed.sent.notifications as u64;
                stat.is_failing = false;
                if landed.sent.notifications > 0 {
                    tracing::info!(kind, channel = name, "told {channel}: {what}");
                }
                // It is the same with each message until somebody does something about it.
                if let Some(note) = note.as_ref().filter(|_| *note != stat.noted) {
                    tracing::warn!(kind, channel = name, "{channel}: {note}");
                }
                stat.noted.clone_from(note);
                tracing::debug!(kind, channel = name, "{channel} answered: {answer}");
            }
            DeliveryResult::Failed { why, .. } if stat.is_failing => {
                tracing::debug!(kind, channel = name, "{channel} is not told {what}: {why}");
            }
            DeliveryResult::Failed { why, .. } => {
                stat.is_failing = true;
                tracing::warn!(
                    kind,
                    channel = name,
                    "{channel} is not told {what}: {why}; it is tried again"
                );
            }
            DeliveryResult::Refused { why } => {
                tracing::warn!(kind, channel = name, "{channel} refused {what}: {why}");
            }
        }
    }

    /// Counts the rows that were given up.
    pub(super) fn count(&mut self, rows: &[RowChange]) {
        for row in rows {
            if let RowChange::Put(row) = row
                && row.state == NotificationState::Failed
            {
                let stat = self.0.entry(row.channel.clone()).or_default();
                stat.failed += 1;
            }
        }
    }

    /// Logs which channels are broken now, and which work again.
    pub(super) fn look(&mut self, states: impl Iterator<Item = ChannelState>) {
        for state in states {
            let stat = self.0.entry(state.name.clone()).or_default();
            if stat.broken == state.broken {
                continue;
            }
            let kind = stat.kind;
            let name = state.name.as_str();
            match &state.broken {
                Some(why) => tracing::error!(kind, channel = name, "{name} is broken: {why}"),
                None => tracing::info!(kind, channel = name, "{name} works again"),
            }
            stat.broken = state.broken;
        }
    }

    /// Returns what is shown of a channel.
    pub(super) fn on_board(&self, state: ChannelState) -> ChannelOnBoard {
        let stat = self.0.get(&state.name);
        ChannelOnBoard {
            kind: stat.map_or("", |stat| stat.kind),
            place: stat.map(|stat| stat.place.clone()).unwrap_or_default(),
            broken: state.broken,
            pending: state.pending,
            told: stat.map_or(0, |stat| stat.told),
            failed: stat.map_or(0, |stat| stat.failed),
            seconds: stat.map(|stat| stat.seconds).unwrap_or_default(),
            name: state.name,
        }
    }
}

/// Logs that channels have left the config with openings that were told and are not over.
pub(super) fn log_dropped(dropped: &[DroppedChannel]) {
    for DroppedChannel { name, open } in dropped {
        let open = words::count(*open as u64, "incident", "incidents");
        tracing::warn!(
            channel = name.as_str(),
            "{name} has left the config: it is not told the end of {open}"
        );
    }
}

/// Returns the channels of an earlier run that the config has no more.
pub(super) fn dropped_since(left: &[Notification], plan: &AlertPlan) -> Vec<DroppedChannel> {
    let mut open: HashMap<&Text, usize> = HashMap::new();
    for row in left {
        let is_gone = !plan.channels.iter().any(|one| one.name == row.channel);
        if is_gone && row.is_told() {
            *open.entry(&row.channel).or_default() += 1;
        }
    }
    let dropped = open.into_iter().map(|(name, open)| DroppedChannel {
        name: name.clone(),
        open,
    });
    dropped.collect()
}
