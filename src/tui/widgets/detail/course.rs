//! The course of one incident, oldest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::history::incident::Incident;
use crate::tui::course::{CourseEntry, why};
use crate::tui::text::{below, put, row};
use crate::tui::view::View;
use crate::words;

pub(super) fn draw(
    view: &View,
    incident: &Incident,
    scrolled: usize,
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = view.theme;
    put(buffer, row(area, 0), head(view, incident), theme.glyphs);
    let why = why(incident);
    put(buffer, row(area, 1), format!("  {why}"), theme.glyphs);
    let title = Span::styled("  TIME                 LASTED     WHAT", theme.dim());
    put(buffer, row(area, 2), title, theme.glyphs);
    let list = below(area, 3);
    let entries = view.ui.incident_course();
    // Scrolling stops at the last line.
    let scrolled = scrolled.min(entries.len().saturating_sub(list.height.into()));
    for (n, entry) in (0..list.height).zip(entries.iter().skip(scrolled)) {
        put(buffer, row(list, n), line(view, entry), theme.glyphs);
    }
}

/// `  i-0042 ✗ error   opened 2026-11-22 14:28:20, lasted 3m47s, acknowledged by ana`
fn head(view: &View, incident: &Incident) -> Line<'static> {
    let theme = view.theme;
    let worst = incident.worst;
    let opened = view.format(incident.opened, "%Y-%m-%d %H:%M:%S");
    let lasted = words::age(incident.duration(view.snapshot.wall(view.now)));
    let lasted = if incident.closed.is_some() {
        format!("lasted {lasted}")
    } else {
        format!("open for {lasted}")
    };
    let mut parts = vec![format!("opened {opened}"), lasted];
    let known = incident.acknowledged.as_ref();
    parts.extend(known.map(|known| format!("acknowledged by {}", known.by)));
    Line::from_iter([
        Span::styled(format!("  {} ", incident.id), theme.bold()),
        Span::styled(
            format!("{} {}", theme.glyphs.status(worst), worst.as_str()),
            theme.status(worst),
        ),
        Span::raw(format!("   {}", parts.join(", "))),
    ])
}

/// `  2026-11-22 14:28:20  1m20s      ▲ warning  1 heartbeat missed`
fn line(view: &View, entry: &CourseEntry) -> Line<'static> {
    let theme = view.theme;
    let glyphs = theme.glyphs;
    let time = view.format(entry.at, "%Y-%m-%d %H:%M:%S");
    let lasted = entry.until.map(|until| {
        let lasted = entry.at.duration_until(until);
        words::age(lasted.try_into().unwrap_or_default())
    });
    let (glyph, style, word) = match entry.status {
        Some(status) => (glyphs.status(status), theme.status(status), status.as_str()),
        None => (glyphs.nothing(), theme.dim(), ""),
    };
    let word = if word.is_empty() {
        String::new()
    } else {
        format!("{word:<7}  ")
    };
    Line::from_iter([
        Span::styled(
            format!("  {time}  {:<9}  ", lasted.unwrap_or_default()),
            theme.dim(),
        ),
        Span::styled(format!("{glyph} {word}"), style),
        Span::raw(entry.text.clone()),
    ])
}
