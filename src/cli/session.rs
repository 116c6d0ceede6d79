//! One run of an engine with all that belongs to it: reload, HTTP interface, consumers and a
//! frontend. Every command that watches runs one session.

use std::io;
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::CommandError;
use super::consumer::{Attached, Consumer, Consumers};
use super::headless::{self, HeadlessOptions};
use super::interface::BoundListener;
use super::recorder::SessionHistory;
use super::reload::{ReloadTask, Reloader, Subscribers};
use super::running::{OnEnd, RunningSession};
use super::screen::{self, ScreenOptions};
use super::signals::SignalHandlers;
use super::systemd::{StatusNotifier, Systemd, WatchdogNotifier};
use crate::clock::Clock;
use crate::engine::{Engine, Past, Plan};
use crate::model::IncidentId;
use crate::serve::Outputs;

/// What earlier runs left, and what happens at the end of this one.
pub(super) struct Resume {
    pub clock: Clock,
    pub past: Past,
    /// Called once, at the end of a run without a screen.
    pub on_end: OnEnd,
}

impl Resume {
    /// Starts from nothing.
    pub(super) fn fresh() -> Resume {
        Resume::after(Clock::start(), Past::default())
    }

    /// Continues from what earlier runs left.
    pub(super) fn after(clock: Clock, past: Past) -> Resume {
        Resume {
            clock,
            past,
            on_end: Box::new(|_, _, _| Ok(())),
        }
    }
}

/// Shows a session to its user and decides when it ends.
pub(super) enum Frontend {
    Screen(Box<ScreenOptions>),
    /// Prints lines, events or reports.
    Headless(Box<HeadlessOptions>),
}

impl Frontend {
    /// Changes the name of what is watched.
    pub(super) fn set_source(&mut self, source: String) {
        match self {
            Frontend::Screen(options) => options.set_source(source),
            Frontend::Headless(options) => options.config = Some(source),
        }
    }

    /// Sets the history that the screen shows.
    fn set_history(&mut self, history: &SessionHistory) {
        if let Frontend::Screen(options) = self {
            options.history = history.clone();
        }
    }
}

/// A session that has not started yet.
pub(super) struct Session {
    plan: Plan,
    resume: Resume,
    reloader: Option<Reloader>,
    interface: Option<OpenInterface>,
    systemd: Option<Systemd>,
    history: SessionHistory,
    consumers: Vec<Attached>,
}

struct OpenInterface {
    listener: BoundListener,
    outputs: Arc<Outputs>,
    announce: fn(&str),
}

impl Session {
    pub(super) fn new(plan: Plan, resume: Resume) -> Session {
        Session {
            plan,
            resume,
            reloader: None,
            interface: None,
            systemd: None,
            history: SessionHistory::default(),
            consumers: Vec::new(),
        }
    }

    /// Reads the config again when its file changes, on SIGHUP, and when the user asks for it.
    pub(super) fn with_reload(self, reloader: Option<Reloader>) -> Session {
        Session { reloader, ..self }
    }

    /// Serves HTTP. `outputs` counts failed writes for `/metrics`; `announce` receives the URL.
    pub(super) fn with_interface(
        self,
        listener: BoundListener,
        outputs: Arc<Outputs>,
        announce: fn(&str),
    ) -> Session {
        let interface = Some(OpenInterface {
            listener,
            outputs,
            announce,
        });
        Session { interface, ..self }
    }

    /// Notifies systemd of readiness, status, reloads and the end, and feeds its watchdog.
    pub(super) fn with_systemd(self, systemd: Option<Systemd>) -> Session {
        let session = self
            .attach(systemd.clone().map(StatusNotifier))
            .attach(systemd.clone().map(WatchdogNotifier));
        Session { systemd, ..session }
    }

    /// Shows the history of what is watched.
    pub(super) fn with_history(self, history: SessionHistory) -> Session {
        Session { history, ..self }
    }

    /// Adds a consumer, which runs from the start to the end of the session.
    pub(super) fn attach(mut self, consumer: impl Consumer) -> Session {
        self.consumers.push(Attached::new(consumer));
        self
    }

    /// Runs until the frontend ends; returns the exit code.
    ///
    /// # Errors
    /// An output that cannot be written, a terminal that fails, a signal that cannot be handled.
    pub(super) async fn run(mut self, mut frontend: Frontend) -> io::Result<u8> {
        let takes_hangup = self.reloader.is_some() || matches!(frontend, Frontend::Screen(_));
        // Before the first attempt: from here on no signal kills the process.
        let signals = SignalHandlers::listen(takes_hangup)?;
        frontend.set_history(&self.history);
        let Resume {
            clock,
            mut past,
            on_end,
        } = self.resume;
        if self.interface.is_some() || matches!(frontend, Frontend::Screen(_)) {
            // Screens follow incidents by their events.
            past.first_incident.get_or_insert(IncidentId(1));
        }
        let engine = Engine::resume(self.plan, clock.clone(), &past);
        drop(past);
        let mut access = None;
        let mut interface = None;
        if let Some(open) = self.interface {
            let history = self.history.served();
            let alerts = self.history.alerts.clone();
            let (opened, updater, url) =
                open.listener
                    .open(&engine, &clock, open.outputs, history, alerts)?;
            (open.announce)(&url);
            interface = Some(opened);
            access = Some(updater.subscribe());
            self.consumers.push(Attached::new(updater));
        }
        let reload = self.reloader.map(|reloader| {
            reloader.start(Subscribers {
                access,
                engine: engine.clone(),
                systemd: self.systemd.clone(),
            })
        });
        let config = reload.as_ref().map(ReloadTask::config);
        let consumers = Consumers::start(self.consumers, &engine, &clock, config);
        let running = RunningSession {
            snapshots: engine.snapshots(),
            clock,
            signals,
            reload: reload.as_ref().map(ReloadTask::requests),
            config: config.cloned(),
            on_end,
        };
        let end = match frontend {
            Frontend::Screen(options) => {
                let host = options.host(engine.clone(), &running);
                screen::run(running, host, *options).await
            }
            Frontend::Headless(options) => headless::run(running, *options).await,
        };
        drop(reload);
        if let Some(systemd) = &self.systemd {
            systemd.stopping();
        }
        if let Some(interface) = interface {
            interface.close().await;
        }
        consumers.end().await;
        end
    }
}

/// Runs a command in its runtime.
///
/// # Errors
/// Those of the command.
pub(super) fn block_on(
    runtime: Runtime,
    command: impl Future<Output = Result<u8, CommandError>>,
) -> Result<u8, CommandError> {
    let end = runtime.block_on(command);
    // Does not wait for blocked threads: name lookups, readers that stalled.
    runtime.shutdown_background();
    end
}
