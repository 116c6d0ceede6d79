//! The list of events, newest first: beside the chart, or on its own tab.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Change, ChangeKind, Event};
use crate::tui::layout::WIDE;
use crate::tui::text::{below, columns, fit, put, row};
use crate::tui::theme::Theme;
use crate::tui::view::View;
use crate::words;

use super::{frame, own_log, past_event};

/// Minimum and maximum width of the names.
const NAME_WIDTHS: (u16, u16) = (12, 28);

/// Minimum height, in rows, for a last line about hbmon itself.
const MIN_HEIGHT_SELF: u16 = 8;

/// Draws the events beside the pane, behind a vertical line.
pub(crate) fn draw_pane(view: &View, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = view.theme;
    let glyphs = view.theme.glyphs;
    let dim = |text: &'static str| Span::styled(text, theme.dim());
    put(buffer, row(area, 0), dim(glyphs.frame().junction), glyphs);
    for line in 1..area.height {
        put(buffer, row(area, line), dim(glyphs.frame().upright), glyphs);
    }
    let area = Rect {
        x: area.x + 1,
        width: area.width - 1,
        ..area
    };
    frame::rule(
        area,
        vec![Span::styled("events", theme.dim())],
        "",
        theme,
        buffer,
    );
    list(view, below(area, 1), 0, buffer);
}

/// Draws the events tab: the events, or the log of hbmon itself.
pub(crate) fn draw_tab(view: &View, area: Rect, buffer: &mut Buffer) {
    let with_self = area.height > MIN_HEIGHT_SELF;
    let list_area = Rect {
        height: area.height - u16::from(with_self),
        ..area
    };
    if view.ui.own_log.shown {
        own_log::draw(view, list_area, buffer);
    } else {
        list(view, list_area, view.ui.events_scroll, buffer);
    }
    if with_self {
        let text = format!(
            " {:>8} {}",
            "hbmon",
            words::self_stats(&view.snapshot.self_stats)
        );
        put(
            buffer,
            row(area, list_area.height),
            Span::styled(text, view.theme.dim()),
            view.theme.glyphs,
        );
    }
    if !view.ui.own_log.shown
        && view.ui.events(view.now).next().is_none()
        && view.ui.past_events(view.now).next().is_none()
    {
        put(
            buffer,
            row(area, 0),
            Span::styled(" no events yet", view.theme.dim()),
            view.theme.glyphs,
        );
    }
}

fn list(view: &View, area: Rect, scrolled: usize, buffer: &mut Buffer) {
    let name = (area.width / 5)
        .clamp(NAME_WIDTHS.0, NAME_WIDTHS.1)
        .min(view.ui.totals().widest_name.max(NAME_WIDTHS.0));
    let brief = area.width < WIDE;
    let events = view.ui.events(view.now).skip(scrolled);
    let mut lines = 0..area.height;
    for (change, line) in events.zip(lines.by_ref()) {
        put(
            buffer,
            row(area, line),
            sentence(view, change, name, brief),
            view.theme.glyphs,
        );
    }
    if !view.ui.is_on_events() {
        return;
    }
    let scrolled = scrolled.saturating_sub(view.ui.events(view.now).count());
    for (line, change) in lines.zip(view.ui.past_events(view.now).skip(scrolled)) {
        put(
            buffer,
            row(area, line),
            past_event::line(view, change, name),
            view.theme.glyphs,
        );
    }
}

/// ` 14:32:04 ▲ billing-push 1 heartbeat missed`
fn sentence(view: &View, change: &Change, width: u16, brief: bool) -> Line<'static> {
    let theme = view.theme;
    let mut line = Line::from(Span::styled(
        format!(" {:>8} ", view.when(change.at)),
        theme.dim(),
    ));
    match &change.kind {
        ChangeKind::Target { meta, event, .. } => {
            line.extend(of_monitor(theme, meta.name.as_str(), event, (width, brief)))
        }
        ChangeKind::Reloaded {
            added,
            removed,
            changed,
            total,
        } => {
            remark(
                &mut line,
                &words::reloaded(*added, *removed, *changed, *total),
                theme,
            );
        }
        ChangeKind::ReloadRefused { why } => {
            line.push_span(Span::styled(
                format!("{} config refused: {why}", theme.glyphs.failed()),
                theme.warning(),
            ));
        }
        ChangeKind::Stalled { gap } => remark(&mut line, &words::stalled(*gap), theme),
        ChangeKind::ClockSet { by } => remark(&mut line, &words::clock_set(*by), theme),
        ChangeKind::Overloaded(overload) => remark(&mut line, words::overload(*overload), theme),
        ChangeKind::Silence { silence, change } => {
            remark(&mut line, &words::silence(silence, *change), theme);
        }
    }
    line
}

fn of_monitor(
    theme: Theme,
    name: &str,
    event: &Event,
    (width, brief): (u16, bool),
) -> [Span<'static>; 3] {
    let name = fit(name, width, theme.glyphs);
    let pad = " ".repeat(width.saturating_sub(columns(&name)).into());
    let (style, glyph, said) = match event {
        // The glyph shows the status, so the text says why.
        Event::Transition {
            to,
            cause,
            recovered_after,
            ..
        } => {
            let say = if brief {
                words::short_cause
            } else {
                words::cause
            };
            let why = match (cause, recovered_after) {
                (Some(cause), _) => say(cause),
                (None, Some(lasted)) if brief => format!("after {}", words::age(*lasted)),
                (None, Some(lasted)) => words::recovered(*lasted),
                (None, None) => to.as_str().to_owned(),
            };
            (theme.status(*to), theme.glyphs.status(*to), why)
        }
        other => (theme.dim(), " ", words::event(other)),
    };
    [
        Span::styled(format!("{glyph} "), style),
        Span::raw(format!("{name}{pad} ")),
        Span::raw(said),
    ]
}

/// Adds a remark about hbmon itself.
fn remark(line: &mut Line<'_>, text: &str, theme: Theme) {
    line.push_span(Span::styled(theme.glyphs.nothing(), theme.dim()));
    line.push_span(Span::raw(format!(" {text}")));
}
