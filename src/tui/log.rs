//! The newest log lines of hbmon itself, for the log section: tracing writes here while the screen
//! is drawn.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tracing::Level;

use crate::model::Text;

const KEPT: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub at: Timestamp,
    pub level: Level,
    pub text: Text,
}

/// Clones are one ring.
#[derive(Clone, Debug, Default)]
pub struct LogRing(Arc<Mutex<VecDeque<Arc<LogLine>>>>);

impl LogRing {
    pub fn push(&self, line: LogLine) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(Arc::new(line));
    }

    /// Oldest first.
    pub fn lines(&self) -> Vec<Arc<LogLine>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }
}
