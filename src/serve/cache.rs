//! The last answer, for as long as it is the same: a thousand who ask at once cost what one costs.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Mutex;

use crate::model::{Moment, Snapshot};

/// Which answer it is: of which snapshot, in which second, since ages grow while nothing changes.
type Key = (Moment, u64);

#[derive(Debug, Default)]
pub struct Cache(Mutex<Option<(Key, Bytes)>>);

impl Cache {
    /// The answer about this snapshot as of `now`. Rendering may take a while for ten thousand monitors: it happens
    /// on a thread that may block, once, whoever waits for it.
    pub async fn get(
        &self,
        snapshot: &Arc<Snapshot>,
        now: Moment,
        render: impl FnOnce(&Snapshot) -> Vec<u8> + Send + 'static,
    ) -> Bytes {
        let key = (snapshot.at, now.since_start().as_secs());
        let mut last = self.0.lock().await;
        if let Some((known, bytes)) = last.as_ref()
            && *known == key
        {
            return bytes.clone();
        }
        let snapshot = Arc::clone(snapshot);
        let rendered = tokio::task::spawn_blocking(move || render(&snapshot)).await;
        let bytes = Bytes::from(rendered.unwrap_or_default());
        *last = Some((key, bytes.clone()));
        bytes
    }
}
