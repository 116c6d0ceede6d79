//! Engine.IO over WebSocket: each frame is one packet.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Sink, StreamExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::engine::{EngineIoPacket, PollingPayload};
use super::transport::{MAX_QUEUED_PACKETS, engine_io_error};
use crate::model::{Failure, Text};
use crate::monitors::dial::{Upgraded, websocket_failure};
use crate::monitors::ping_limit::PingLimit;
use crate::monitors::trace::Trace;

pub(super) struct WebsocketTransport {
    stream: WebSocketStream<Upgraded>,
    /// Packets received before the upgrade, which are read first.
    earlier: PollingPayload,
    outgoing: VecDeque<Message>,
    pings: PingLimit,
    trace: Trace,
}

impl WebsocketTransport {
    pub(super) fn new(stream: WebSocketStream<Upgraded>, trace: &Trace) -> WebsocketTransport {
        WebsocketTransport {
            stream,
            earlier: PollingPayload::empty(),
            outgoing: VecDeque::new(),
            pings: PingLimit::default(),
            trace: trace.clone(),
        }
    }

    /// Returns the transport with packets that are read first.
    pub(super) fn after(self, earlier: PollingPayload) -> WebsocketTransport {
        WebsocketTransport { earlier, ..self }
    }

    pub(super) fn send(&mut self, packet: &EngineIoPacket) {
        self.outgoing.push_back(Message::text(packet.encode()));
    }

    /// See `SessionTransport::receive`.
    pub(super) async fn receive(&mut self) -> Result<EngineIoPacket, Failure> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    /// See `SessionTransport::receive`.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<EngineIoPacket, Failure>> {
        if let Some(packet) = self.earlier.next() {
            return Poll::Ready(packet.map_err(engine_io_error));
        }
        let sent = self.poll_send(cx);
        let received = if self.outgoing.len() < MAX_QUEUED_PACKETS {
            self.poll_next(cx)
        } else {
            Poll::Pending
        };
        match sent {
            // The server's last packets explain more than the failed write, so they are read first.
            Poll::Ready(Err(error)) if received.is_pending() => {
                Poll::Ready(Err(websocket_failure(error, &self.trace)))
            }
            _ => received,
        }
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut sink = Pin::new(&mut self.stream);
        while !self.outgoing.is_empty() {
            std::task::ready!(sink.as_mut().poll_ready(cx))?;
            if let Some(message) = self.outgoing.pop_front() {
                sink.as_mut().start_send(message)?;
            }
        }
        sink.poll_flush(cx)
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<EngineIoPacket, Failure>> {
        loop {
            std::task::ready!(self.pings.poll_ready(cx));
            let packet = match std::task::ready!(self.stream.poll_next_unpin(cx)) {
                Some(Ok(Message::Text(text))) => {
                    EngineIoPacket::decode(&text).map_err(engine_io_error)
                }
                Some(Ok(Message::Binary(_))) => Ok(EngineIoPacket::Binary),
                Some(Ok(Message::Close(frame))) => self.closed(frame),
                // The stream answers WebSocket pings itself.
                Some(Ok(Message::Ping(_))) => {
                    self.pings.record_ping(self.trace.now());
                    continue;
                }
                Some(Ok(Message::Pong(_) | Message::Frame(_))) => continue,
                Some(Err(error)) => Err(websocket_failure(error, &self.trace)),
                None => Err(Failure::Closed {
                    stage: self.trace.stage(),
                    code: None,
                    why: None,
                }),
            };
            return Poll::Ready(packet);
        }
    }

    /// Engine.IO servers close without a code; others use 1000 or 1001.
    fn closed(&self, frame: Option<CloseFrame>) -> Result<EngineIoPacket, Failure> {
        match frame {
            Some(frame) if !matches!(u16::from(frame.code), 1000 | 1001) => Err(Failure::Closed {
                stage: self.trace.stage(),
                code: Some(frame.code.into()),
                why: (!frame.reason.is_empty()).then(|| Text::clean(&frame.reason)),
            }),
            _ => Ok(EngineIoPacket::Close),
        }
    }
}
