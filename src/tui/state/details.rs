//! Details of the shown monitor from the host: its settings and its instances.

use std::time::Duration;

use crate::model::{Instance, Moment, Row, ShownSetting, TargetId};

/// Minimum age of an answer before the instances are asked for again.
const REFRESH: Duration = Duration::from_secs(1);
/// What each instance adds to that, because all of them are copied for an answer.
const REFRESH_PER_INSTANCE: Duration = Duration::from_micros(100);

/// The answer of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorDetails {
    pub id: TargetId,
    /// What the monitor sends and checks. Empty if the host does not know.
    pub settings: Vec<ShownSetting>,
    /// The missing ones first, then by name.
    pub instances: Vec<Instance>,
}

impl MonitorDetails {
    /// Orders the instances, which may come in any order.
    pub fn new(
        id: TargetId,
        settings: Vec<ShownSetting>,
        mut instances: Vec<Instance>,
    ) -> MonitorDetails {
        instances.sort_unstable_by(|a, b| (a.online, &a.id).cmp(&(b.online, &b.id)));
        MonitorDetails {
            id,
            settings,
            instances,
        }
    }
}

/// The last question to the host and its answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Details {
    asked: Option<(TargetId, Moment)>,
    answer: Option<MonitorDetails>,
}

impl Details {
    /// Returns the monitor that the host must be asked about now, if there is one.
    pub(crate) fn question(&mut self, row: &Row, now: Moment) -> Option<TargetId> {
        let age = match self.asked {
            Some((id, at)) if id == row.id => now.since(at),
            _ => Duration::MAX,
        };
        // Settings do not change; a reload that changes them starts another target.
        let refresh = row.instances.map_or(Duration::MAX, |counts| {
            REFRESH + REFRESH_PER_INSTANCE.saturating_mul(counts.total)
        });
        if age < refresh {
            return None;
        }
        self.asked = Some((row.id, now));
        Some(row.id)
    }

    pub(crate) fn receive(&mut self, answer: MonitorDetails) {
        self.answer = Some(answer);
    }

    pub(crate) fn of(&self, id: TargetId) -> Option<&MonitorDetails> {
        self.answer.as_ref().filter(|answer| answer.id == id)
    }
}
