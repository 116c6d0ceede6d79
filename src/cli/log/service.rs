//! The log of a service: to stderr or a file, as text or JSON.

use std::sync::Arc;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::journald::{self, JournaldFormat};
use super::stderr::{self, Stderr};
use crate::cli::CommandError;
use crate::cli::args::{LogFormat, LookArgs};
use crate::monitors::transcript::TRANSCRIPT;
use crate::serve::Outputs;

/// Starts the log. It has every change of status; with `-v` every event, with `-vv` the transcript
/// of every attempt.
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
    // `-v` is for every event; what each attempt does is much more.
    let transcript = if look.verbose > 1 {
        LevelFilter::DEBUG
    } else {
        LevelFilter::OFF
    };
    let file = super::file(look, outputs)?;
    let to_journald = file.is_none() && journald::is_stderr();
    let writer = file.map_or_else(|| BoxMakeWriter::new(Stderr), BoxMakeWriter::new);
    let json = || {
        super::plain()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
    };
    let layer = match (format, to_journald) {
        (LogFormat::Text, false) => super::plain().with_writer(writer).boxed(),
        (LogFormat::Text, true) => super::timeless().with_writer(writer).boxed(),
        (LogFormat::Json, false) => json().with_writer(writer).boxed(),
        (LogFormat::Json, true) => json()
            .map_event_format(JournaldFormat)
            .with_writer(writer)
            .boxed(),
    };
    // A second start in one process is a test; the first one stays.
    let _ = tracing_subscriber::registry()
        .with(super::ours(level).with_target(TRANSCRIPT, transcript))
        .with(layer)
        .try_init();
    Ok(())
}
