//! The overview of one monitor: progress to the next heartbeat, facts, connection, chart and last
//! beats.

use std::cmp::min;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::Row;
use crate::tui::past::MonitorPast;
use crate::tui::state::detail::Detail;
use crate::tui::text::{below, columns, put, put_right, row};
use crate::tui::view::View;
use crate::tui::widgets::chart::{self, Chart};
use crate::tui::widgets::{beats, fact, facts, frame, pane, past, progress, trouble};
use crate::words;

/// Height of the boxes with facts, in rows.
pub(crate) const BOX_HEIGHT: u16 = 8;
/// Minimum width for two boxes side by side.
const MIN_WIDTH_SIDE_BY_SIDE: u16 = 96;
/// Minimum width for the beats beside the chart.
const MIN_WIDTH_BEATS_BESIDE: u16 = 140;
/// Minimum height for a box for the connection. On a lower screen the other boxes have its facts.
const MIN_HEIGHT_CONNECTION: u16 = 24;
const DAY: Duration = Duration::from_secs(86_400);
/// Minimum height for a box around the history.
const MIN_HEIGHT_HISTORY_BOX: u16 = 24;
/// Minimum number of rows for the beats of a monitor with a problem. The chart is left out first.
const MIN_BEATS: u16 = 4;
/// Minimum width and height for boxes.
const MIN_SIZE_BOXES: (u16, u16) = (60, 15);

pub(super) fn draw(view: &View, monitor: &Row, detail: &Detail, area: Rect, buffer: &mut Buffer) {
    if view.ui.display.zoom {
        return chart(view, monitor, detail, area, buffer);
    }
    if area.width < MIN_SIZE_BOXES.0 || area.height < MIN_SIZE_BOXES.1 {
        return in_lines(view, monitor, area, buffer);
    }
    let mut rest = area;
    let mut take = |rows: u16| {
        let taken = Rect {
            height: min(rows, rest.height),
            ..rest
        };
        rest = below(rest, rows);
        taken
    };
    next_beat(view, monitor, take(3), buffer);
    let stacked = area.width < MIN_WIDTH_SIDE_BY_SIDE && area.height >= 32;
    boxes(
        view,
        monitor,
        take(if stacked { 2 * BOX_HEIGHT } else { BOX_HEIGHT }),
        buffer,
    );
    if let Some(past) = view.ui.past.of(&monitor.meta.name) {
        let is_boxed = area.height >= MIN_HEIGHT_HISTORY_BOX;
        history(view, past, take(if is_boxed { 4 } else { 2 }), buffer);
    }
    let connection = fact::lines(
        view,
        facts::last_connection(view, monitor, area.width),
        area.width - 4,
    );
    let explained = trouble::is_explained(monitor);
    let most = match area.height {
        0..MIN_HEIGHT_CONNECTION => 0,
        MIN_HEIGHT_CONNECTION..28 if !explained => 3,
        _ => 6,
    };
    let lines = u16::try_from(connection.len())
        .unwrap_or(u16::MAX)
        .min(most);
    if lines > 0 {
        boxed_lines(view, "connection", connection, take(lines + 2), buffer);
    }
    chart_and_beats(view, monitor, detail, rest, buffer);
}

/// Draws the chart and the last beats, side by side or one below the other.
fn chart_and_beats(view: &View, monitor: &Row, detail: &Detail, area: Rect, buffer: &mut Buffer) {
    if area.width >= MIN_WIDTH_BEATS_BESIDE {
        let left = area.width * 6 / 10;
        chart(
            view,
            monitor,
            detail,
            Rect {
                width: left,
                ..area
            },
            buffer,
        );
        let right = Rect {
            x: area.x + left,
            width: area.width - left,
            ..area
        };
        return beats::draw(view, detail.scroll, right, buffer);
    }
    let tall = (area.height * 6 / 10).clamp(chart::MIN_HEIGHT + 2, 16);
    let beats = if trouble::is_explained(monitor) {
        MIN_BEATS
    } else {
        0
    };
    let tall = if tall + beats > area.height { 0 } else { tall };
    chart(
        view,
        monitor,
        detail,
        Rect {
            height: tall,
            ..area
        },
        buffer,
    );
    beats::draw(view, detail.scroll, below(area, tall), buffer);
}

/// `due 14:28:05   ████████████████   late +4m02s`
fn next_beat(view: &View, monitor: &Row, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let inside = frame::boxed(area, progress::title(monitor), "", theme, buffer);
    let next = progress::next_scheduled(view, monitor);
    let due = next.or_else(|| monitor.due_at.map(|due| view.snapshot.wall(due)));
    let due = due.map_or_else(|| glyphs.absent().to_owned(), |due| due_at(view, due));
    let due = format!("due {due}   ");
    put(
        buffer,
        inside,
        Span::styled(due.clone(), theme.dim()),
        glyphs,
    );
    let taken = columns(&due);
    let place = Rect {
        x: inside.x + taken.min(inside.width),
        width: inside.width.saturating_sub(taken),
        ..inside
    };
    let progress_line = match next {
        // With a schedule there is no interval, so there is no bar.
        Some(due) => format!("in {}", words::age(left(view, due))).into(),
        None => progress::line(view, monitor, place.width),
    };
    if progress_line.spans.len() > 1 || place.width < 30 {
        return put(buffer, place, progress_line, glyphs);
    }
    // Late: the bar is full, and the text is at the right.
    let full = place
        .width
        .saturating_sub(u16::try_from(progress_line.width()).unwrap_or(u16::MAX) + 3);
    if monitor.due_at.is_some_and(|due| due < view.now) {
        let style = progress_line
            .spans
            .first()
            .map(|span| span.style)
            .unwrap_or_default();
        put(
            buffer,
            place,
            Span::styled(progress::bar(1.0, full, glyphs), style),
            glyphs,
        );
    }
    put_right(buffer, place, progress_line, glyphs);
}

/// Draws the availability by spans and a bar a day.
fn history(view: &View, past: &MonitorPast, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let inside = if area.height > 2 {
        frame::boxed(area, "history", "full bar = 100%", theme, buffer)
    } else {
        Rect {
            x: area.x + 2.min(area.width),
            width: area.width.saturating_sub(2),
            ..area
        }
    };
    let shares = past::availability(past, theme.glyphs);
    put(
        buffer,
        row(inside, 0),
        format!("available   {shares}"),
        theme.glyphs,
    );
    let bars = past::bars(&past.days, inside.width, theme);
    put(buffer, row(inside, 1), bars, theme.glyphs);
}

/// Formats a time of day, with the date if it is more than a day away.
fn due_at(view: &View, due: Timestamp) -> String {
    let format = if left(view, due) < DAY {
        "%H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    view.format(due, format)
}

/// Returns the time left until `due`, or zero.
fn left(view: &View, due: Timestamp) -> Duration {
    view.snapshot
        .wall(view.now)
        .duration_until(due)
        .try_into()
        .unwrap_or_default()
}

/// Draws the boxes `now` and `since start`, side by side or one below the other, as far as they
/// fit.
pub(crate) fn boxes(view: &View, monitor: &Row, area: Rect, buffer: &mut Buffer) {
    let since = match view.watched_for(view.now) {
        Some(watched) => format!("since start ({})", words::age(watched)),
        None => "since start".to_owned(),
    };
    let (left, right) = if area.width >= MIN_WIDTH_SIDE_BY_SIDE {
        let half = area.width / 2;
        (
            Rect {
                width: half,
                ..area
            },
            Rect {
                x: area.x + half,
                width: area.width - half,
                ..area
            },
        )
    } else {
        let top = min(BOX_HEIGHT, area.height);
        (
            Rect {
                height: top,
                ..area
            },
            below(area, top),
        )
    };
    let lines = |facts, area: Rect| fact::lines(view, facts, area.width.saturating_sub(4));
    let mut now = facts::current(view, monitor);
    if area.height == BOX_HEIGHT && area.width < MIN_WIDTH_SIDE_BY_SIDE {
        now.extend(facts::availability(view, monitor));
        now.extend(facts::last_connection(view, monitor, left.width));
    }
    boxed_lines(view, "now", lines(now, left), left, buffer);
    boxed_lines(
        view,
        &since,
        lines(facts::since_start(view, monitor), right),
        right,
        buffer,
    );
}

fn boxed_lines(view: &View, title: &str, lines: Vec<Line>, area: Rect, buffer: &mut Buffer) {
    let inside = frame::boxed(area, title, "", view.theme, buffer);
    for (n, line) in (0..inside.height).zip(lines) {
        put(buffer, row(inside, n), line, view.theme.glyphs);
    }
}

fn chart(view: &View, monitor: &Row, detail: &Detail, area: Rect, buffer: &mut Buffer) {
    if let Some(span) = pane::history_span(view) {
        let title = format!("latency, last {}", words::span(span));
        let note = pane::past_legend(view.theme.glyphs);
        let inside = frame::boxed(area, &title, &note, view.theme, buffer);
        return pane::past_chart(view, monitor, span).draw(inside, buffer);
    }
    let span = pane::span(view, monitor);
    let missed = view.theme.glyphs.missed();
    let title = format!("latency, last {}", words::span(span));
    let limit = view.theme.glyphs.limit();
    let note = format!("y from 0, {missed} = miss, {limit} = limit");
    let inside = frame::boxed(area, &title, &note, view.theme, buffer);
    let chosen = view
        .ui
        .history()
        .iter()
        .nth(detail.scroll)
        .filter(|_| detail.scroll > 0);
    let cursor = chosen.map(|entry| entry.outcome.at);
    Chart {
        row: monitor,
        now: view.now,
        span,
        cursor,
        theme: view.theme,
    }
    .draw(inside, buffer);
}

/// Draws all facts as lines, most important first, on a screen that is too small for boxes.
fn in_lines(view: &View, monitor: &Row, area: Rect, buffer: &mut Buffer) {
    let inside = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(1),
        ..area
    };
    let mut all = facts::current(view, monitor);
    all.extend(facts::last_connection(view, monitor, inside.width));
    all.extend(facts::since_start(view, monitor));
    for (n, line) in (0..inside.height).zip(fact::lines(view, all, inside.width)) {
        put(buffer, row(inside, n), line, view.theme.glyphs);
    }
}
