//! How available monitors were in the last day and the last 30 days, for the page.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::history_queries::{HistoryReader, QueryFailure, query};
use super::state::AppState;
use crate::history::period::Period;
use crate::history::report::ReportBy;
use crate::report::page::{AvailabilityByName, PastAvailability};
use crate::store::ReportQuery;

const DAY: Duration = Duration::from_secs(86_400);

/// Returns the availability of all monitors, computed within the last 5 min; `None` without a
/// history.
pub(super) async fn past_availability(state: &AppState) -> Option<Arc<AvailabilityByName>> {
    state.history.as_ref()?;
    let asked = state.clone();
    let compute = async move { query(&asked, compute).await.ok() };
    Some(state.past.get(&state.clock, compute).await)
}

fn compute(history: &HistoryReader) -> Result<AvailabilityByName, QueryFailure> {
    let mut monitors = history.reader.monitors()?;
    monitors.retain(|monitor| monitor.removed.is_none());
    let mut found: AvailabilityByName = HashMap::new();
    let report = |length| {
        let asked = ReportQuery {
            period: Period::ending(history.now, length),
            now: history.now,
            by: ReportBy::Monitor,
            monitors: &monitors,
            objective: None,
            compare: false,
        };
        history.reader.report(&asked)
    };
    for row in report(DAY)?.rows {
        let known: &mut PastAvailability = found.entry(row.name).or_default();
        known.day = row.times.availability();
    }
    for row in report(30 * DAY)?.rows {
        let known = found.entry(row.name).or_default();
        known.month = row.times.availability();
    }
    Ok(found)
}
