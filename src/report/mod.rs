//! One file per output format; all are pure functions of the same snapshot, written to whatever they are given.

pub mod changes;
pub mod follow;
pub mod human;
pub mod json;
pub mod lines;
pub mod ndjson;
pub mod plain;
pub mod probe;
pub mod style;

use std::time::Duration;

use jiff::Timestamp;

/// What a report says about the run that it is of. The command decides all of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    pub started: Timestamp,
    pub duration: Duration,
    /// The code that the process will exit with.
    pub exit: u8,
    /// False when a deadline or a signal left a monitor unsettled.
    pub complete: bool,
}

/// Milliseconds as a number, to the microsecond: what all machine formats use.
pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
