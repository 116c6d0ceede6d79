//! The column chooser, over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::prefs::Column;
use crate::tui::state::overlay::Chooser;
use crate::tui::text::{put, row};
use crate::tui::view::View;

use super::columns::visible;
use super::frame;

const WIDTH: u16 = 66;

pub(crate) fn draw(view: &View, chooser: Chooser, area: Rect, buffer: &mut Buffer) {
    let height = (Column::ALL.len() as u16 + 4).min(area.height);
    let width = WIDTH.min(area.width);
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    Clear.render(place, buffer);
    let inside = frame::boxed(place, "columns", "esc close", view.theme, buffer);
    let inside = if inside.is_empty() { place } else { inside };
    let columns = visible(area.width, view.ui.display.columns.as_deref());
    let page = usize::from(inside.height.saturating_sub(2).max(1));
    let scrolled = (chooser.cursor + 1).saturating_sub(page);
    let entries = Column::ALL.iter().enumerate().skip(scrolled).take(page);
    for (n, (place, column)) in (0..inside.height).zip(entries) {
        let at = columns.iter().position(|shown| shown == column);
        put(
            buffer,
            row(inside, n),
            line(view, *column, at, place == chooser.cursor),
            view.theme.glyphs,
        );
    }
    let keys = "space show, hide   left, right move   = automatic";
    if let Some(last) = inside.height.checked_sub(1).filter(|last| *last > 0) {
        put(
            buffer,
            row(inside, last),
            Span::styled(keys, view.theme.dim()),
            view.theme.glyphs,
        );
    }
}

/// `▸ [3] last      age of the last heartbeat`: the number is the position in the table.
fn line(view: &View, column: Column, place: Option<usize>, chosen: bool) -> Line<'static> {
    let theme = view.theme;
    let cursor = if chosen { theme.glyphs.cursor() } else { " " };
    let place = place.map_or_else(|| "[  ]".to_owned(), |place| format!("[{:>2}]", place + 1));
    let style = if chosen {
        theme.selected()
    } else {
        theme.plain()
    };
    Line::from_iter([
        Span::raw(cursor),
        Span::styled(format!(" {place} {:<12} ", column.as_str()), style),
        Span::styled(column.about(), theme.dim()),
    ])
}
