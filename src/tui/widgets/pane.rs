//! The pane below the table: the monitor under the cursor in words, as a chart, and on a large
//! screen in boxes.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Rhythm, Row};
use crate::tui::layout::WIDE;
use crate::tui::past::MonitorPast;
use crate::tui::text::{below, count, put, row};
use crate::tui::theme::Glyphs;
use crate::tui::view::View;
use crate::words;

use super::chart::{self, Chart, PastChart};
use super::{care, detail, facts, frame, past, trouble};

/// Number of lines in words.
const WORDS_HEIGHT: u16 = 3;
/// Number of lines about the history.
const PAST_HEIGHT: u16 = 2;
/// Maximum height of the chart while boxes need space, in rows.
const MAX_CHART_HEIGHT: u16 = 14;

pub(crate) fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let Some(monitor) = view.ui.row() else {
        return frame::rule(area, Vec::new(), "", view.theme, buffer);
    };
    title(view, monitor, area, buffer);
    let mut rest = below(area, 1);
    if trouble::is_explained(monitor) {
        return trouble::draw(view, monitor, rest, buffer);
    }
    let tall = rest.height >= chart::MIN_HEIGHT + 2;
    if let Some(known) = view.ui.past.of(&monitor.meta.name)
        && rest.height >= chart::MIN_HEIGHT + PAST_HEIGHT
    {
        history(view, known, rest, buffer);
        rest = below(rest, PAST_HEIGHT);
    }
    // On a wide screen the message line has these words.
    if area.width < WIDE * 6 / 10 || !tall || view.ui.layout(*buffer.area()).message.is_empty() {
        words(view, monitor, rest, buffer);
        rest = below(rest, WORDS_HEIGHT);
    }
    let boxes = rest.height.saturating_sub(MAX_CHART_HEIGHT);
    let boxes = if boxes >= detail::BOX_HEIGHT && area.width >= WIDE {
        detail::BOX_HEIGHT
    } else {
        0
    };
    // Two blank columns before the vertical line.
    let chart = Rect {
        height: rest.height - boxes,
        width: rest.width.saturating_sub(2),
        ..rest
    };
    self::chart(view, monitor, chart, buffer);
    detail::boxes(view, monitor, below(rest, chart.height), buffer);
}

fn title(view: &View, monitor: &Row, area: Rect, buffer: &mut Buffer) {
    let name = Span::styled(monitor.meta.name.to_string(), view.theme.bold());
    let kind = monitor.meta.kind.short();
    let since = format!(
        "{} for {}",
        monitor.status.as_str(),
        words::age(view.now.since(monitor.since))
    );
    let level = view.theme.glyphs.frame().level.repeat(2);
    let mut right = format!("{kind} {level} {since}");
    if history_span(view).is_some() && !trouble::is_explained(monitor) {
        let legend = past_legend(view.theme.glyphs);
        right = format!("{legend} {level} {since}");
    }
    frame::rule(area, vec![name], &right, view.theme, buffer);
}

/// Draws the availability by spans and a bar a day, before the vertical line.
fn history(view: &View, known: &MonitorPast, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let inside = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(3),
        ..area
    };
    let shares = past::availability(known, theme.glyphs);
    put(buffer, row(inside, 0), shares, theme.glyphs);
    let bars = past::bars(&known.days, inside.width, theme);
    put(buffer, row(inside, 1), bars, theme.glyphs);
}

/// Returns the span of the chart if its numbers come from the history.
pub(crate) fn history_span(view: &View) -> Option<Duration> {
    view.ui
        .display
        .span
        .of_history()
        .filter(|_| view.ui.past.is_kept())
}

/// Returns what the bars of a chart from the history mean.
pub(crate) fn past_legend(glyphs: Glyphs) -> String {
    let [shade, ..] = glyphs.shades();
    format!("bar p50, {shade} p95")
}

/// Returns the chart of a span that comes from the history.
pub(in crate::tui::widgets) fn past_chart<'a>(
    view: &'a View,
    monitor: &Row,
    span: Duration,
) -> PastChart<'a> {
    PastChart {
        numbers: view.ui.past.numbers(&monitor.meta.name, span),
        now: view.snapshot.wall(view.now),
        span,
        limits: monitor.policy.latency,
        theme: view.theme,
    }
}

pub(crate) fn chart(view: &View, monitor: &Row, area: Rect, buffer: &mut Buffer) {
    if let Some(span) = history_span(view) {
        return past_chart(view, monitor, span).draw(area, buffer);
    }
    let span = span(view, monitor);
    let chosen = view
        .ui
        .selected_beat
        .and_then(|beat| monitor.recent.iter().rev().nth(beat));
    let cursor = chosen.map(|outcome| outcome.at);
    Chart {
        row: monitor,
        now: view.now,
        span,
        cursor,
        theme: view.theme,
    }
    .draw(area, buffer);
}

/// Returns the time that the chart of a monitor covers.
pub(crate) fn span(view: &View, monitor: &Row) -> Duration {
    let known = monitor
        .recent
        .iter()
        .next()
        .map_or(Duration::ZERO, |oldest| view.now.since(oldest.at));
    // When the memory is full, each beat removes the oldest one. The added interval keeps the span
    // from changing with every beat.
    view.ui
        .display
        .span
        .fitting(known.saturating_add(monitor.policy.interval))
}

/// Draws three lines: ` ✗ error   24 missed in a row   last beat 14:27:55   next try in 12s`, the
/// numbers, and the reason.
fn words(view: &View, monitor: &Row, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let status = monitor.status;
    let mut first = vec![Span::styled(
        format!(" {} {}", glyphs.status(status), status.as_str()),
        theme.status(status),
    )];
    first.extend(
        state(view, monitor)
            .into_iter()
            .map(|fact| Span::raw(format!("   {fact}"))),
    );
    put(buffer, row(area, 0), Line::from(first), glyphs);
    put(
        buffer,
        row(area, 1),
        format!("   {}", numbers(view, monitor).join("  ")),
        glyphs,
    );
    let why = match words::condition_at(monitor, view.now) {
        why if why.is_empty() => monitor.meta.address.to_string(),
        why => why,
    };
    put(buffer, row(area, 2), format!("   {why}"), glyphs);
}

fn state(view: &View, monitor: &Row) -> Vec<String> {
    let mut state = Vec::new();
    if monitor.consecutive_missed > 0 {
        state.push(format!(
            "{} missed in a row",
            count(monitor.consecutive_missed.into())
        ));
    }
    if monitor.consecutive_failures > 0 {
        state.push(format!(
            "{} failed in a row",
            count(monitor.consecutive_failures.into())
        ));
    }
    state.extend(care::sentences(view, monitor));
    state.extend(
        monitor
            .last_beat
            .map(|at| format!("last beat {}", view.when(at))),
    );
    state.extend(monitor.instances.map(words::instances));
    state.extend(facts::running_for(view, monitor));
    state.extend(facts::connection(view, monitor));
    state
}

fn numbers(view: &View, monitor: &Row) -> Vec<String> {
    let mut numbers = Vec::new();
    if let Some(latency) = monitor.latency {
        numbers.push(format!(
            "{} avg",
            words::target_latency(monitor, latency.avg)
        ));
        numbers.push(format!(
            "{} p95",
            words::target_latency(monitor, latency.p95)
        ));
    }
    numbers.push(format!("{} beats", count(monitor.beats)));
    numbers.push(match monitor.policy.rhythm {
        Rhythm::Subscription => format!("{} missed", count(monitor.missed)),
        Rhythm::Poll => format!("{} failed", count(monitor.failures)),
    });
    numbers.push(format!(
        "{} {}",
        view.theme.glyphs.quality(monitor.quality),
        monitor.quality.as_str()
    ));
    numbers.extend(
        monitor
            .uptime(view.now)
            .map(|share| format!("{} available", words::percent(share))),
    );
    numbers
}
