//! The choice of how long to silence a monitor, over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::tui::state::silence_choice::{SilenceChoice, SilenceSpan};
use crate::tui::text::{columns, fit, put, row};
use crate::tui::view::View;
use crate::tui::when::until;

use super::frame;

/// Minimum width, and what the title takes besides the name.
const MIN_WIDTH: u16 = 44;
const TITLE_WIDTH: u16 = 32;

pub(crate) fn draw(view: &View, choice: &SilenceChoice, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let name = choice.name.as_str();
    let width = (columns(name) + TITLE_WIDTH).max(MIN_WIDTH).min(area.width);
    let height = (SilenceSpan::ALL.len() as u16 + 2).min(area.height);
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    Clear.render(place, buffer);
    let title = format!("silence {name}");
    let title = fit(&title, width.saturating_sub(4), theme.glyphs);
    let inside = frame::boxed(place, &title, "esc cancel", theme, buffer);
    let inside = if inside.is_empty() { place } else { inside };
    for (n, span) in (0..inside.height).zip(SilenceSpan::ALL) {
        let is_chosen = choice.cursor == usize::from(n);
        let line = line(view, n + 1, span, is_chosen);
        put(buffer, row(inside, n), line, theme.glyphs);
    }
}

/// `▸ 3  until tomorrow   until Mon 08:00`
fn line(view: &View, number: u16, span: SilenceSpan, is_chosen: bool) -> Line<'static> {
    let theme = view.theme;
    let cursor = if is_chosen {
        theme.glyphs.cursor()
    } else {
        " "
    };
    let style = if is_chosen {
        theme.selected()
    } else {
        theme.plain()
    };
    let now = view.real_now;
    let wall = view.snapshot.wall(now);
    let end = span.end(now, wall, &view.ui.zone);
    let end = until(view.snapshot.wall(end), wall, &view.ui.zone);
    Line::from_iter([
        Span::raw(cursor),
        Span::styled(format!(" {number}  {:<14}", span.label()), style),
        Span::styled(format!("   {end}"), theme.dim()),
    ])
}
