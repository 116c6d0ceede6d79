//! Moments, schedules and deadlines, and durations in little memory.

pub mod compact;
pub mod deadlines;
pub mod histogram;
pub mod moment;
pub mod schedule;
