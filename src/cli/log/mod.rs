//! Diagnostics of hbmon itself: to stderr, to a file, and while the screen is drawn to its log pane.

mod pane;
pub mod service;

use std::fs::{File, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::{Trouble, args};
use crate::tui::LogRing;

/// Where diagnostics may go beside a file.
pub enum Screen {
    /// Stderr may be written to, unless there is a file.
    Free,
    Drawn(LogRing),
}

/// # Errors
/// A log file that cannot be opened.
pub fn start(look: &args::Look, screen: Screen) -> Result<(), Trouble> {
    let level = match (look.verbose, &screen) {
        (0 | 1, Screen::Free) => LevelFilter::WARN,
        (0, Screen::Drawn(_)) => LevelFilter::WARN,
        (1, Screen::Drawn(_)) | (2, _) => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let file = file(look)?.map(|file| plain().with_writer(Mutex::new(file)));
    let stderr = (file.is_none() && matches!(screen, Screen::Free)).then(|| plain().with_writer(io::stderr));
    let pane = match screen {
        Screen::Drawn(ring) => Some(pane::Pane::new(ring)),
        Screen::Free => None,
    };
    // A second start in one process is a test; the first one stays.
    let _ = tracing_subscriber::registry().with(ours(level)).with(file).with(stderr).with(pane).try_init();
    Ok(())
}

/// Only our own words: what libraries log is not cleaned of secrets and escapes.
fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_target("hbmon", level)
}

fn file(look: &args::Look) -> Result<Option<File>, Trouble> {
    let open = |path: &PathBuf| {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(|error| Trouble::usage(format_args!("cannot write the log `{}`: {error}", path.display())))
    };
    look.log_file.as_ref().map(open).transpose()
}

fn plain<S: Subscriber + for<'a> LookupSpan<'a>>() -> fmt::Layer<S> {
    fmt::layer().with_target(false).with_ansi(false)
}
