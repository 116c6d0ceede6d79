//! Diagnostics of hbmon itself: to stderr or a file, and to the log pane of the screen.

pub(super) mod journald;
mod pane;
mod queue;
pub(super) mod service;
pub(super) mod stderr;
mod transcript;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{DefaultFields, Format, Full};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::append_file::AppendFile;
use super::journal::{JOURNAL, Journal};
use super::{CommandError, args};
use crate::monitors::transcript::TRANSCRIPT;
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
    /// The same in a run that ends by itself, so that its log may be long.
    Bounded,
    /// The same, and `-v` writes the transcript of the attempts to stderr. `is_named`: with the
    /// names of the monitors.
    Transcript {
        is_named: bool,
    },
    Drawn(LogRing),
}

/// Returns whether the arguments ask for diagnostics.
pub(super) const fn is_wanted(look: &args::LookArgs) -> bool {
    look.verbose > 1 || look.log_file.is_some()
}

/// Returns the consumer that writes the changes of a session to the log, if that is asked for.
/// `origin`: where the monitors come from.
pub(super) fn journal(look: &args::LookArgs, origin: &str) -> Option<Journal> {
    is_wanted(look).then(|| Journal {
        origin: origin.to_owned(),
    })
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
    let is_bounded = matches!(
        screen,
        TerminalUse::Bounded | TerminalUse::Transcript { .. }
    );
    let in_file = match look.verbose {
        0 if !is_bounded => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let on_stderr = match look.verbose {
        0 | 1 => LevelFilter::WARN,
        _ => LevelFilter::DEBUG,
    };
    let in_pane = match look.verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let file =
        file(look, outputs)?.map(|file| plain().with_writer(file).with_filter(ours(in_file)));
    let to_stderr = file.is_none() && !matches!(screen, TerminalUse::Drawn(_));
    let to_journald = to_stderr && journald::is_stderr();
    let stderr = (to_stderr && !to_journald)
        .then(|| plain().with_writer(Stderr).with_filter(ours(on_stderr)));
    let journald = to_journald.then(|| timeless().with_writer(Stderr).with_filter(ours(on_stderr)));
    let (pane, transcript) = match screen {
        TerminalUse::Drawn(ring) => {
            // The screen itself shows the changes of the monitors.
            let filter = ours(in_pane).with_target(JOURNAL, LevelFilter::OFF);
            (Some(pane::PaneLayer::new(ring).with_filter(filter)), None)
        }
        TerminalUse::Transcript { is_named } if look.verbose == 1 => {
            let filter = Targets::new().with_target(TRANSCRIPT, LevelFilter::DEBUG);
            let layer = transcript::TranscriptLayer { is_named };
            (None, Some(layer.with_filter(filter)))
        }
        TerminalUse::Free | TerminalUse::Bounded | TerminalUse::Transcript { .. } => (None, None),
    };
    // A second start in one process is a test; the first one stays.
    let _ = tracing_subscriber::registry()
        .with(file)
        .with(stderr)
        .with(journald)
        .with(pane)
        .with(transcript)
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

/// The events of one format, without the names of the modules and without colour.
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
