//! The bottom lines: the text input, a notice, or the keys that have an effect now.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::model::{Row, Status};
use crate::prefs::{Action, Binding, HelpSection};
use crate::tui::TypingField;
use crate::tui::layout::Layout;
use crate::tui::state::detail::Section;
use crate::tui::state::overlay::Overlay;
use crate::tui::text::{columns, put, put_both};
use crate::tui::view::View;

use super::care;

pub(crate) fn draw(view: &View, layout: &Layout, buffer: &mut Buffer) {
    let area = layout.footer;
    let glyphs = view.theme.glyphs;
    let right = right(view, area.width);
    let left_width = area
        .width
        .saturating_sub(u16::try_from(right.width()).unwrap_or(0) + 1);
    // The detail view has two lines of keys, if the screen is tall enough.
    let two = view.ui.detail.is_some() && !layout.message.is_empty();
    let notice = view
        .ui
        .notice()
        .map(|notice| Line::raw(format!(" {notice}")));
    let left = match (&view.ui.typing, notice) {
        (Some(typing), _) => prompt(view, typing.field),
        (None, Some(notice)) if layout.message.is_empty() => notice,
        (None, _) if two => keys(view, left_width, |binding| !acts(binding)),
        (None, _) => keys(view, left_width, |_| true),
    };
    put_both(buffer, area, left, right, glyphs);
    if two {
        let notice = view
            .ui
            .notice()
            .map(|notice| Line::raw(format!(" {notice}")));
        let above = notice.unwrap_or_else(|| keys(view, layout.message.width, acts));
        put(buffer, layout.message, above, glyphs);
    }
}

/// Returns whether a binding acts on the monitor, rather than on how it is shown.
fn acts(binding: &Binding) -> bool {
    matches!(binding.section, HelpSection::Act | HelpSection::TakeAway)
        && !matches!(binding.action, Action::Help | Action::Quit)
}

/// Returns the right end: the position of the cursor if not all lines are visible, and whether the
/// view is frozen.
fn right(view: &View, width: u16) -> Line<'static> {
    let state = match (width, view.ui.frozen()) {
        (0..60, _) => "",
        (_, Some(_)) => " FROZEN",
        (_, None) if !view.ui.reach.act => " READ-ONLY",
        (_, None) => " LIVE",
    };
    let place = if width < 60 {
        hidden(view)
    } else {
        place(view)
    };
    Line::from_iter([
        Span::styled(place, view.theme.dim()),
        Span::styled(state, view.theme.bold()),
    ])
}

fn place(view: &View) -> String {
    let ui = view.ui;
    let lines = view.ui.line_count();
    let hidden = lines > ui.page() && ui.detail.is_none() && !ui.is_on_events();
    if hidden {
        format!("{}/{lines}", ui.cursor() + 1)
    } else {
        String::new()
    }
}

/// `+6 healthy`: the monitors that are scrolled out of view. Shows the position instead if the user
/// filtered or grouped the table.
fn hidden(view: &View) -> String {
    let ui = view.ui;
    if !ui.table_options.shows_all()
        || ui.table_options.grouped
        || ui.detail.is_some()
        || ui.line_count() != view.snapshot.rows.len()
    {
        return place(view);
    }
    let mut counts = view.snapshot.counts;
    for monitor in (ui.scroll()..ui.scroll() + ui.page()).map_while(|place| ui.row_at(place)) {
        let slot = counts.slot(monitor.status);
        *slot = slot.saturating_sub(1);
    }
    match (counts.total(), counts.worst()) {
        (0, _) => String::new(),
        (all, worst @ (Status::Error | Status::Warning)) => {
            format!("{}/{all} {} below", counts.of(worst), worst.as_str())
        }
        (all, worst) if counts.of(worst) == all => format!("+{all} {}", worst.as_str()),
        (all, _) => format!("+{all} more"),
    }
}

/// Draws the text input. Its cursor is a reversed blank; the terminal's cursor stays hidden.
fn prompt(view: &View, field: TypingField) -> Line<'static> {
    let theme = view.theme;
    let hint = match (field, view.ui.table_options.filter.parse_error()) {
        (TypingField::Filter, Some(why)) => Span::styled(format!("  {why}"), theme.warning()),
        (TypingField::Filter, None) => Span::styled(
            format!(
                "  {} shown   enter apply  esc cancel",
                view.ui.list.monitors()
            ),
            theme.dim(),
        ),
        (TypingField::LogSearch | TypingField::OwnLogSearch, _) => {
            Span::styled("  enter apply  esc cancel", theme.dim())
        }
    };
    Line::from_iter([
        Span::styled(format!(" /{}", view.ui.typed_text(field)), theme.bold()),
        Span::styled(" ", theme.reversed()),
        hint,
    ])
}

/// `↑↓ move  enter detail  …`: the most useful keys that fit, in the order of the bindings.
fn keys(view: &View, width: u16, wanted: impl Fn(&Binding) -> bool) -> Line<'static> {
    let mut entries = entries(view, wanted);
    let total = |entries: &[FooterKeys]| entries.iter().map(|entry| entry.width() + 2).sum::<u16>();
    while total(&entries) > width + 1 {
        let Some(least) =
            (0..entries.len()).max_by_key(|&index| entries.get(index).map(|entry| entry.rank))
        else {
            break;
        };
        entries.remove(least);
    }
    let mut line = Line::default();
    for entry in entries {
        let gap = if line.spans.is_empty() { " " } else { "  " };
        line.push_span(Span::styled(
            format!("{gap}{}", entry.keys),
            view.theme.bold(),
        ));
        line.push_span(Span::styled(format!(" {}", entry.label), view.theme.dim()));
    }
    line
}

struct FooterKeys {
    keys: String,
    label: &'static str,
    rank: u8,
}

impl FooterKeys {
    fn width(&self) -> u16 {
        columns(&self.keys) + 1 + columns(self.label)
    }
}

fn entries(view: &View, wanted: impl Fn(&Binding) -> bool) -> Vec<FooterKeys> {
    let mut entries: Vec<FooterKeys> = Vec::new();
    let allowed = |binding: &Binding| view.ui.allows(binding.action) && wanted(binding);
    for (binding, keys) in view
        .ui
        .keymap()
        .entries()
        .filter(|(binding, _)| allowed(binding))
    {
        let (Some((label, rank)), Some(key)) = (footer(view, binding), keys.first()) else {
            continue;
        };
        let name = key.name(view.theme.glyphs.key_names());
        match entries.last_mut() {
            Some(last) if last.label == label => {
                last.keys.push_str(if name.is_ascii() { "/" } else { "" });
                last.keys.push_str(&name);
            }
            _ => entries.push(FooterKeys {
                keys: name,
                label,
                rank,
            }),
        }
    }
    entries
}

/// Returns the label and rank of a binding in the present state. A key that switches something off
/// says so.
fn footer(view: &View, binding: &Binding) -> Option<(&'static str, u8)> {
    let in_detail = view.ui.detail.is_some();
    if in_detail && matches!(binding.action, Action::Left | Action::Right) {
        return Some(("monitor", 4));
    }
    let (label, rank) = binding.footer?;
    if matches!(view.ui.overlay, Some(Overlay::Columns(_))) {
        return match binding.action {
            Action::Freeze => Some(("show, hide", rank)),
            Action::Detail => None,
            _ => Some((label, rank)),
        };
    }
    if matches!(view.ui.overlay, Some(Overlay::Silence(_))) {
        return match binding.action {
            Action::Detail => Some(("silence", 0)),
            Action::Mute => None,
            _ => Some((label, rank)),
        };
    }
    let chooses_incident =
        view.ui.section() == Some(Section::History) && !view.ui.past_incidents().is_empty();
    let is_silenced = |row: &Arc<Row>| care::silence(view, row).is_some();
    let silenced = view.ui.row().is_some_and(is_silenced);
    let paused = view
        .ui
        .row()
        .is_some_and(|row| row.status == Status::Paused);
    Some(match binding.action {
        // The key that ends the frozen view gets a low rank, so that it stays visible.
        Action::Freeze if view.ui.frozen().is_some() => ("go on", 1),
        Action::Freeze if view.ui.group_at(view.ui.cursor()).is_some() => ("fold", rank),
        Action::Detail if view.ui.opened_incident().is_some() => ("incidents", rank),
        Action::Detail if chooses_incident => ("course", rank),
        Action::Detail if in_detail => ("table", rank),
        Action::NextTab if in_detail => ("section", 3),
        Action::Problems if view.ui.table_options.problems_only => ("all", rank),
        Action::Pause if paused => ("resume", rank),
        Action::Mute if silenced => ("end silence", rank),
        _ => (label, rank),
    })
}
