//! The engine on a screen: what keys ask for becomes commands, signals give the terminal back.

mod host;
mod look;
mod signals;

use std::io;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::args;
use super::exit::{Ending, ExitMode, FailOn, ProcessSignal};
use super::output;
use super::outputs::style_of;
use super::reload::{Reloader, changed};
use super::signals::Signals;
use crate::clock::Clock;
use crate::engine::Engine;
use crate::model::Snapshot;
use crate::prefs::Prefs;
use crate::report::style::Style;
use crate::report::{Run, human};
use crate::tui::{self, Links, LogRing, Options, ScreenExit};

/// What a screen shows and where that comes from.
pub struct ScreenInput {
    pub engine: Engine,
    pub clock: Clock,
    pub prefs: Prefs,
    pub reloader: Option<Reloader>,
    /// What the config is called.
    pub source: Option<String>,
    /// Where hbmon's own log goes.
    pub log: LogRing,
}

/// Draws until the user quits, a signal comes or `--for` is over; gives the exit code.
///
/// # Errors
/// A terminal that cannot be set up, read or written.
pub async fn run(
    show: ScreenInput,
    stay: &args::LiveArgs,
    screen: &args::ScreenArgs,
    look: &args::LookArgs,
    (mode, fail_on): (ExitMode, FailOn),
) -> io::Result<u8> {
    let ScreenInput {
        engine,
        clock,
        mut prefs,
        reloader,
        source,
        log,
    } = show;
    let signals = Signals::listen(true)?;
    let requests = signals::requests()?;
    let style = style_of(look, &io::stdout());
    let is_remote = std::env::var_os("SSH_CONNECTION").is_some();
    prefs.reduce_motion |= screen.calm || is_remote;
    let options = Options {
        theme: look::theme(screen.theme.or(prefs.theme), look.glyphs, style, &|name| {
            std::env::var(name).ok()
        }),
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
    let (reload, asked) = mpsc::channel(1);
    let host = host::EngineHost {
        engine: engine.clone(),
        reload,
    };
    let links = Links {
        snapshots: engine.snapshots(),
        requests,
        host,
    };
    let mut ending = None;
    let stop = async {
        ending = Some(until_stopped(signals, reloader, asked, &engine, stay.duration).await)
    };
    let outcome = tui::run(links, &clock, options, stop).await?;
    let (ending, kept) = match outcome {
        ScreenExit::Quit => (Ending::Quit, None),
        ScreenExit::QuitKeep(picture) => (Ending::Quit, Some(picture)),
        ScreenExit::Interrupted => (Ending::Signal(ProcessSignal::Interrupt), None),
        ScreenExit::Stopped => (ending.unwrap_or(Ending::EngineDied), None),
        ScreenExit::Stuck => {
            return Ok(mode.verdict(
                &engine.snapshot().counts,
                ending.unwrap_or(Ending::EngineDied),
                fail_on,
            ));
        }
    };
    let snapshot = engine.snapshot();
    let exit = mode.verdict(&snapshot.counts, ending, fail_on);
    if let Some(picture) = kept {
        // As with the summary.
        let _ = output::write(None, picture.as_bytes());
    }
    let began = clock.started();
    let (started, duration) = (snapshot.wall(began), clock.now().since(began));
    let run = Run {
        started,
        duration,
        exit,
        complete: true,
        fail_on: fail_on.status(),
        verbose: false,
        config: None,
    };
    farewell(&snapshot, &run, style);
    Ok(exit)
}

/// What stays on the terminal: how things stood when the screen ended.
fn farewell(snapshot: &Snapshot, run: &Run, style: Style) {
    let mut line = Vec::new();
    // The terminal may be gone, and the summary is all that is lost then.
    let _ =
        human::summary(snapshot, run, style, &mut line).and_then(|()| output::write(None, &line));
}

/// Reloads while the screen is drawn; ends with a signal or when the time is over.
async fn until_stopped(
    mut signals: Signals,
    mut reloader: Option<Reloader>,
    mut asked: mpsc::Receiver<()>,
    engine: &Engine,
    duration: Option<Duration>,
) -> Ending {
    let over = async {
        match duration {
            Some(duration) => tokio::time::sleep(duration).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(over);
    loop {
        tokio::select! {
            signal = signals.next() => return Ending::Signal(signal),
            () = &mut over => return Ending::Complete,
            Some(()) = asked.recv() => {}
            () = changed(reloader.as_mut()) => {}
        }
        if let Some(reloader) = &mut reloader {
            reloader.reload(engine).await;
        }
    }
}
