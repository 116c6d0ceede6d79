//! How fast the pings of a WebSocket, or of Engine.IO, are read: each one that is read is answered.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::limiter::Limiter;
use crate::model::Moment;

/// Pings that are read in a row, and the time between those that follow.
const BURST: u32 = 50;
const EVERY: Duration = Duration::from_millis(50);

/// While it is not ready, nothing more is read: the flood waits at the other side.
pub struct PingLimit {
    limiter: Limiter,
    /// Boxed: it is rare, and a held connection keeps this for as long as it lives.
    pause: Option<Pin<Box<Sleep>>>,
}

impl Default for PingLimit {
    fn default() -> PingLimit {
        PingLimit {
            limiter: Limiter::new(BURST, EVERY),
            pause: None,
        }
    }
}

impl PingLimit {
    /// A ping was read.
    pub fn record_ping(&mut self, now: Moment) {
        if let Err(wait) = self.limiter.take(now) {
            self.pause = Some(Box::pin(sleep(wait)));
            // It is answered all the same, and counts from when the pause ends.
            _ = self.limiter.take(now.plus(wait));
        }
    }

    /// Cancel-safe.
    pub async fn ready(&mut self) {
        poll_fn(|cx| self.poll_ready(cx)).await;
    }

    pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pause) = &mut self.pause {
            std::task::ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        Poll::Ready(())
    }
}
