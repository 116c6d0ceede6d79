//! The newest events beside the detail, newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Change, Event, What};
use crate::tui::text::{fit, put, row};
use crate::tui::view::View;
use crate::words;

const NAME: u16 = 14;

pub fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let (theme, glyphs) = (view.theme, view.theme.glyphs);
    let rule = glyphs.rule().repeat(usize::from(area.width));
    put(buffer, row(area, 0), Span::styled(rule, theme.dim()), glyphs);
    put(buffer, inner(area, 2), Span::styled(" events ", theme.dim()), glyphs);
    let events = view.ui.journal().iter().filter(|change| change.at <= view.now);
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
            if let Event::Transition { to, .. } = event {
                line.push_span(Span::styled(format!("{} ", glyphs.status(*to)), theme.status(*to)));
            }
            let name = fit(meta.name.as_str(), NAME, glyphs);
            line.push_span(Span::styled(format!("{name} "), theme.bold()));
            line.push_span(Span::raw(words::event(event)));
        }
        What::Reloaded { added, removed, changed, total } => {
            line.push_span(Span::raw(words::reloaded(*added, *removed, *changed, *total)));
        }
        What::ReloadRefused { why } => {
            line.push_span(Span::styled(format!("config refused: {why}"), theme.warning()));
        }
        What::Woke { gap } => line.push_span(Span::raw(words::woke(*gap))),
    }
    line
}
