//! The screen: a pure function of a snapshot and the user's choices.
//!
//! [`Ui`] takes in snapshots and keys, [`draw`] turns it into a picture, and [`run`] does both for
//! a real terminal. Requests to the engine leave as a [`ScreenCommand`]; the caller's
//! [`ScreenHost`] carries them out.

mod act;
mod alarm;
mod alerts;
mod availability;
mod bounded;
mod caption;
mod care;
mod course;
mod draw;
mod event_loop;
mod filter;
mod frame_timer;
mod history_wanted;
mod host;
mod journal;
mod layout;
mod lines;
mod log;
mod monitor_log;
mod mouse;
mod moves;
mod order;
mod overlays;
mod past;
mod picture;
mod reach;
mod reloaded_prefs;
mod state;
mod tell;
mod terminal;
mod text;
mod theme;
mod title;
mod totals;
mod typing;
mod ui;
mod view;
mod when;
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
pub use caption::{Caption, CaptionTone};
pub use course::CourseEntry;
pub use draw::draw;
pub use event_loop::{Links, run_loop};
pub use host::{ScreenHost, ScreenRequest, Screenshot, Tty};
pub use log::{LogLine, LogRing};
pub use past::{
    HistoryAnswer, HistoryQuestion, IncidentCourse, IncidentTally, MonitorPast, PastFacts,
    PastNumbers, PastSpan,
};
pub use picture::{Palette, svg};
pub use reach::Reach;
pub use state::details::MonitorDetails;
pub use state::{detail, display, history, list, overlay, pulses, silence_choice, tabs};
pub use theme::{Colours, Glyphs, Theme};
pub use ui::{Typing, TypingField, Ui};

/// Default frame rate for changes from the engine, in frames per second.
pub const DEFAULT_FPS: u16 = 4;

/// Time limit for the screen to end after it is asked to stop. Also the time in which a SIGHUP is
/// expected after the terminal has failed.
const END_TIMEOUT: Duration = Duration::from_millis(500);

/// Settings of the screen, decided by the caller.
pub struct Options {
    pub theme: Theme,
    /// The `screen:` block of the config.
    pub prefs: Prefs,
    /// hbmon's own log lines.
    pub log: LogRing,
    /// Where the config came from, for the header.
    pub source: String,
    /// The user's time zone, for times of day.
    pub zone: TimeZone,
    /// Maximum frame rate for changes from the engine, 1 to 30 frames per second.
    pub fps: u16,
    /// Capture the mouse from the start.
    pub mouse: bool,
    /// Set the title of the terminal window.
    pub title: bool,
    /// Ring the bell when a monitor comes into error.
    pub bell: bool,
    /// Send a notification (OSC 9) when a monitor comes into error.
    pub notify: bool,
}

impl Options {
    /// Returns the default settings with a theme.
    pub fn new(theme: Theme) -> Options {
        Options {
            theme,
            prefs: Prefs::default(),
            log: LogRing::default(),
            source: String::new(),
            zone: TimeZone::UTC,
            fps: DEFAULT_FPS,
            mouse: false,
            title: true,
            bell: false,
            notify: false,
        }
    }
}

/// Why the screen ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScreenExit {
    /// The user quit.
    Quit,
    /// The user quit, and this picture is to be printed on the terminal.
    QuitKeep(String),
    /// The user pressed ^C, which raises no SIGINT in raw mode.
    Interrupted,
    /// `stop` completed, or the terminal or the engine went away.
    Stopped,
    /// `stop` completed while the terminal accepted no output. Nothing more can be written to it.
    Stuck,
}

/// Shows the fleet on the terminal until the user quits or `stop` completes. Restores the terminal
/// before it returns or unwinds. On a terminal that accepts no output it restores only the modes.
///
/// # Errors
/// Fails if the terminal can't be set up, read or written.
pub async fn run(
    links: Links<impl ScreenHost + Send + 'static>,
    clock: &Clock,
    options: Options,
    stop: impl Future<Output = ()>,
) -> io::Result<ScreenExit> {
    let (end, ended) = oneshot::channel::<()>();
    let runtime = Handle::current();
    let clock = clock.clone();
    // The screen runs on a separate thread, because a write blocks while the terminal does not
    // read.
    let mut screen =
        tokio::task::spawn_blocking(move || runtime.block_on(show(links, clock, options, ended)));
    let mut stop = pin!(stop);
    tokio::select! {
        () = &mut stop => drop(end),
        result = &mut screen => {
            let result = join_result(result);
            if is_by_user(&result) {
                return result;
            }
            // When a terminal goes away, its error arrives before its SIGHUP.
            let stopped = timeout(END_TIMEOUT, stop).await.is_ok();
            return if stopped { Ok(ScreenExit::Stopped) } else { result };
        }
    }
    match timeout(END_TIMEOUT, screen).await {
        // A terminal that went away may fail again when it is restored.
        Ok(result) => join_result(result).or(Ok(ScreenExit::Stopped)),
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
    let mut guard = terminal::TerminalGuard::enter(options.mouse, options.title)?;
    // Never dropped: `Drop` of ratatui's terminal shows the cursor, which the guard does too, and
    // panics if the terminal is gone.
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

/// Returns whether the user ended the screen.
const fn is_by_user(result: &io::Result<ScreenExit>) -> bool {
    use ScreenExit::{Interrupted, Quit, QuitKeep};
    matches!(result, Ok(Quit | QuitKeep(_) | Interrupted))
}

/// Returns the result of the screen's thread, or resumes its panic.
fn join_result(result: Result<io::Result<ScreenExit>, JoinError>) -> io::Result<ScreenExit> {
    result.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(cancelled) => Err(io::Error::other(cancelled)),
    })
}
