//! hbmon's own log on the events tab, newest first: the lines that contain the search text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tracing::Level;

use crate::tui::log::LogLine;
use crate::tui::text::{put, row};
use crate::tui::view::View;

pub(super) fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let search = view.ui.own_log.search.to_lowercase();
    let found =
        |entry: &&std::sync::Arc<LogLine>| entry.text.as_str().to_lowercase().contains(&search);
    let mut shown = view
        .ui
        .log()
        .iter()
        .rev()
        .filter(found)
        .skip(view.ui.events_scroll)
        .peekable();
    if shown.peek().is_none() {
        let nothing = if search.is_empty() {
            "  no log lines of hbmon yet"
        } else {
            "  no line matches"
        };
        put(
            buffer,
            row(area, 0),
            Span::styled(nothing, view.theme.dim()),
            view.theme.glyphs,
        );
    }
    for (n, entry) in (0..area.height).zip(shown) {
        put(buffer, row(area, n), line(view, entry), view.theme.glyphs);
    }
}

fn line(view: &View, entry: &LogLine) -> Line<'static> {
    let theme = view.theme;
    let style = match entry.level {
        Level::ERROR => theme.error(),
        Level::WARN => theme.warning(),
        _ => theme.dim(),
    };
    Line::from_iter([
        Span::styled(
            format!("  {}  ", view.format(entry.at, "%H:%M:%S%.3f")),
            theme.dim(),
        ),
        Span::styled(format!("{:<5}  ", entry.level.as_str()), style),
        Span::raw(entry.text.to_string()),
    ])
}
