//! Diagnostics of hbmon itself: to stderr, or to a file while the screen is drawn.

use std::fs::OpenOptions;
use std::io;
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::Trouble;
use super::args::{self, LogFormat};

/// Whether stderr may be written to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    Free,
    Drawn,
}

/// Of a command that reports elsewhere: only what is worth a warning, more with `-vv`.
///
/// # Errors
/// A log file that cannot be opened.
pub fn start(look: &args::Look, screen: Screen) -> Result<(), Trouble> {
    let level = match look.verbose {
        0 | 1 => LevelFilter::WARN,
        2 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    if screen == Screen::Drawn && look.log_file.is_none() {
        return Ok(());
    }
    install(level, writer(look)?, LogFormat::Text);
    Ok(())
}

/// Of a service, whose report the log is: what changes too, and with `-v` every event.
///
/// # Errors
/// A log file that cannot be opened.
pub fn start_service(look: &args::Look, format: LogFormat) -> Result<(), Trouble> {
    let level = if look.verbose == 0 { LevelFilter::INFO } else { LevelFilter::DEBUG };
    install(level, writer(look)?, format);
    Ok(())
}

fn writer(look: &args::Look) -> Result<BoxMakeWriter, Trouble> {
    let Some(path) = &look.log_file else { return Ok(BoxMakeWriter::new(io::stderr)) };
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|error| Trouble::usage(format_args!("cannot write the log `{}`: {error}", path.display())))?;
    Ok(BoxMakeWriter::new(Mutex::new(file)))
}

fn install(level: LevelFilter, writer: BoxMakeWriter, format: LogFormat) {
    // Only our own words: what libraries log is not cleaned of secrets and escapes.
    let ours = Targets::new().with_target("hbmon", level);
    let layer = tracing_subscriber::fmt::layer().with_target(false).with_ansi(false).with_writer(writer);
    let layer = match format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    // A second start in one process is a test; the first one stays.
    let _ = tracing_subscriber::registry().with(ours).with(layer).try_init();
}
