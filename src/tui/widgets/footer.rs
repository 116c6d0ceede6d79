//! The bottom line: the filter being typed, an answer, or the keys that work now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::prefs::{Action, Binding};
use crate::tui::text::{columns, put_both};
use crate::tui::view::View;

pub fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let (theme, glyphs) = (view.theme, view.theme.glyphs);
    let right =
        Line::from_iter([Span::styled(place(view), theme.dim()), Span::styled(state(view, area), theme.bold())]);
    let room = area.width.saturating_sub(u16::try_from(right.width()).unwrap_or(0) + 1);
    let left = match (&view.ui.typing, view.ui.notice()) {
        (Some(_), _) => prompt(view),
        (None, Some(notice)) => Line::raw(format!(" {notice}")),
        (None, None) => keys(view, room),
    };
    put_both(buffer, area, left, right, glyphs);
}

fn state(view: &View, area: Rect) -> &'static str {
    match (area.width, view.ui.frozen()) {
        (0..60, _) => "",
        (_, Some(_)) => " FROZEN",
        (_, None) => " LIVE",
    }
}

/// Which row of how many, where not all are visible.
fn place(view: &View) -> String {
    let (ui, rows) = (view.ui, view.ui.chosen());
    let hidden = rows > ui.page();
    if hidden { format!("{}/{rows}", ui.cursor() + 1) } else { String::new() }
}

/// The cursor is a reversed blank: the terminal's own stays hidden.
fn prompt(view: &View) -> Line<'static> {
    let filter = &view.ui.choice.filter;
    let hint = match filter.problem() {
        Some(why) => Span::styled(format!("  {why}"), view.theme.warning()),
        None => Span::styled(format!("  {} shown   enter keep  esc drop", view.ui.chosen()), view.theme.dim()),
    };
    Line::from_iter([
        Span::styled(format!(" /{}", filter.text()), view.theme.bold()),
        Span::styled(" ", view.theme.selected().add_modifier(ratatui::style::Modifier::REVERSED)),
        hint,
    ])
}

/// `↑↓ move  enter detail  …`: the most useful that fit, in the order of the table.
fn keys(view: &View, width: u16) -> Line<'static> {
    let mut entries = entries(view);
    let total = |entries: &[Entry]| entries.iter().map(|entry| entry.width() + 2).sum::<u16>();
    while total(&entries) > width + 1 {
        let Some(least) = (0..entries.len()).max_by_key(|&index| entries.get(index).map(|entry| entry.rank)) else {
            break;
        };
        entries.remove(least);
    }
    let mut line = Line::default();
    for entry in entries {
        let gap = if line.spans.is_empty() { " " } else { "  " };
        line.push_span(Span::styled(format!("{gap}{}", entry.keys), view.theme.bold()));
        line.push_span(Span::styled(format!(" {}", entry.label), view.theme.dim()));
    }
    line
}

struct Entry {
    keys: String,
    label: &'static str,
    rank: u8,
}

impl Entry {
    fn width(&self) -> u16 {
        columns(&self.keys) + 1 + columns(self.label)
    }
}

fn entries(view: &View) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (binding, keys) in view.ui.keymap.entries().filter(|(binding, _)| view.ui.allows(binding.action)) {
        let (Some((label, rank)), Some(key)) = (footer(view, binding), keys.first()) else { continue };
        let name = key.name(view.theme.glyphs.key_names());
        match entries.last_mut() {
            Some(last) if last.label == label => {
                last.keys.push_str(if name.is_ascii() { "/" } else { "" });
                last.keys.push_str(&name);
            }
            _ => entries.push(Entry { keys: name, label, rank }),
        }
    }
    entries
}

/// A key that undoes what is on says so.
fn footer(view: &View, binding: &Binding) -> Option<(&'static str, u8)> {
    let (label, rank) = binding.footer?;
    Some(match binding.action {
        // The way out of a view that stands still must not fall away.
        Action::Freeze if view.ui.frozen().is_some() => ("go on", 1),
        Action::Detail if view.ui.detail.is_some() => ("table", rank),
        Action::Problems if view.ui.choice.problems_only => ("all", rank),
        _ => (label, rank),
    })
}
