//! The one place for English: failures, causes and durations as people read them.

use std::time::Duration;

use crate::model::{Cause, Failure};

/// One line, cause first, no period: `connection refused (127.0.0.1:9)`.
pub fn failure(failure: &Failure) -> String {
    let _ = failure;
    todo!()
}

/// The sentence about a status: `503 Service Unavailable`, `3 heartbeats missed, none for 1m33s`.
pub fn cause(cause: &Cause) -> String {
    let _ = cause;
    todo!()
}

/// An age or outage with at most two units: `0s`, `4m12s`, `3h02m`, `6d04h`.
pub fn age(age: Duration) -> String {
    let _ = age;
    todo!()
}

/// A latency: `0.4ms`, `38ms`, `412ms`, `1.9s`, `12s`.
pub fn latency(latency: Duration) -> String {
    let _ = latency;
    todo!()
}
