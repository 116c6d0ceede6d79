//! A monitor that has, or lately had, an incident.

use std::sync::Arc;

use super::about::AlertTopic;
use super::flapping::FlapState;
use super::routing::MonitorRoutes;
use crate::model::{Meta, Moment};

/// What is known of a monitor beyond its row.
#[derive(Debug, Default)]
pub(super) struct AlertedMonitor {
    /// Its incidents that are not over on all channels.
    pub(super) incidents: Vec<AlertTopic>,
    /// The incident that is open.
    pub(super) open: Option<AlertTopic>,
    pub(super) flap: FlapState,
    /// Its routes, and the description from which they were computed.
    pub(super) routes: Option<(Arc<Meta>, Arc<MonitorRoutes>)>,
    /// When it is looked at again, as planned in `Timers`.
    pub(super) deadline: Option<Moment>,
}

impl AlertedMonitor {
    pub(super) fn add_incident(&mut self, about: &AlertTopic) {
        if !self.incidents.contains(about) {
            // Mostly there is one: the usual capacity would be a waste in a storm.
            self.incidents.reserve_exact(1);
            self.incidents.push(about.clone());
        }
    }
}
