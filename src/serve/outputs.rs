//! How the log and the outputs of this process fare, for `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counted by the code that writes them.
#[derive(Debug, Default)]
pub struct Outputs {
    errors: AtomicU64,
    log_lines_dropped: AtomicU64,
}

impl Outputs {
    /// A write failed.
    pub fn failed(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
    }

    /// So many lines of the log were not taken.
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
