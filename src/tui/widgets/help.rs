//! The help, over everything else: the keys, which can be searched, and a legend.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::model::{Quality, Status};
use crate::prefs::{BINDINGS, HelpSection};
use crate::tui::state::overlay::Help;
use crate::tui::text::{columns, fit, put, row};
use crate::tui::view::View;

use super::frame;

/// Minimum width for two columns of keys, in terminal columns.
const MIN_WIDTH_FOR_TWO: u16 = 76;
/// Width of the names of the keys, on the left and on the right.
const KEY_WIDTHS: (u16, u16) = (16, 11);
/// Maximum width of the box.
const MAX_WIDTH: u16 = 100;
/// Rows of the legend: statuses, marks, qualities, and the meaning of two numbers.
const LEGEND_ROWS: u16 = 5;

pub(crate) fn draw(view: &View, help: &Help, area: Rect, buffer: &mut Buffer) {
    let full = place(area);
    let lines = lines(view, &help.search, inside(full).width);
    // The box shrinks from below as the search matches fewer lines, so that the first lines stay in
    // place.
    let wanted = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let place = Rect {
        height: full.height.min(wanted),
        ..full
    };
    Clear.render(place, buffer);
    let title = if help.search.is_empty() {
        format!(
            "help {} type to search",
            view.theme.glyphs.frame().level.repeat(2)
        )
    } else {
        format!("help: {}_", help.search)
    };
    frame::boxed(place, &title, "esc close", view.theme, buffer);
    let inside = inside(place);
    let last = lines.len().saturating_sub(inside.height.into());
    let scrolled = usize::from(help.scroll).min(last);
    for (n, line) in (0..inside.height).zip(lines.into_iter().skip(scrolled)) {
        put(buffer, row(inside, n), line, view.theme.glyphs);
    }
}

/// Returns the area of the box: in the middle, or the whole of a small screen.
fn place(area: Rect) -> Rect {
    let width = area.width.min(MAX_WIDTH);
    let wanted = u16::try_from(rows(width.saturating_sub(4)))
        .unwrap_or(u16::MAX)
        .saturating_add(LEGEND_ROWS + 2);
    let height = area.height.min(wanted);
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// Returns the area inside the box; on a very small screen the whole area.
fn inside(place: Rect) -> Rect {
    let inside = frame::inside(place);
    if inside.is_empty() { place } else { inside }
}

/// Returns how far the help can be scrolled on a screen, until its last line is visible.
pub(crate) fn max_scroll(size: Size) -> u16 {
    let area = Rect::new(0, 0, size.width, size.height);
    let inside = place(area).height.saturating_sub(2);
    let lines =
        u16::try_from(rows(area.width.min(MAX_WIDTH).saturating_sub(4))).unwrap_or(u16::MAX);
    lines.saturating_add(LEGEND_ROWS).saturating_sub(inside)
}

/// Returns the number of rows of all keys, with titles and the blank lines between sections.
fn rows(width: u16) -> usize {
    let of = |section: &HelpSection| {
        BINDINGS
            .iter()
            .filter(|binding| binding.section == *section && !binding.help.is_empty())
            .count()
            + 2
    };
    let [first, second, third, fourth] = HelpSection::ALL.map(|section| of(&section));
    if width >= MIN_WIDTH_FOR_TWO {
        (first + third).max(second + fourth) - 1
    } else {
        first + second + third + fourth - 1
    }
}

fn lines(view: &View, search: &str, width: u16) -> Vec<Line<'static>> {
    let [moving, looking, acting, taking] =
        HelpSection::ALL.map(|section| keys(view, section, search));
    let joined = |first: Vec<Line<'static>>, second: Vec<Line<'static>>| {
        let gap = if first.is_empty() || second.is_empty() {
            None
        } else {
            Some(Line::default())
        };
        first
            .into_iter()
            .chain(gap)
            .chain(second)
            .collect::<Vec<_>>()
    };
    let left = joined(moving, acting);
    let right = joined(looking, taking);
    // A single column needs no vertical line.
    let two = width >= MIN_WIDTH_FOR_TWO && !left.is_empty() && !right.is_empty();
    let mut lines = if two {
        beside(view, left, right, width / 2)
    } else {
        joined(left, right)
    };
    if lines.is_empty() {
        lines.push(Line::styled("no key matches", view.theme.dim()));
    }
    lines.extend(legend(view));
    lines
}

/// Joins two columns with a vertical line between them.
fn beside(
    view: &View,
    left: Vec<Line<'static>>,
    right: Vec<Line<'static>>,
    half: u16,
) -> Vec<Line<'static>> {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let longest = left.len().max(right.len());
    let mut left = left.into_iter();
    let mut right = right.into_iter();
    let half = usize::from(half.saturating_sub(2));
    let join = |_| {
        let mut line = left.next().unwrap_or_default();
        let mut taken = 0;
        line.spans.retain_mut(|span| {
            let section = u16::try_from(half - taken).unwrap_or(0);
            span.content = fit(&span.content, section, glyphs).into_owned().into();
            taken += span.width();
            true
        });
        line.push_span(Span::raw(" ".repeat(half - taken)));
        line.push_span(Span::styled(
            format!("{} ", glyphs.frame().upright),
            theme.dim(),
        ));
        line.extend(right.next().unwrap_or_default().spans);
        line
    };
    (0..longest).map(join).collect()
}

/// Returns the title of a section and those of its lines that match the search; nothing if none
/// does.
fn keys(view: &View, section: HelpSection, search: &str) -> Vec<Line<'static>> {
    let search = search.to_lowercase();
    let mut entries: Vec<HelpLine> = Vec::new();
    for (binding, keys) in view
        .ui
        .keymap()
        .entries()
        .filter(|(binding, _)| binding.section == section)
    {
        let names = keys
            .iter()
            .map(|key| key.name(view.theme.glyphs.key_names()))
            .collect();
        match entries.last_mut() {
            Some(entry) if binding.help.is_empty() => {
                entry.actions.push(binding.name);
                entry.keys.push(names);
            }
            _ => entries.push(HelpLine {
                actions: vec![binding.name],
                keys: vec![names],
                help: binding.help,
            }),
        }
    }
    let width = if matches!(section, HelpSection::Move | HelpSection::Act) {
        KEY_WIDTHS.0
    } else {
        KEY_WIDTHS.1
    };
    let lines: Vec<Line> = entries
        .iter()
        .filter(|entry| entry.contains(&search))
        .map(|entry| {
            let keys = entry.names();
            let pad = " ".repeat(width.saturating_sub(columns(&keys)).max(1).into());
            Line::from_iter([
                Span::styled(format!("{keys}{pad}"), view.theme.bold()),
                Span::raw(entry.help),
            ])
        })
        .collect();
    if lines.is_empty() {
        return lines;
    }
    [Line::styled(section.title(), view.theme.dim())]
        .into_iter()
        .chain(lines)
        .collect()
}

/// A line of the help: actions that share a text, each with its keys.
struct HelpLine {
    actions: Vec<&'static str>,
    keys: Vec<Vec<String>>,
    help: &'static str,
}

impl HelpLine {
    /// `↑ ↓ k j`: the first key of each action, then the second of each.
    fn names(&self) -> String {
        let longest = self.keys.iter().map(Vec::len).max().unwrap_or(0);
        let names = (0..longest).flat_map(|n| self.keys.iter().filter_map(move |keys| keys.get(n)));
        names.map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    fn contains(&self, search: &str) -> bool {
        let texts = self.actions.iter().copied().chain([self.help]);
        texts
            .chain([self.names().as_str()])
            .any(|text| text.to_lowercase().contains(search))
    }
}

fn legend(view: &View) -> [Line<'static>; 5] {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let mut statuses = Line::default();
    for status in Status::ALL {
        statuses.push_span(Span::styled(glyphs.status(status), theme.status(status)));
        statuses.push_span(Span::raw(format!(" {}  ", status.as_str())));
    }
    for (glyph, word) in [(glyphs.missed(), "missed"), (glyphs.failed(), "failed")] {
        statuses.push_span(Span::styled(glyph, theme.error()));
        statuses.push_span(Span::raw(format!(" {word}  ")));
    }
    let qualities = [
        Quality::Excellent,
        Quality::Good,
        Quality::Fair,
        Quality::Poor,
    ];
    let qualities =
        qualities.map(|quality| format!("{} {}", glyphs.quality(quality), quality.as_str()));
    let marks = [
        (glyphs.acknowledged(), "acknowledged"),
        (glyphs.silenced(), "silenced"),
        (glyphs.maintained(), "in maintenance"),
        (glyphs.held(), "held: no channel is told yet"),
    ];
    let marks = marks.map(|(mark, word)| format!("{mark} {word}"));
    [
        statuses,
        Line::raw(marks.join("  ")),
        Line::raw(format!("quality {}", qualities.join("  "))),
        Line::raw("availability: share of the known time not in error, since the start"),
        Line::raw("score: mean of the monitors now; healthy 100, warning 50, others 0"),
    ]
}
