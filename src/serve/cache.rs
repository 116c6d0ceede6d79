//! The last answer, for as long as it is the same: a thousand who ask at once cost what two cost.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use bytes::Bytes;
use tokio::sync::Mutex;

use super::House;
use super::budget::Exceeded;
use crate::model::{Moment, Snapshot, TargetId};

#[derive(Debug, Default)]
pub struct Cache {
    /// Requests so far.
    came: AtomicU64,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    /// So many requests had come when its snapshot was taken.
    covers: u64,
    answer: Option<(Key, Bytes)>,
}

/// Which answer it is.
#[derive(Debug)]
struct Key {
    snapshot: Weak<Snapshot>,
    /// Ages grow while nothing changes.
    second: u64,
    /// If it is about one target alone.
    target: Option<TargetId>,
}

impl Cache {
    /// The answer about all that has come in so far. It is rendered once for all who ask meanwhile.
    ///
    /// # Errors
    /// Too many bytes wait for their readers.
    pub async fn fresh<F: Future<Output = Vec<u8>>>(
        &self,
        house: &House,
        render: impl FnOnce(Arc<Snapshot>, Moment) -> F,
    ) -> Result<Bytes, Exceeded> {
        let number = self.came.fetch_add(1, Ordering::SeqCst) + 1;
        let mut last = self.last.lock().await;
        if last.covers >= number
            && let Some((_, bytes)) = &last.answer
        {
            return Ok(bytes.clone());
        }
        let covers = self.came.load(Ordering::SeqCst);
        let snapshot = house.fresh().await;
        let bytes = last
            .renew(house, &snapshot, None, |now| {
                render(Arc::clone(&snapshot), now)
            })
            .await?;
        last.covers = covers;
        Ok(bytes)
    }

    /// The answer about this snapshot, or about one target of it.
    ///
    /// # Errors
    /// Too many bytes wait for their readers.
    pub async fn of<F: Future<Output = Vec<u8>>>(
        &self,
        house: &House,
        snapshot: &Arc<Snapshot>,
        target: Option<TargetId>,
        render: impl FnOnce(Moment) -> F,
    ) -> Result<Bytes, Exceeded> {
        self.last
            .lock()
            .await
            .renew(house, snapshot, target, render)
            .await
    }
}

impl Last {
    async fn renew<F: Future<Output = Vec<u8>>>(
        &mut self,
        house: &House,
        snapshot: &Arc<Snapshot>,
        target: Option<TargetId>,
        render: impl FnOnce(Moment) -> F,
    ) -> Result<Bytes, Exceeded> {
        let now = house.clock.now();
        let key = Key {
            snapshot: Arc::downgrade(snapshot),
            second: now.since_start().as_secs(),
            target,
        };
        if let Some((known, bytes)) = &self.answer
            && key.is_same(known)
        {
            return Ok(bytes.clone());
        }
        // Given back before the next is made, unless somebody still reads it.
        self.answer = None;
        let charge = house.answers.open()?;
        let bytes = charge.hold(render(now).await);
        if !bytes.is_empty() {
            self.answer = Some((key, bytes.clone()));
        }
        Ok(bytes)
    }
}

impl Key {
    fn is_same(&self, other: &Key) -> bool {
        self.snapshot.ptr_eq(&other.snapshot)
            && self.second == other.second
            && self.target == other.target
    }
}

/// Renders on a thread that may block: ten thousand monitors take a while.
pub async fn render(write: impl FnOnce() -> Vec<u8> + Send + 'static) -> Vec<u8> {
    tokio::task::spawn_blocking(write).await.unwrap_or_default()
}
