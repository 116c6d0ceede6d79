//! Diagnostics of hbmon itself: to stderr or a file, and to the log pane of the screen.

pub(super) mod journald;
mod pane;
mod queue;
pub(super) mod service;
pub(super) mod stderr;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::format::{DefaultFields, Format, Full};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::append_file::AppendFile;
use super::{CommandError, args};
use crate::serve::Outputs;
use crate::tui::LogRing;
use journald::JournaldFormat;
use queue::{LogTarget, Queue};
use stderr::Stderr;

/// The queue of the log file.
static FILE: OnceLock<Queue> = OnceLock::new();

/// Time to write the last lines at the end of the process.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(500);

/// Who uses the terminal.
pub(super) enum TerminalUse {
    /// Diagnostics may go to stderr if there is no log file.
    Free,
    Drawn(LogRing),
}

/// Starts the log.
///
/// # Errors
/// The log file cannot be opened.
pub(super) fn start(
    look: &args::LookArgs,
    screen: TerminalUse,
    outputs: &Arc<Outputs>,
) -> Result<(), CommandError> {
    let level = match (look.verbose, &screen) {
        (0 | 1, TerminalUse::Free) => LevelFilter::WARN,
        (0, TerminalUse::Drawn(_)) => LevelFilter::WARN,
        (1, TerminalUse::Drawn(_)) | (2, _) => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let file = file(look, outputs)?.map(|file| plain().with_writer(file));
    let to_stderr = file.is_none() && matches!(screen, TerminalUse::Free);
    let to_journald = to_stderr && journald::is_stderr();
    let stderr = (to_stderr && !to_journald).then(|| plain().with_writer(Stderr));
    let journald = to_journald.then(|| timeless().with_writer(Stderr));
    let pane = match screen {
        TerminalUse::Drawn(ring) => Some(pane::PaneLayer::new(ring)),
        TerminalUse::Free => None,
    };
    // A second start in one process is a test; the first one stays.
    let _ = tracing_subscriber::registry()
        .with(ours(level))
        .with(file)
        .with(stderr)
        .with(journald)
        .with(pane)
        .try_init();
    Ok(())
}

/// Selects our own events: those of libraries may contain secrets and escape sequences.
fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_target("hbmon", level)
}

/// Writes the last lines before the process ends, if their reader takes them in time.
pub(super) fn flush() {
    stderr::flush(FLUSH_TIMEOUT);
    if let Some(file) = FILE.get() {
        file.flush(FLUSH_TIMEOUT);
    }
}

fn file(look: &args::LookArgs, outputs: &Arc<Outputs>) -> Result<Option<Queue>, CommandError> {
    let Some(path) = &look.log_file else {
        return Ok(None);
    };
    let file = AppendFile::open(path).map_err(|error| {
        CommandError::usage(format!(
            "cannot write the log `{}`: {error}",
            path.display()
        ))
    })?;
    let queue = Queue::start(LogTarget::File(file), Arc::clone(outputs), warn)
        .map_err(CommandError::internal)?;
    // A second start in one process is a test; the first one stays.
    let _ = FILE.set(queue.clone());
    Ok(Some(queue))
}

/// Logs a warning.
pub(super) fn warn(text: &str) {
    tracing::warn!("{text}");
}

fn plain<S: Subscriber + for<'a> LookupSpan<'a>>() -> fmt::Layer<S> {
    fmt::layer().with_target(false).with_ansi(false)
}

/// Time and level are left to journald.
fn timeless<S: Subscriber + for<'a> LookupSpan<'a>>()
-> fmt::Layer<S, DefaultFields, JournaldFormat<Format<Full, ()>>> {
    plain()
        .without_time()
        .with_level(false)
        .map_event_format(JournaldFormat)
}
