//! Follows a running engine until its run is over, and turns that into outputs and an exit code.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::exit::{Ending, FailOn, Mode, Signal};
use super::output::complain;
use super::reload::Reloader;
use super::signals::Signals;
use super::sinks::Sinks;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::model::Snapshot;
use crate::report::Run;

/// When a run is over, beside by a signal.
pub struct Until<'a> {
    pub done: &'a dyn Fn(&Snapshot) -> bool,
    pub limit: Option<Duration>,
    /// Whether coming to the limit is the run's proper end (`--for`) or a verdict cut short (`--deadline`).
    pub limit_is_end: bool,
    /// Nothing is left to do once nobody reads stdout.
    pub needs_reader: bool,
}

/// A run without a screen: engine, outputs, exit code.
pub struct Drive<'a> {
    pub engine: Engine,
    pub clock: Clock,
    pub sinks: Sinks,
    pub signals: Signals,
    /// Reads the config again when it changes or on SIGHUP.
    pub reloader: Option<Reloader>,
    /// The path of the config, for the first event.
    pub config: Option<String>,
    pub until: Until<'a>,
    pub mode: Mode,
    pub fail_on: FailOn,
}

impl Drive<'_> {
    /// # Errors
    /// An output that cannot be written.
    pub async fn run(mut self) -> io::Result<u8> {
        let first = Arc::clone(&self.engine.snapshots.borrow_and_update());
        self.sinks.start(&first, self.config.as_deref())?;
        let ending = self.follow(first).await?;
        let snapshot = Arc::clone(&self.engine.snapshots.borrow_and_update());
        self.sinks.follow(&snapshot)?;
        let exit = self.mode.verdict(&snapshot.counts, ending, self.fail_on);
        let complete = match ending {
            Ending::Complete | Ending::Left => true,
            Ending::Deadline | Ending::Signal(_) => snapshot.is_settled(),
            Ending::Broken => false,
        };
        if let Ending::Signal(_) = ending {
            complain(&format!("interrupted, {} of {} done", snapshot.settled, snapshot.rows.len() - snapshot.counts.paused));
        }
        let started = snapshot.anchor;
        let run = Run { started, duration: self.clock.now().since_start(), exit, complete };
        self.sinks.end(&snapshot, &run)?;
        Ok(exit)
    }

    async fn follow(&mut self, first: Arc<Snapshot>) -> io::Result<Ending> {
        if (self.until.done)(&first) {
            return Ok(Ending::Complete);
        }
        let limit = self.until.limit.unwrap_or(Duration::from_secs(u64::from(u32::MAX)));
        let limit = tokio::time::sleep(limit);
        tokio::pin!(limit);
        loop {
            tokio::select! {
                biased;
                signal = self.signals.next() => match (signal, &mut self.reloader) {
                    (Signal::Hangup, Some(reloader)) => reloader.reload(&self.engine.commands).await,
                    (signal, _) => return Ok(Ending::Signal(signal)),
                },
                changed = self.engine.snapshots.changed() => {
                    if changed.is_err() {
                        return Ok(Ending::Broken);
                    }
                    let snapshot = Arc::clone(&self.engine.snapshots.borrow_and_update());
                    if !self.sinks.follow(&snapshot)? && self.until.needs_reader {
                        return Ok(Ending::Left);
                    }
                    if (self.until.done)(&snapshot) {
                        return Ok(Ending::Complete);
                    }
                }
                () = &mut limit => {
                    return Ok(if self.until.limit_is_end { Ending::Complete } else { Ending::Deadline });
                }
                () = stirred(self.reloader.as_mut()) => {
                    if let Some(reloader) = &mut self.reloader {
                        reloader.reload(&self.engine.commands).await;
                    }
                }
            }
        }
    }
}

async fn stirred(reloader: Option<&mut Reloader>) {
    match reloader {
        Some(reloader) => reloader.stirred().await,
        None => std::future::pending().await,
    }
}
