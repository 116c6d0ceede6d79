//! Writes the transcript of `probe -v` to stderr, as curl's `-v` does: without times and levels.

use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::stderr;

pub(super) struct TranscriptLayer {
    /// Each line begins with the name of its monitor.
    pub(super) is_named: bool,
}

impl<S: Subscriber> Layer<S> for TranscriptLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = TranscriptLine::default();
        event.record(&mut line);
        let TranscriptLine { monitor, message } = line;
        let text = if self.is_named {
            format!("{monitor} {message}\n")
        } else {
            format!("{message}\n")
        };
        stderr::write(text.as_bytes());
    }
}

#[derive(Default)]
struct TranscriptLine {
    monitor: String,
    message: String,
}

impl Visit for TranscriptLine {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "monitor" {
            self.monitor = value.to_owned();
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        }
    }
}
