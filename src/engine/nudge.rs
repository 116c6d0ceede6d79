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
        self.changed.notify_waiters();
    }

    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// Waits for the next wish; at once it is `Pause` for as long as that lasts. A wish that came while nobody waited is
    /// not kept for later.
    pub async fn wished(&self) -> Wish {
        loop {
            // It hears all from here on.
            let changed = self.changed.notified();
            self.wishes.store(0, Ordering::Release);
            if self.is_paused() {
                return Wish::Pause;
            }
            changed.await;
            match self.wishes.load(Ordering::Acquire) {
                wishes if wishes & RECONNECT != 0 => return Wish::Reconnect,
                wishes if wishes & BEAT != 0 => return Wish::Beat,
                _paused_or_resumed => {}
            }
        }
    }

    /// Waits until the pause is over; returns at once if there is none.
    pub async fn resumed(&self) {
        loop {
            let changed = self.changed.notified();
            if !self.is_paused() {
                return;
            }
            changed.await;
        }
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
        assert_eq!(nudge.resumed().now_or_never(), Some(()));
    }

    #[test]
    fn a_pause_between_two_looks_is_no_wish() {
        let nudge = Nudge::default();
        let mut wished = Box::pin(nudge.wished());
        assert_eq!(wished.as_mut().now_or_never(), None);
        nudge.pause(true);
        nudge.pause(false);
        assert_eq!(wished.as_mut().now_or_never(), None);
        nudge.beat();
        assert_eq!(wished.now_or_never(), Some(Wish::Beat));
    }
}
