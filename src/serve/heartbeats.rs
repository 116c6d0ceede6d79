//! `/v1/heartbeats/stream`: a heartbeat with the targets online, for another hbmon or a web page.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval_at};

use super::answer;
use super::budget::MemoryBudgetExceeded;
use super::cache::{AnswerCache, render};
use super::peer::Peer;
use super::state::AppState;
use super::state::engine_answer;
use crate::model::{Snapshot, Status, Text};
use crate::report::json_values::Time;

/// The newest heartbeat, which all readers share.
pub(super) struct Heartbeats {
    newest: watch::Sender<Bytes>,
    cache: AnswerCache,
}

#[derive(Serialize)]
struct Heartbeat<'a> {
    timestamp: Time,
    monitors_online: usize,
    monitors_available: usize,
    monitor_ids: Vec<&'a str>,
    instances_online: usize,
    instances_available: usize,
    instance_ids: Vec<String>,
}

impl Heartbeats {
    pub(super) fn new() -> Heartbeats {
        Heartbeats {
            newest: watch::Sender::new(Bytes::new()),
            cache: AnswerCache::default(),
        }
    }

    pub(super) fn subscribers(&self) -> usize {
        self.newest.receiver_count()
    }
}

/// Publishes heartbeats while the interface is open and has subscribers.
pub(super) async fn run(state: AppState) {
    let mut closing = state.closing.clone();
    let every = state.limits.beat;
    let mut beats = interval_at(state.clock.instant(state.clock.now().plus(every)), every);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = closing.said() => return,
            _ = beats.tick() => {
                if state.heartbeats.subscribers() > 0 {
                    // Skipped while slow readers hold too much memory.
                    if let Ok(beat) = beat(&state).await {
                        state.heartbeats.newest.send_replace(beat);
                    }
                }
            }
        }
    }
}

/// Sends one heartbeat at once, then the ones that all readers share.
pub(super) async fn subscribe(
    State(state): State<AppState>,
    Extension(peer): Extension<Arc<Peer>>,
) -> Response {
    peer.mark_streaming();
    let newest = state.heartbeats.newest.subscribe();
    let Ok(first) = beat(&state).await else {
        return answer::busy();
    };
    let state = (Some(first), newest, state.closing.clone());
    let frames = stream::unfold(state, |(first, mut newest, mut closing)| async {
        let bytes = match first {
            Some(first) => first,
            None => tokio::select! {
                biased;
                () = closing.said() => return None,
                changed = newest.changed() => {
                    changed.ok()?;
                    newest.borrow_and_update().clone()
                }
            },
        };
        Some((Ok::<_, Infallible>(bytes), (None, newest, closing)))
    });
    answer::stream(Body::from_stream(frames))
}

async fn beat(state: &AppState) -> Result<Bytes, MemoryBudgetExceeded> {
    let frame = |snapshot: Arc<Snapshot>, now| async move {
        let timestamp = Time(state.clock.wall(now));
        let instances = engine_answer(state.engine.online_instances())
            .await
            .unwrap_or_default();
        render(move || frame(&snapshot, timestamp, &instances)).await
    };
    state.heartbeats.cache.fresh(state, frame).await
}

fn frame(snapshot: &Snapshot, timestamp: Time, instances: &[(Text, Text)]) -> Vec<u8> {
    // A target (docs/push.md, "Streams") is online while it is not in error.
    let online = snapshot
        .rows
        .iter()
        .filter(|row| row.status != Status::Error);
    let monitor_ids: Vec<&str> = online.map(|row| row.meta.name.as_str()).collect();
    let mut instance_ids: Vec<String> = instances
        .iter()
        .map(|(monitor, id)| format!("{monitor}/{id}"))
        .collect();
    instance_ids.sort_unstable();
    let available = snapshot
        .rows
        .iter()
        .filter_map(|row| row.instances)
        .map(|counts| counts.available as usize);
    let heartbeat = Heartbeat {
        timestamp,
        monitors_online: monitor_ids.len(),
        monitors_available: snapshot.counts.healthy,
        monitor_ids,
        instances_online: instance_ids.len(),
        instances_available: available.sum(),
        instance_ids,
    };
    let json = serde_json::to_vec(&heartbeat).unwrap_or_default();
    [b"event: heartbeat\ndata: ".as_slice(), &json, b"\n\n"].concat()
}
