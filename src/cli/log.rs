//! Diagnostics of hbmon itself: to stderr, or to a file while the screen is drawn.

use std::fs::OpenOptions;
use std::io;
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::{Trouble, args};

/// Whether stderr may be written to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    Free,
    Drawn,
}

/// # Errors
/// A log file that cannot be opened.
pub fn start(look: &args::Look, screen: Screen) -> Result<(), Trouble> {
    let level = match look.verbose {
        0 | 1 => LevelFilter::WARN,
        2 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    // Only our own words: what libraries log is not cleaned of secrets and escapes.
    let ours = Targets::new().with_target("hbmon", level);
    let layer = tracing_subscriber::fmt::layer().with_target(false).with_ansi(false);
    let registry = tracing_subscriber::registry().with(ours);
    // A second start in one process is a test; the first one stays.
    let _ = match &look.log_file {
        Some(path) => {
            let file =
                OpenOptions::new().create(true).append(true).open(path).map_err(|error| {
                    Trouble::usage(format_args!("cannot write the log `{}`: {error}", path.display()))
                })?;
            registry.with(layer.with_writer(Mutex::new(file))).try_init()
        }
        None if screen == Screen::Drawn => return Ok(()),
        None => registry.with(layer.with_writer(io::stderr)).try_init(),
    };
    Ok(())
}
