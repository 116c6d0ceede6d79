//! What goes on over an open WebSocket: heartbeats in, pongs and own pings out, until one side ends it.

use std::borrow::Cow;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt, Sink, SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::Spec;
use super::inflate::inflate;
use crate::model::{Failure, Moment, Sent, Stage, Text};
use crate::monitors::End;
use crate::monitors::dial::websocket_failure;
use crate::monitors::outbox::Outbox;
use crate::monitors::payload::{Heard, hear_aside, messages};
use crate::monitors::ping_limit::PingLimit;

/// A deadline noticed so much later has seen this process stand still; so long it then has to read what came.
const STOOD_STILL: Duration = Duration::from_secs(1);

pub(super) struct Conversation<'a, S> {
    spec: &'a Spec,
    out: &'a mut Outbox,
    stream: WebSocketStream<S>,
    /// Since when something waits to be written.
    unsent: Option<Moment>,
    /// The own ping that is not answered yet.
    ping: Option<Ping>,
    pings: PingLimit,
    /// Our patience lasts until then at least.
    reprieve: Moment,
    /// Whether there was a good heartbeat.
    heard: bool,
}

struct Ping {
    /// Random, so that no other pong passes for its answer.
    payload: Bytes,
    sent: Moment,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Conversation<'a, S> {
    pub(super) fn new(spec: &'a Spec, stream: WebSocketStream<S>, out: &'a mut Outbox) -> Self {
        Conversation {
            spec,
            out,
            stream,
            unsent: None,
            ping: None,
            pings: PingLimit::default(),
            reprieve: Moment::START,
            heard: false,
        }
    }

    /// # Errors
    /// Everything but a clean end after a heartbeat.
    pub(super) async fn hold(&mut self) -> Result<End, Failure> {
        for text in &self.spec.send {
            self.stream.send(Message::text(text)).await.map_err(|error| self.broken(error))?;
        }
        self.out.open().await;
        let mut clock = self.spec.ping.map(interval);
        if let Some(clock) = &mut clock {
            clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            let deadline = self.deadline();
            let left = deadline.map(|deadline| deadline.since(self.out.now())).unwrap_or_default();
            let may_ping = self.ping.is_none() && self.unsent.is_none();
            tokio::select! {
                read = poll_fn(|cx| self.poll(cx)) => match read {
                    Some(Ok(Message::Close(frame))) => return self.closed(frame),
                    // Boxed: an idle connection does not carry the room that a message takes.
                    Some(Ok(message)) => Box::pin(self.message(message)).await,
                    Some(Err(error)) => return Err(self.broken(error)),
                    None => return Err(closed(None)),
                },
                () = tick(clock.as_mut()), if may_ping => self.send_ping()?,
                () = sleep(left), if deadline.is_some() => self.run_out(deadline)?,
            }
        }
    }

    /// Reads, and writes what waits. A message that came is heard before a write error ends it all.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message, Error>>> {
        let read = match self.pings.poll_ready(cx) {
            Poll::Ready(()) => self.stream.poll_next_unpin(cx),
            Poll::Pending => Poll::Pending,
        };
        if self.unsent.is_some() {
            match Pin::new(&mut self.stream).poll_flush(cx) {
                Poll::Ready(Ok(())) => self.unsent = None,
                Poll::Ready(Err(error)) if read.is_pending() => return Poll::Ready(Some(Err(error))),
                _ => {}
            }
        }
        read
    }

    async fn message(&mut self, message: Message) {
        match message {
            Message::Text(text) => self.heartbeat(text.as_bytes()).await,
            Message::Binary(bytes) => match self.inflated(&bytes) {
                Ok(payload) => self.heartbeat(&payload).await,
                // What was never compressed is not JSON either: traffic, where heartbeats are told by `match`.
                Err(Failure::Payload { .. }) if self.spec.matches.is_some() => {}
                Err(failure) => {
                    self.out.saw(&bytes);
                    self.out.failed(failure).await;
                }
            },
            Message::Pong(payload) => {
                if let Some(ping) = self.ping.take_if(|ping| ping.payload == payload) {
                    self.out.pong(self.out.now().since(ping.sent)).await;
                }
            }
            // The pong is already queued; what it lacks is a deadline.
            Message::Ping(_) => {
                self.pings.came(self.out.now());
                self.unsent = self.unsent.or(Some(self.out.now()));
            }
            // Close is handled by the caller, raw frames are never read.
            Message::Close(_) | Message::Frame(_) => {}
        }
    }

    fn inflated<'m>(&self, message: &'m [u8]) -> Result<Cow<'m, [u8]>, Failure> {
        match self.spec.compressed {
            Some(compression) => inflate(compression, message, self.spec.endpoint.terms.max_bytes).map(Cow::Owned),
            None => Ok(Cow::Borrowed(message)),
        }
    }

    async fn heartbeat(&mut self, message: &[u8]) {
        let Spec { matches, expect, timestamp, .. } = self.spec;
        match messages(message, matches.as_ref(), expect, timestamp.as_ref()) {
            Ok(records) => {
                for record in records {
                    self.record(&record).await;
                }
            }
            Err(failure) => {
                self.out.saw(message);
                self.out.failed(failure).await;
            }
        }
    }

    async fn record(&mut self, payload: &[u8]) {
        let Spec { matches, expect, timestamp, .. } = self.spec;
        match hear_aside(payload, matches.as_ref(), expect, timestamp.as_ref()).await {
            Heard::Beat(sent) => {
                self.heard = true;
                self.out.beat(None, sent, payload).await;
            }
            Heard::Traffic => {}
            Heard::Bad(failure) => {
                self.out.saw(payload);
                self.out.failed(failure).await;
            }
        }
    }

    fn send_ping(&mut self) -> Result<(), Failure> {
        let payload = Bytes::copy_from_slice(&fastrand::u64(..).to_be_bytes());
        let sent = self.out.now();
        self.stream.start_send_unpin(Message::Ping(payload.clone())).map_err(|error| self.broken(error))?;
        self.unsent = Some(sent);
        self.ping = Some(Ping { payload, sent });
        Ok(())
    }

    /// When our patience ends: with a pong that does not come, or with bytes that the other side does not take.
    fn deadline(&self) -> Option<Moment> {
        let ping = self.ping.as_ref().map(|ping| ping.sent);
        let since = ping.into_iter().chain(self.unsent).min()?;
        Some(since.plus(self.out.timeout()).max(self.reprieve))
    }

    /// The deadline has passed: a failure, unless this process stood still and the answer may lie in its buffers.
    fn run_out(&mut self, deadline: Option<Moment>) -> Result<(), Failure> {
        let now = self.out.now();
        if deadline.is_some_and(|deadline| now.since(deadline) > STOOD_STILL) {
            self.reprieve = now.plus(STOOD_STILL);
            return Ok(());
        }
        Err(self.overdue())
    }

    fn overdue(&self) -> Failure {
        let after = self.out.timeout();
        match &self.ping {
            Some(_) => Failure::NoReply { to: Sent::Ping, after },
            None => self.out.trace().timed_out(after),
        }
    }

    fn closed(&mut self, frame: Option<CloseFrame>) -> Result<End, Failure> {
        // The answer to the close frame is queued; whether it still arrives is the other side's business.
        let _ = self.stream.flush().now_or_never();
        let clean = frame.as_ref().is_some_and(|frame| matches!(frame.code, CloseCode::Normal | CloseCode::Away));
        if clean && self.heard { Ok(End::Closed) } else { Err(closed(frame)) }
    }

    fn broken(&self, error: Error) -> Failure {
        websocket_failure(error, self.out.trace())
    }
}

fn closed(frame: Option<CloseFrame>) -> Failure {
    let code = frame.as_ref().map(|frame| frame.code.into());
    let why = frame.map(|frame| Text::clean(&frame.reason)).filter(|why| !why.is_empty());
    Failure::Closed { stage: Stage::Listening, code, why }
}

async fn tick(clock: Option<&mut Interval>) {
    match clock {
        Some(clock) => _ = clock.tick().await,
        None => pending().await,
    }
}
