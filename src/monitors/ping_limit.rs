//! Limits the rate at which pings of a WebSocket or of Engine.IO are read, because each ping that
//! is read is answered.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::limiter::Limiter;
use crate::model::Moment;

/// Number of pings that are read without a pause.
const BURST: u32 = 50;
/// Time between the pings that follow.
const EVERY: Duration = Duration::from_millis(50);

/// The limit of one connection. While it is not ready, the connection is not read, so further pings
/// wait at the other side.
pub(super) struct PingLimit {
    limiter: Limiter,
    /// Boxed because it is rare, and a held connection keeps this value for its whole life.
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
    /// Records that a ping was read.
    pub(super) fn record_ping(&mut self, now: Moment) {
        if let Err(wait) = self.limiter.take(now) {
            self.pause = Some(Box::pin(sleep(wait)));
            // This ping is answered nevertheless, and counts from the end of the pause.
            _ = self.limiter.take(now.plus(wait));
        }
    }

    /// Waits until the next ping may be read. Cancel-safe.
    pub(super) async fn ready(&mut self) {
        poll_fn(|cx| self.poll_ready(cx)).await;
    }

    /// Polls whether the next ping may be read.
    pub(super) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pause) = &mut self.pause {
            std::task::ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        Poll::Ready(())
    }
}
