//! How monitors stand to their objectives, for `/metrics`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::history_queries::{HistoryReader, QueryFailure, query};
use super::state::AppState;
use crate::history::known::KnownMonitor;
use crate::history::period::Period;
use crate::history::slo::{BurnWindow, SloStanding};
use crate::history::times::Timeline;
use crate::model::{Snapshot, Text};

/// Standings by the names of the monitors.
pub(super) type Standings = HashMap<Text, SloStanding>;

/// Returns the standings of the monitors with an objective, computed within the last 30 s.
pub(super) async fn standings(state: &AppState, snapshot: &Snapshot) -> Arc<Standings> {
    let has_objectives = snapshot.rows.iter().any(|row| row.meta.slo.is_some());
    if state.history.is_none() || !has_objectives {
        return Arc::default();
    }
    let asked = state.clone();
    let compute = async move { query(&asked, compute).await.ok() };
    state.standings.get(&state.clock, compute).await
}

fn compute(history: &HistoryReader) -> Result<Standings, QueryFailure> {
    let mut monitors = history.reader.monitors()?;
    monitors.retain(|monitor| monitor.slo.is_some() && monitor.removed.is_none());
    let windows = monitors.iter().filter_map(|monitor| monitor.slo);
    let longest = windows
        .map(|slo| slo.window)
        .chain([BurnWindow::ThreeDays.length()])
        .max();
    let period = Period::ending(history.now, longest.unwrap_or_default());
    let names: HashSet<&Text> = monitors.iter().map(|monitor| &monitor.name).collect();
    let changes = history.reader.changes_of(&names, period)?;
    let watched = history.reader.watched_until(period, history.now)?;
    let standing = |monitor: &KnownMonitor| {
        let timeline = Timeline {
            first_known: monitor.first_known,
            removed: None,
            changes: changes.get(&monitor.name).map_or(&[][..], Vec::as_slice),
            watched: &watched,
        };
        let slo = monitor.slo?;
        let standing = SloStanding::at(history.now, slo, &timeline);
        Some((monitor.name.clone(), standing))
    };
    Ok(monitors.iter().filter_map(standing).collect())
}
