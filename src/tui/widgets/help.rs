//! The help, made from the table of keys, over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::model::{Quality, Status};
use crate::prefs::BINDINGS;
use crate::tui::state::overlay::Overlay;
use crate::tui::text::{columns, fit, put, put_both, row};
use crate::tui::view::View;

/// From this width on there are two columns of keys.
const TWO: u16 = 78;
/// Columns of their names.
const KEYS: u16 = 10;
/// Rows below the keys: a blank one, statuses, qualities.
const LEGEND: u16 = 3;

pub fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let (theme, glyphs) = (view.theme, view.theme.glyphs);
    Clear.render(area, buffer);
    let title = Line::from(Span::styled(" hbmon: keys", theme.bold()));
    put_both(buffer, row(area, 0), title, Line::styled("esc close ", theme.dim()), glyphs);
    let scroll = help(view).min(last(area.as_size()));
    for (n, line) in (1..area.height).zip(lines(view, area.width).into_iter().skip(scroll.into())) {
        put(buffer, row(area, n), line, glyphs);
    }
}

/// How far the help can be scrolled on a screen: until its last line is seen.
pub fn last(size: Size) -> u16 {
    let lines = u16::try_from(rows_of_keys(size.width)).unwrap_or(u16::MAX).saturating_add(LEGEND + 1);
    lines.saturating_sub(size.height.saturating_sub(1))
}

fn help(view: &View) -> u16 {
    match &view.ui.overlay {
        Some(Overlay::Help(help)) => help.scroll,
        _ => 0,
    }
}

const fn across(width: u16) -> u16 {
    if width >= TWO { 2 } else { 1 }
}

fn rows_of_keys(width: u16) -> usize {
    BINDINGS.len().div_ceil(across(width).into())
}

fn lines(view: &View, width: u16) -> Vec<Line<'static>> {
    let (down, half) = (rows_of_keys(width), width / across(width));
    let mut lines: Vec<Line> = vec![Line::default()];
    lines.extend((0..down).map(|n| {
        let places = (n..BINDINGS.len()).step_by(down);
        Line::from_iter(places.filter_map(|place| BINDINGS.get(place)).flat_map(|binding| {
            let names: Vec<String> = binding.keys.iter().map(|key| key.name(view.theme.glyphs.key_names())).collect();
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
