//! What `serve` writes to its log: changes of status and of the config, each as one line with fields.

use std::sync::Arc;

use tokio::sync::watch;

use crate::model::{Change, Event, Meta, Snapshot, Status, What};
use crate::report::follow::Follower;
use crate::words;

/// Follows until the engine is gone.
pub async fn follow(mut snapshots: watch::Receiver<Arc<Snapshot>>) {
    let mut follower = Follower::new();
    loop {
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        let news = follower.news(&snapshot);
        if news.lost > 0 {
            tracing::warn!("{} came too fast for the log", words::count(news.lost, "event", "events"));
        }
        news.changes.iter().for_each(|change| tell(change));
        if snapshots.changed().await.is_err() {
            return;
        }
    }
}

fn tell(change: &Change) {
    match &change.what {
        What::Target { meta, event, .. } => about(meta, event),
        What::Reloaded { added, removed, changed, total } => {
            tracing::info!("{}", words::reloaded(*added, *removed, *changed, *total));
        }
        // The reloader has said it in full.
        What::ReloadRefused { .. } => {}
        What::Woke { gap } => tracing::warn!("{}", words::woke(*gap)),
        What::ClockSet { by } => tracing::warn!("{}", words::clock_set(*by)),
        What::Strained(strain) => tracing::warn!("{}", words::strain(*strain)),
    }
}

fn about(meta: &Meta, event: &Event) {
    let (monitor, kind) = (meta.name.as_str(), meta.kind.as_str());
    let text = words::event(event);
    match event {
        Event::Transition { from, to, cause } => {
            let why = cause.as_ref().map_or_else(String::new, |cause| format!(": {}", words::cause(cause)));
            let reason = cause.as_ref().map(|cause| cause.reason().as_str());
            let (from, status) = (from.as_str(), to.as_str());
            match to {
                Status::Error => tracing::error!(kind, from, reason, status, monitor, "{monitor} is in error{why}"),
                Status::Warning => tracing::warn!(kind, from, reason, status, monitor, "{monitor} is in warning{why}"),
                _ => tracing::info!(kind, from, reason, status, monitor, "{monitor} is {status}"),
            }
        }
        Event::Failure { failure, .. } => {
            tracing::debug!(kind, reason = failure.reason().as_str(), monitor, "{monitor}: {text}");
        }
        _ => tracing::debug!(kind, monitor, "{monitor}: {text}"),
    }
}
