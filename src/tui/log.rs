//! The newest log lines of hbmon itself, for the log section. `tracing` writes here while the
//! screen is active.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tracing::Level;

use crate::lock::LockExt;
use crate::model::Text;

const MAX_LINES: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub at: Timestamp,
    pub level: Level,
    pub text: Text,
}

/// A ring of the newest log lines. Clones share one ring.
#[derive(Clone, Debug, Default)]
pub struct LogRing(Arc<Mutex<VecDeque<Arc<LogLine>>>>);

impl LogRing {
    pub fn push(&self, line: LogLine) {
        let mut lines = self.0.lock().ignore_poison();
        if lines.len() == MAX_LINES {
            lines.pop_front();
        }
        lines.push_back(Arc::new(line));
    }

    /// Returns the lines, oldest first.
    pub fn lines(&self) -> Vec<Arc<LogLine>> {
        self.0.lock().ignore_poison().iter().cloned().collect()
    }
}
