//! Why an incident is not told now, on any channel.

use super::about::AlertTopic;
use super::alerter::Alerter;
use super::exchange::Held;
use super::incident::AlertedIncident;
use crate::history::notification::HeldBecause;
use crate::model::{Moment, Row, Status, Text};

/// A reason not to tell an incident now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    pub(super) why: HeldBecause,
    /// When it ends, if that is known.
    pub(super) until: Option<Moment>,
}

impl Alerter {
    /// Returns why an incident is not told now. Of several reasons, the first counts: maintenance,
    /// silence, dependency.
    pub(super) fn hold(&mut self, incident: &mut AlertedIncident) -> Option<Hold> {
        if matches!(incident.about, AlertTopic::Own(_)) {
            return None;
        }
        let row = self.fleet.get(&incident.subject.monitor)?.clone();
        let dependency = self.hold_by_parents(incident, &row);
        let quiet = quiet(&row, self.now).map(|(why, until)| Hold {
            why,
            until: Some(until),
        });
        quiet.or(dependency)
    }

    fn hold_by_parents(&mut self, incident: &mut AlertedIncident, row: &Row) -> Option<Hold> {
        let watch = incident.parents.as_mut()?;
        let now = self.now;
        let parents = watch.outcomes.iter().map(|(parent, _)| parent);
        let is_behind = in_error(parents, |name| self.fleet.status(name)).is_some();
        let mut answer_by = None;
        for (parent, outcomes) in &watch.outcomes {
            let Some(parent_row) = self.fleet.get(parent) else {
                continue;
            };
            if matches!(parent_row.status, Status::Paused | Status::Unknown) {
                continue;
            }
            let until = watch.since.plus(parent_row.policy.interval);
            let is_asked = parent_row.status != Status::Error && parent_row.outcomes() <= *outcomes;
            if is_asked && now < until && !self.is_final {
                answer_by = answer_by.max(Some(until));
                self.behind.wait(parent, &incident.about);
            }
            // It may get into error before the incident is told.
            self.behind.hold(parent, &incident.about);
        }
        let until = if is_behind {
            watch.was_behind = true;
            watch.well_since = None;
            None
        } else if watch.was_behind {
            let since = *watch.well_since.get_or_insert(now);
            Some(since.plus(row.policy.interval))
        } else {
            answer_by
        };
        let is_held = is_behind || until.is_some_and(|until| now < until);
        is_held.then_some(Hold {
            why: HeldBecause::Dependency,
            until,
        })
    }

    /// Reviews the incidents that wait for a monitor. `is_change`: its status changed.
    pub(super) fn wake_children(&mut self, parent: &Text, is_change: bool) {
        for about in self.behind.wake(parent, is_change) {
            self.review(&about);
        }
    }
}

/// Returns why a problem of a monitor is not told at the end of a run, which learns nothing more.
/// `status`: that of another monitor, by its name; `None` if the run does not watch it.
pub fn why_held(row: &Row, now: Moment, status: impl Fn(&Text) -> Option<Status>) -> Option<Held> {
    if let Some((why, _)) = quiet(row, now) {
        let words = quiet_words(row, why);
        return Some(Held { why, words });
    }
    let parent = in_error(&row.meta.depends_on, status)?;
    Some(Held {
        why: HeldBecause::Dependency,
        words: behind(parent),
    })
}

/// Returns the first of a monitor's parents that is in error: meanwhile the monitor's problems are
/// not told.
pub(super) fn in_error<'a>(
    parents: impl IntoIterator<Item = &'a Text>,
    status: impl Fn(&Text) -> Option<Status>,
) -> Option<&'a Text> {
    let mut parents = parents.into_iter();
    parents.find(|parent| status(parent) == Some(Status::Error))
}

pub(super) fn behind(parent: &Text) -> Text {
    Text::clean(&format!("behind \"{parent}\""))
}

/// Returns the words of a monitor's maintenance or silence: `in maintenance: patches`.
pub(super) fn quiet_words(row: &Row, why: HeldBecause) -> Text {
    let silence = row.silence.as_ref();
    let maintenance = row.maintenance.as_ref();
    let found = match why {
        HeldBecause::Maintenance => maintenance.map(|one| ("in maintenance".into(), &one.reason)),
        _ => silence.map(|one| (format!("silenced by {}", one.by), &one.reason)),
    };
    let words = match found {
        Some((what, reason)) if reason.is_empty() => what,
        Some((what, reason)) => format!("{what}: {reason}"),
        None => why.as_str().to_owned(),
    };
    Text::clean(&words)
}

/// Returns the maintenance or the silence of a monitor that is in force, and its end.
pub(super) fn quiet(row: &Row, now: Moment) -> Option<(HeldBecause, Moment)> {
    let maintenance = row.maintenance.as_ref();
    let maintenance = maintenance.filter(|one| one.from <= now && now < one.until);
    let maintenance = maintenance.map(|one| (HeldBecause::Maintenance, one.until));
    let silence = row.silence.as_ref().filter(|one| one.is_active(now));
    maintenance.or_else(|| silence.map(|one| (HeldBecause::Silence, one.until)))
}
