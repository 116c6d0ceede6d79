//! The history of a monitor, newest first. Each line shows age, time, outcome, latency and payload.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{ChangeKind, Event, OutcomeKind, Status};
use crate::tui::state::history::HistoryEntry;
use crate::tui::text::{put, row};
use crate::tui::view::View;
use crate::words;

/// Draws the history. `cursor` is the selected beat, counted from the newest; it stays visible.
pub(super) fn draw(view: &View, cursor: usize, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let titles = "  AGE      TIME          OUTCOME       LATENCY   DETAIL";
    put(
        buffer,
        row(area, 0),
        Span::styled(titles, theme.dim()),
        glyphs,
    );
    let page = usize::from(area.height.saturating_sub(1));
    let entries = view.ui.history();
    let cursor = cursor.min(entries.len().saturating_sub(1));
    let scrolled = (cursor + 1).saturating_sub(page);
    for (place, (n, entry)) in (1..area.height).zip(entries.iter().enumerate().skip(scrolled)) {
        let chosen = n == cursor;
        put(buffer, row(area, place), line(view, entry, chosen), glyphs);
        if chosen {
            buffer.set_style(row(area, place).intersection(buffer.area), theme.selected());
        }
    }
    if entries.is_empty() {
        put(
            buffer,
            row(area, 1),
            Span::styled("  no heartbeats yet", theme.dim()),
            glyphs,
        );
    }
}

/// Draws the newest outcomes without titles and cursor.
pub(super) fn newest(view: &View, area: Rect, buffer: &mut Buffer) {
    for (place, entry) in (0..area.height).zip(view.ui.history().iter()) {
        put(
            buffer,
            row(area, place),
            line(view, entry, false),
            view.theme.glyphs,
        );
    }
}

/// `▸ 3m47s   14:28:20.001  × missed            —   heartbeat missed, 2 in a row`
fn line(view: &View, entry: &HistoryEntry, chosen: bool) -> Line<'static> {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let outcome = &entry.outcome;
    let (glyph, word, style) = match outcome.what {
        OutcomeKind::Beat => {
            let status = entry
                .status
                .filter(|status| *status != Status::Unknown)
                .unwrap_or(Status::Healthy);
            (glyphs.status(status), "beat", theme.status(status))
        }
        OutcomeKind::Missed => (glyphs.missed(), "missed", theme.error()),
        OutcomeKind::Failed(reason) => (glyphs.failed(), reason.as_str(), theme.error()),
    };
    let measured = |latency| match view.ui.row() {
        Some(monitor) => words::target_latency(monitor, latency),
        None => words::latency(latency),
    };
    let latency = outcome
        .latency
        .map_or_else(|| glyphs.absent().to_owned(), measured);
    let time = view.clock_time(outcome.at, "%H:%M:%S%.3f");
    let cursor = if chosen { glyphs.cursor() } else { " " };
    Line::from_iter([
        Span::raw(cursor),
        Span::raw(format!(
            " {:<7}  {time:<12}  ",
            words::age(view.now.since(outcome.at))
        )),
        Span::styled(glyph, style),
        Span::styled(
            format!(" {word:<12}"),
            if outcome.what == OutcomeKind::Beat {
                Style::new()
            } else {
                style
            },
        ),
        Span::raw(format!("{latency:>7}   {}", details(entry))),
    ])
}

/// Returns the beginning of the payload, or why there was no heartbeat.
fn details(entry: &HistoryEntry) -> String {
    let Some(change) = &entry.change else {
        return String::new();
    };
    match &change.kind {
        ChangeKind::Target {
            event: Event::Beat { excerpt, .. },
            ..
        } => excerpt
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        ChangeKind::Target { event, .. } => words::event(event),
        ChangeKind::Reloaded { .. }
        | ChangeKind::ReloadRefused { .. }
        | ChangeKind::Stalled { .. }
        | ChangeKind::ClockSet { .. }
        | ChangeKind::Overloaded(_)
        | ChangeKind::Silence { .. } => String::new(),
    }
}
