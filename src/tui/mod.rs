//! The screen: a pure function of a snapshot and what the user chose.
//!
//! Snapshots and keys go into `Ui`, `draw` makes a picture of it, and `run` does both for a real terminal. What a
//! key asks of the engine comes out as a `Command`; the screen knows nobody who could carry it out.

mod act;
mod filter;
mod journal;
mod layout;
mod log;
mod order;
mod state;
mod terminal;
mod text;
mod theme;
mod totals;
mod ui;
mod view;
mod widgets;

use std::io;
use std::mem::ManuallyDrop;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, EventStream, KeyEventKind};
use futures_util::{FutureExt, Stream, StreamExt};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::Backend;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinError;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::model::{Moment, Snapshot};
use crate::prefs::Prefs;

pub use act::{Command, Effect};
pub use log::{LogLine, LogRing};
pub use state::{detail, history, list, look, marks, overlay, tabs};
pub use theme::{Colours, Glyphs, Theme};
pub use ui::{Typing, TypingField, Ui};
pub use view::draw;

/// No two pictures are closer than this.
const FRAME: Duration = Duration::from_millis(100);
/// Usual pictures a second for what comes from the engine.
pub const FPS: u16 = 4;
/// Ages and progress bars move this often.
const TICK: Duration = Duration::from_secs(1);

/// How long the screen has for its end once it is asked to stop, and its SIGHUP to follow a terminal that went away.
const FAREWELL: Duration = Duration::from_millis(500);

/// How the screen looks and what it may do, decided by the caller.
pub struct Options {
    pub theme: Theme,
    /// What the config says of the screen.
    pub prefs: Prefs,
    /// Where hbmon's own log goes.
    pub log: LogRing,
    /// Where the config came from.
    pub source: String,
    /// The user's, for times of day.
    pub zone: TimeZone,
    /// Pictures a second at most, 1 to 30, for what comes from the engine.
    pub fps: u16,
    /// Capture the mouse from the start.
    pub mouse: bool,
}

impl Options {
    /// The usual ones.
    pub fn new(theme: Theme) -> Options {
        Options {
            theme,
            prefs: Prefs::default(),
            log: LogRing::default(),
            source: String::new(),
            zone: TimeZone::UTC,
            fps: FPS,
            mouse: false,
        }
    }
}

/// Why the screen ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The user quit.
    Quit,
    /// The user pressed ^C, which raw mode keeps from being a SIGINT.
    Interrupted,
    /// `stop` came, or the terminal or the engine went away.
    Stopped,
    /// `stop` came while the terminal took no output: nothing more can be written to it.
    Stuck,
}

/// Takes the terminal and shows the fleet until the user quits or `stop` is ready. The terminal is given back before
/// this returns or unwinds; of one that takes no output only the modes. Errors: the terminal can't be set up, read or
/// written.
pub async fn run(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    command: impl FnMut(Command) + Send + 'static,
    clock: &Clock,
    options: Options,
    stop: impl Future<Output = ()>,
) -> io::Result<Outcome> {
    let (end, ended) = oneshot::channel::<()>();
    let (runtime, clock) = (Handle::current(), clock.clone());
    // A thread of its own, because a terminal that does not read stops whoever writes to it.
    let mut screen =
        tokio::task::spawn_blocking(move || runtime.block_on(show(snapshots, command, clock, options, ended)));
    let mut stop = pin!(stop);
    tokio::select! {
        () = &mut stop => drop(end),
        shown = &mut screen => {
            let shown = joined(shown);
            let asked = matches!(shown, Ok(Outcome::Quit | Outcome::Interrupted));
            // A terminal that goes away fails before its SIGHUP is heard.
            return if !asked && timeout(FAREWELL, stop).await.is_ok() { Ok(Outcome::Stopped) } else { shown };
        }
    }
    match timeout(FAREWELL, screen).await {
        // A terminal that went away may fail once more at its end.
        Ok(shown) => joined(shown).or(Ok(Outcome::Stopped)),
        Err(_) => {
            terminal::abandon();
            Ok(Outcome::Stuck)
        }
    }
}

async fn show(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    command: impl FnMut(Command),
    clock: Clock,
    options: Options,
    ended: oneshot::Receiver<()>,
) -> io::Result<Outcome> {
    let _guard = terminal::Guard::enter()?;
    // Never dropped: ratatui's drop shows the cursor, as the guard does, and panics if the terminal is gone.
    let mut screen = ManuallyDrop::new(Terminal::new(terminal::Guard::backend())?);
    drive(&mut screen, EventStream::new(), snapshots, command, &clock, options, ended.map(|_| ())).await
}

/// What the thread of the screen returned; its panic goes on here.
fn joined(shown: Result<io::Result<Outcome>, JoinError>) -> io::Result<Outcome> {
    shown.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(cancelled) => Err(io::Error::other(cancelled)),
    })
}

/// `run` for any terminal and any source of keys.
pub async fn drive<B: Backend<Error: Send + Sync + 'static>>(
    screen: &mut Terminal<B>,
    input: impl Stream<Item = io::Result<Event>>,
    mut snapshots: watch::Receiver<Arc<Snapshot>>,
    mut command: impl FnMut(Command),
    clock: &Clock,
    options: Options,
    stop: impl Future<Output = ()>,
) -> io::Result<Outcome> {
    let (mut input, mut stop) = (pin!(input), pin!(stop));
    let first = Arc::clone(&snapshots.borrow_and_update());
    let mut ui = Ui::new(options, first);
    let (mut drawn, mut dirty): (Option<Moment>, bool) = (None, true);
    loop {
        let now = clock.now();
        let next = drawn.map_or(now, |at| at.plus(if dirty { FRAME } else { TICK }));
        if next <= now {
            ui.resize(screen.size().map_err(io::Error::other)?);
            ui.see(&Arc::clone(&snapshots.borrow_and_update()), now);
            screen.draw(|frame| draw(frame, ui.snapshot(), &ui, ui.look.theme, now)).map_err(io::Error::other)?;
            (drawn, dirty) = (Some(now), false);
            continue;
        }
        tokio::select! {
            () = &mut stop => return Ok(Outcome::Stopped),
            event = input.next() => match event.transpose()? {
                None => return Ok(Outcome::Stopped),
                Some(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                    dirty = true;
                    match ui.on_key(key, clock.now()) {
                        Effect::None => {}
                        Effect::Redraw => screen.clear().map_err(io::Error::other)?,
                        Effect::Command(asked) => command(asked),
                        Effect::Quit => return Ok(Outcome::Quit),
                        Effect::Interrupt => return Ok(Outcome::Interrupted),
                        Effect::Copy | Effect::Save | Effect::Mouse(_) | Effect::Suspend | Effect::QuitKeep => {}
                    }
                }
                Some(Event::Resize(..)) => dirty = true,
                Some(_) => {}
            },
            changed = snapshots.changed() => match changed {
                Ok(()) => dirty = true,
                Err(_) => return Ok(Outcome::Stopped),
            },
            () = tokio::time::sleep_until(clock.instant(next)) => {}
        }
    }
}
