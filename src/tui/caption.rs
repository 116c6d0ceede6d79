//! The line below the header: what the caller has to say, or a config that was refused.

use crate::model::{Change, ChangeKind, Moment, Snapshot, Text};
use crate::words;

/// What the line below the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    pub text: String,
    pub tone: CaptionTone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptionTone {
    /// It explains what happens.
    Story,
    /// What the screen shows may not be true.
    Trouble,
    /// Somebody is not told of problems.
    Failure,
}

/// The config that was refused last, until one is accepted.
#[derive(Clone, Debug, Default)]
pub(super) struct RefusedConfig(Option<(Moment, Text)>);

impl RefusedConfig {
    pub(super) fn record(&mut self, change: &Change) {
        match &change.kind {
            ChangeKind::ReloadRefused { why } => self.0 = Some((change.at, why.clone())),
            ChangeKind::Reloaded { .. } => self.0 = None,
            _ => {}
        }
    }

    /// Returns the line about it, if the config that was read last is bad.
    pub(super) fn caption(&self, snapshot: &Snapshot, now: Moment) -> Option<Caption> {
        if !snapshot.self_stats.reload_refused {
            return None;
        }
        let text = match &self.0 {
            Some((at, why)) => format!(
                "config refused {} ago: {why}; the one before is in use",
                words::age(now.since(*at))
            ),
            // It was refused before this screen began to follow.
            None => "config refused, the one before is in use".to_owned(),
        };
        Some(Caption {
            text,
            tone: CaptionTone::Trouble,
        })
    }
}
