//! The user's hand on one target: one place to wait for all that can be wished.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tokio::sync::Notify;

/// Shared by whoever wishes and the one supervisor that obeys.
#[derive(Debug, Default)]
pub struct Nudge {
    /// Those of the moment, a bit each.
    wishes: AtomicU8,
    paused: AtomicBool,
    changed: Notify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Ask now instead of when it is due.
    Beat,
    /// End the connection that stands and open a new one.
    Reconnect,
    /// End the conversation, and begin no other until it is resumed.
    Pause,
}

const BEAT: u8 = 1;
const RECONNECT: u8 = 2;
/// There was a pause that is not obeyed yet, whether it lasts or not.
const PAUSE: u8 = 4;

impl Nudge {
    pub fn beat(&self) {
        self.wish(BEAT);
    }

    pub fn reconnect(&self) {
        self.wish(RECONNECT);
    }

    /// Or resumes.
    pub fn pause(&self, pause: bool) {
        self.paused.store(pause, Ordering::Release);
        self.wish(if pause { PAUSE } else { 0 });
    }

    /// Waits for the next wish. At once it is `Pause` until that is obeyed (`resumed`), also if it
    /// is over by then: the model has begun anew. Any other wish that came while nobody waited is
    /// not kept for later.
    pub async fn wished(&self) -> Wish {
        loop {
            // It hears all from here on.
            let changed = self.changed.notified();
            if self.wishes.fetch_and(PAUSE, Ordering::AcqRel) & PAUSE != 0 || self.is_paused() {
                return Wish::Pause;
            }
            changed.await;
            match self.wishes.load(Ordering::Acquire) {
                wishes if wishes & PAUSE != 0 => return Wish::Pause,
                wishes if wishes & RECONNECT != 0 => return Wish::Reconnect,
                wishes if wishes & BEAT != 0 => return Wish::Beat,
                _resumed => {}
            }
        }
    }

    /// Waits until the pause is over, at once if there is none; whether there was one.
    pub async fn resumed(&self) -> bool {
        loop {
            let changed = self.changed.notified();
            if !self.is_paused() {
                return self.wishes.fetch_and(!PAUSE, Ordering::AcqRel) & PAUSE != 0;
            }
            changed.await;
        }
    }

    fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    fn wish(&self, bit: u8) {
        self.wishes.fetch_or(bit, Ordering::Release);
        self.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn who_waits_hears_the_strongest_wish() {
        let nudge = Nudge::default();
        let mut wished = Box::pin(nudge.wished());
        assert_eq!(wished.as_mut().now_or_never(), None);
        nudge.reconnect();
        nudge.beat();
        assert_eq!(wished.now_or_never(), Some(Wish::Reconnect));
    }

    #[test]
    fn a_wish_is_not_kept_for_later_and_a_pause_is() {
        let nudge = Nudge::default();
        nudge.beat();
        assert_eq!(nudge.wished().now_or_never(), None);
        nudge.pause(true);
        assert_eq!(nudge.wished().now_or_never(), Some(Wish::Pause));
        assert_eq!(nudge.resumed().now_or_never(), None);
        nudge.pause(false);
        assert_eq!(nudge.resumed().now_or_never(), Some(true));
        assert_eq!(nudge.resumed().now_or_never(), Some(false));
        assert_eq!(nudge.wished().now_or_never(), None);
    }

    #[test]
    fn a_pause_that_is_over_before_anybody_looks_is_one_all_the_same() {
        let nudge = Nudge::default();
        let mut wished = Box::pin(nudge.wished());
        assert_eq!(wished.as_mut().now_or_never(), None);
        nudge.pause(true);
        nudge.pause(false);
        assert_eq!(wished.now_or_never(), Some(Wish::Pause));
        assert_eq!(
            nudge.wished().now_or_never(),
            Some(Wish::Pause),
            "until it is obeyed"
        );
        assert_eq!(nudge.resumed().now_or_never(), Some(true));
        assert_eq!(nudge.wished().now_or_never(), None);
    }
}
