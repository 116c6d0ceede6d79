//! The maintenance of a fleet: what the config plans, and what of it is in force.

use std::sync::Arc;

use jiff::Timestamp;

use super::select::Selector;
use crate::model::target::maintenance::{MaintenanceTime, MaintenanceTimes};
use crate::model::target::meta::Meta;
use crate::model::text::Text;
use crate::model::time::moment::{Moment, wall};

/// A maintenance of the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaintenancePlan {
    pub matches: Selector,
    pub times: MaintenanceTimes,
    pub reason: Text,
}

/// All plans. A change of the calendar costs O(plans).
#[derive(Debug, Default)]
pub(super) struct Maintenance {
    plans: Vec<(MaintenancePlan, Option<Arc<MaintenanceTime>>)>,
    /// When something begins or ends next.
    next: Option<Moment>,
}

impl Maintenance {
    pub(super) fn set_plans(&mut self, plans: Vec<MaintenancePlan>) {
        self.plans = plans.into_iter().map(|plan| (plan, None)).collect();
    }

    pub(super) const fn next(&self) -> Option<Moment> {
        self.next
    }

    /// Finds what is in force at `now`. `anchor`: the wall time of `Moment::START`.
    pub(super) fn advance(&mut self, now: Moment, anchor: Timestamp) {
        let today = wall(anchor, now);
        self.next = None;
        for (plan, current) in &mut self.plans {
            let time = plan.times.current_or_next(today);
            let dated = time.map(|(from, until)| (moment(anchor, from), moment(anchor, until)));
            let is_current = time.is_some_and(|(from, _)| from <= today);
            let change = dated.map(|(from, until)| if is_current { until } else { from });
            // A calendar in nanoseconds and one in milliseconds must not wait for one another.
            let change = change.map(|at| at.max(now.plus(std::time::Duration::from_millis(1))));
            self.next = self.next.into_iter().chain(change).min();
            let time = dated.filter(|_| is_current);
            *current = time.map(|(from, until)| {
                let time = MaintenanceTime {
                    from,
                    until,
                    reason: plan.reason.clone(),
                };
                // The same one stays shared.
                current
                    .take()
                    .filter(|known| **known == time)
                    .unwrap_or_else(|| Arc::new(time))
            });
        }
    }

    /// Returns the maintenance of a target that is in force and ends last.
    pub(super) fn of(&self, meta: &Meta) -> Option<&Arc<MaintenanceTime>> {
        self.plans
            .iter()
            .filter_map(|(plan, time)| Some((plan, time.as_ref()?)))
            .filter(|(plan, _)| plan.matches.matches(meta))
            .map(|(_, time)| time)
            .max_by_key(|time| time.until)
    }
}

/// Returns the moment of a wall time; the start for one before it.
fn moment(anchor: Timestamp, at: Timestamp) -> Moment {
    let offset = anchor.duration_until(at);
    offset.try_into().map_or(Moment::START, Moment::after_start)
}
