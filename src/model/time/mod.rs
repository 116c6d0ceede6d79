//! Moments, schedules and deadlines, and durations in little memory.

pub mod compact_duration;
pub mod deadlines;
pub mod histogram;
pub mod moment;
pub mod schedule;
