//! Caches the last response while it is valid: 1,000 concurrent requests cost two renderings.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use bytes::Bytes;
use tokio::sync::Mutex;

use super::budget::MemoryBudgetExceeded;
use super::state::AppState;
use crate::model::{Moment, Snapshot, TargetId};

#[derive(Debug, Default)]
pub(super) struct AnswerCache {
    /// Number of requests so far.
    came: AtomicU64,
    last: Mutex<CachedAnswer>,
}

#[derive(Debug, Default)]
struct CachedAnswer {
    /// Number of requests that had arrived when the snapshot of the answer was taken.
    covers: u64,
    answer: Option<(CacheKey, Bytes)>,
}

/// Identifies an answer.
#[derive(Debug)]
struct CacheKey {
    snapshot: Weak<Snapshot>,
    /// Uptime in seconds: the ages in an answer grow while the snapshot stays the same.
    second: u64,
    part: AnswerPart,
}

/// The part of the fleet that an answer is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AnswerPart {
    All,
    Target(TargetId),
    /// The monitors that a filter selects.
    Selected(String),
}

impl AnswerCache {
    /// Returns an answer that includes every heartbeat received before the call. Concurrent
    /// requests share one rendering.
    ///
    /// # Errors
    /// Unread answers hold too much memory.
    pub(super) async fn fresh<F: Future<Output = Vec<u8>>>(
        &self,
        state: &AppState,
        render: impl FnOnce(Arc<Snapshot>, Moment) -> F,
    ) -> Result<Bytes, MemoryBudgetExceeded> {
        let number = self.came.fetch_add(1, Ordering::SeqCst) + 1;
        let mut last = self.last.lock().await;
        if last.covers >= number
            && let Some((_, bytes)) = &last.answer
        {
            return Ok(bytes.clone());
        }
        let covers = self.came.load(Ordering::SeqCst);
        let snapshot = state.fresh().await;
        let bytes = last
            .renew(state, &snapshot, AnswerPart::All, |now| {
                render(Arc::clone(&snapshot), now)
            })
            .await?;
        last.covers = covers;
        Ok(bytes)
    }

    /// Returns the answer about a snapshot, or about a part of it.
    ///
    /// # Errors
    /// Unread answers hold too much memory.
    pub(super) async fn answer_for<F: Future<Output = Vec<u8>>>(
        &self,
        state: &AppState,
        snapshot: &Arc<Snapshot>,
        part: AnswerPart,
        render: impl FnOnce(Moment) -> F,
    ) -> Result<Bytes, MemoryBudgetExceeded> {
        self.last
            .lock()
            .await
            .renew(state, snapshot, part, render)
            .await
    }
}

impl CachedAnswer {
    async fn renew<F: Future<Output = Vec<u8>>>(
        &mut self,
        state: &AppState,
        snapshot: &Arc<Snapshot>,
        part: AnswerPart,
        render: impl FnOnce(Moment) -> F,
    ) -> Result<Bytes, MemoryBudgetExceeded> {
        let now = state.clock.now();
        let key = CacheKey {
            snapshot: Arc::downgrade(snapshot),
            second: now.since_start().as_secs(),
            part,
        };
        if let Some((known, bytes)) = &self.answer
            && key.is_same(known)
        {
            return Ok(bytes.clone());
        }
        // Frees the old answer before the next one is rendered, unless a client still reads it.
        self.answer = None;
        let charge = state.answers.open()?;
        let bytes = charge.hold(render(now).await);
        if !bytes.is_empty() {
            self.answer = Some((key, bytes.clone()));
        }
        Ok(bytes)
    }
}

impl CacheKey {
    fn is_same(&self, other: &CacheKey) -> bool {
        self.snapshot.ptr_eq(&other.snapshot)
            && self.second == other.second
            && self.part == other.part
    }
}

/// Renders on a blocking thread, because 10,000 monitors would hold up the runtime.
pub(super) async fn render(write: impl FnOnce() -> Vec<u8> + Send + 'static) -> Vec<u8> {
    tokio::task::spawn_blocking(write).await.unwrap_or_default()
}
