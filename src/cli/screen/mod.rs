//! The screen as the frontend of a session: keys become requests to the engine, signals end it.

mod agent_history;
mod agents;
mod history;
mod host;
mod incidents;
mod look;
mod prefs;
mod questions;
mod signals;

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::args;
use super::exit::{Ending, ExitPolicy, ProcessSignal};
use super::output;
use super::outputs::style_of;
use super::recorder::SessionHistory;
use super::running::RunningSession;
use super::signals::Signals;
use crate::demo::Story;
use crate::engine::Engine;
use crate::model::Snapshot;
use crate::prefs::Prefs;
use crate::remote::Agents;
use crate::report::style::Style;
use crate::report::{RunInfo, human};
use crate::tui::{self, Links, LogRing, Options, ScreenExit, ScreenHost};
use agents::AgentHost;
use history::HistoryDesk;
use host::DetailsAnswer;
pub(super) use host::EngineHost;
use incidents::EndedIncidents;
use prefs::{LookFlags, PrefsFollower};

/// How the screen looks, and when it ends.
pub(super) struct ScreenOptions {
    options: Options,
    flags: LookFlags,
    style: Style,
    /// `--for`.
    duration: Option<Duration>,
    exit: ExitPolicy,
    /// The scenario of a demo.
    pub story: Option<Story>,
    /// What the history of the session is, set at its start.
    pub history: SessionHistory,
}

impl ScreenOptions {
    /// `source`: the name of the config; `log`: hbmon's own log.
    pub(super) fn new(
        stay: &args::LiveArgs,
        screen: &args::ScreenArgs,
        look: &args::LookArgs,
        prefs: Prefs,
        source: Option<String>,
        log: LogRing,
        exit: ExitPolicy,
    ) -> ScreenOptions {
        let style = style_of(look, &io::stdout());
        let is_remote = std::env::var_os("SSH_CONNECTION").is_some();
        let flags = LookFlags {
            theme: screen.theme,
            calm: screen.calm || is_remote,
        };
        let prefs = flags.apply(prefs);
        let env = |name: &str| std::env::var(name).ok();
        let options = Options {
            // The Linux console prints unknown sequences.
            title: std::env::var("TERM").is_ok_and(|term| term != "linux"),
            bell: screen.bell,
            notify: screen.notify || prefs.notify,
            theme: look::theme(prefs.theme, look.glyphs, style, &env),
            prefs,
            log,
            source: source.unwrap_or_else(|| "stdin".to_owned()),
            zone: TimeZone::system(),
            fps: if is_remote {
                screen.fps.min(tui::DEFAULT_FPS)
            } else {
                screen.fps
            },
            mouse: screen.mouse,
        };
        ScreenOptions {
            options,
            flags,
            style,
            duration: stay.duration,
            exit,
            story: None,
            history: SessionHistory::default(),
        }
    }

    /// Returns the host of a session that watches by itself.
    pub(super) fn host(&self, engine: Engine, running: &RunningSession) -> EngineHost {
        EngineHost {
            engine,
            clock: running.clock.clone(),
            reload: running.reload.clone(),
            story: self.story.clone(),
            prefs: PrefsFollower {
                flags: self.flags,
                config: running.config.clone(),
            },
            answer: DetailsAnswer::default(),
            history: HistoryDesk::new(
                self.history.clone(),
                running.clock.clone(),
                self.options.zone.clone(),
            ),
        }
    }

    /// Changes the name of what is watched.
    pub(super) fn set_source(&mut self, source: String) {
        self.options.source = source;
    }
}

/// Draws agents until the user quits, a signal comes or `--for` is over; returns the exit code.
///
/// # Errors
/// As `run`.
pub(super) async fn run_attached(
    running: RunningSession,
    agents: &Agents,
    screen: ScreenOptions,
) -> io::Result<u8> {
    let zone = screen.options.zone.clone();
    let host = AgentHost::new(agents, &running.clock, zone);
    run(running, host, screen).await
}

/// Draws until the user quits, a signal comes or `--for` is over; returns the exit code.
///
/// # Errors
/// A terminal that cannot be set up, read or written.
pub(super) async fn run(
    running: RunningSession,
    host: impl ScreenHost + Send + 'static,
    screen: ScreenOptions,
) -> io::Result<u8> {
    let RunningSession {
        mut snapshots,
        clock,
        signals,
        ..
    } = running;
    let links = Links {
        snapshots: snapshots.clone(),
        requests: signals::requests()?,
        host,
    };
    let zone = screen.options.zone.clone();
    let mut incidents = EndedIncidents::default();
    incidents.read(&snapshots.borrow_and_update());
    let mut ending = None;
    let stop = async { ending = Some(until_stopped(signals.signals, screen.duration).await) };
    let outcome = {
        let mut shown = pin!(tui::run(links, &clock, screen.options, stop));
        loop {
            tokio::select! {
                outcome = &mut shown => break outcome?,
                Ok(()) = snapshots.changed() => incidents.read(&snapshots.borrow_and_update()),
            }
        }
    };
    let stopped = ending.unwrap_or(Ending::EngineDied);
    let snapshot = Arc::clone(&snapshots.borrow());
    incidents.read(&snapshot);
    let past = match outcome {
        // The picture says it.
        ScreenExit::QuitKeep(_) => String::new(),
        _ => incidents.lines(&snapshot, &zone, screen.style),
    };
    let (ending, picture) = match outcome {
        ScreenExit::Quit => (Ending::Quit, None),
        ScreenExit::QuitKeep(picture) => (Ending::Quit, Some(picture)),
        ScreenExit::Interrupted => (Ending::Signal(ProcessSignal::Interrupt), None),
        ScreenExit::Stopped => (stopped, None),
        // Nothing can be written to the terminal any more.
        ScreenExit::Stuck => return Ok(screen.exit.code(&snapshot.counts, stopped)),
    };
    let exit = screen.exit.code(&snapshot.counts, ending);
    if let Some(picture) = picture {
        // The terminal may be gone.
        let _ = output::write(None, picture.as_bytes());
    }
    let began = clock.started();
    let run = RunInfo {
        started: snapshot.wall(began),
        duration: clock.now().since(began),
        exit,
        complete: true,
        fail_on: screen.exit.fail_on.status(),
        verbose: false,
        config: None,
        included: Default::default(),
        by: None,
    };
    print_summary(&past, &snapshot, &run, screen.style);
    Ok(exit)
}

/// Prints what stays on the terminal: the incidents, and the state of the fleet when the screen
/// ended.
fn print_summary(past: &str, snapshot: &Snapshot, run: &RunInfo, style: Style) {
    let mut line = past.as_bytes().to_vec();
    // The terminal may be gone.
    let _ =
        human::summary(snapshot, run, style, &mut line).and_then(|()| output::write(None, &line));
}

/// Waits for a signal, or until `duration` is over.
async fn until_stopped(mut signals: Signals, duration: Option<Duration>) -> Ending {
    let over = async {
        match duration {
            Some(duration) => tokio::time::sleep(duration).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        signal = signals.next() => Ending::Signal(signal),
        () = over => Ending::Complete,
    }
}
