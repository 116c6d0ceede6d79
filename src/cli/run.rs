//! Follows a running engine until its run is over, and turns that into outputs and an exit code.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::conclusion::Conclusion;
use super::exit::{Ending, ExitMode, FailOn, ProcessSignal};
use super::output::print_stderr;
use super::outputs::RunOutputs;
use super::progress::{self, Goal, Progress};
use super::reload::{Reloader, changed};
use super::signals::{self, Signals, StatusRequests};
use super::{CommandError, runtime};
use crate::clock::Clock;
use crate::engine::{Engine, Plan};
use crate::model::{Memory, Moment, Snapshot, Text};
use crate::report::Run;
use crate::words;

/// After a signal a run has so long for its last words; a reader that has stalled does not take
/// them.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// As good as never; a timer cannot wait much longer.
const FAR: Duration = Duration::from_secs(u32::MAX as u64);

/// The moment at which a run is over if nothing changes any more, and how it ends then; none: that
/// is not foreseeable.
type EndsAt = Box<dyn Fn(&Snapshot) -> Option<(Moment, Ending)> + Send>;

/// When a run is over, beside by a signal.
pub struct StopCondition {
    pub ends_at: EndsAt,
    pub limit: Option<Duration>,
    /// What coming to the limit is: the run's proper end (`--for`) or a verdict cut short
    /// (`--deadline`).
    pub at_limit: Ending,
    /// Nothing is left to do once nobody reads stdout.
    pub needs_reader: bool,
}

/// What a run without a screen does beside watching.
pub struct RunOptions {
    pub outputs: RunOutputs,
    /// Reads the config again when it changes or on SIGHUP.
    pub reloader: Option<Reloader>,
    /// The path of the config, for the first event.
    pub config: Option<String>,
    pub stop: StopCondition,
    /// What the run wants of every monitor, if it ends with that.
    pub goal: Option<Goal>,
    /// Says what it waits for, if that takes long; none for a run that waits for nothing.
    pub progress: Option<Progress>,
    pub mode: ExitMode,
    pub fail_on: FailOn,
}

/// Takes the facts as they are, and what the run makes of them.
pub type OnEnd = Box<dyn FnOnce(&Snapshot, &Conclusion, &Run) -> io::Result<()> + Send>;

/// What an earlier run left, and who takes down what this one leaves.
pub struct Resume {
    pub clock: Clock,
    /// By the names of the monitors, in moments of the clock.
    pub memories: HashMap<Text, Memory>,
    /// Called once, at the end of the run.
    pub on_end: OnEnd,
}

impl Resume {
    /// Of a run that begins with nothing and leaves nothing.
    pub fn fresh() -> Resume {
        Resume {
            clock: Clock::start(),
            memories: HashMap::new(),
            on_end: Box::new(|_, _, _| Ok(())),
        }
    }
}

struct Runner {
    engine: Engine,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    clock: Clock,
    signals: Signals,
    asked: StatusRequests,
    orders: RunOptions,
}

/// Watches until the run is over, in a runtime of its own; gives the exit code.
///
/// # Errors
/// An output that cannot be written.
pub fn block_on(plan: Plan, orders: RunOptions, past: Resume) -> Result<u8, CommandError> {
    let runtime = runtime(&plan)?;
    let end = runtime.block_on(resume(plan, orders, past));
    // Whatever still waits for a name or a socket is not waited for.
    runtime.shutdown_background();
    end.map_err(CommandError::internal)
}

/// The same inside a runtime.
///
/// # Errors
/// An output that cannot be written.
pub async fn run(plan: Plan, orders: RunOptions) -> io::Result<u8> {
    resume(plan, orders, Resume::fresh()).await
}

async fn resume(plan: Plan, orders: RunOptions, past: Resume) -> io::Result<u8> {
    let heed = SignalHandlers::listen(orders.reloader.is_some())?;
    let Resume {
        clock,
        memories,
        on_end: keep,
    } = past;
    let engine = Engine::resume(plan, clock.clone(), &memories);
    follow(heed, engine, clock, orders, keep).await
}

/// The signals that a run hears. From its creation on none kills the process: it stands before the
/// first attempt.
pub struct SignalHandlers {
    stop: Signals,
    signals: Signals,
    asked: StatusRequests,
}

impl SignalHandlers {
    /// `hangup`: SIGHUP reloads.
    pub fn listen(hangup: bool) -> io::Result<SignalHandlers> {
        signals::survive_full_files()?;
        Ok(SignalHandlers {
            stop: Signals::listen(false)?,
            signals: Signals::listen(hangup)?,
            asked: StatusRequests::listen()?,
        })
    }
}

/// Follows an engine that others may use too.
///
/// # Errors
/// An output that cannot be written.
pub async fn follow(
    heed: SignalHandlers,
    engine: Engine,
    clock: Clock,
    orders: RunOptions,
    keep: OnEnd,
) -> io::Result<u8> {
    let SignalHandlers {
        mut stop,
        signals,
        asked,
    } = heed;
    let drive = Runner {
        snapshots: engine.snapshots(),
        engine,
        clock,
        signals,
        asked,
        orders,
    };
    // On a thread that may block: writing waits for readers, and nobody could end a run whose
    // reader has stalled.
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

impl Runner {
    async fn run(mut self, keep: OnEnd) -> io::Result<u8> {
        let first = Arc::clone(&self.snapshots.borrow_and_update());
        if let Some(hint) = self.orders.outputs.hint(self.orders.mode) {
            print_stderr(hint);
        }
        self.orders
            .outputs
            .start(&first, self.orders.config.as_deref())?;
        let ending = self.follow(first).await?;
        if let Some(progress) = &mut self.orders.progress {
            progress.hide();
        }
        let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
        self.orders.outputs.follow(&snapshot)?;
        let began = self.clock.started();
        let conclusion = Conclusion::of(&snapshot, self.orders.goal, ending, began);
        let ending = conclusion.ending();
        let (mode, fail_on) = (self.orders.mode, self.orders.fail_on);
        let exit = mode.verdict(&conclusion.snapshot.counts, ending, fail_on);
        let complete = match ending {
            Ending::Complete | Ending::Quit => true,
            Ending::TimeUp | Ending::Signal(_) => conclusion.snapshot.is_settled(),
            Ending::Deadline | Ending::Undecided | Ending::EngineDied => false,
        };
        if let (Ending::TimeUp, Some(progress)) = (ending, &self.orders.progress) {
            print_stderr(&format!(
                "time is up: {}",
                progress.line(&snapshot, self.clock.now())
            ));
        }
        // What reloads its config goes on for ever, and is never half done.
        if !complete && matches!(ending, Ending::Signal(_)) && self.orders.reloader.is_none() {
            let watched = snapshot.rows.len() - snapshot.counts.paused;
            print_stderr(&format!(
                "interrupted, {} of {watched} done",
                snapshot.settled
            ));
        }
        let (started, duration) = (snapshot.wall(began), self.clock.now().since(began));
        let config = self.orders.config.as_deref().map(in_repository);
        let verbose = self.orders.outputs.is_verbose();
        let run = Run {
            started,
            duration,
            exit,
            complete,
            fail_on: fail_on.status(),
            verbose,
            config,
        };
        // One that fails takes not the other with it.
        let kept = keep(&snapshot, &conclusion, &run);
        self.orders
            .outputs
            .end(&conclusion.snapshot, &run)
            .and(kept)?;
        Ok(exit)
    }

    async fn follow(&mut self, first: Arc<Snapshot>) -> io::Result<Ending> {
        let mut over = (self.orders.stop.ends_at)(&first);
        // Or its rows would stay for as long as the run lasts.
        drop(first);
        let limit = self.orders.stop.limit.unwrap_or(FAR);
        let limit = tokio::time::sleep(limit);
        tokio::pin!(limit);
        loop {
            if let Some((_, ending)) = over.filter(|(over, _)| *over <= self.clock.now()) {
                return Ok(ending);
            }
            tokio::select! {
                biased;
                signal = self.signals.next() => match (signal, &mut self.orders.reloader) {
                    (ProcessSignal::Hangup, Some(reloader)) => {
                        self.orders.outputs.reopen();
                        reloader.reload(&self.engine).await;
                    }
                    (signal, _) => return Ok(Ending::Signal(signal)),
                },
                changed = self.snapshots.changed() => {
                    if changed.is_err() {
                        return Ok(Ending::EngineDied);
                    }
                    let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
                    if !self.orders.outputs.follow(&snapshot)? && self.orders.stop.needs_reader {
                        return Ok(Ending::Quit);
                    }
                    over = (self.orders.stop.ends_at)(&snapshot);
                }
                () = &mut limit => return Ok(self.orders.stop.at_limit),
                () = tokio::time::sleep_until(self.clock.instant(over.map_or(Moment::FAR, |(over, _)| over))) => {}
                () = progress::due(self.orders.progress.as_ref(), &self.clock) => {
                    let snapshot = Arc::clone(&self.snapshots.borrow());
                    if let Some(progress) = &mut self.orders.progress {
                        progress.tell(&snapshot, &self.clock);
                    }
                }
                () = self.asked.next() => self.answer(),
                () = changed(self.orders.reloader.as_mut()) => {
                    if let Some(reloader) = &mut self.orders.reloader {
                        reloader.reload(&self.engine).await;
                    }
                }
            }
        }
    }

    /// Says on stderr how far the run has come, also a quiet one.
    fn answer(&mut self) {
        let snapshot = Arc::clone(&self.snapshots.borrow());
        let now = self.clock.now();
        match &mut self.orders.progress {
            Some(progress) => progress.answer(&snapshot, now),
            None => print_stderr(&words::summary(
                &snapshot,
                now.since(self.clock.started()),
                true,
            )),
        }
    }
}

/// A path as the code's host knows it: from the root of the repository that a CI run works in.
fn in_repository(path: &str) -> String {
    let root = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"]
        .into_iter()
        .find_map(std::env::var_os);
    let below = root.and_then(|root| {
        let whole = std::path::absolute(path).ok()?;
        Some(whole.strip_prefix(&root).ok()?.display().to_string())
    });
    below.unwrap_or_else(|| path.strip_prefix("./").unwrap_or(path).to_owned())
}
