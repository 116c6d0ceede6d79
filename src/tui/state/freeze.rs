//! The frozen view: what is shown while hbmon continues to watch.

use std::sync::Arc;

use crate::model::{Moment, Snapshot};
use crate::tui::alerts::ShownAlerts;
use crate::tui::totals::FleetTotals;

#[derive(Clone, Debug)]
pub(crate) struct Frozen {
    pub at: Moment,
    pub snapshot: Arc<Snapshot>,
    pub totals: FleetTotals,
    pub alerts: Arc<ShownAlerts>,
}
