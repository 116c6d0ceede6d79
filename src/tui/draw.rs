//! Draws the whole picture: every widget into its area.

use ratatui::Frame;

use crate::model::{Moment, Snapshot};

use super::state::overlay::Overlay;
use super::theme::Theme;
use super::ui::Ui;
use super::view::View;
use super::widgets::{
    chooser, detail, events, fleet, footer, header, help, message, pane, silencer, table, tabs,
};

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
    header::caption(&view, layout.caption, buffer);
    footer::draw(&view, &layout, buffer);
    match &ui.overlay {
        Some(Overlay::Help(shown)) => help::draw(&view, shown, area, buffer),
        Some(Overlay::Columns(shown)) => chooser::draw(&view, *shown, area, buffer),
        Some(Overlay::Silence(shown)) => silencer::draw(&view, shown, area, buffer),
        None => {}
    }
}
