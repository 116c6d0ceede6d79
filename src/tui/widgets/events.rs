//! The newest events beside the detail, newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Change, Event, What};
use crate::tui::text::{columns, fit, put, row};
use crate::tui::view::View;
use crate::words;

/// Columns of the names.
const NAME: u16 = 12;

pub fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let (theme, glyphs) = (view.theme, view.theme.glyphs);
    let rule = glyphs.rule().repeat(usize::from(area.width));
    put(buffer, row(area, 0), Span::styled(rule, theme.dim()), glyphs);
    put(buffer, inner(area, 2), Span::styled(" events ", theme.dim()), glyphs);
    let events = view.ui.events(view.now);
    for (line, change) in (1..area.height).zip(events) {
        put(buffer, row(area, line), sentence(view, change), glyphs);
    }
    for line in 1..area.height {
        put(buffer, Rect { width: 1, ..row(area, line) }, Span::styled(glyphs.wall(), theme.dim()), glyphs);
    }
}

fn inner(area: Rect, margin: u16) -> Rect {
    Rect { x: area.x.saturating_add(margin), width: area.width.saturating_sub(margin), ..area }
}

fn sentence(view: &View, change: &Change) -> Line<'static> {
    let (theme, glyphs) = (view.theme, view.theme.glyphs);
    let mut line = Line::from(Span::styled(format!("  {} ", view.time(change.at)), theme.dim()));
    match &change.what {
        What::Target { meta, event, .. } => {
            let name = fit(meta.name.as_str(), NAME, glyphs);
            let pad = usize::from(NAME.saturating_sub(columns(&name)));
            let (style, glyph, said) = match event {
                // The glyph is the status: what is left to say is why.
                Event::Transition { to, cause, .. } => {
                    let why = cause.as_ref().map_or_else(|| to.as_str().to_owned(), words::cause);
                    (theme.status(*to), glyphs.status(*to), why)
                }
                other => (theme.dim(), " ", words::event(other)),
            };
            line.push_span(Span::styled(format!("{glyph} "), style));
            line.push_span(Span::styled(format!("{name}{} ", " ".repeat(pad)), theme.bold()));
            line.push_span(Span::raw(said));
        }
        What::Reloaded { added, removed, changed, total } => {
            line.push_span(Span::raw(words::reloaded(*added, *removed, *changed, *total)));
        }
        What::ReloadRefused { why } => {
            line.push_span(Span::styled(format!("config refused: {why}"), theme.warning()));
        }
        What::Woke { gap } => line.push_span(Span::raw(words::woke(*gap))),
        What::Strained(strain) => line.push_span(Span::raw(words::strain(*strain))),
    }
    line
}
