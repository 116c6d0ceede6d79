//! The table of monitors. Touches only the rows that are visible.

use std::ops::RangeInclusive;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{Kind, RECENT, Rhythm, Row};
use crate::tui::text::{count, put, put_right, row};
use crate::tui::theme::Theme;
use crate::tui::view::View;
use crate::words;

use super::{progress, strip};

/// Cursor, glyph and a space before the name.
const MARGIN: u16 = 3;
/// Between these the names are as wide as the screen allows.
const NAME: RangeInclusive<u16> = 13..=36;

struct Column {
    title: &'static str,
    width: u16,
    /// The narrowest screen that has this column.
    from: u16,
    right: bool,
    cell: fn(&View, &Row, u16) -> Line<'static>,
}

/// What stands between name and strip, from left to right.
const COLUMNS: &[Column] = &[
    Column { title: "KIND", width: 4, from: 100, right: false, cell: |_, row, _| kind(row.meta.kind).into() },
    Column { title: "GROUP", width: 10, from: 140, right: false, cell: group },
    Column { title: "LAST", width: 6, from: 40, right: true, cell: last },
    Column { title: "NEXT BEAT", width: 15, from: 60, right: false, cell: next },
    Column { title: "AVG", width: 6, from: 40, right: true, cell: |view, row, _| latency(view, row, false) },
    Column { title: "P95", width: 6, from: 100, right: true, cell: |view, row, _| latency(view, row, true) },
    Column { title: "BEATS", width: 7, from: 100, right: true, cell: |_, row, _| count(row.beats).into() },
    Column { title: "MISS", width: 4, from: 70, right: true, cell: missed },
    Column { title: "FAIL", width: 5, from: 110, right: true, cell: |_, row, _| count(row.failures).into() },
    Column { title: "QUAL", width: 4, from: 80, right: false, cell: quality },
    Column { title: "PRESENCE", width: 8, from: 140, right: false, cell: presence },
];

/// Who gets how much of a width.
struct Widths {
    name: u16,
    columns: Vec<&'static Column>,
    strip: u16,
}

impl Widths {
    fn new(width: u16) -> Widths {
        let columns: Vec<_> = COLUMNS.iter().filter(|column| column.from <= width).collect();
        let fixed: u16 = columns.iter().map(|column| column.width + 1).sum::<u16>() + MARGIN;
        let rest = width.saturating_sub(fixed);
        if columns.is_empty() {
            return Widths { name: rest, columns, strip: 0 };
        }
        let name = (width / 6).clamp(*NAME.start(), *NAME.end());
        let strip = rest.saturating_sub(name + 1).min(RECENT as u16);
        Widths { name: rest.saturating_sub(strip + 1).min(*NAME.end()), columns, strip }
    }

    /// The area of each column of a row, and of the strip.
    fn areas(&self, area: Rect) -> (Rect, impl Iterator<Item = (&'static Column, Rect)>, Rect) {
        let part = move |x: u16, width: u16| Rect { x: area.x.saturating_add(x), width, ..area }.intersection(area);
        let mut x = MARGIN + self.name;
        let columns = self.columns.iter().map(move |column| {
            let place = part(x + 1, column.width);
            x += 1 + column.width;
            (*column, place)
        });
        (part(MARGIN, self.name), columns, part(area.width.saturating_sub(self.strip), self.strip))
    }
}

pub fn titles(view: &View, area: Rect, buffer: &mut Buffer) {
    let (theme, glyphs) = (view.theme, view.theme.glyphs);
    let widths = Widths::new(area.width);
    let (name, columns, strip) = widths.areas(area);
    put(buffer, name, Span::styled("NAME", theme.dim()), glyphs);
    for (column, place) in columns {
        write(buffer, place, column.right, Span::styled(column.title, theme.dim()).into(), theme);
    }
    let newest = if strip.width < 14 { "BEATS" } else { glyphs.pick("BEATS, NEWEST →", "BEATS, NEWEST") };
    put_right(buffer, strip, Span::styled(newest, theme.dim()), glyphs);
}

pub fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let widths = Widths::new(area.width);
    for line in 0..area.height {
        let place = view.ui.scroll() + usize::from(line);
        let Some(monitor) = view.ui.at(place) else { break };
        draw_row(view, monitor, &widths, place == view.ui.cursor(), row(area, line), buffer);
    }
    if view.ui.chosen() == 0 {
        let nothing = if view.snapshot.rows.is_empty() { "no monitors" } else { "nothing matches; esc shows all" };
        put(buffer, row(area, 0), Span::styled(format!(" {nothing}"), view.theme.dim()), view.theme.glyphs);
    }
}

fn draw_row(view: &View, monitor: &Row, widths: &Widths, selected: bool, area: Rect, buffer: &mut Buffer) {
    let (theme, glyphs) = (view.theme, view.theme.glyphs);
    let (name, columns, strip) = widths.areas(area);
    let mark = [
        Span::raw(if selected { glyphs.cursor() } else { " " }),
        Span::styled(glyphs.status(monitor.status), theme.status(monitor.status)),
    ];
    put(buffer, area, Line::from_iter(mark), glyphs);
    put(buffer, name, monitor.meta.name.as_str(), glyphs);
    for (column, place) in columns {
        write(buffer, place, column.right, (column.cell)(view, monitor, place.width), theme);
    }
    put(buffer, strip, strip::line(monitor, strip.width, theme), glyphs);
    if selected {
        let left = Rect { width: area.width.saturating_sub(widths.strip), ..area };
        buffer.set_style(left.intersection(buffer.area), theme.selected());
    }
}

fn write(buffer: &mut Buffer, area: Rect, right: bool, line: Line, theme: Theme) {
    if right { put_right(buffer, area, line, theme.glyphs) } else { put(buffer, area, line, theme.glyphs) }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Http => "http",
        Kind::Websocket => "ws",
        Kind::Sse => "sse",
        Kind::Socketio => "sio",
        Kind::Push => "push",
    }
}

fn group(_: &View, row: &Row, _: u16) -> Line<'static> {
    Line::from(row.meta.group.as_ref().map(ToString::to_string).unwrap_or_default())
}

fn last(view: &View, row: &Row, _: u16) -> Line<'static> {
    row.last_beat.map_or_else(|| absent(view), |at| words::age(view.now.since(at)).into())
}

fn next(view: &View, row: &Row, width: u16) -> Line<'static> {
    // One column stays free before the next number.
    progress::line(row, view.now, width.saturating_sub(1), view.theme)
}

fn latency(view: &View, row: &Row, p95: bool) -> Line<'static> {
    let Some(summary) = row.latency else { return absent(view) };
    let latency = if p95 { summary.p95 } else { summary.avg };
    let slow = row.policy.latency.warning.is_some_and(|limit| latency > limit);
    Span::styled(words::latency(latency), if slow { view.theme.warning() } else { Style::new() }).into()
}

/// Polls have failures instead.
fn missed(view: &View, row: &Row, _: u16) -> Line<'static> {
    match row.policy.rhythm {
        Rhythm::Poll => absent(view),
        Rhythm::Subscription => count(row.missed).into(),
    }
}

fn quality(view: &View, row: &Row, _: u16) -> Line<'static> {
    view.theme.glyphs.quality(row.quality).into()
}

fn presence(view: &View, row: &Row, _: u16) -> Line<'static> {
    row.presence(view.now).map_or_else(|| absent(view), |presence| presence.as_str().into())
}

fn absent(view: &View) -> Line<'static> {
    Span::styled(view.theme.glyphs.absent(), view.theme.dim()).into()
}
