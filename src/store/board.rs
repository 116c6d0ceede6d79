//! What the writer's thread and its handles share.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::batch::Keep;
use crate::lock::LockExt;

#[derive(Debug, Default)]
pub(super) struct Board {
    keep: Mutex<Keep>,
    fault: Mutex<Option<String>>,
    dropped: AtomicU64,
    bytes: AtomicU64,
    renewed: AtomicBool,
}

/// How the store does, for metrics and the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The fault that keeps it from writing, as a sentence.
    pub fault: Option<String>,
    /// Numbers that were dropped, in rows; also changes, after a fault of many hours.
    pub dropped: u64,
    /// Size of the file and its journal, in bytes.
    pub bytes: u64,
}

impl Board {
    pub(super) fn new(keep: Keep) -> Board {
        Board {
            keep: Mutex::new(keep),
            ..Board::default()
        }
    }

    pub(super) fn keep(&self) -> Keep {
        *self.keep.lock().ignore_poison()
    }

    pub(super) fn set_keep(&self, keep: Keep) {
        *self.keep.lock().ignore_poison() = keep;
    }

    /// Shows a fault, or that there is none any more.
    pub(super) fn set_fault(&self, fault: Option<impl fmt::Display>) {
        let fault = fault.map(|fault| fault.to_string());
        let mut shown = self.fault.lock().ignore_poison();
        match (&*shown, &fault) {
            (None, Some(fault)) => tracing::warn!("{fault}"),
            (Some(_), None) => tracing::info!("the history is written again"),
            _ => {}
        }
        *shown = fault;
    }

    pub(super) fn count_dropped(&self, rows: u64) {
        self.dropped.fetch_add(rows, Ordering::Relaxed);
    }

    pub(super) fn set_bytes(&self, bytes: u64) {
        self.bytes.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn set_renewed(&self) {
        self.renewed.store(true, Ordering::Relaxed);
    }

    /// Returns whether `set_renewed` was called since the last call.
    pub(super) fn take_renewed(&self) -> bool {
        self.renewed.swap(false, Ordering::Relaxed)
    }

    pub(super) fn health(&self) -> Health {
        Health {
            fault: self.fault.lock().ignore_poison().clone(),
            dropped: self.dropped.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }
}
