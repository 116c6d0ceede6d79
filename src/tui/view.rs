//! What every widget reads: the snapshot, the state of the screen, and the time.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::{Moment, Snapshot};
use crate::words;

use super::state::display::ClockMode;
use super::theme::Theme;
use super::ui::Ui;
use super::when;

/// The input of every widget.
pub(super) struct View<'a> {
    pub snapshot: &'a Snapshot,
    pub ui: &'a Ui,
    pub theme: Theme,
    /// The moment that is shown: now, or the moment at which the view was frozen.
    pub now: Moment,
    /// The current moment, even if the view is frozen.
    pub real_now: Moment,
}

impl View<'_> {
    /// Returns for how long the watching has gone on until `at`; `None` if its start is not
    /// known.
    pub(super) fn watched_for(&self, at: Moment) -> Option<Duration> {
        Some(at.since(self.ui.reach.began?))
    }

    /// Formats a moment as the user prefers: as a time of day or as an age.
    pub(super) fn when(&self, at: Moment) -> String {
        match self.ui.display.clock {
            ClockMode::Age => words::age(self.now.since(at)),
            ClockMode::Local | ClockMode::Utc => self.clock_time(at, "%H:%M:%S"),
        }
    }

    /// Formats a moment in the user's time zone or in UTC.
    pub(super) fn clock_time(&self, at: Moment, format: &str) -> String {
        self.format(self.snapshot.wall(at), format)
    }

    pub(super) fn format(&self, at: Timestamp, format: &str) -> String {
        at.to_zoned(self.zone()).strftime(format).to_string()
    }

    /// Formats a moment in the future, with its day if that is not today.
    pub(super) fn until(&self, at: Moment) -> String {
        let now = self.snapshot.wall(self.now);
        when::until(self.snapshot.wall(at), now, &self.zone())
    }

    /// Returns the time zone of all times on the screen.
    pub(super) fn zone(&self) -> TimeZone {
        match self.ui.display.clock {
            ClockMode::Utc => TimeZone::UTC,
            ClockMode::Local | ClockMode::Age => self.ui.zone.clone(),
        }
    }
}
