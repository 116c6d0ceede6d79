//! Runs an open WebSocket until one side closes it: reads heartbeats, answers pings, sends its own
//! pings.

use std::borrow::Cow;
use std::collections::VecDeque;
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

use super::WebsocketSpec;
use super::inflate::inflate;
use super::keepalive::{REPLY_BURST, REPLY_INTERVAL, too_many_requests};
use crate::model::{Failure, Moment, SentMessage, Stage, Text};
use crate::monitors::End;
use crate::monitors::dial::websocket_failure;
use crate::monitors::limiter::Limiter;
use crate::monitors::payload::{Classification, classify_offloaded, messages};
use crate::monitors::ping_limit::PingLimit;
use crate::monitors::reporter::{MessageLabel, Reporter};
use crate::monitors::stall::StallAllowance;

pub(super) struct WebsocketConversation<'a, S> {
    spec: &'a WebsocketSpec,
    reporter: &'a mut Reporter,
    stream: WebSocketStream<S>,
    /// When the oldest unsent message was queued.
    unsent: Option<Moment>,
    /// Our ping that is not answered yet.
    ping: Option<Ping>,
    pings: PingLimit,
    /// Texts to send, if `keepalive` is set. Boxed, because few conversations have them.
    texts: Option<Box<OutgoingTexts>>,
    stall: StallAllowance,
    /// Whether a valid heartbeat was received.
    had_heartbeat: bool,
}

/// Queued texts, and the rate limit of replies.
struct OutgoingTexts {
    queue: VecDeque<Message>,
    replies: Limiter,
}

/// Largest number of queued texts. Reading pauses at this number, so that a server which asks but
/// reads nothing cannot fill the memory.
const MAX_QUEUED_TEXTS: usize = 16;

struct Ping {
    /// Random, so that an unsolicited pong does not match.
    payload: Bytes,
    sent: Moment,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> WebsocketConversation<'a, S> {
    pub(super) fn new(
        spec: &'a WebsocketSpec,
        stream: WebSocketStream<S>,
        reporter: &'a mut Reporter,
    ) -> Self {
        WebsocketConversation {
            spec,
            reporter,
            stream,
            unsent: None,
            ping: None,
            pings: PingLimit::default(),
            texts: spec
                .keepalive
                .as_ref()
                .map(|_| Box::new(OutgoingTexts::new())),
            stall: StallAllowance::default(),
            had_heartbeat: false,
        }
    }

    /// # Errors
    /// Every end except a clean close after a heartbeat.
    pub(super) async fn run(&mut self) -> Result<End, Failure> {
        for text in &self.spec.send {
            self.stream
                .send(Message::text(text))
                .await
                .map_err(|error| self.connection_failure(error))?;
        }
        self.reporter.open().await;
        let mut clock = self.spec.ping.map(ticks);
        let repeat = self
            .spec
            .keepalive
            .as_ref()
            .and_then(|keepalive| keepalive.repeat.as_ref());
        let mut repeats = repeat.map(|repeat| ticks(repeat.interval));
        if let Some(repeats) = &mut repeats {
            repeats.reset();
        }
        loop {
            let deadline = self.deadline();
            let left = deadline
                .map(|deadline| deadline.since(self.reporter.now()))
                .unwrap_or_default();
            let may_ping = self.ping.is_none() && self.unsent.is_none();
            tokio::select! {
                read = poll_fn(|cx| self.poll(cx)) => match read {
                    Some(Ok(Message::Close(frame))) => return self.closed(frame),
                    // Boxed, so that an idle connection does not keep the memory that a message
                    // needs.
                    Some(Ok(message)) => Box::pin(self.message(message)).await?,
                    Some(Err(error)) => return Err(self.connection_failure(error)),
                    None => return Err(closed(None)),
                },
                () = tick(clock.as_mut()), if may_ping => self.send_ping()?,
                () = tick(repeats.as_mut()) => self.repeat(),
                () = sleep(left), if deadline.is_some() => self.handle_deadline(deadline)?,
            }
        }
    }

    /// Reads the next message, and writes queued ones. A received message is handled before a write
    /// error.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message, Error>>> {
        let is_full = self
            .texts
            .as_ref()
            .is_some_and(|texts| texts.queue.len() >= MAX_QUEUED_TEXTS);
        let read = match self.pings.poll_ready(cx) {
            Poll::Ready(()) if !is_full => self.stream.poll_next_unpin(cx),
            _ => Poll::Pending,
        };
        if self.unsent.is_some() {
            match self.poll_write(cx) {
                Poll::Ready(Ok(())) => self.unsent = None,
                Poll::Ready(Err(error)) if read.is_pending() => {
                    return Poll::Ready(Some(Err(error)));
                }
                _ => {}
            }
        }
        read
    }

    /// Writes queued texts one at a time, so that the stream buffers at most one.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut sink = Pin::new(&mut self.stream);
        if let Some(texts) = &mut self.texts {
            while !texts.queue.is_empty() {
                std::task::ready!(sink.as_mut().poll_ready(cx))?;
                if let Some(text) = texts.queue.pop_front() {
                    sink.as_mut().start_send(text)?;
                }
            }
        }
        sink.poll_flush(cx)
    }

    async fn message(&mut self, message: Message) -> Result<(), Failure> {
        match message {
            Message::Text(text) => self.payload(text.as_bytes()).await?,
            Message::Binary(bytes) => match self.inflated(&bytes) {
                Ok(payload) => self.payload(&payload).await?,
                // A message that is not compressed is traffic if `match` selects heartbeats.
                Err(Failure::Payload { .. }) if self.spec.matches.is_some() => {}
                Err(failure) => {
                    self.reporter.record_payload(&bytes);
                    self.reporter.failed(failure).await;
                }
            },
            Message::Pong(payload) => {
                if let Some(ping) = self.ping.take_if(|ping| ping.payload == payload) {
                    self.reporter
                        .pong(self.reporter.now().since(ping.sent))
                        .await;
                }
            }
            // The library has queued the pong. It still needs a deadline.
            Message::Ping(_) => {
                self.pings.record_ping(self.reporter.now());
                self.unsent = self.unsent.or(Some(self.reporter.now()));
            }
            // The caller handles Close. Raw frames never occur when reading.
            Message::Close(_) | Message::Frame(_) => {}
        }
        Ok(())
    }

    async fn payload(&mut self, payload: &[u8]) -> Result<(), Failure> {
        if let Some(keepalive) = &self.spec.keepalive {
            match keepalive.replies(payload) {
                Ok(replies) => {
                    for reply in replies {
                        self.reply(&reply)?;
                    }
                }
                Err(failure) => {
                    self.reporter.record_payload(payload);
                    self.reporter.failed(failure).await;
                }
            }
        }
        self.heartbeat(payload).await;
        Ok(())
    }

    fn reply(&mut self, text: &str) -> Result<(), Failure> {
        let now = self.reporter.now();
        if let Some(texts) = &mut self.texts {
            texts.replies.take(now).map_err(|_| too_many_requests())?;
            texts.queue.push_back(Message::text(text));
            self.unsent = self.unsent.or(Some(now));
        }
        Ok(())
    }

    /// Queues the repeated texts. If the queue is full, the write deadline already runs.
    fn repeat(&mut self) {
        let repeat = self
            .spec
            .keepalive
            .as_ref()
            .and_then(|keepalive| keepalive.repeat.as_ref());
        if let (Some(texts), Some(repeat)) = (&mut self.texts, repeat)
            && texts.queue.len() < MAX_QUEUED_TEXTS
        {
            texts.queue.extend(repeat.texts.iter().map(Message::text));
            self.unsent = self.unsent.or(Some(self.reporter.now()));
        }
    }

    fn inflated<'m>(&self, message: &'m [u8]) -> Result<Cow<'m, [u8]>, Failure> {
        match self.spec.compressed {
            Some(compression) => {
                inflate(compression, message, self.spec.endpoint.options.max_bytes).map(Cow::Owned)
            }
            None => Ok(Cow::Borrowed(message)),
        }
    }

    async fn heartbeat(&mut self, message: &[u8]) {
        let WebsocketSpec {
            matches,
            expect,
            timestamp,
            ..
        } = self.spec;
        self.reporter.received(MessageLabel::None, message);
        match messages(message, matches.as_ref(), expect, timestamp.as_ref()) {
            Ok(records) => {
                for record in records {
                    self.record(&record).await;
                }
            }
            Err(failure) => {
                self.reporter.record_payload(message);
                self.reporter.failed(failure).await;
            }
        }
    }

    async fn record(&mut self, payload: &[u8]) {
        let WebsocketSpec {
            matches,
            expect,
            timestamp,
            ..
        } = self.spec;
        match classify_offloaded(payload, matches.as_ref(), expect, timestamp.as_ref()).await {
            Classification::Beat(sent) => {
                self.had_heartbeat = true;
                self.reporter.beat(None, sent, payload).await;
            }
            Classification::Traffic => {}
            Classification::Bad(failure) => {
                self.reporter.record_payload(payload);
                self.reporter.failed(failure).await;
            }
        }
    }

    fn send_ping(&mut self) -> Result<(), Failure> {
        let payload = Bytes::copy_from_slice(&fastrand::u64(..).to_be_bytes());
        let sent = self.reporter.now();
        self.stream
            .start_send_unpin(Message::Ping(payload.clone()))
            .map_err(|error| self.connection_failure(error))?;
        self.unsent = Some(sent);
        self.ping = Some(Ping { payload, sent });
        Ok(())
    }

    /// Returns when the attempt times out: the pong is missing, or the peer does not read.
    fn deadline(&self) -> Option<Moment> {
        let ping = self.ping.as_ref().map(|ping| ping.sent);
        let since = ping.into_iter().chain(self.unsent).min()?;
        Some(self.stall.extend(since.plus(self.reporter.timeout())))
    }

    /// Handles a passed deadline: a failure, unless this process was stalled and the answer may be
    /// in its buffers.
    fn handle_deadline(&mut self, deadline: Option<Moment>) -> Result<(), Failure> {
        // The pong arrived or the message was written in the meantime.
        if self.deadline() != deadline {
            return Ok(());
        }
        let now = self.reporter.now();
        if deadline.is_some_and(|deadline| self.stall.grant(deadline, now)) {
            Ok(())
        } else {
            Err(self.timeout_failure())
        }
    }

    fn timeout_failure(&self) -> Failure {
        let after = self.reporter.timeout();
        match &self.ping {
            Some(_) => Failure::NoReply {
                to: SentMessage::Ping,
                after,
            },
            None => self.reporter.trace().timed_out(after),
        }
    }

    fn closed(&mut self, frame: Option<CloseFrame>) -> Result<End, Failure> {
        // The answer to the close frame is queued. The peer may not read it any more.
        let _ = self.stream.flush().now_or_never();
        let clean = frame
            .as_ref()
            .is_some_and(|frame| matches!(frame.code, CloseCode::Normal | CloseCode::Away));
        if clean && self.had_heartbeat {
            Ok(End::Closed)
        } else {
            Err(closed(frame))
        }
    }

    fn connection_failure(&self, error: Error) -> Failure {
        websocket_failure(error, self.reporter.trace())
    }
}

impl OutgoingTexts {
    fn new() -> OutgoingTexts {
        OutgoingTexts {
            queue: VecDeque::new(),
            replies: Limiter::new(REPLY_BURST, REPLY_INTERVAL),
        }
    }
}

/// Returns a timer whose first tick is immediate.
fn ticks(every: Duration) -> Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

fn closed(frame: Option<CloseFrame>) -> Failure {
    let code = frame.as_ref().map(|frame| frame.code.into());
    let why = frame
        .map(|frame| Text::clean(&frame.reason))
        .filter(|why| !why.is_empty());
    Failure::Closed {
        stage: Stage::Listening,
        code,
        why,
    }
}

async fn tick(clock: Option<&mut Interval>) {
    match clock {
        Some(clock) => _ = clock.tick().await,
        None => pending().await,
    }
}
