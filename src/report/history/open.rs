//! The open incident of a running monitor as the history has it.

use crate::history::incident::Incident;
use crate::history::period::whole_millis;
use crate::model::{Acknowledgement, Cause, Meta, OpenIncident, Snapshot, Text};
use crate::words;

/// Returns an open incident with the times of a snapshot. Notes are not in it: only the store has
/// them.
pub(crate) fn open_incident(meta: &Meta, open: &OpenIncident, snapshot: &Snapshot) -> Incident {
    let wall = |at| whole_millis(snapshot.wall(at));
    Incident {
        id: open.id,
        monitor: meta.name.clone(),
        kind: meta.kind,
        group: meta.group.clone(),
        opened: wall(open.opened),
        closed: None,
        worst: open.worst,
        reason: open.cause.as_ref().map(Cause::reason),
        message: open
            .cause
            .as_ref()
            .map(|cause| Text::clean(&words::cause(cause))),
        first_reason: open.first_reason,
        last_reason: open.last_reason,
        end: None,
        acknowledged: open
            .acknowledged
            .as_ref()
            .map(|acknowledged| Acknowledgement {
                by: acknowledged.by.clone(),
                at: wall(acknowledged.at),
                until: acknowledged.until.map(wall),
            }),
        maintenance: false,
        notes: Vec::new(),
        told: Vec::new(),
    }
}
