//! Consumers of a session: tasks that follow the engine beside the frontend, such as the journal or
//! the saver of states.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::config;
use crate::engine::Engine;
use crate::model::{Follower, Snapshot};

/// Time that consumers have to finish at the end of a session.
const FINISH_TIMEOUT: Duration = Duration::from_secs(2);
/// Time that the engine has to publish what it accepted before the end.
const LAST_SNAPSHOT_TIMEOUT: Duration = Duration::from_millis(300);

/// Follows a session from its start to its end.
pub(super) trait Consumer: Send + 'static {
    /// Consumes until the feed ends, then finishes its work. The session waits for that, but not
    /// longer than `finish_limit`.
    fn run(self, feed: Feed) -> impl Future<Output = ()> + Send;

    /// Returns how long the end of the session waits for `run`.
    fn finish_limit(&self) -> Duration {
        FINISH_TIMEOUT
    }

    /// Returns the warning to log if `run` does not finish in time.
    fn late_warning(&self) -> Option<&'static str> {
        None
    }
}

/// Attaches a consumer that exists only in some sessions.
impl<C: Consumer> Consumer for Option<C> {
    async fn run(self, feed: Feed) {
        if let Some(consumer) = self {
            consumer.run(feed).await;
        }
    }

    fn late_warning(&self) -> Option<&'static str> {
        self.as_ref().and_then(C::late_warning)
    }

    fn finish_limit(&self) -> Duration {
        self.as_ref().map_or(FINISH_TIMEOUT, C::finish_limit)
    }
}

/// What a consumer sees of its session.
pub(super) struct Feed {
    pub engine: Engine,
    pub clock: Clock,
    /// Reads the changes in snapshots, from the very first one on.
    pub follower: Follower,
    /// The config in use; changes with each accepted reload. `None` if the session never reloads.
    pub config: Option<watch::Receiver<Arc<config::LoadedConfig>>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    stop: watch::Receiver<bool>,
    is_over: bool,
}

impl Feed {
    /// Waits for the next snapshot; the first call returns at once. After the session has ended,
    /// the last snapshot comes once more, then `None`. Cancellation loses nothing.
    pub(super) async fn next(&mut self) -> Option<Arc<Snapshot>> {
        if self.is_over {
            return None;
        }
        let stopped = async {
            let _ = self.stop.wait_for(|stop| *stop).await;
        };
        tokio::select! {
            biased;
            changed = self.snapshots.changed() => if changed.is_err() {
                self.is_over = true;
                return None;
            },
            () = stopped => self.is_over = true,
        }
        Some(self.snapshot())
    }

    /// Whether the session has ended: no later snapshot comes.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Returns the latest snapshot; `next` waits for a newer one then.
    pub(super) fn snapshot(&mut self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshots.borrow_and_update())
    }

    /// Waits for the end of the session.
    pub(super) async fn stopped(&mut self) {
        let _ = self.stop.wait_for(|stop| *stop).await;
    }
}

/// A consumer that waits for the start of its session.
pub(super) struct Attached {
    start: Box<dyn FnOnce(Feed) -> JoinHandle<()> + Send>,
    end: ConsumerEnd,
}

/// How the end of a session waits for a consumer.
#[derive(Clone, Copy)]
struct ConsumerEnd {
    limit: Duration,
    late_warning: Option<&'static str>,
}

impl Attached {
    pub(super) fn new(consumer: impl Consumer) -> Attached {
        Attached {
            end: ConsumerEnd {
                limit: consumer.finish_limit(),
                late_warning: consumer.late_warning(),
            },
            start: Box::new(|feed| tokio::spawn(consumer.run(feed))),
        }
    }
}

/// The running consumers of a session. Dropping it aborts them.
pub(super) struct Consumers {
    engine: Engine,
    stop: watch::Sender<bool>,
    running: Vec<(AbortOnDrop, ConsumerEnd)>,
}

impl Consumers {
    /// Starts consumers. `config`: as in [`Feed`].
    pub(super) fn start(
        attached: Vec<Attached>,
        engine: &Engine,
        clock: &Clock,
        config: Option<&watch::Receiver<Arc<config::LoadedConfig>>>,
    ) -> Consumers {
        let stop = watch::Sender::new(false);
        let feed = || {
            let mut snapshots = engine.snapshots();
            snapshots.mark_changed();
            Feed {
                engine: engine.clone(),
                clock: clock.clone(),
                follower: Follower::new(),
                config: config.cloned(),
                snapshots,
                stop: stop.subscribe(),
                is_over: false,
            }
        };
        let running = attached
            .into_iter()
            .map(|consumer| {
                let task = (consumer.start)(feed());
                (AbortOnDrop(task), consumer.end)
            })
            .collect();
        Consumers {
            engine: engine.clone(),
            stop,
            running,
        }
    }

    /// Ends all consumers and waits for them.
    pub(super) async fn end(mut self) {
        if self.running.is_empty() {
            return;
        }
        // The last snapshot includes every heartbeat that was accepted.
        let _ = timeout(LAST_SNAPSHOT_TIMEOUT, self.engine.fresh()).await;
        self.stop.send_replace(true);
        let ends = self.running.iter_mut().map(|(task, end)| async move {
            if timeout(end.limit, &mut task.0).await.is_err()
                && let Some(warning) = end.late_warning
            {
                tracing::warn!("{warning}");
            }
        });
        join_all(ends).await;
    }
}

struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
