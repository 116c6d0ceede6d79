//! The help, made from the table of keys, over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::model::{Quality, Status};
use crate::tui::keys::BINDINGS;
use crate::tui::text::{columns, fit, put, put_both, row};
use crate::tui::view::View;

/// From this width on there are two columns of keys.
const TWO: u16 = 78;
/// Columns of their names.
const KEYS: u16 = 10;

pub fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let (theme, glyphs) = (view.theme, view.theme.glyphs);
    Clear.render(area, buffer);
    let title = Line::from(Span::styled(" hbmon: keys", theme.bold()));
    put_both(buffer, row(area, 0), title, Line::styled("esc close ", theme.dim()), glyphs);
    let columns = if area.width >= TWO { 2 } else { 1 };
    let lines = lines(view, area.width, columns);
    let room = area.height.saturating_sub(1);
    // The last page stays full: there is nothing to see below the end.
    let last = lines.len().saturating_sub(usize::from(room));
    let scroll = usize::from(view.ui.help.unwrap_or(0)).min(last);
    for (n, line) in (1..=room).zip(lines.into_iter().skip(scroll)) {
        put(buffer, row(area, n), line, glyphs);
    }
}

fn lines(view: &View, width: u16, across: u16) -> Vec<Line<'static>> {
    let down = BINDINGS.len().div_ceil(usize::from(across));
    let half = width / across;
    let mut lines: Vec<Line> = vec![Line::default()];
    lines.extend((0..down).map(|n| {
        let places = (n..BINDINGS.len()).step_by(down.max(1));
        Line::from_iter(places.filter_map(|place| BINDINGS.get(place)).flat_map(|binding| {
            let names: Vec<String> = binding.keys.iter().map(|key| key.name(view.theme.glyphs)).collect();
            let keys = names.join(" ");
            let pad = KEYS.saturating_sub(columns(&keys));
            let room = half.saturating_sub(KEYS + 2);
            let help = fit(binding.help, room, view.theme.glyphs);
            [
                Span::styled(format!(" {keys}{}", " ".repeat(pad.into())), view.theme.bold()),
                Span::raw(format!("{help:<width$} ", width = room.into())),
            ]
        }))
    }));
    lines.push(Line::default());
    lines.push(statuses(view));
    lines.push(qualities(view));
    lines
}

fn statuses(view: &View) -> Line<'static> {
    let glyphs = view.theme.glyphs;
    let mut line = Line::default();
    for status in Status::ALL {
        line.push_span(Span::styled(format!(" {}", glyphs.status(status)), view.theme.status(status)));
        line.push_span(Span::raw(format!(" {} ", status.as_str())));
    }
    line.push_span(Span::raw(format!("   {} missed  {} failed", glyphs.missed(), glyphs.failed())));
    line
}

fn qualities(view: &View) -> Line<'static> {
    let all = [Quality::Excellent, Quality::Good, Quality::Fair, Quality::Poor, Quality::Unknown];
    let parts: Vec<String> =
        all.map(|quality| format!("{} {}", view.theme.glyphs.quality(quality), quality.as_str())).into();
    Line::raw(format!(" quality: {}", parts.join("  ")))
}
