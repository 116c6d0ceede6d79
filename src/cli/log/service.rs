//! The log of a service: to stderr or a file, as text or JSON.

use std::sync::Arc;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::stderr::{self, Stderr};
use crate::cli::CommandError;
use crate::cli::args::{LogFormat, LookArgs};
use crate::serve::Outputs;

/// Starts the log. It has every change of status; with `-v` every event.
///
/// # Errors
/// The log file cannot be opened.
pub(crate) fn start(
    look: &LookArgs,
    format: LogFormat,
    outputs: &Arc<Outputs>,
) -> Result<(), CommandError> {
    stderr::detach(Arc::clone(outputs), super::warn).map_err(CommandError::internal)?;
    let level = if look.verbose == 0 {
        LevelFilter::INFO
    } else {
        LevelFilter::DEBUG
    };
    let layer = fmt::layer()
        .with_target(false)
        .with_ansi(false)
        .with_writer(writer(look, outputs)?);
    let layer = match format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .boxed(),
    };
    // A second start in one process is a test; the first one stays.
    let _ = tracing_subscriber::registry()
        .with(super::ours(level))
        .with(layer)
        .try_init();
    Ok(())
}

fn writer(look: &LookArgs, outputs: &Arc<Outputs>) -> Result<BoxMakeWriter, CommandError> {
    Ok(match super::file(look, outputs)? {
        Some(file) => BoxMakeWriter::new(file),
        None => BoxMakeWriter::new(Stderr),
    })
}
