//! Moments, schedules, deadlines, and compact durations.

pub(super) mod compact_duration;
pub(super) mod deadlines;
pub(super) mod histogram;
pub(super) mod moment;
pub(super) mod schedule;
