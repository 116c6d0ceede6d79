//! Runs the heartbeats after the namespace is joined: emits and awaits replies, or listens.

use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use serde_json::Value;

use super::packet::{PacketKind, SocketioPacket};
use super::session::{SessionEvent, SocketioSession};
use super::{Reply, SocketioMode, SocketioSpec};
use crate::model::{Failure, SentMessage, Stage};
use crate::monitors::End;
use crate::monitors::payload::{self, Expect, Query};
use crate::monitors::reporter::Reporter;

/// Largest number of unsolicited packets that are dropped before the next emit.
const MAX_DRAINED: usize = 64;

/// Runs until the connection ends. Returns `Ok` only after an orderly close and at least one
/// heartbeat.
pub(super) async fn run(
    spec: &SocketioSpec,
    mut session: SocketioSession,
    reporter: &mut Reporter,
) -> Result<End, Failure> {
    let before = reporter.beats();
    match &spec.mode {
        SocketioMode::Emit {
            event,
            payload,
            reply,
        } => {
            emit(spec, &mut session, event, payload.as_ref(), reply, reporter).await?;
        }
        SocketioMode::Listen { event } => listen(spec, &mut session, event, reporter).await?,
    }
    if reporter.beats() > before {
        return Ok(End::Closed);
    }
    Err(Failure::Closed {
        stage: reporter.trace().stage(),
        code: None,
        why: None,
    })
}

/// Emits whenever a heartbeat is due. Returns when the server closes.
async fn emit(
    spec: &SocketioSpec,
    session: &mut SocketioSession,
    event: &str,
    payload: Option<&Value>,
    reply: &Reply,
    reporter: &mut Reporter,
) -> Result<(), Failure> {
    for id in 0.. {
        let arguments = std::iter::once(Value::from(event))
            .chain(payload.cloned())
            .collect();
        let wanted = (*reply == Reply::Ack).then_some(id);
        session.send(PacketKind::Event, wanted, Some(arguments));
        reporter.trace().enter(Stage::Reply(SentMessage::Emit));
        let emitted = reporter.now();
        let answer = loop {
            let packet = match session.next().await? {
                SessionEvent::Packet(packet) => packet,
                SessionEvent::Pong(_) => continue,
                SessionEvent::Closed => return Ok(()),
            };
            if let Some(answer) = answer_to(reply, id, packet) {
                break answer;
            }
        };
        let latency = reporter.now().since(emitted);
        reporter.trace().enter(Stage::Listening);
        report(spec, answer, Some(latency), reporter).await;
        if wait_until_due(session, reporter).await? {
            return Ok(());
        }
    }
    Ok(())
}

fn answer_to(reply: &Reply, id: u64, packet: SocketioPacket) -> Option<Value> {
    match reply {
        Reply::Event(name) => packet.event(name),
        Reply::Ack => packet.ack(id),
    }
}

/// Keeps the connection alive until the next emit is due. Drops packets until then, because they
/// are unsolicited. Returns whether the server closed.
async fn wait_until_due(
    session: &mut SocketioSession,
    reporter: &mut Reporter,
) -> Result<bool, Failure> {
    {
        let due = reporter.wait_until_due();
        tokio::pin!(due);
        loop {
            tokio::select! {
                () = &mut due => break,
                event = session.next() => {
                    if matches!(event?, SessionEvent::Closed) {
                        return Ok(true);
                    }
                }
            }
        }
    }
    // A second reply that is already buffered must not count as the reply to the next emit.
    for _ in 0..MAX_DRAINED {
        match session.next().now_or_never() {
            Some(event) => {
                if matches!(event?, SessionEvent::Closed) {
                    return Ok(true);
                }
            }
            None => break,
        }
    }
    Ok(false)
}

/// Reports every event of this name as a heartbeat. Returns when the server closes.
async fn listen(
    spec: &SocketioSpec,
    session: &mut SocketioSession,
    event: &str,
    reporter: &mut Reporter,
) -> Result<(), Failure> {
    loop {
        match session.next().await? {
            SessionEvent::Packet(packet) => {
                if let Some(payload) = packet.event(event) {
                    report(spec, payload, None, reporter).await;
                }
            }
            SessionEvent::Pong(rtt) => reporter.pong(rtt).await,
            SessionEvent::Closed => return Ok(()),
        }
    }
}

/// Reports the heartbeat, or why it fails.
async fn report(
    spec: &SocketioSpec,
    payload: Value,
    latency: Option<Duration>,
    reporter: &mut Reporter,
) {
    // A plain string is shown and matched without its quotes. Null becomes the empty text.
    let raw = match &payload {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match check_payload(spec, payload, &raw).await {
        Ok(sent) => reporter.beat(latency, sent, raw.as_bytes()).await,
        Err(failure) => {
            if let Some(latency) = latency {
                reporter.record_latency(latency);
            }
            reporter.record_payload(raw.as_bytes());
            reporter.failed(failure).await;
        }
    }
}

/// Checks the payload, and returns the sender's timestamp if the monitor reads one.
async fn check_payload(
    spec: &SocketioSpec,
    payload: Value,
    raw: &str,
) -> Result<Option<Timestamp>, Failure> {
    let check = |expect: &Expect,
                 timestamp: Option<&Query>,
                 payload: &Result<Value, Failure>,
                 raw: &str| {
        expect.check(raw.as_bytes(), payload)?;
        let (Some(query), Ok(payload)) = (timestamp, payload) else {
            return Ok(None);
        };
        query.timestamp(payload, raw.len()).map(Some)
    };
    let payload = Ok(payload);
    if payload::is_small(raw.len()) {
        return check(&spec.expect, spec.timestamp.as_ref(), &payload, raw);
    }
    let expect = spec.expect.clone();
    let timestamp = spec.timestamp.clone();
    let raw = raw.to_owned();
    payload::offload(move || check(&expect, timestamp.as_ref(), &payload, &raw)).await?
}
