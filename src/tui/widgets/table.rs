//! The table of monitors and heads of groups. Reads only the visible lines.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::model::{MAX_RECENT, Row};
use crate::prefs::Column;
use crate::tui::order::{Sort, is_problem};
use crate::tui::state::list::Group;
use crate::tui::text::{columns, fit, put, put_right, row};
use crate::tui::theme::Theme;
use crate::tui::view::View;
use crate::words;

use super::columns::TableWidths;
use super::{care, strip, told, trouble};

/// How long the glyph of a monitor changes after a heartbeat. Its name stays bold longer.
const FLASH: Duration = Duration::from_millis(300);

pub(crate) fn titles(view: &View, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let widths = widths(view, area);
    let (name, columns, strip) = widths.areas(area);
    let sort = view.ui.table_options.sort;
    let title =
        |title, sorted| Span::styled(title, if sorted { theme.bold() } else { theme.dim() });
    put(buffer, name, title("NAME", sort == Sort::Name), glyphs);
    for (spec, place) in columns {
        let title = title(spec.title, sort == Sort::Column(spec.column));
        write(buffer, place, spec.right, title.into(), theme);
    }
    put(
        buffer,
        strip,
        title(&strip_title(strip.width, theme), false),
        glyphs,
    );
}

/// `20 BEATS, NEWEST →`, or a shorter title that fits.
fn strip_title(width: u16, theme: Theme) -> String {
    let newest = theme.glyphs.pick("BEATS, NEWEST →", "BEATS, NEWEST >");
    let counted = format!("{} {newest}", width.min(MAX_RECENT as u16));
    [counted.as_str(), newest, "BEATS"]
        .into_iter()
        .find(|title| columns(title) <= width)
        .unwrap_or("")
        .to_owned()
}

pub(crate) fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let widths = widths(view, area);
    for line in 0..area.height {
        let place = view.ui.scroll() + usize::from(line);
        let here = row(area, line);
        let selected = place == view.ui.cursor();
        if let Some(monitor) = view.ui.row_at(place) {
            draw_monitor(view, monitor, &widths, selected, here, buffer);
        } else if let Some(group) = view.ui.group_at(place) {
            draw_group(view, group, selected, here, buffer);
        } else {
            break;
        }
    }
    if view.ui.line_count() == 0 {
        let nothing = if view.snapshot.rows.is_empty() {
            "no monitors"
        } else {
            "no monitor matches; esc shows all"
        };
        put(
            buffer,
            row(area, 0),
            Span::styled(format!(" {nothing}"), view.theme.dim()),
            view.theme.glyphs,
        );
    }
}

fn widths(view: &View, area: Rect) -> TableWidths {
    TableWidths::new(
        area.width,
        view.ui.display.columns.as_deref(),
        view.ui.totals().widest_name,
    )
}

fn draw_monitor(
    view: &View,
    monitor: &Row,
    widths: &TableWidths,
    selected: bool,
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let (name, columns, mut strip) = widths.areas(area);
    let pulse = view
        .ui
        .pulse(monitor, view.now)
        .map(|since| view.now.since(since));
    let flashes = !view.ui.display.reduce_motion && pulse.is_some_and(|age| age < FLASH);
    let glyph = if flashes {
        glyphs.pulse(monitor.status)
    } else {
        glyphs.status(monitor.status)
    };
    let mark = [
        Span::raw(if selected { glyphs.cursor() } else { " " }),
        Span::styled(glyph, theme.status(monitor.status)),
    ];
    put(buffer, area, Line::from_iter(mark), glyphs);
    let bold = if pulse.is_some() {
        Modifier::BOLD
    } else {
        Modifier::empty()
    };
    draw_name(view, monitor, name, bold, buffer);
    let cursor = view.ui.selected_beat.filter(|_| selected);
    let mut kept = usize::MAX;
    // The selected beat is in the strip, so the strip stays.
    if is_problem(monitor.status) && !widths.shows(Column::Reason) && cursor.is_none() {
        let reason;
        (kept, reason, strip) = widths.areas_of_problem(area);
        let with_age = !widths.shows(Column::Since);
        let line = trouble::line(view, monitor, reason.width, with_age);
        put(buffer, reason, line, glyphs);
    }
    for (spec, place) in columns.take(kept) {
        write(
            buffer,
            place,
            spec.right,
            (spec.cell)(view, monitor, place.width),
            theme,
        );
    }
    put(
        buffer,
        strip,
        strip::line(monitor, strip.width, cursor, theme),
        glyphs,
    );
    if selected {
        select(area, strip.width, theme, buffer);
    }
}

/// Draws the name with marks after it: acknowledged, silenced, in maintenance, held. The name is
/// shortened to leave space for them.
fn draw_name(view: &View, monitor: &Row, area: Rect, bold: Modifier, buffer: &mut Buffer) {
    let glyphs = view.theme.glyphs;
    let marks = [
        (
            care::acknowledgement(view, monitor).is_some(),
            glyphs.acknowledged(),
        ),
        (care::silence(view, monitor).is_some(), glyphs.silenced()),
        (
            care::maintenance(view, monitor).is_some(),
            glyphs.maintained(),
        ),
        (told::held(view, monitor).is_some(), glyphs.held()),
    ];
    let marks: String = marks
        .into_iter()
        .filter(|(set, _)| *set)
        .map(|(_, mark)| mark)
        .collect();
    let taken = if marks.is_empty() {
        0
    } else {
        columns(&marks) + 1
    };
    let name = fit(
        monitor.meta.name.as_str(),
        area.width.saturating_sub(taken),
        glyphs,
    );
    let marks = if marks.is_empty() {
        marks
    } else {
        format!(" {marks}")
    };
    let line = [
        Span::styled(name, bold),
        Span::styled(marks, view.theme.dim()),
    ];
    put(buffer, area, Line::from_iter(line), glyphs);
}

/// `▸✗ ▿ edge  6 monitors, worst orders-ws: 24 heartbeats missed`
fn draw_group(view: &View, group: &Group, selected: bool, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let name = group.name.as_ref().map_or("no group", |name| name.as_str());
    let size = words::count(group.size as u64, "monitor", "monitors");
    let worst = view
        .snapshot
        .rows
        .get(group.worst)
        .filter(|row| is_problem(row.status));
    let worst = worst
        .map(|row| {
            format!(
                ", {}: {}",
                row.meta.name,
                words::condition_at(row, view.now)
            )
        })
        .unwrap_or_default();
    let line = [
        Span::raw(if selected { glyphs.cursor() } else { " " }),
        Span::styled(glyphs.status(group.status), theme.status(group.status)),
        Span::styled(format!(" {} ", glyphs.fold(group.folded)), theme.dim()),
        Span::styled(name.to_owned(), theme.bold()),
        Span::styled(format!("  {size}{worst}"), theme.dim()),
    ];
    put(buffer, area, Line::from_iter(line), glyphs);
    if selected {
        select(area, 0, theme, buffer);
    }
}

/// Highlights a row except for its last `strip` columns.
fn select(area: Rect, strip: u16, theme: Theme, buffer: &mut Buffer) {
    let left = Rect {
        width: area.width.saturating_sub(strip),
        ..area
    };
    buffer.set_style(left.intersection(buffer.area), theme.selected());
}

fn write(buffer: &mut Buffer, area: Rect, right: bool, line: Line, theme: Theme) {
    if right {
        put_right(buffer, area, line, theme.glyphs)
    } else {
        put(buffer, area, line, theme.glyphs)
    }
}
