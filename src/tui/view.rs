//! Draws the whole picture: every widget into its area.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;

use crate::model::{Moment, Snapshot};
use crate::words;

use super::state::display::ClockMode;
use super::state::overlay::Overlay;
use super::theme::Theme;
use super::ui::Ui;
use super::widgets::{
    chooser, detail, events, fleet, footer, header, help, message, pane, table, tabs,
};

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

/// Draws a picture. The same arguments always give the same picture.
pub fn draw(frame: &mut Frame, snapshot: &Snapshot, ui: &Ui, theme: Theme, now: Moment) {
    let shown = ui.frozen().map_or(now, |(at, _)| at);
    let view = View {
        snapshot,
        ui,
        theme,
        now: shown,
        real_now: now,
    };
    let area = frame.area();
    let layout = ui.layout(area);
    let buffer = frame.buffer_mut();
    match &ui.detail {
        Some(shown) => detail::draw(&view, shown, &layout, buffer),
        None => {
            header::draw(&view, layout.header, buffer);
            fleet::draw(&view, layout.fleet, buffer);
            tabs::draw(&view, layout.tabs, buffer);
            table::titles(&view, layout.titles, buffer);
            table::draw(&view, layout.table, buffer);
            pane::draw(&view, layout.pane, buffer);
            if ui.is_on_events() {
                events::draw_tab(&view, layout.events, buffer);
            } else {
                events::draw_pane(&view, layout.events, buffer);
            }
            message::draw(&view, layout.message, buffer);
        }
    }
    footer::draw(&view, &layout, buffer);
    match &ui.overlay {
        Some(Overlay::Help(shown)) => help::draw(&view, shown, area, buffer),
        Some(Overlay::Columns(shown)) => chooser::draw(&view, *shown, area, buffer),
        None => {}
    }
}

impl View<'_> {
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
        let zone = match self.ui.display.clock {
            ClockMode::Utc => TimeZone::UTC,
            ClockMode::Local | ClockMode::Age => self.ui.zone.clone(),
        };
        at.to_zoned(zone).strftime(format).to_string()
    }
}
