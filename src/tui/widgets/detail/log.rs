//! The log of one monitor, newest first: the lines that contain the search text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::monitor_log::{LogEntry, LogMark};
use crate::tui::state::detail::Detail;
use crate::tui::text::{put, row};
use crate::tui::view::View;

pub(super) fn draw(view: &View, detail: &Detail, area: Rect, buffer: &mut Buffer) {
    let entries = view.ui.monitor_log();
    if entries.is_empty() {
        let nothing = if detail.search.is_empty() {
            "  no failures and no changes of status yet"
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
    // Scrolling stops at the last line.
    let scrolled = detail
        .scroll
        .min(entries.len().saturating_sub(area.height.into()));
    for (n, entry) in (0..area.height).zip(entries.iter().skip(scrolled)) {
        put(buffer, row(area, n), line(view, entry), view.theme.glyphs);
    }
}

/// `  14:28:20.001  ✗ error    24 heartbeats missed, none for 25s (was warning)`
fn line(view: &View, entry: &LogEntry) -> Line<'static> {
    let theme = view.theme;
    let glyphs = theme.glyphs;
    let (glyph, style) = match entry.mark {
        LogMark::Status(status) => (glyphs.status(status), theme.status(status)),
        LogMark::Failed => (glyphs.failed(), theme.error()),
        LogMark::Missed => (glyphs.missed(), theme.error()),
        LogMark::Other => (glyphs.nothing(), theme.dim()),
    };
    let time = view.clock_time(entry.at, "%H:%M:%S%.3f");
    Line::from_iter([
        Span::styled(format!("  {time}  "), theme.dim()),
        Span::styled(format!("{glyph} "), style),
        Span::raw(entry.text.clone()),
    ])
}
