//! The engine on a screen: what keys ask for becomes commands, signals give the terminal back.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::args;
use super::exit::{Ending, FailOn, Mode, Signal};
use super::output;
use super::reload::{Reloader, stirred};
use super::signals::Signals;
use super::sinks::style_of;
use crate::clock::Clock;
use crate::engine::{self, Engine, Plan};
use crate::model::Snapshot;
use crate::prefs::ThemeName;
use crate::report::style::{self, Style};
use crate::report::{Run, human};
use crate::tui::{self, Colours, Glyphs, Options, Outcome, Theme};

/// Draws until the user quits, a signal comes or `--for` is over; gives the exit code.
///
/// # Errors
/// A terminal that cannot be set up, read or written.
pub async fn run(
    plan: Plan,
    reloader: Option<Reloader>,
    source: Option<String>,
    stay: &args::Stay,
    look: &args::Look,
    (mode, fail_on): (Mode, FailOn),
) -> io::Result<u8> {
    let signals = Signals::listen(true)?;
    let clock = Clock::start();
    let engine = Engine::start(plan, clock.clone());
    let style = style_of(look, &io::stdout());
    let theme = Theme {
        name: ThemeName::Default,
        colours: if style.color { Colours::Ansi } else { Colours::None },
        glyphs: match style.glyphs {
            style::Glyphs::Unicode => Glyphs::Unicode,
            style::Glyphs::Ascii => Glyphs::Ascii,
        },
    };
    let options = Options {
        source: source.unwrap_or_else(|| "stdin".to_owned()),
        zone: TimeZone::system(),
        ..Options::new(theme)
    };
    let (reload, asked) = mpsc::channel(1);
    let commands = engine.commands.clone();
    let obey = move |command: tui::Command| {
        let command = match command {
            tui::Command::BeatNow(id) => engine::Command::Beat(id),
            tui::Command::BeatAll => engine::Command::BeatAll,
            tui::Command::Reconnect(id) => engine::Command::Reconnect(id),
            tui::Command::Pause(id, pause) => engine::Command::Pause(id, pause),
            tui::Command::Reload => {
                // One unread wish is as good as ten.
                let _ = reload.try_send(());
                return;
            }
        };
        // The engine is behind or gone: the key has no effect, and can be pressed again.
        let _ = commands.try_send(command);
    };
    let mut ending = None;
    let stop = async { ending = Some(until_stopped(signals, reloader, asked, &engine.commands, stay.duration).await) };
    let outcome = tui::run(engine.snapshots.clone(), obey, &clock, options, stop).await?;
    let ending = match outcome {
        Outcome::Quit => Ending::Left,
        Outcome::Interrupted => Ending::Signal(Signal::Interrupt),
        Outcome::Stopped | Outcome::Stuck => ending.unwrap_or(Ending::Broken),
    };
    let snapshot = Arc::clone(&engine.snapshots.borrow());
    let exit = mode.verdict(&snapshot.counts, ending, fail_on);
    if outcome != Outcome::Stuck {
        let began = clock.started();
        let (started, duration) = (snapshot.wall(began), clock.now().since(began));
        let run = Run { started, duration, exit, complete: true, fail_on: fail_on.status(), config: None };
        farewell(&snapshot, &run, style);
    }
    Ok(exit)
}

/// What stays on the terminal: how things stood when the screen ended.
fn farewell(snapshot: &Snapshot, run: &Run, style: Style) {
    let mut line = Vec::new();
    // The terminal may be gone, and the summary is all that is lost then.
    let _ = human::summary(snapshot, run, style, &mut line).and_then(|()| output::write(None, &line));
}

/// Reloads while the screen is drawn; ends with a signal or when the time is over.
async fn until_stopped(
    mut signals: Signals,
    mut reloader: Option<Reloader>,
    mut asked: mpsc::Receiver<()>,
    commands: &mpsc::Sender<engine::Command>,
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
            () = stirred(reloader.as_mut()) => {}
        }
        if let Some(reloader) = &mut reloader {
            reloader.reload(commands).await;
        }
    }
}
