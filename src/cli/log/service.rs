//! The log of a service, which is its report: to stderr or a file, as text or JSON.

use std::io;
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::cli::Trouble;
use crate::cli::args::{LogFormat, Look};

/// Says what changes; with `-v` every event.
///
/// # Errors
/// A log file that cannot be opened.
pub fn start(look: &Look, format: LogFormat) -> Result<(), Trouble> {
    let level = if look.verbose == 0 { LevelFilter::INFO } else { LevelFilter::DEBUG };
    let layer = fmt::layer().with_target(false).with_ansi(false).with_writer(writer(look)?);
    let layer = match format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    // A second start in one process is a test; the first one stays.
    let _ = tracing_subscriber::registry().with(super::ours(level)).with(layer).try_init();
    Ok(())
}

fn writer(look: &Look) -> Result<BoxMakeWriter, Trouble> {
    Ok(match super::file(look)? {
        Some(file) => BoxMakeWriter::new(Mutex::new(file)),
        None => BoxMakeWriter::new(io::stderr),
    })
}
