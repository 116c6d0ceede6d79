//! Maintenance: planned times in which a target may be down.

use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// One time of maintenance. The target is watched, and its status is true; openings of incidents
/// are held until the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaintenanceTime {
    pub from: Moment,
    pub until: Moment,
    pub reason: Text,
}
