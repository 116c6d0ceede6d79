//! What a user asks of one target's supervisor by hand: probe now, reconnect, pause, resume.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tokio::sync::Notify;

/// Requests to one supervisor, shared between the engine and that supervisor.
#[derive(Debug, Default)]
pub(super) struct Control {
    /// Pending requests, one bit each.
    requests: AtomicU8,
    paused: AtomicBool,
    changed: Notify,
}

/// A request to a supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ControlRequest {
    /// Probe now instead of at the next interval.
    Probe,
    /// Close the connection and open a new one.
    Reconnect,
    /// End the attempt and start no other until the target is resumed.
    Pause,
}

const PROBE: u8 = 1;
const RECONNECT: u8 = 2;
/// A pause was requested and the supervisor has not carried it out, even if it is over.
const PAUSE: u8 = 4;

impl Control {
    pub(super) fn probe(&self) {
        self.request(PROBE);
    }

    pub(super) fn reconnect(&self) {
        self.request(RECONNECT);
    }

    /// Pauses (true) or resumes (false).
    pub(super) fn pause(&self, pause: bool) {
        self.paused.store(pause, Ordering::Release);
        self.request(if pause { PAUSE } else { 0 });
    }

    /// Waits for the next request. Returns `Pause` at once until the supervisor has carried the
    /// pause out (`resumed`), even if it is over by then, because the model starts afresh after a
    /// pause. Any other request is lost if no call waits for it.
    pub(super) async fn next_request(&self) -> ControlRequest {
        loop {
            // Registered before the flags are read, so that no change is missed.
            let changed = self.changed.notified();
            if self.requests.fetch_and(PAUSE, Ordering::AcqRel) & PAUSE != 0 || self.is_paused() {
                return ControlRequest::Pause;
            }
            changed.await;
            match self.requests.load(Ordering::Acquire) {
                bits if bits & PAUSE != 0 => return ControlRequest::Pause,
                bits if bits & RECONNECT != 0 => return ControlRequest::Reconnect,
                bits if bits & PROBE != 0 => return ControlRequest::Probe,
                _resumed => {}
            }
        }
    }

    /// Waits until no pause is in force; returns whether there was one.
    pub(super) async fn wait_while_paused(&self) -> bool {
        loop {
            let changed = self.changed.notified();
            if !self.is_paused() {
                return self.requests.fetch_and(!PAUSE, Ordering::AcqRel) & PAUSE != 0;
            }
            changed.await;
        }
    }

    fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    fn request(&self, bit: u8) {
        self.requests.fetch_or(bit, Ordering::Release);
        self.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_waiter_gets_the_strongest_request() {
        let control = Control::default();
        let mut requested = Box::pin(control.next_request());
        assert_eq!(requested.as_mut().now_or_never(), None);
        control.reconnect();
        control.probe();
        assert_eq!(requested.now_or_never(), Some(ControlRequest::Reconnect));
    }

    #[test]
    fn a_pause_is_kept_for_later_and_other_requests_are_not() {
        let control = Control::default();
        control.probe();
        assert_eq!(control.next_request().now_or_never(), None);
        control.pause(true);
        assert_eq!(
            control.next_request().now_or_never(),
            Some(ControlRequest::Pause)
        );
        assert_eq!(control.wait_while_paused().now_or_never(), None);
        control.pause(false);
        assert_eq!(control.wait_while_paused().now_or_never(), Some(true));
        assert_eq!(control.wait_while_paused().now_or_never(), Some(false));
        assert_eq!(control.next_request().now_or_never(), None);
    }

    #[test]
    fn a_pause_that_is_over_before_anybody_looks_is_one_all_the_same() {
        let control = Control::default();
        let mut requested = Box::pin(control.next_request());
        assert_eq!(requested.as_mut().now_or_never(), None);
        control.pause(true);
        control.pause(false);
        assert_eq!(requested.now_or_never(), Some(ControlRequest::Pause));
        assert_eq!(
            control.next_request().now_or_never(),
            Some(ControlRequest::Pause),
            "until it is obeyed"
        );
        assert_eq!(control.wait_while_paused().now_or_never(), Some(true));
        assert_eq!(control.next_request().now_or_never(), None);
    }
}
