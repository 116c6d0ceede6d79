//! What neighbours have in common is kept once.

use std::cell::RefCell;
use std::sync::Arc;

/// The last of its sort: mostly neighbours are watched alike.
pub struct Dedup<T>(RefCell<Option<Arc<T>>>);

impl<T> Default for Dedup<T> {
    fn default() -> Dedup<T> {
        Dedup(RefCell::default())
    }
}

impl<T: PartialEq> Dedup<T> {
    /// The value; if it equals the one before, that one.
    pub fn share(&self, value: T) -> Arc<T> {
        let mut last = self.0.borrow_mut();
        if let Some(before) = last.as_ref().filter(|before| ***before == value) {
            return Arc::clone(before);
        }
        Arc::clone(last.insert(Arc::new(value)))
    }
}
