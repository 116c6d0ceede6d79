//! Counts failures of the log and the outputs of this process, for `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counters. The code that writes an output or the log increments them.
#[derive(Debug, Default)]
pub struct Outputs {
    errors: AtomicU64,
    log_lines_dropped: AtomicU64,
}

impl Outputs {
    /// Counts a write that failed.
    pub fn failed(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts lines of the log that were dropped.
    pub fn dropped(&self, lines: u64) {
        self.log_lines_dropped.fetch_add(lines, Ordering::Relaxed);
    }

    pub fn errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }

    pub fn log_lines_dropped(&self) -> u64 {
        self.log_lines_dropped.load(Ordering::Relaxed)
    }
}
