//! The frontend without a screen: follows a session until it is over, writes its outputs and
//! decides its exit code.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::conclusion::Conclusion;
use super::exit::{Ending, ExitPolicy, ProcessSignal};
use super::output::print_stderr;
use super::outputs::RunOutputs;
use super::progress::{self, Goal, Progress};
use super::reload::ReloadRequests;
use super::running::{OnEnd, RunningSession};
use super::signals::{SignalHandlers, Signals, StatusRequests};
use super::worst_case::WorstCase;
use crate::clock::Clock;
use crate::model::{Moment, Snapshot};
use crate::report::RunInfo;
use crate::words;

/// Time that a run has for its last outputs after a signal. A reader that stalled does not read
/// them.
const LAST_OUTPUT_TIMEOUT: Duration = Duration::from_secs(3);
/// Stands for "no limit": 136 years. A timer cannot wait much longer.
const FAR: Duration = Duration::from_secs(u32::MAX as u64);

/// Returns the moment at which the run is over if nothing changes any more, and how it ends then;
/// `None` if that is not foreseeable.
type EndsAt = Box<dyn Fn(&Snapshot) -> Option<(Moment, Ending)> + Send>;

/// When a run is over, apart from signals.
pub(super) struct StopCondition {
    pub ends_at: EndsAt,
    pub limit: Option<Duration>,
    /// How the run ends at `limit`: regularly (`--for`) or before its verdict (`--deadline`).
    pub at_limit: Ending,
    /// The run ends when the reader of stdout goes away.
    pub needs_reader: bool,
}

impl StopCondition {
    /// Runs until a signal, or for `duration`.
    pub(super) fn never(duration: Option<Duration>) -> StopCondition {
        StopCondition {
            ends_at: Box::new(|_| None),
            limit: duration,
            at_limit: Ending::Complete,
            needs_reader: false,
        }
    }

    /// Runs until every monitor has reached the goal, or can no longer reach it. `began`: the start
    /// of the run.
    pub(super) fn reached(
        goal: Goal,
        worst_case: WorstCase,
        began: Moment,
        deadline: Option<Duration>,
    ) -> StopCondition {
        StopCondition {
            ends_at: Box::new(move |snapshot| Some(worst_case.end(snapshot, goal, began))),
            limit: deadline,
            at_limit: Ending::Deadline,
            needs_reader: false,
        }
    }
}

/// What a run without a screen writes, and when it ends.
pub(super) struct HeadlessOptions {
    pub outputs: RunOutputs,
    /// The path of the config, for the first event.
    pub config: Option<String>,
    pub stop: StopCondition,
    /// The goal for every monitor; `None` for a run that does not end with one.
    pub goal: Option<Goal>,
    /// Reports what a long run waits for; `None` for a run that waits for nothing.
    pub progress: Option<Progress>,
    pub exit: ExitPolicy,
}

/// Runs until the session is over; returns the exit code.
///
/// # Errors
/// An output that cannot be written.
pub(super) async fn run(running: RunningSession, options: HeadlessOptions) -> io::Result<u8> {
    let RunningSession {
        snapshots,
        clock,
        signals,
        reload,
        on_end,
        ..
    } = running;
    let SignalHandlers {
        mut stop,
        signals,
        status_requests,
    } = signals;
    let exit = options.exit;
    let runner = Runner {
        snapshots,
        clock,
        signals,
        status_requests,
        reload,
        options,
    };
    // Writing may block on a stalled reader, so it needs a thread that may block.
    let finished = tokio::task::spawn_blocking(|| Handle::current().block_on(runner.run(on_end)));
    let cut_short = async {
        let signal = stop.next().await;
        // A second signal ends the run at once.
        let _ = tokio::time::timeout(LAST_OUTPUT_TIMEOUT, stop.next()).await;
        exit.interrupted(signal)
    };
    tokio::select! {
        biased;
        end = finished => end?,
        code = cut_short => Ok(code),
    }
}

struct Runner {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    clock: Clock,
    signals: Signals,
    status_requests: StatusRequests,
    reload: Option<ReloadRequests>,
    options: HeadlessOptions,
}

impl Runner {
    async fn run(mut self, on_end: OnEnd) -> io::Result<u8> {
        let first = Arc::clone(&self.snapshots.borrow_and_update());
        if let Some(hint) = self.options.outputs.hint(self.options.exit.mode) {
            print_stderr(hint);
        }
        let config = self.options.config.as_deref();
        self.options.outputs.start(&first, config)?;
        let ending = self.follow(first).await?;
        if let Some(progress) = &mut self.options.progress {
            progress.hide();
        }
        let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
        self.options.outputs.follow(&snapshot)?;
        let began = self.clock.started();
        let conclusion = Conclusion::of(&snapshot, self.options.goal, ending, began);
        let run = self.report(&snapshot, &conclusion);
        self.print_ending(&snapshot, conclusion.ending(), run.complete);
        // Both are done, even if one of them fails.
        let saved = on_end(&snapshot, &conclusion, &run);
        let written = self.options.outputs.end(&conclusion.snapshot, &run);
        written.and(saved)?;
        Ok(run.exit)
    }

    /// Returns what the reports say of the whole run.
    fn report(&self, snapshot: &Snapshot, conclusion: &Conclusion) -> RunInfo {
        let ending = conclusion.ending();
        let complete = match ending {
            Ending::Complete | Ending::Quit => true,
            Ending::TimeUp | Ending::Signal(_) => conclusion.snapshot.is_settled(),
            Ending::Deadline | Ending::Undecided | Ending::EngineDied => false,
        };
        let began = self.clock.started();
        RunInfo {
            started: snapshot.wall(began),
            duration: self.clock.now().since(began),
            exit: self.options.exit.code(&conclusion.snapshot.counts, ending),
            complete,
            fail_on: self.options.exit.fail_on.status(),
            verbose: self.options.outputs.is_verbose(),
            config: self.options.config.as_deref().map(in_repository),
            included: included(snapshot),
            by: self.options.outputs.grouping(),
        }
    }

    /// Prints why a run ended without its verdict.
    fn print_ending(&self, snapshot: &Snapshot, ending: Ending, complete: bool) {
        if let (Ending::TimeUp, Some(progress)) = (ending, &self.options.progress) {
            let line = progress.line(snapshot, self.clock.now());
            print_stderr(&format!("time is up: {line}"));
        }
        // A run that reloads has no end, so it is never half done.
        if !complete && matches!(ending, Ending::Signal(_)) && self.reload.is_none() {
            let watched = snapshot.rows.len() - snapshot.counts.paused;
            let settled = snapshot.settled;
            print_stderr(&format!("interrupted, {settled} of {watched} done"));
        }
    }

    async fn follow(&mut self, first: Arc<Snapshot>) -> io::Result<Ending> {
        let mut end = (self.options.stop.ends_at)(&first);
        // Its rows would stay in memory as long as the run lasts.
        drop(first);
        let limit = tokio::time::sleep(self.options.stop.limit.unwrap_or(FAR));
        tokio::pin!(limit);
        loop {
            if let Some((_, ending)) = end.filter(|(at, _)| *at <= self.clock.now()) {
                return Ok(ending);
            }
            let at = end.map_or(Moment::FAR, |(at, _)| at);
            tokio::select! {
                biased;
                signal = self.signals.next() => match (signal, &self.reload) {
                    (ProcessSignal::Hangup, Some(reload)) => {
                        self.options.outputs.reopen();
                        reload.request();
                    }
                    (signal, _) => return Ok(Ending::Signal(signal)),
                },
                changed = self.snapshots.changed() => {
                    if changed.is_err() {
                        return Ok(Ending::EngineDied);
                    }
                    let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
                    let is_read = self.options.outputs.follow(&snapshot)?;
                    if !is_read && self.options.stop.needs_reader {
                        return Ok(Ending::Quit);
                    }
                    end = (self.options.stop.ends_at)(&snapshot);
                    if let Some(progress) = &mut self.options.progress {
                        progress.announce_waits(&snapshot, self.clock.now());
                    }
                }
                () = &mut limit => return Ok(self.options.stop.at_limit),
                () = tokio::time::sleep_until(self.clock.instant(at)) => {}
                () = progress::due(self.options.progress.as_ref(), &self.clock) => {
                    if let Some(progress) = &mut self.options.progress {
                        let snapshot = Arc::clone(&self.snapshots.borrow());
                        progress.show_line(&snapshot, &self.clock);
                    }
                }
                () = self.status_requests.next() => self.print_status(),
            }
        }
    }

    /// Prints on stderr how far the run has come, even with `--quiet`.
    fn print_status(&mut self) {
        let snapshot = Arc::clone(&self.snapshots.borrow());
        let now = self.clock.now();
        let elapsed = now.since(self.clock.started());
        match &mut self.options.progress {
            Some(progress) => progress.print_line(&snapshot, now),
            None => print_stderr(&words::summary(&snapshot, elapsed, true)),
        }
    }
}

/// Returns the included files of a fleet as code hosts know them.
fn included(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for file in snapshot
        .rows
        .iter()
        .filter_map(|row| row.meta.file.as_ref())
    {
        if !files.contains_key(file.as_str()) {
            files.insert(file.to_string(), in_repository(file.as_str()));
        }
    }
    files
}

/// Returns a path as code hosts know it: relative to the root of the repository in a CI run.
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
