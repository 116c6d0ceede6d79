//! The recorder as a consumer of its session.

use std::collections::HashSet;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval_at, timeout};

use super::book::Book;
use super::outside;
use super::states::{SharedTold, States};
use crate::cli::args::Overlap;
use crate::cli::consumer::{Consumer, Feed};
use crate::cli::lock::{self, Lock};
use crate::cli::output::print_stderr;
use crate::model::{Snapshot, Text};
use crate::store::{Batch, Store};

/// How long the end of a session waits for the disk.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(1);
/// Number of seconds between two batches of numbers.
const NUMBERS: u64 = 5;
/// Number of seconds between two batches of states.
const STATES: u64 = 60;
/// Maximum number of rows of numbers that wait for a store that is slow.
const MAX_NUMBERS: usize = 200_000;

/// When a recorder writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WriteMode {
    /// Changes at once, numbers every 5 s: a session without an end.
    Steadily,
    /// Everything in one batch at the end: a short run.
    AtEnd,
}

/// Follows a session and writes what happens into a store.
pub(in crate::cli) struct Recorder {
    pub(super) store: Store,
    pub(super) book: Book,
    pub(super) states: States,
    pub(super) mode: WriteMode,
    /// Names of all monitors of the config, also of those that the session does not watch.
    pub(super) names: HashSet<Text>,
    /// States that were taken over are written with the first batch.
    pub(super) is_taken_over: bool,
    /// Held as long as the session writes.
    pub(super) lock: Option<File>,
    /// Another consumer writes into the store too.
    pub(super) other: Option<OtherWriting>,
}

/// A consumer for which the end of the recorder waits.
pub(super) struct OtherWriting {
    done: oneshot::Receiver<()>,
    limit: Duration,
}

/// A recorder that runs.
struct Recording {
    store: Store,
    book: Book,
    states: States,
    mode: WriteMode,
    names: HashSet<Text>,
    is_taken_over: bool,
    snapshot: Arc<Snapshot>,
    /// Numbers that the store did not take yet.
    waiting: Batch,
    other: Option<OtherWriting>,
    lock: Option<File>,
}

impl Recorder {
    /// Returns what was reported about each monitor. What is changed in it is written.
    pub(in crate::cli) fn told(&self) -> SharedTold {
        self.states.told()
    }

    /// Lets the store be open until what is returned is dropped, at most for `limit` after the end
    /// of the session.
    pub(in crate::cli) fn close_after(&mut self, limit: Duration) -> oneshot::Sender<()> {
        let (guard, done) = oneshot::channel();
        self.other = Some(OtherWriting { done, limit });
        guard
    }
}

impl Consumer for Recorder {
    async fn run(self, mut feed: Feed) {
        let mut recording = Recording {
            store: self.store,
            book: self.book,
            states: self.states,
            mode: self.mode,
            names: self.names,
            is_taken_over: self.is_taken_over,
            snapshot: feed.engine.snapshot(),
            waiting: Batch::default(),
            other: self.other,
            lock: self.lock,
        };
        let first = feed.clock.instant(feed.clock.now().plus(SECOND));
        let mut seconds = interval_at(first, SECOND);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut second = 0;
        loop {
            tokio::select! {
                biased;
                snapshot = feed.next() => match snapshot {
                    Some(snapshot) => recording.read(snapshot, &mut feed).await,
                    None => break,
                },
                _ = seconds.tick() => {
                    second += 1;
                    recording.pass(second, &feed).await;
                }
            }
        }
        recording.finish(&feed).await;
    }

    fn late_warning(&self) -> Option<&'static str> {
        Some("the history could not be written in time")
    }

    fn finish_limit(&self) -> Duration {
        let others = self.other.as_ref().map(|other| other.limit);
        CLOSE_LIMIT + others.unwrap_or_default()
    }
}

impl Recording {
    async fn read(&mut self, snapshot: Arc<Snapshot>, feed: &mut Feed) {
        self.follow_config(feed);
        let new = feed.follower.read(&snapshot);
        let lost = new.lost;
        let names = &self.names;
        self.book
            .read(&snapshot, &new, &|name| names.contains(name));
        self.snapshot = Arc::clone(&snapshot);
        if lost > 0 {
            self.store.count_dropped(lost);
            tracing::warn!("{lost} events came too fast for the history");
        }
        if self.mode == WriteMode::AtEnd {
            return;
        }
        let (mut batch, changed) = self.book.take_urgent(snapshot.at);
        if std::mem::take(&mut self.is_taken_over) {
            batch.states = self.states.all(&snapshot, &feed.engine).await;
        } else if !changed.is_empty() {
            batch.states = self.states.of(&changed, &snapshot, &feed.engine).await;
        }
        if !batch.is_empty() {
            self.store.write(batch).await;
        }
        self.store.set_recorded(feed.follower.next());
    }

    /// Takes over the config of a reload.
    fn follow_config(&mut self, feed: &mut Feed) {
        let Some(config) = &mut feed.config else {
            return;
        };
        if config.has_changed().unwrap_or(false) {
            let config = config.borrow_and_update();
            self.names = super::names(&config.plan);
            self.store.set_keep(config.keep);
        }
    }

    /// Does what is due once a second.
    async fn pass(&mut self, second: u64, feed: &Feed) {
        if self.mode == WriteMode::AtEnd {
            return;
        }
        if self.store.changed_outside().await {
            self.read_edits(feed).await;
        }
        if second.is_multiple_of(NUMBERS) {
            self.keep_lock();
            let new = self.book.take_numbers(feed.clock.now(), false);
            self.waiting.append(new);
        }
        if self.store.was_renewed() {
            self.states.forget();
            self.waiting.states = self.states.all(&self.snapshot, &feed.engine).await;
        } else if second.is_multiple_of(STATES) && self.waiting.states.is_empty() {
            self.waiting.states = self.states.due(&self.snapshot, &feed.engine).await;
        }
        if !self.waiting.is_empty() {
            self.try_write();
        }
    }

    /// Takes the lock again if its file was deleted, so that no second process writes.
    fn keep_lock(&mut self) {
        let path = self.store.path();
        let is_lost = |lock: &mut File| lock::is_lost(lock, path);
        let Some(held) = self.lock.take_if(is_lost) else {
            return;
        };
        self.lock = match lock::take(path, Overlap::Fail, None) {
            Ok(Lock::Taken(lock)) => Some(lock),
            Ok(Lock::Held(other)) => {
                let path = path.display();
                tracing::warn!(
                    "the lock of the history `{path}` was deleted, and another process{other} \
                     writes the history too: stop one of them"
                );
                None
            }
            // Its folder is gone. The next one may be there.
            Err(_) => Some(held),
        };
    }

    /// Queues what waits, or lets it wait on.
    fn try_write(&mut self) {
        let Err(mut batch) = self.store.try_write(std::mem::take(&mut self.waiting)) else {
            return;
        };
        if batch.numbers.len() > MAX_NUMBERS {
            self.store.count_dropped(batch.numbers.len() as u64);
            batch.numbers.clear();
        }
        self.waiting = *batch;
    }

    async fn read_edits(&mut self, feed: &Feed) {
        // What is queued must not look as if another process had removed it.
        self.store.flush().await;
        let path = self.store.path().to_owned();
        let now = self.book.date(feed.clock.now());
        let read = tokio::task::spawn_blocking(move || outside::read(&path, now)).await;
        // The writer reports a store that cannot be read.
        let Ok(Ok(found)) = read else { return };
        let edits = self.book.compare(found, now);
        // An engine that has stopped needs to know nothing.
        let _ = outside::tell(edits, &self.snapshot, &feed.engine, &feed.clock).await;
    }

    /// Writes everything that is left.
    async fn finish(mut self, feed: &Feed) {
        let now = feed.clock.now();
        let (mut batch, _) = self.book.take_urgent(now);
        let numbers = self.book.take_numbers(now, true);
        batch.append(std::mem::take(&mut self.waiting));
        batch.append(numbers);
        batch.states = self.states.all(&self.snapshot, &feed.engine).await;
        self.store.write(batch).await;
        self.store.set_recorded(feed.follower.next());
        if let Some(other) = self.other.take() {
            let _ = timeout(other.limit, other.done).await;
        }
        self.store.clone().close().await;
        // What the store says about it may go to a log file.
        if self.mode == WriteMode::AtEnd
            && let Some(fault) = self.store.health().fault
        {
            print_stderr(&format!("warning: the state is not saved: {fault}"));
        }
    }
}
