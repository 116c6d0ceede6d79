//! The journal of `serve`: logs changes of status and of the config, each as one line with fields.

use std::time::Duration;

use super::consumer::{Consumer, Feed};
use crate::model::{Change, ChangeKind, Event, Meta, Moment, Status, Text};
use crate::words;

/// Minimum interval of warnings about lost events; each gives the sum.
const LOST_WARNING_INTERVAL: Duration = Duration::from_secs(10);

/// The `tracing` target of the changes: the name of this module.
pub(super) const JOURNAL: &str = module_path!();

/// Logs what a session watches at its start, and every change.
pub(super) struct Journal {
    /// Where the monitors come from, such as the path of the config.
    pub origin: String,
}

impl Consumer for Journal {
    async fn run(self, mut feed: Feed) {
        let watching = words::watching(&feed.engine.snapshot(), &self.origin);
        tracing::info!("{watching}");
        let clock = feed.clock.clone();
        let mut lost = LostEvents::default();
        loop {
            let due = clock.instant(lost.due());
            let snapshot = tokio::select! {
                snapshot = feed.next() => snapshot,
                () = tokio::time::sleep_until(due) => {
                    lost.warn_if_due(clock.now());
                    continue;
                }
            };
            let Some(snapshot) = snapshot else { return };
            let new = feed.follower.read(&snapshot);
            lost.count += new.lost;
            lost.warn_if_due(clock.now());
            new.changes.iter().for_each(|change| log(change));
        }
    }
}

/// Counts the events that came too fast for the log.
#[derive(Debug, Default)]
struct LostEvents {
    /// Number of lost events without a warning yet.
    count: u64,
    warned: Option<Moment>,
}

impl LostEvents {
    fn due(&self) -> Moment {
        match self.warned {
            _ if self.count == 0 => Moment::FAR,
            Some(warned) => warned.plus(LOST_WARNING_INTERVAL),
            None => Moment::START,
        }
    }

    fn warn_if_due(&mut self, now: Moment) {
        if now >= self.due() {
            let count = std::mem::take(&mut self.count);
            self.warned = Some(now);
            tracing::warn!(
                "{} came too fast for the log",
                words::count(count, "event", "events")
            );
        }
    }
}

fn log(change: &Change) {
    match &change.kind {
        ChangeKind::Target { meta, event, .. } => log_target(meta, event),
        ChangeKind::Reloaded {
            added,
            removed,
            changed,
            total,
        } => {
            tracing::info!("{}", words::reloaded(*added, *removed, *changed, *total));
        }
        // The reloader has logged all errors.
        ChangeKind::ReloadRefused { .. } => {}
        ChangeKind::Stalled { gap } => tracing::warn!("{}", words::stalled(*gap)),
        ChangeKind::ClockSet { by } => tracing::warn!("{}", words::clock_set(*by)),
        ChangeKind::Overloaded(overload) => tracing::warn!("{}", words::overload(*overload)),
        ChangeKind::Silence { silence, change } => {
            tracing::info!("{}", words::silence(silence, *change));
        }
    }
}

fn log_target(meta: &Meta, event: &Event) {
    let monitor = meta.name.as_str();
    let kind = meta.kind.as_str();
    let text = words::event(event);
    match event {
        Event::Transition {
            from,
            to,
            cause,
            recovered_after,
        } => {
            let why = cause
                .as_ref()
                .map_or_else(String::new, |cause| format!(": {}", words::cause(cause)));
            let reason = cause.as_ref().map(|cause| cause.reason().as_str());
            let from = from.as_str();
            let status = to.as_str();
            let group = meta.group.as_ref().map(Text::as_str);
            let description = meta.description.as_ref().map(Text::as_str);
            let runbook = meta.runbook.as_ref().map(Text::as_str);
            let labels = (!meta.labels.is_empty()).then(|| words::labels(meta));
            match to {
                Status::Error => tracing::error!(
                    kind,
                    from,
                    reason,
                    status,
                    group,
                    description,
                    runbook,
                    labels,
                    monitor,
                    "{monitor} is in error{why}"
                ),
                Status::Warning => tracing::warn!(
                    kind,
                    from,
                    reason,
                    status,
                    group,
                    description,
                    runbook,
                    labels,
                    monitor,
                    "{monitor} is in warning{why}"
                ),
                _ => {
                    let ended = recovered_after.map_or_else(String::new, |lasted| {
                        format!(", {}", words::recovered(lasted))
                    });
                    tracing::info!(
                        kind,
                        from,
                        reason,
                        status,
                        monitor,
                        "{monitor} is {status}{ended}"
                    );
                }
            }
        }
        Event::Failure { failure, .. } => {
            tracing::debug!(
                kind,
                reason = failure.reason().as_str(),
                monitor,
                "{monitor}: {text}"
            );
        }
        _ => tracing::debug!(kind, monitor, "{monitor}: {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_is_one_line_every_ten_seconds_with_the_sum() {
        let mut lost = LostEvents::default();
        let mut warned = Vec::new();
        for tenth in 0..=250_u64 {
            lost.count += 5;
            let before = lost.count;
            lost.warn_if_due(Moment::after_start(Duration::from_millis(100 * tenth)));
            if lost.count == 0 {
                warned.push((tenth, before));
            }
        }
        assert_eq!(warned, [(0, 5), (100, 500), (200, 500)]);
        assert_eq!(
            lost.due(),
            Moment::after_start(Duration::from_secs(30)),
            "the rest is said too"
        );
    }
}
