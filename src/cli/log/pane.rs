//! Writes diagnostics to the log pane of the screen.

use std::fmt::{Debug, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use crate::clock::Clock;
use crate::model::Text;
use crate::tui::{LogLine, LogRing};

pub(super) struct PaneLayer {
    ring: LogRing,
    clock: Clock,
}

impl PaneLayer {
    pub(super) fn new(ring: LogRing) -> PaneLayer {
        PaneLayer {
            ring,
            clock: Clock::start(),
        }
    }
}

impl<S: Subscriber> Layer<S> for PaneLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut words = MessageText(String::new());
        event.record(&mut words);
        let at = self.clock.wall(self.clock.now());
        self.ring.push(LogLine {
            at,
            level: *event.metadata().level(),
            text: Text::clean(&words.0),
        });
    }
}

/// The message of an event, followed by each field as `name=value`.
struct MessageText(String);

impl Visit for MessageText {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a string does not fail.
        let _ = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn events_become_lines() {
        let ring = LogRing::default();
        let subscriber = tracing_subscriber::registry().with(PaneLayer::new(ring.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(count = 3, "it is\x1b[2J late")
        });
        let lines: Vec<String> = ring
            .lines()
            .iter()
            .map(|line| line.text.to_string())
            .collect();
        assert_eq!(lines, ["it is[2J late count=3"]);
    }
}
