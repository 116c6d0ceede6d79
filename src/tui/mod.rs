//! The screen: a pure function of a snapshot and what the user chose.
//!
//! Snapshots and keys go into `Ui`, `draw` makes a picture of it, and `run` does both for a real
//! terminal. What a key asks of the engine comes out as a `Command`; the screen knows nobody who
//! could carry it out.

mod act;
mod availability;
mod bounded;
mod event_loop;
mod filter;
mod frame_timer;
mod host;
mod journal;
mod layout;
mod log;
mod mouse;
mod moves;
mod order;
mod overlays;
mod picture;
mod state;
mod terminal;
mod text;
mod theme;
mod totals;
mod typing;
mod ui;
mod view;
mod widgets;

use std::io;
use std::mem::ManuallyDrop;
use std::pin::pin;
use std::time::Duration;

use crossterm::event::EventStream;
use futures_util::FutureExt;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinError;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::prefs::Prefs;

pub use act::{Effect, ScreenCommand};
use bounded::BoundedBackend;
pub use event_loop::{Links, run_loop};
pub use host::{ScreenHost, ScreenRequest, Screenshot, Tty};
pub use log::{LogLine, LogRing};
pub use picture::{Palette, svg};
pub use state::{detail, display, history, list, marks, overlay, pulses, tabs};
pub use theme::{Colours, Glyphs, Theme};
pub use ui::{Typing, TypingField, Ui};
pub use view::draw;

/// Usual pictures a second for what comes from the engine.
pub const DEFAULT_FPS: u16 = 4;

/// How long the screen has for its end once it is asked to stop, and its SIGHUP to follow a
/// terminal that went away.
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
            fps: DEFAULT_FPS,
            mouse: false,
        }
    }
}

/// Why the screen ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScreenExit {
    /// The user quit.
    Quit,
    /// The user quit, and wants this picture to stay on the terminal.
    QuitKeep(String),
    /// The user pressed ^C, which raw mode keeps from being a SIGINT.
    Interrupted,
    /// `stop` came, or the terminal or the engine went away.
    Stopped,
    /// `stop` came while the terminal took no output: nothing more can be written to it.
    Stuck,
}

/// Takes the terminal and shows the fleet until the user quits or `stop` is ready. The terminal is
/// given back before this returns or unwinds; of one that takes no output only the modes.
///
/// # Errors
/// The terminal can't be set up, read or written.
pub async fn run(
    links: Links<impl ScreenHost + Send + 'static>,
    clock: &Clock,
    options: Options,
    stop: impl Future<Output = ()>,
) -> io::Result<ScreenExit> {
    let (end, ended) = oneshot::channel::<()>();
    let (runtime, clock) = (Handle::current(), clock.clone());
    // A thread of its own, because a terminal that does not read stops whoever writes to it.
    let mut screen =
        tokio::task::spawn_blocking(move || runtime.block_on(show(links, clock, options, ended)));
    let mut stop = pin!(stop);
    tokio::select! {
        () = &mut stop => drop(end),
        shown = &mut screen => {
            let shown = joined(shown);
            let asked = matches!(shown, Ok(ScreenExit::Quit | ScreenExit::QuitKeep(_) | ScreenExit::Interrupted));
            // A terminal that goes away fails before its SIGHUP is heard.
            return if !asked && timeout(FAREWELL, stop).await.is_ok() { Ok(ScreenExit::Stopped) } else { shown };
        }
    }
    match timeout(FAREWELL, screen).await {
        // A terminal that went away may fail once more at its end.
        Ok(shown) => joined(shown).or(Ok(ScreenExit::Stopped)),
        Err(_) => {
            terminal::restore_modes();
            Ok(ScreenExit::Stuck)
        }
    }
}

async fn show(
    links: Links<impl ScreenHost>,
    clock: Clock,
    options: Options,
    ended: oneshot::Receiver<()>,
) -> io::Result<ScreenExit> {
    let mut guard = terminal::TerminalGuard::enter(options.mouse)?;
    // Never dropped: ratatui's drop shows the cursor, as the guard does, and panics if the terminal
    // is gone.
    let mut screen = ManuallyDrop::new(Terminal::new(BoundedBackend(guard.backend()))?);
    run_loop(
        &mut screen,
        &mut guard,
        EventStream::new(),
        links,
        &clock,
        options,
        ended.map(|_| ()),
    )
    .await
}

/// What the thread of the screen returned; its panic goes on here.
fn joined(shown: Result<io::Result<ScreenExit>, JoinError>) -> io::Result<ScreenExit> {
    shown.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(cancelled) => Err(io::Error::other(cancelled)),
    })
}
