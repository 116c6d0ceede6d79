//! Follows a running engine until its run is over, and turns that into outputs and an exit code.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::exit::{Ending, FailOn, Mode, Signal};
use super::output::complain;
use super::progress::{self, Progress};
use super::reload::{Reloader, stirred};
use super::signals::Signals;
use super::sinks::Sinks;
use super::{Trouble, runtime};
use crate::clock::Clock;
use crate::engine::{Engine, Plan};
use crate::model::{Memory, Snapshot, Text};
use crate::report::Run;

/// After a signal a run has so long for its last words; a reader that has stalled does not take them.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// When a run is over, beside by a signal.
pub struct Until {
    pub done: Box<dyn Fn(&Snapshot) -> bool + Send>,
    pub limit: Option<Duration>,
    /// Whether coming to the limit is the run's proper end (`--for`) or a verdict cut short (`--deadline`).
    pub limit_is_end: bool,
    /// Nothing is left to do once nobody reads stdout.
    pub needs_reader: bool,
}

/// What a run without a screen does beside watching.
pub struct Orders {
    pub sinks: Sinks,
    /// Reads the config again when it changes or on SIGHUP.
    pub reloader: Option<Reloader>,
    /// The path of the config, for the first event.
    pub config: Option<String>,
    pub until: Until,
    /// Says what it waits for, if that takes long.
    pub progress: Option<Progress>,
    pub mode: Mode,
    pub fail_on: FailOn,
}

type Keep = Box<dyn FnOnce(&Snapshot, &Run) -> io::Result<()> + Send>;

/// What an earlier run left, and who takes down what this one leaves.
pub struct Past {
    pub clock: Clock,
    /// By the names of the monitors, in moments of the clock.
    pub memories: HashMap<Text, Memory>,
    /// Called once, at the end of the run.
    pub keep: Keep,
}

impl Past {
    /// Of a run that begins with nothing and leaves nothing.
    pub fn none() -> Past {
        Past { clock: Clock::start(), memories: HashMap::new(), keep: Box::new(|_, _| Ok(())) }
    }
}

struct Drive {
    engine: Engine,
    clock: Clock,
    signals: Signals,
    orders: Orders,
}

/// Watches until the run is over, in a runtime of its own; gives the exit code.
///
/// # Errors
/// An output that cannot be written.
pub fn block_on(plan: Plan, orders: Orders, past: Past) -> Result<u8, Trouble> {
    let runtime = runtime()?;
    let end = runtime.block_on(resume(plan, orders, past));
    // Whatever still waits for a name or a socket is not waited for.
    runtime.shutdown_background();
    end.map_err(Trouble::internal)
}

/// The same inside a runtime.
///
/// # Errors
/// An output that cannot be written.
pub async fn run(plan: Plan, orders: Orders) -> io::Result<u8> {
    resume(plan, orders, Past::none()).await
}

async fn resume(plan: Plan, orders: Orders, past: Past) -> io::Result<u8> {
    let mut stop = Signals::listen(false)?;
    let signals = Signals::listen(orders.reloader.is_some())?;
    let Past { clock, memories, keep } = past;
    let engine = Engine::resume(plan, clock.clone(), &memories);
    let drive = Drive { engine, clock, signals, orders };
    // On a thread that may block: writing waits for readers, and nobody could end a run whose reader has stalled.
    let driven = tokio::task::spawn_blocking(|| Handle::current().block_on(drive.run(keep)));
    let cut_short = async {
        let signal = stop.next().await;
        // A second signal means at once.
        let _ = tokio::time::timeout(LAST_WORDS, stop.next()).await;
        signal.code()
    };
    tokio::select! {
        biased;
        end = driven => end?,
        code = cut_short => Ok(code),
    }
}

impl Drive {
    async fn run(mut self, keep: Keep) -> io::Result<u8> {
        let first = Arc::clone(&self.engine.snapshots.borrow_and_update());
        self.orders.sinks.start(&first, self.orders.config.as_deref())?;
        let ending = self.follow(first).await?;
        let snapshot = Arc::clone(&self.engine.snapshots.borrow_and_update());
        self.orders.sinks.follow(&snapshot)?;
        // A deadline that left nothing open cut nothing short.
        let ending = if ending == Ending::Deadline && snapshot.is_settled() { Ending::Complete } else { ending };
        let exit = self.orders.mode.verdict(&snapshot.heard(), ending, self.orders.fail_on);
        let complete = match ending {
            Ending::Complete | Ending::Left => true,
            Ending::Deadline | Ending::Signal(_) => snapshot.is_settled(),
            Ending::Broken => false,
        };
        if !complete && matches!(ending, Ending::Signal(_)) {
            complain(&format!(
                "interrupted, {} of {} done",
                snapshot.settled,
                snapshot.rows.len() - snapshot.counts.paused
            ));
        }
        let began = self.clock.started();
        let (started, duration) = (snapshot.wall(began), self.clock.now().since(began));
        let run = Run { started, duration, exit, complete };
        // One that fails takes not the other with it.
        let kept = keep(&snapshot, &run);
        self.orders.sinks.end(&snapshot, &run).and(kept)?;
        Ok(exit)
    }

    async fn follow(&mut self, first: Arc<Snapshot>) -> io::Result<Ending> {
        if (self.orders.until.done)(&first) {
            return Ok(Ending::Complete);
        }
        let limit = self.orders.until.limit.unwrap_or(Duration::from_secs(u64::from(u32::MAX)));
        let limit = tokio::time::sleep(limit);
        tokio::pin!(limit);
        loop {
            tokio::select! {
                biased;
                signal = self.signals.next() => match (signal, &mut self.orders.reloader) {
                    (Signal::Hangup, Some(reloader)) => reloader.reload(&self.engine.commands).await,
                    (signal, _) => return Ok(Ending::Signal(signal)),
                },
                changed = self.engine.snapshots.changed() => {
                    if changed.is_err() {
                        return Ok(Ending::Broken);
                    }
                    let snapshot = Arc::clone(&self.engine.snapshots.borrow_and_update());
                    if !self.orders.sinks.follow(&snapshot)? && self.orders.until.needs_reader {
                        return Ok(Ending::Left);
                    }
                    if (self.orders.until.done)(&snapshot) {
                        return Ok(Ending::Complete);
                    }
                }
                () = &mut limit => {
                    return Ok(if self.orders.until.limit_is_end { Ending::Complete } else { Ending::Deadline });
                }
                () = progress::due(self.orders.progress.as_ref(), &self.clock) => {
                    let snapshot = Arc::clone(&self.engine.snapshots.borrow());
                    if let Some(progress) = &mut self.orders.progress {
                        progress.tell(&snapshot, self.clock.now());
                    }
                }
                () = stirred(self.orders.reloader.as_mut()) => {
                    if let Some(reloader) = &mut self.orders.reloader {
                        reloader.reload(&self.engine.commands).await;
                    }
                }
            }
        }
    }
}
