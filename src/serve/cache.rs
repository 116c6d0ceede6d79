//! The last answer, for as long as it is the same: a thousand who ask at once cost what one costs.

use bytes::Bytes;
use tokio::sync::Mutex;

use crate::model::{Moment, Snapshot};

/// Which answer it is: of which snapshot, in which second, since ages grow while nothing changes.
type Key = (Moment, u64);

#[derive(Debug, Default)]
pub struct Cache(Mutex<Option<(Key, Bytes)>>);

impl Cache {
    /// The answer about this snapshot as of `now`. It is rendered once, whoever waits for it.
    pub async fn get(&self, snapshot: &Snapshot, now: Moment, render: impl Future<Output = Vec<u8>>) -> Bytes {
        let key = (snapshot.at, now.since_start().as_secs());
        let mut last = self.0.lock().await;
        if let Some((known, bytes)) = last.as_ref()
            && *known == key
        {
            return bytes.clone();
        }
        let bytes = Bytes::from(render.await);
        *last = Some((key, bytes.clone()));
        bytes
    }
}

/// Renders on a thread that may block: ten thousand monitors take a while.
pub async fn render(write: impl FnOnce() -> Vec<u8> + Send + 'static) -> Vec<u8> {
    tokio::task::spawn_blocking(write).await.unwrap_or_default()
}
