//! Moments, schedules, deadlines, and compact durations.

pub mod compact_duration;
pub mod deadlines;
pub mod histogram;
pub mod moment;
pub mod schedule;
