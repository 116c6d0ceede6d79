//! Where rows are committed: the store of the session, or nowhere.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::alerts::decide::{ChannelState, RowChange};
use crate::model::Text;
use crate::store::{Batch, Store};

/// How long a commit may take. Then what it is about is sent all the same.
const COMMIT_LIMIT: Duration = Duration::from_secs(2);

/// The longest time that `commit` waits: for the recorder, and for the disk.
pub(super) const LONGEST_COMMIT: Duration = COMMIT_LIMIT.saturating_mul(2);

/// The rows of this session in the store. Without a store they are kept by the `Alerter` only.
pub(super) struct Ledger {
    store: Option<Store>,
    /// Since when the config has each channel, as the store has it.
    channels: Vec<(Text, Timestamp)>,
    /// Why there is no store although one is wanted.
    unkept: Option<String>,
    /// The recorder closes the store when this is dropped.
    _guard: Option<oneshot::Sender<()>>,
}

impl Ledger {
    /// `guard`: dropped when nothing more is written.
    pub(super) fn new(
        store: Option<Store>,
        channels: Vec<(Text, Timestamp)>,
        guard: Option<oneshot::Sender<()>>,
    ) -> Ledger {
        Ledger {
            store,
            channels,
            unkept: None,
            _guard: guard,
        }
    }

    /// Notes why there is no store although one is wanted.
    pub(super) fn set_unkept(&mut self, why: Option<String>) {
        self.unkept = why;
    }

    /// Returns why the store cannot be written now.
    pub(super) fn fault(&self) -> Option<String> {
        match &self.store {
            Some(store) => store.health().fault,
            None => self.unkept.clone(),
        }
    }

    /// Commits what has changed, after the changes of the engine with smaller numbers than `next`.
    /// A store with a fault keeps it for later.
    pub(super) async fn commit(
        &mut self,
        rows: Vec<RowChange>,
        channels: impl Iterator<Item = ChannelState>,
        next: u64,
    ) {
        let Some(store) = &self.store else { return };
        let mut batch = batch(rows);
        let channels: Vec<_> = channels.map(|state| (state.name, state.since)).collect();
        if channels != self.channels {
            self.channels.clone_from(&channels);
            batch.channels = Some(channels);
        }
        if batch.is_empty() {
            return;
        }
        store.wait_recorded(next).await;
        let committed = async {
            store.write(batch).await;
            store.flush().await;
        };
        if timeout(COMMIT_LIMIT, committed).await.is_err() {
            tracing::warn!("the history is slow: alerts do not wait for it");
        }
    }
}

fn batch(rows: Vec<RowChange>) -> Batch {
    let mut batch = Batch::default();
    for row in rows {
        match row {
            RowChange::Put(row) => batch.notifications.push(row),
            RowChange::Remove(id) => batch.dropped_notifications.push(id),
        }
    }
    batch
}
