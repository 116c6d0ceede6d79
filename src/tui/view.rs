//! The whole picture: every widget into its room.

use jiff::Timestamp;
use ratatui::Frame;

use crate::model::{Moment, Snapshot};

use super::state::overlay::Overlay;
use super::theme::Theme;
use super::ui::Ui;
use super::widgets::{detail, events, footer, header, help, table};

/// What every widget may look at.
pub struct View<'a> {
    pub snapshot: &'a Snapshot,
    pub ui: &'a Ui,
    pub theme: Theme,
    /// The moment that is shown: now, or when the view was frozen.
    pub now: Moment,
    /// The real one.
    pub clock: Moment,
}

/// A pure function: the same arguments give the same picture.
pub fn draw(frame: &mut Frame, snapshot: &Snapshot, ui: &Ui, theme: Theme, now: Moment) {
    let shown = ui.frozen().map_or(now, |(at, _)| at);
    let view = View { snapshot, ui, theme, now: shown, clock: now };
    let area = frame.area();
    let layout = ui.layout(area);
    let buffer = frame.buffer_mut();
    header::draw(&view, layout.header, buffer);
    table::titles(&view, layout.titles, buffer);
    table::draw(&view, layout.table, buffer);
    detail::draw(&view, layout.detail, buffer);
    events::draw(&view, layout.events, buffer);
    footer::draw(&view, layout.footer, buffer);
    if matches!(ui.overlay, Some(Overlay::Help(_))) {
        help::draw(&view, area, buffer);
    }
}

impl View<'_> {
    /// A time of day where the user is.
    pub fn time(&self, at: Moment) -> String {
        self.format(self.snapshot.wall(at), "%H:%M:%S")
    }

    pub fn format(&self, at: Timestamp, format: &str) -> String {
        at.to_zoned(self.ui.zone.clone()).strftime(format).to_string()
    }
}
