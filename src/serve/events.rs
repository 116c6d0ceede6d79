//! `/v1/events`: the changes of the fleet as server-sent events. Each event is rendered once, and
//! all readers share its bytes.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Extension, RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use jiff::Timestamp;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::{MissedTickBehavior, interval_at};

use super::answer::Refusal;
use super::budget::MemoryBudgetExceeded;
use super::cache::{AnswerCache, AnswerPart, render};
use super::peer::Peer;
use super::query::{Parameter, QueryValues};
use super::state::AppState;
use super::{answer, status};
use crate::clock::Clock;
use crate::history::period::whole_millis;
use crate::lock::LockExt;
use crate::model::{Follower, Moment, Snapshot};
use crate::report::ndjson::NdjsonObject;

/// Maximum number of pieces in the queue of a reader, and their size in bytes: 16 MiB together.
const MAX_CHUNKS: usize = 256;
const CHUNK_BYTES: usize = 64 * 1024;
/// Maximum number of past events that a reader gets.
const MAX_PAST: usize = 4096;
/// Minimum interval between two log lines about dropped readers. Each line contains their number.
const WARN_EVERY: Duration = Duration::from_secs(10);
const COMMENT: Bytes = Bytes::from_static(b": heartbeat\n\n");

pub(super) const QUERY: &[Parameter] = &[(
    "since",
    "Also sends the kept events since then, at most 4,096, before the `start`: RFC 3339, a day, or \
     how long ago (`1h`)",
)];

/// One or more events as bytes of the stream.
#[derive(Clone)]
enum EventChunk {
    /// Changes of the fleet: number of the first one, and of the one after the last.
    Changes(u64, u64, Bytes),
    /// A comment or an event that is not a change of the fleet.
    Aside(Bytes),
    End(Bytes),
}

/// The snapshot that was published last.
struct Published {
    snapshot: Arc<Snapshot>,
    /// Number of the next change.
    next: u64,
}

pub(super) struct Events {
    clock: Clock,
    pieces: broadcast::Sender<EventChunk>,
    published: Mutex<Arc<Published>>,
    start: AnswerCache,
    /// Number of readers that were dropped because they could not be written to.
    dropped: AtomicU64,
    /// Number of events that slow readers have missed.
    lost: AtomicU64,
    warned: Mutex<DropWarnings>,
}

/// The last log line about dropped readers. It is rate-limited, because any client can cause one.
#[derive(Debug, Default)]
struct DropWarnings {
    at: Option<Moment>,
    dropped: u64,
}

impl DropWarnings {
    /// Returns the number of readers dropped since the last line, if a line is due.
    fn due(&mut self, now: Moment, dropped: u64) -> Option<u64> {
        if self.at.is_some_and(|at| now < at.plus(WARN_EVERY)) {
            return None;
        }
        self.at = Some(now);
        let counted = std::mem::replace(&mut self.dropped, dropped);
        Some(dropped.saturating_sub(counted))
    }
}

impl Events {
    pub(super) fn new(clock: Clock, snapshot: Arc<Snapshot>) -> Events {
        let (pieces, _) = broadcast::channel(MAX_CHUNKS);
        let next = snapshot.changes.back().map_or(0, |last| last.seq + 1);
        let published = Mutex::new(Arc::new(Published { snapshot, next }));
        Events {
            clock,
            pieces,
            published,
            start: AnswerCache::default(),
            dropped: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            warned: Mutex::default(),
        }
    }

    pub(super) fn subscribers(&self) -> usize {
        self.pieces.receiver_count()
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn warned(&self) -> MutexGuard<'_, DropWarnings> {
        self.warned.lock().ignore_poison()
    }

    fn published(&self) -> Arc<Published> {
        Arc::clone(&self.published.lock().ignore_poison())
    }

    /// Publishes the changes that are new in this snapshot.
    fn publish(&self, snapshot: Arc<Snapshot>) {
        let mut follower = Follower::at(self.published().next);
        let news = follower.read(&snapshot);
        // A reader that subscribes now starts after these changes. If the changes were sent first,
        // a reader between the two steps would miss them.
        *self.published.lock().ignore_poison() = Arc::new(Published {
            snapshot: Arc::clone(&snapshot),
            next: follower.next(),
        });
        if self.subscribers() == 0 {
            return;
        }
        let mut bytes = Vec::new();
        let mut from = news.changes.first().map_or(0, |first| first.seq);
        for change in &news.changes {
            frame(&NdjsonObject::change(change, &snapshot), &mut bytes);
            if bytes.len() >= CHUNK_BYTES {
                let next = change.seq + 1;
                self.send(EventChunk::Changes(
                    from,
                    next,
                    std::mem::take(&mut bytes).into(),
                ));
                from = next;
            }
        }
        if !bytes.is_empty() {
            self.send(EventChunk::Changes(from, follower.next(), bytes.into()));
        }
    }

    fn send(&self, piece: EventChunk) {
        // Fails only without readers.
        let _ = self.pieces.send(piece);
    }

    fn now(&self) -> Timestamp {
        self.clock.wall(self.clock.now())
    }
}

/// Publishes changes and comments until the interface closes, then the end event.
pub(super) async fn run(state: AppState, mut snapshots: watch::Receiver<Arc<Snapshot>>) {
    let events = &state.events;
    let mut closing = state.closing.clone();
    let every = state.limits.comment;
    let mut comments = interval_at(state.clock.instant(state.clock.now().plus(every)), every);
    comments.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = closing.said() => break,
            changed = snapshots.changed() => {
                if changed.is_err() {
                    break;
                }
                events.publish(Arc::clone(&snapshots.borrow_and_update()));
            }
            _ = comments.tick() => events.send(EventChunk::Aside(COMMENT)),
        }
    }
    let last = Arc::clone(&snapshots.borrow());
    let end = NdjsonObject::end(events.now(), last.counts.worst(), (state.verdict)(&last));
    events.send(EventChunk::End(framed(&end)));
}

pub(super) async fn subscribe(
    State(state): State<AppState>,
    Extension(client): Extension<Arc<Peer>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = QueryValues::parse(query.as_deref(), QUERY)?;
    let since = query.time("since", state.events.now())?;
    client.mark_streaming();
    // Subscribes before it reads the state. Changes in between arrive twice; their numbers show
    // which ones to skip.
    let pieces = state.events.pieces.subscribe();
    let published = state.events.published();
    let busy = |MemoryBudgetExceeded| Refusal::busy();
    let snapshot = &published.snapshot;
    let start = start(&state, snapshot).await.map_err(busy)?;
    let past = match since {
        Some(since) => Some(past(&state, snapshot, since).await.map_err(busy)?),
        None => None,
    };
    let reader = EventReader {
        state,
        client,
        pieces,
        next: published.next,
        is_over: false,
    };
    let first = past.into_iter().chain([start]);
    let frames = stream::unfold((first, reader), |(mut first, mut reader)| async {
        let bytes = match first.next() {
            Some(bytes) => bytes,
            None => reader.next().await?,
        };
        Some((Ok::<_, Infallible>(bytes), (first, reader)))
    });
    Ok(answer::stream(Body::from_stream(frames)))
}

/// Renders the kept events after a time that the status has counted already, oldest first.
async fn past(
    state: &AppState,
    snapshot: &Arc<Snapshot>,
    since: Timestamp,
) -> Result<Bytes, MemoryBudgetExceeded> {
    let charge = state.answers.open()?;
    let snapshot = Arc::clone(snapshot);
    let bytes = render(move || {
        let changes = &snapshot.changes;
        let mut bytes = Vec::new();
        for change in changes.iter().skip(changes.len().saturating_sub(MAX_PAST)) {
            // Readers know times in whole milliseconds.
            if whole_millis(snapshot.wall(change.at)) > since {
                frame(&NdjsonObject::change(change, &snapshot), &mut bytes);
            }
        }
        bytes
    });
    Ok(charge.hold(bytes.await))
}

/// Renders the first event, the whole status.
async fn start(state: &AppState, snapshot: &Arc<Snapshot>) -> Result<Bytes, MemoryBudgetExceeded> {
    let (began, verdict) = (state.clock.started(), state.verdict);
    let shown = Arc::clone(snapshot);
    let start = |now| {
        render(move || {
            let seen = status::seen(&shown, now);
            let mut bytes = Vec::new();
            let report = status::report(&seen, began, verdict(&seen));
            frame(&NdjsonObject::start(seen.wall(now), &report), &mut bytes);
            bytes
        })
    };
    state
        .events
        .start
        .answer_for(state, snapshot, AnswerPart::All, start)
        .await
}

/// A subscriber. It is dropped with its connection.
struct EventReader {
    state: AppState,
    client: Arc<Peer>,
    pieces: broadcast::Receiver<EventChunk>,
    /// Number of the first change that was not sent yet.
    next: u64,
    is_over: bool,
}

impl EventReader {
    /// Returns the next bytes to send, or `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        while !self.is_over {
            match self.pieces.recv().await {
                Ok(EventChunk::Changes(from, to, bytes)) if to > self.next => {
                    let lost = from.saturating_sub(self.next);
                    self.next = to;
                    return Some(if lost == 0 {
                        bytes
                    } else {
                        self.after_loss(lost, &bytes)
                    });
                }
                Ok(EventChunk::Changes(..)) => {}
                Ok(EventChunk::Aside(bytes)) => return Some(bytes),
                Ok(EventChunk::End(bytes)) => {
                    self.is_over = true;
                    return Some(bytes);
                }
                // The numbers of the next piece show which changes are missing.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            }
        }
        None
    }

    fn after_loss(&self, count: u64, bytes: &Bytes) -> Bytes {
        let events = &self.state.events;
        events.lost.fetch_add(count, Ordering::Relaxed);
        let mut both = Vec::new();
        frame(&NdjsonObject::lost(events.now(), count), &mut both);
        both.extend_from_slice(bytes);
        both.into()
    }
}

impl Drop for EventReader {
    fn drop(&mut self) {
        if !self.client.is_lost() {
            return;
        }
        let events = &self.state.events;
        let dropped = events.dropped.fetch_add(1, Ordering::Relaxed) + 1;
        let peer = self.client.address;
        if let Some(count) = events.warned().due(events.clock.now(), dropped) {
            tracing::warn!(
                "event subscribers that could not be written to: {count} dropped, the last one \
                 {peer}"
            );
        }
        let left = events.subscribers().saturating_sub(1);
        events.send(EventChunk::Aside(framed(
            &NdjsonObject::subscriber_dropped(events.now(), peer, left),
        )));
    }
}

fn framed(object: &NdjsonObject) -> Bytes {
    let mut bytes = Vec::new();
    frame(object, &mut bytes);
    bytes.into()
}

/// Appends one event in the format of the HTML standard, section 9.2.5. JSON on one line has no
/// line breaks to escape.
fn frame(object: &NdjsonObject, bytes: &mut Vec<u8>) {
    for part in [
        b"event: ",
        object.name.as_bytes(),
        b"\ndata: ",
        &object.json,
        b"\n\n",
    ] {
        bytes.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_readers_are_one_line_every_ten_seconds() {
        let mut warned = DropWarnings::default();
        let at = |seconds| Moment::after_start(Duration::from_secs(seconds));
        let said: Vec<_> = (1..=25)
            .filter_map(|second| warned.due(at(second), second))
            .collect();
        assert_eq!(said, [1, 10, 10]);
    }
}
