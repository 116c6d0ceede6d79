//! Limits the memory of request bodies and unread responses.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use bytes::Bytes;

/// A limit in bytes for all clients together.
#[derive(Debug)]
pub(super) struct MemoryBudget {
    limit: usize,
    used: AtomicUsize,
    refused: AtomicU64,
}

/// A number of bytes that count against the budget until the charge is dropped.
#[derive(Debug)]
pub(super) struct Charge {
    budget: Arc<MemoryBudget>,
    bytes: usize,
}

/// The budget is used up.
#[derive(Debug)]
pub(super) struct MemoryBudgetExceeded;

impl MemoryBudget {
    pub(super) fn new(limit: usize) -> Arc<MemoryBudget> {
        Arc::new(MemoryBudget {
            limit,
            used: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
        })
    }

    /// Returns a charge of 0 bytes, which can grow.
    ///
    /// # Errors
    /// The budget is used up. The last charge may exceed the limit; otherwise an answer larger than
    /// the whole budget would never be sent.
    pub(super) fn open(self: &Arc<MemoryBudget>) -> Result<Charge, MemoryBudgetExceeded> {
        if self.used() > self.limit {
            return Err(self.refuse());
        }
        Ok(Charge {
            budget: Arc::clone(self),
            bytes: 0,
        })
    }

    fn refuse(&self) -> MemoryBudgetExceeded {
        self.refused.fetch_add(1, Ordering::Relaxed);
        MemoryBudgetExceeded
    }

    fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Number of requests that were refused because the budget was used up.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

impl Charge {
    /// Adds bytes to the charge.
    ///
    /// # Errors
    /// The budget is used up.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), MemoryBudgetExceeded> {
        if self.budget.used() > self.budget.limit {
            return Err(self.budget.refuse());
        }
        self.add(bytes);
        Ok(())
    }

    fn add(&mut self, bytes: usize) {
        self.budget.used.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
    }

    /// Converts to bytes that count until the cache and all slow readers have dropped them.
    pub(super) fn hold(mut self, mut bytes: Vec<u8>) -> Bytes {
        struct ChargedBytes {
            bytes: Vec<u8>,
            _charge: Charge,
        }
        impl AsRef<[u8]> for ChargedBytes {
            fn as_ref(&self) -> &[u8] {
                &self.bytes
            }
        }
        bytes.shrink_to_fit();
        self.add(bytes.len());
        Bytes::from_owner(ChargedBytes {
            bytes,
            _charge: self,
        })
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_for_as_long_as_somebody_holds_them() {
        let budget = MemoryBudget::new(100);
        let held = budget.open().unwrap().hold(vec![0; 101]);
        let again = held.clone();
        drop(held);
        assert_eq!(budget.used(), 101);
        assert!(budget.open().is_err());
        assert_eq!(budget.refused(), 1);
        drop(again);
        assert_eq!(budget.used(), 0);
        let mut charge = budget.open().unwrap();
        charge.grow(60).unwrap();
        assert!(budget.open().is_ok());
        charge.grow(60).unwrap();
        assert!(charge.grow(1).is_err(), "it may go beyond the limit once");
    }
}
