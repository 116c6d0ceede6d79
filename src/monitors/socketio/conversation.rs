//! What is said once the namespace is joined: emit and await the reply, again and again, or listen.

use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use serde_json::Value;

use super::packet::{Kind, Packet};
use super::session::{Event, Session};
use super::{Conversation, Reply, Spec};
use crate::model::{Failure, Sent, Stage};
use crate::monitors::End;
use crate::monitors::outbox::Outbox;
use crate::monitors::payload::{self, Expect, Query};

/// How many packets that came unasked are dropped at most before the next question.
const DRAIN: usize = 64;

/// Holds the conversation until the connection ends. Comes back with `Ok` only for an orderly end
/// after at least one heartbeat.
pub async fn hold(spec: &Spec, mut session: Session, out: &mut Outbox) -> Result<End, Failure> {
    let before = out.beats();
    match &spec.conversation {
        Conversation::Emit {
            event,
            payload,
            reply,
        } => {
            emit(spec, &mut session, event, payload.as_ref(), reply, out).await?;
        }
        Conversation::Listen { event } => listen(spec, &mut session, event, out).await?,
    }
    if out.beats() > before {
        return Ok(End::Closed);
    }
    Err(Failure::Closed {
        stage: out.trace().stage(),
        code: None,
        why: None,
    })
}

/// Emits whenever it is due. Returns when the server closes.
async fn emit(
    spec: &Spec,
    session: &mut Session,
    event: &str,
    payload: Option<&Value>,
    reply: &Reply,
    out: &mut Outbox,
) -> Result<(), Failure> {
    for id in 0.. {
        let arguments = std::iter::once(Value::from(event))
            .chain(payload.cloned())
            .collect();
        let wanted = (*reply == Reply::Ack).then_some(id);
        session.send(Kind::Event, wanted, Some(arguments));
        out.trace().enter(Stage::Reply(Sent::Emit));
        let asked = out.now();
        let answer = loop {
            let packet = match session.next().await? {
                Event::Packet(packet) => packet,
                Event::Pong(_) => continue,
                Event::Closed => return Ok(()),
            };
            if let Some(answer) = answer_to(reply, id, packet) {
                break answer;
            }
        };
        let latency = out.now().since(asked);
        out.trace().enter(Stage::Listening);
        say(spec, answer, Some(latency), out).await;
        if rest(session, out).await? {
            return Ok(());
        }
    }
    Ok(())
}

fn answer_to(reply: &Reply, id: u64, packet: Packet) -> Option<Value> {
    match reply {
        Reply::Event(name) => packet.event(name),
        Reply::Ack => packet.ack(id),
    }
}

/// Keeps the connection alive until the next question is due; what comes meanwhile was not asked
/// for and is dropped. Whether the server closed.
async fn rest(session: &mut Session, out: &mut Outbox) -> Result<bool, Failure> {
    {
        let due = out.due();
        tokio::pin!(due);
        loop {
            tokio::select! {
                () = &mut due => break,
                event = session.next() => if matches!(event?, Event::Closed) { return Ok(true) },
            }
        }
    }
    // A second answer that already lies in the buffers must not be taken for the next one.
    for _ in 0..DRAIN {
        match session.next().now_or_never() {
            Some(event) => {
                if matches!(event?, Event::Closed) {
                    return Ok(true);
                }
            }
            None => break,
        }
    }
    Ok(false)
}

/// Takes every event of that name as a heartbeat. Returns when the server closes.
async fn listen(
    spec: &Spec,
    session: &mut Session,
    event: &str,
    out: &mut Outbox,
) -> Result<(), Failure> {
    loop {
        match session.next().await? {
            Event::Packet(packet) => {
                if let Some(payload) = packet.event(event) {
                    say(spec, payload, None, out).await;
                }
            }
            Event::Pong(rtt) => out.pong(rtt).await,
            Event::Closed => return Ok(()),
        }
    }
}

/// Says the heartbeat, or why it does not count.
async fn say(spec: &Spec, payload: Value, latency: Option<Duration>, out: &mut Outbox) {
    // A bare string is shown and matched without its quotes, and nothing as nothing.
    let raw = match &payload {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match judge(spec, payload, &raw).await {
        Ok(sent) => out.beat(latency, sent, raw.as_bytes()).await,
        Err(failure) => {
            if let Some(latency) = latency {
                out.measured(latency);
            }
            out.saw(raw.as_bytes());
            out.failed(failure).await;
        }
    }
}

/// The sender's clock, if the heartbeat is what was expected.
async fn judge(spec: &Spec, payload: Value, raw: &str) -> Result<Option<Timestamp>, Failure> {
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
    let (expect, timestamp, raw) = (spec.expect.clone(), spec.timestamp.clone(), raw.to_owned());
    payload::aside(move || check(&expect, timestamp.as_ref(), &payload, &raw)).await?
}
