//! The view that stands still while watching goes on.

use std::sync::Arc;

use crate::model::{Moment, Snapshot};
use crate::tui::totals::FleetTotals;

#[derive(Clone, Debug)]
pub struct Frozen {
    pub at: Moment,
    pub snapshot: Arc<Snapshot>,
    pub totals: FleetTotals,
}
