//! The history of one monitor: how available it was, a bar a day, and its incidents.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::history::incident::Incident;
use crate::history::times::PeriodTimes;
use crate::model::Row;
use crate::tui::course::why;
use crate::tui::past::{MonitorPast, PastSpan};
use crate::tui::state::detail::Detail;
use crate::tui::text::{below, columns, fit, put, put_both, put_right, row};
use crate::tui::view::View;
use crate::tui::widgets::past;
use crate::words;

use super::course;

/// Minimum height for all parts, in rows. On a lower screen the spans are in one line.
const MIN_HEIGHT_TABLE: u16 = 13;
/// Minimum width for dates with their year, and for who acknowledged, in columns.
const MIN_WIDTH_WIDE: u16 = 100;
/// Minimum width for the names of the incidents, in columns.
const MIN_WIDTH_NAMES: u16 = 60;
/// Columns before the bars.
const MARGIN: u16 = 2;

pub(super) fn draw(view: &View, monitor: &Row, detail: &Detail, area: Rect, buffer: &mut Buffer) {
    let dim = |text: String| Span::styled(text, view.theme.dim());
    let glyphs = view.theme.glyphs;
    let Some(past) = view.ui.past.of(&monitor.meta.name) else {
        let text = match view.ui.past.failure() {
            _ if !view.ui.past.is_kept() => "no history is kept",
            Some(why) => why,
            None => "reading the history",
        };
        return put(buffer, row(area, 0), dim(format!("  {text}")), glyphs);
    };
    if let Some(incident) = view.ui.opened_incident() {
        return course::draw(view, incident, detail.scroll, area, buffer);
    }
    let mut rest = area;
    let mut take = |rows: u16| {
        let taken = Rect {
            height: rows.min(rest.height),
            ..rest
        };
        rest = below(rest, rows);
        taken
    };
    if area.height < MIN_HEIGHT_TABLE {
        let line = format!("  {}", past::availability(past, glyphs));
        put(buffer, take(1), line, glyphs);
    } else {
        spans(view, past, take(5), buffer);
        days(view, &past.days, take(4), buffer);
    }
    incidents(view, &past.incidents, detail.scroll, rest, buffer);
}

/// Draws the availability by spans, with the time that is neither up nor down beside it.
fn spans(view: &View, past: &MonitorPast, area: Rect, buffer: &mut Buffer) {
    let glyphs = view.theme.glyphs;
    let title = "  LAST  AVAILABLE  DOWN     INCIDENTS  UNWATCHED  UNKNOWN  MAINTENANCE  PAUSED";
    let title = Line::styled(title, view.theme.dim());
    let known = view.format(past.first_known, "known since %Y-%m-%d ");
    let known = Line::styled(known, view.theme.dim());
    let both = title.width() + known.width() + 2;
    put(buffer, row(area, 0), title, glyphs);
    if both <= usize::from(area.width) {
        put_right(buffer, row(area, 0), known, glyphs);
    }
    for (n, span) in (1..area.height).zip(&past.spans) {
        put(buffer, row(area, n), span_line(view, span), glyphs);
    }
}

/// `  7d    99.3%      1h10m    3          15m00s     —        —            —`
fn span_line(view: &View, span: &PastSpan) -> Line<'static> {
    let absent = view.theme.glyphs.absent();
    let time = |time: Duration| {
        if time.is_zero() {
            absent.to_owned()
        } else {
            words::age(time)
        }
    };
    let times = span.times;
    let share = times
        .availability()
        .map_or_else(|| absent.to_owned(), words::percent);
    let style = if times.down.is_zero() {
        view.theme.plain()
    } else {
        view.theme.bold()
    };
    Line::from_iter([
        Span::raw(format!("  {:<6}", span.name)),
        Span::styled(format!("{share:<11}"), style),
        Span::raw(format!(
            "{:<9}{:<11}{:<11}{:<9}{:<13}{}",
            time(times.down),
            span.incidents,
            time(times.unwatched),
            time(times.unknown),
            time(times.maintenance),
            time(times.paused)
        )),
    ])
}

/// Draws a bar a day, a mark below each day with a problem, the time, and the legend.
fn days(view: &View, days: &[PeriodTimes], area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let inside = Rect {
        x: area.x + MARGIN.min(area.width),
        width: area.width.saturating_sub(MARGIN),
        ..area
    };
    let shown = past::newest(days, inside.width);
    put(
        buffer,
        row(inside, 0),
        past::bars(shown, inside.width, theme),
        theme.glyphs,
    );
    put(
        buffer,
        row(inside, 1),
        past::marks(shown, inside.width, theme),
        theme.glyphs,
    );
    let number = u16::try_from(shown.len()).unwrap_or(u16::MAX);
    let axis = Rect {
        width: number.min(inside.width),
        ..row(inside, 2)
    };
    let begin = Line::styled(
        format!("{} days ago", number.saturating_sub(1)),
        theme.dim(),
    );
    let end = Line::styled("today", theme.dim());
    put_both(buffer, axis, begin, end, theme.glyphs);
    let legend = Span::styled(past::legend(theme.glyphs), theme.dim());
    put(buffer, row(inside, 3), legend, theme.glyphs);
}

fn incidents(view: &View, list: &[Incident], cursor: usize, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let dim = |text: &'static str| Span::styled(text, theme.dim());
    let title = match area.width {
        _ if list.is_empty() => "  no incidents in 90 days",
        MIN_WIDTH_WIDE.. => {
            "  INCIDENT  OPENED            LASTED       WORST      ACKNOWLEDGED  WHY"
        }
        MIN_WIDTH_NAMES.. => "  INCIDENT  OPENED       LASTED       WORST      WHY",
        _ => "  OPENED       LASTED       WHY",
    };
    put(buffer, row(area, 0), dim(title), theme.glyphs);
    let page = usize::from(area.height.saturating_sub(1));
    let cursor = cursor.min(list.len().saturating_sub(1));
    let scrolled = (cursor + 1).saturating_sub(page);
    for (n, (place, incident)) in (1..area.height).zip(list.iter().enumerate().skip(scrolled)) {
        let here = row(area, n);
        let line = incident_line(view, incident, place == cursor, area.width);
        put(buffer, here, line, theme.glyphs);
        if place == cursor {
            buffer.set_style(here.intersection(buffer.area), theme.selected());
        }
    }
}

/// `▸ i-0042    2026-11-22 14:28  3m47s        ✗ error    ana           24 heartbeats missed`
fn incident_line(view: &View, incident: &Incident, chosen: bool, width: u16) -> Line<'static> {
    let theme = view.theme;
    let glyphs = theme.glyphs;
    let wide = width >= MIN_WIDTH_WIDE;
    let named = width >= MIN_WIDTH_NAMES;
    let cursor = if chosen { glyphs.cursor() } else { " " };
    let name = if named {
        format!("{:<8}  ", incident.id.to_string())
    } else {
        String::new()
    };
    let format = if wide {
        "%Y-%m-%d %H:%M"
    } else {
        "%m-%d %H:%M"
    };
    let opened = view.format(incident.opened, format);
    let lasted = words::age(incident.duration(view.snapshot.wall(view.now)));
    let open = if incident.closed.is_none() {
        " open"
    } else {
        ""
    };
    let lasted = format!("{lasted}{open}");
    let worst = incident.worst;
    let word = if named {
        format!("{:<9}", worst.as_str())
    } else {
        String::new()
    };
    let mut line = Line::from_iter([
        Span::raw(format!("{cursor} {name}{opened}  {lasted:<11}  ")),
        Span::styled(
            format!("{} {word}", glyphs.status(worst)),
            theme.status(worst),
        ),
    ]);
    if wide {
        let known = incident.acknowledged.as_ref();
        let known = known.map_or_else(|| glyphs.absent().to_owned(), |known| known.by.to_string());
        let known = fit(&known, 12, glyphs);
        let pad = " ".repeat(14_u16.saturating_sub(columns(&known)).into());
        line.push_span(Span::raw(format!("{known}{pad}")));
    }
    line.push_span(Span::raw(why(incident)));
    line
}
